//! Why a store failed or is degraded, what to do about it, and what was seen.

use leptos::prelude::*;

use crate::{
    components::{Icon, RetryForm, Shape},
    model::{Failure, Status, Store},
};

/// Cause, advice, evidence and the button that tries again.
#[component]
pub fn FailureCard<'a>(
    /// The failed store.
    store: &'a Store,
) -> impl IntoView + use<> {
    let id = store.id.clone();
    let failure = store.failure.clone();
    let again = if store.status == Status::Degraded {
        view! { <RetryForm id word="Repair now" /> }.into_any()
    } else if failure.as_ref().is_some_and(Failure::can_be_retried) {
        view! { <RetryForm id /> }.into_any()
    } else {
        view! {
            <a href=format!("/stores/{id}/delete") class="button">
                "Delete again"
            </a>
        }
        .into_any()
    };
    view! {
        <section class="card failure" aria-labelledby="failure-title">
            <h2 id="failure-title">
                <Icon shape=Shape::Warning />
                {title(store.status, failure.as_ref())}
            </h2>
            {failure.map(|failure| view! { <Reason failure /> })}
            {again}
        </section>
    }
}

#[component]
fn Reason(failure: Failure) -> impl IntoView {
    let evidence = (!failure.evidence.trim().is_empty()).then_some(failure.evidence);
    view! {
        <p class="cause">{failure.cause}</p>
        <p>
            <strong>"What to do: "</strong>
            {failure.advice}
        </p>
        {evidence
            .map(|evidence| {
                view! {
                    <details>
                        <summary>"What was seen"</summary>
                        <pre tabindex="0">{evidence}</pre>
                    </details>
                }
            })}
    }
}

fn title(status: Status, failure: Option<&Failure>) -> String {
    match failure.map(|failure| failure.step) {
        _ if status == Status::Degraded => "Something is wrong with it".to_owned(),
        Some(Some(step)) => format!("Failed at the step {}", step.label()),
        Some(None) => "The deletion failed".to_owned(),
        None => "Failed".to_owned(),
    }
}
