//! The steps of the provision as a list that is also a waterfall: one bar per step on a common scale of time.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::{
    components::use_now,
    model::{Edition, Status, Step, StepRecord, StoreDetail},
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

/// A step as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct Bar {
    state: State,
    /// How long it took or has been taking.
    time: Option<String>,
    /// Where its bar begins and how long it is, in percent of the whole.
    begin: f64,
    length: f64,
}

/// The six steps with their times.
#[component]
pub fn StepsCard(
    /// The store.
    detail: Signal<StoreDetail>,
) -> impl IntoView {
    let now = use_now();
    let bars = Memo::new(move |_| detail.with(|detail| Step::ALL.map(|step| bar(step, detail, now.get()))));
    let edition = Memo::new(move |_| detail.with(|detail| detail.store.edition));
    let total = Memo::new(move |_| detail.with(|detail| total_time(detail, now.get())));
    view! {
        <section class="card" aria-labelledby="steps-title">
            <h2 id="steps-title">
                "Steps"
                <span class="total">{total}</span>
            </h2>
            <ol class="steps">
                {Step::ALL
                    .into_iter()
                    .enumerate()
                    .map(|(index, step)| view! { <StepRow step edition bar=Memo::new(move |_| bars.with(|bars| bars[index].clone())) /> })
                    .collect_view()}
            </ol>
        </section>
    }
    .into_any()
}

#[component]
fn StepRow(step: Step, edition: Memo<Option<Edition>>, bar: Memo<Bar>) -> impl IntoView {
    let state = move || bar.with(|bar| bar.state.as_str());
    let place = move || bar.with(|bar| format!("--begin: {:.2}%; --length: {:.2}%", bar.begin, bar.length));
    view! {
        <li data-state=state>
            <span class="dot" aria-hidden="true"></span>
            <span class="step-name">{step.label()}</span>
            <span class="step-sentence">{move || step.sentence(edition.get())}</span>
            <span class="step-time">
                <span class="unseen">{state} " "</span>
                {move || bar.with(|bar| bar.time.clone())}
            </span>
            <span class="bar" aria-hidden="true" style=place></span>
        </li>
    }
}

fn bar(step: Step, detail: &StoreDetail, now: Timestamp) -> Bar {
    let Some(record) = detail.steps.iter().find(|record| record.step == step) else {
        return Bar { state: State::Waiting, time: None, begin: 0.0, length: 0.0 };
    };
    let state = state_of(record, detail);
    let end = end_of(record, detail, now);
    let first = detail.steps.iter().map(|record| record.started_at).min().unwrap_or(now);
    let last = detail.steps.iter().map(|record| end_of(record, detail, now)).max().unwrap_or(now);
    let whole = milliseconds(first, last).max(1.0);
    // A step that did not succeed has no recorded end, so its time would be a guess.
    let time = matches!(state, State::Running | State::Done).then(|| words::duration(record.started_at, end));
    Bar {
        state,
        time,
        begin: 100.0 * milliseconds(first, record.started_at) / whole,
        length: 100.0 * milliseconds(record.started_at, end) / whole,
    }
}

fn state_of(record: &StepRecord, detail: &StoreDetail) -> State {
    match (record.finished_at, detail.store.status) {
        (Some(_), _) => State::Done,
        (None, Status::Provisioning) => State::Running,
        (None, Status::Queued) => State::Waiting,
        (None, Status::Deleting | Status::Deleted) => State::Stopped,
        (None, _) => State::Failed,
    }
}

/// When a step ended: now, while it runs; else with the last thing that is known to have happened.
fn end_of(record: &StepRecord, detail: &StoreDetail, now: Timestamp) -> Timestamp {
    match record.finished_at {
        Some(end) => end,
        None if detail.store.status == Status::Provisioning => now.max(record.started_at),
        None => record.started_at,
    }
}

/// From the first step's beginning to the last one's end, once there is something to tell.
fn total_time(detail: &StoreDetail, now: Timestamp) -> Option<String> {
    let first = detail.steps.iter().map(|record| record.started_at).min()?;
    let last = detail.steps.iter().map(|record| end_of(record, detail, now)).max()?;
    Some(words::duration(first, last))
}

fn milliseconds(from: Timestamp, to: Timestamp) -> f64 {
    // Well below 2^53 for any real pair of instants.
    #[expect(clippy::cast_precision_loss, reason = "differences of times are small")]
    let difference = to.as_millisecond().saturating_sub(from.as_millisecond()).max(0) as f64;
    difference
}
