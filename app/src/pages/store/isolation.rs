//! Whether the store is apart from the others: what was reached from inside of it, and the button that tries again.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    api::TestIsolation,
    components::{Ago, Icon, Problem, Shape},
    model::{Action, AttemptOutcome, Isolation, IsolationReport, ReachTarget, Store},
    service::may_with,
};

/// The last report, and another try.
#[component]
pub fn IsolationCard<'a>(
    /// The store.
    store: &'a Store,
    /// What was found last.
    report: Option<IsolationReport>,
) -> AnyView {
    let answer = ServerAction::<TestIsolation>::new().value();
    let told = match report {
        Some(report) => view! { <Report report /> }.into_any(),
        None => view! {
            <p class="quiet">"What can be reached from inside of this store has not been tried yet."</p>
        }
        .into_any(),
    };
    let form = may_with(Action::Change, store).then(|| {
        view! {
            <form method="post" action=TestIsolation::url() data-once="">
                <input type="hidden" name="id" value=store.id.to_string() />
                <button type="submit" class="button" data-busy="Trying…">
                    <Icon shape=Shape::Shield />
                    <span>"Test isolation"</span>
                </button>
            </form>
        }
    });
    view! {
        <section class="card" aria-labelledby="isolation-title">
            <h2 id="isolation-title">"Isolation"</h2>
            {told}
            {form}
            <Problem error=Signal::derive(move || answer.get().and_then(Result::err)) />
        </section>
    }
    .into_any()
}

#[component]
fn Report(report: IsolationReport) -> AnyView {
    let (tone, shape) = match report.verdict {
        Isolation::Isolated => ("good", Shape::Tick),
        Isolation::NotEnforced | Isolation::NoPolicies | Isolation::Unknown => ("bad", Shape::Warning),
    };
    let sentence = report.sentence();
    let rows = report.attempts.into_iter().map(|attempt| {
        let is_wanted = attempt.target == ReachTarget::OwnDatabase;
        let tone = match attempt.outcome {
            AttemptOutcome::NotTried => None,
            outcome => Some(if is_wanted == (outcome == AttemptOutcome::Reached) { "good" } else { "bad" }),
        };
        view! {
            <li>
                <span>{attempt.target.label()}</span>
                ": "
                <span data-tone=tone>{attempt.outcome.label()}</span>
            </li>
        }
    });
    view! {
        <p class="outcome" data-tone=tone>
            <Icon shape />
            <span>{sentence}</span>
        </p>
        <p class="quiet">"Tried " <Ago at=report.at /></p>
        <details>
            <summary>"What was tried"</summary>
            <ul class="plain attempts">{rows.collect_view()}</ul>
        </details>
    }
    .into_any()
}
