//! The steps of the provision as a list that is also a waterfall: one bar per step on a common scale of time.
//!
//! Bars are placed by the style sheet from seconds since the first step began. While a step runs, the browser moves
//! `--elapsed` on, and with it the bar's end and the scale.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::{
    components::now,
    model::{Status, Step, StepRecord, Store},
    words,
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

/// The six steps with their times.
#[component]
pub fn StepsCard<'a>(
    /// The store.
    store: &'a Store,
    /// Those of its steps that have begun, in order.
    steps: &'a [StepRecord],
) -> impl IntoView + use<> {
    let now = now();
    let first = steps.first().map_or(now, |record| record.started_at);
    let last = steps.iter().map(|record| end_of(record, store.status, now)).max().unwrap_or(first);
    // Only what still runs goes on growing.
    let running = steps.iter().any(|record| state_of(record, store.status) == State::Running);
    let since = running.then(|| first.as_millisecond().to_string());
    let rows = Step::ALL.map(|step| {
        let record = steps.iter().find(|record| record.step == step);
        let state = record.map_or(State::Waiting, |record| state_of(record, store.status));
        let place = record.map(|record| place(record, state, first, now)).unwrap_or_default();
        view! {
            <li data-state=state.as_str()>
                <span class="dot" aria-hidden="true"></span>
                <span class="step-name">{step.label()}</span>
                <span class="step-sentence">{step.sentence(store.edition)}</span>
                <span class="step-time">
                    <span class="unseen">{state.as_str()} " "</span>
                    {record.and_then(|record| time(record, state, now))}
                </span>
                <span class="bar" aria-hidden="true" style=place></span>
            </li>
        }
    });
    view! {
        <section class="card" aria-labelledby="steps-title">
            <h2 id="steps-title">
                "Steps"
                <span class="total" data-since=since.clone()>
                    {(!steps.is_empty()).then(|| words::duration(first, last))}
                </span>
            </h2>
            <ol class="steps" data-elapsed-since=since style=format!("--elapsed: {:.2}", seconds(first, last))>
                {rows}
            </ol>
        </section>
    }
}

/// The time that a step took or has been taking. One that did not succeed has no recorded end: its time would be a guess.
fn time(record: &StepRecord, state: State, now: Timestamp) -> Option<impl IntoView + use<>> {
    let (end, since) = match state {
        State::Done => (record.finished_at?, None),
        State::Running => (now, Some(record.started_at.as_millisecond().to_string())),
        _ => return None,
    };
    Some(view! { <span data-since=since>{words::duration(record.started_at, end)}</span> })
}

/// Where a step's bar stands, in the custom properties that the style sheet reads.
fn place(record: &StepRecord, state: State, first: Timestamp, now: Timestamp) -> String {
    let begin = seconds(first, record.started_at);
    match state {
        State::Running => format!("--begin: {begin:.2}; --end: var(--elapsed)"),
        _ => format!(
            "--begin: {begin:.2}; --end: {:.2}",
            seconds(first, record.finished_at.unwrap_or(record.started_at)).min(seconds(first, now))
        ),
    }
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
