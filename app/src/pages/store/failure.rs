//! Why a store failed, what to do about it, and what was seen.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{Icon, RetryForm, Shape},
    model::{Failure, Store},
};

/// Cause, advice, evidence and the button that tries again.
#[component]
pub fn FailureCard(
    /// The failed store.
    store: Memo<Store>,
) -> impl IntoView {
    let failure = Memo::new(move |_| store.with(|store| store.failure.clone()));
    let retry_id = store.with_untracked(|store| store.id.clone());
    view! {
        <section class="card failure" aria-labelledby="failure-title">
            <h2 id="failure-title">
                <Icon shape=Shape::Warning />
                {move || failure.with(|failure| title(failure.as_ref()))}
            </h2>
            {move || failure.get().map(|failure| view! { <Reason failure /> })}
            {move || {
                let id = retry_id.clone();
                if failure.with(|failure| failure.as_ref().is_some_and(Failure::can_be_retried)) {
                    view! { <RetryForm id /> }.into_any()
                } else {
                    view! {
                        <A href=format!("/stores/{id}/delete") attr:class="button">
                            "Delete again"
                        </A>
                    }
                        .into_any()
                }
            }}
        </section>
    }
    .into_any()
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

fn title(failure: Option<&Failure>) -> String {
    match failure.map(|failure| failure.step) {
        Some(Some(step)) => format!("Failed at the step {}", step.label()),
        Some(None) => "The deletion failed".to_owned(),
        None => "Failed".to_owned(),
    }
}
