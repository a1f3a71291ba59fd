//! The steps of the provision as a list that is also a waterfall: one bar per step on a common scale of time.
//!
//! Bars are placed by the style sheet from seconds since the first step began; behind each stands the time that the step usually
//! takes. While a step runs, the browser moves `--elapsed` on, and with it the bar's end.

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use crate::{
    components::now,
    model::{Status, Step, StepRecord, Store, UsualTime},
    time, words,
};

/// Where a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Done,
    Failed,
    /// The store was deleted meanwhile.
    Stopped,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// The six steps with their times, before the times that they usually take.
#[component]
pub fn StepsCard<'a>(
    /// The store.
    store: &'a Store,
    /// Those of its steps that have begun, in order.
    steps: &'a [StepRecord],
    /// How long steps usually take.
    usual: &'a [UsualTime],
) -> AnyView {
    let now = now();
    let first = steps.first().map_or(now, |record| record.started_at);
    let last = steps.iter().map(|record| end_of(record, store.status, now)).max().unwrap_or(first);
    // Only what still runs goes on growing.
    let running = steps.iter().any(|record| state_of(record, store.status) == State::Running);
    let since = running.then(|| first.as_millisecond().to_string());
    // Where the next step is expected to begin, in seconds.
    let mut next = 0.0_f64;
    let mut scale = seconds(first, last);
    let rows = Step::ALL.map(|step| {
        let record = steps.iter().find(|record| record.step == step);
        let state = record.map_or(State::Waiting, |record| state_of(record, store.status));
        let usual = usual.iter().find(|usual| usual.step == step).map(|usual| usual.milliseconds);
        let begin = record.map_or(next, |record| seconds(first, record.started_at));
        let usual_end = begin + usual.map_or(0.0, |usual| SignedDuration::from_millis(usual).as_secs_f64());
        let end = record.map_or(begin, |record| seconds(first, end_of(record, store.status, now)));
        next = if state == State::Done { end } else { end.max(usual_end) };
        scale = scale.max(next).max(usual_end);
        let end = if state == State::Running { "var(--elapsed)".to_owned() } else { format!("{end:.2}") };
        let is_beforehand = record.is_some_and(|record| words::was_beforehand(store, record));
        let took = record.filter(|_| !is_beforehand).and_then(|record| time_of(record, state, now));
        let between = took.as_ref().map(|_| " · ");
        let place = format!("--begin: {begin:.2}; --end: {end}; --usual-end: {usual_end:.2}");
        view! {
            <li data-state=state.as_str()>
                <span class="dot" aria-hidden="true"></span>
                <span class="step-name">{step.label()}</span>
                <span class="step-sentence">{step.sentence(store.edition)}</span>
                <span class="step-time">
                    <span class="unseen">{state.as_str()} " "</span>
                    {is_beforehand.then_some("beforehand")} {took} {usual.map(|usual| view! { <span class="usual">{between} "usually " {time::duration(usual)}</span> })}
                </span>
                <span class="bar" aria-hidden="true" style=place></span>
            </li>
        }
    });
    let scale = format!("--elapsed: {:.2}; --scale: {scale:.2}", seconds(first, last));
    view! {
        <section class="card" aria-labelledby="steps-title">
            <h2 id="steps-title">
                "Steps"
                <span class="total" data-since=since.clone()>
                    {(!steps.is_empty()).then(|| words::duration(first, last))}
                </span>
            </h2>
            <ol class="steps" data-elapsed-since=since style=scale>
                {rows}
            </ol>
        </section>
    }
    .into_any()
}

/// The time that a step took or has been taking. One that did not succeed has no recorded end: its time would be a guess.
fn time_of(record: &StepRecord, state: State, now: Timestamp) -> Option<impl IntoView + use<>> {
    let (end, since) = match state {
        State::Done => (record.finished_at?, None),
        State::Running => (now, Some(record.started_at.as_millisecond().to_string())),
        _ => return None,
    };
    Some(view! { <span data-since=since>{words::duration(record.started_at, end)}</span> })
}

fn state_of(record: &StepRecord, status: Status) -> State {
    match (record.finished_at, status) {
        (Some(_), _) => State::Done,
        (None, Status::Provisioning) => State::Running,
        (None, Status::Queued) => State::Waiting,
        (None, Status::Deleting | Status::Deleted) => State::Stopped,
        (None, _) => State::Failed,
    }
}

/// When a step ended: now, while it runs; else with the last thing that is known to have happened.
fn end_of(record: &StepRecord, status: Status, now: Timestamp) -> Timestamp {
    match (record.finished_at, state_of(record, status)) {
        (Some(end), _) => end,
        (None, State::Running) => now.max(record.started_at),
        (None, _) => record.started_at,
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64().max(0.0)
}
