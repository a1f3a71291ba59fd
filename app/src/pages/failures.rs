//! Every time that a store failed or was degraded, with everything that was to be seen of it then.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{loaded, store_in_path};
use crate::{
    components::{Ago, Crumb},
    model::{FailedAttempt, Finding},
    service::stores,
};

/// The page behind a failed store: each attempt, the newest first and open.
#[component]
pub fn FailuresPage() -> impl IntoView {
    let (id, stores) = (store_in_path(), stores());
    loaded(async move {
        let (id, stores) = (id?, stores?);
        let (store, failures) = (stores.get(&id).await?.store, stores.failures(&id).await?);
        let none = failures.is_empty().then(|| view! { <p>"It never failed."</p> });
        let attempts =
            failures.into_iter().enumerate().map(|(index, attempt)| view! { <Attempt attempt open=index == 0 /> });
        Ok(view! {
            <Title text=format!("Failures of {}", store.name) />
            <div data-watch=id.to_string()>
                <Crumb href=format!("/stores/{id}") text="Back to the store" />
                <div class="page-head">
                    <h1>{format!("Failures of {}", store.name)}</h1>
                    <p class="lede">"What was seen each time, taken before anything was cleaned up. The newest 50 are kept with the store."</p>
                </div>
                {none}
                {attempts.collect_view()}
            </div>
        })
    })
}

#[component]
fn Attempt(attempt: FailedAttempt, open: bool) -> AnyView {
    let FailedAttempt { at, last_at, times, during, failure, findings } = attempt;
    let repeated =
        (times > 1).then(|| view! { {format!(", and again, {times} times in all, last ")} <Ago at=last_at /> });
    let place = failure.step.map(|step| format!(", at the step {}", step.label()));
    let evidence = Finding { about: "What the cause was read from".to_owned(), text: failure.evidence };
    let seen = std::iter::once(evidence).chain(findings).filter(|finding| !finding.text.trim().is_empty());
    view! {
        <section class="card attempt">
            <h2>{failure.cause}</h2>
            <p class="quiet">
                <span class="tag">{failure.reason.label()}</span> " " {during.label()} {place} ", " <Ago at /> {repeated}
            </p>
            <p>
                <strong>"What to do: "</strong>
                {failure.advice}
            </p>
            {seen.map(|finding| view! { <Seen finding open /> }).collect_view()}
        </section>
    }.into_any()
}

#[component]
fn Seen(finding: Finding, open: bool) -> AnyView {
    let Finding { about, text } = finding;
    view! {
        <details open=open>
            <summary>{about.clone()}</summary>
            <pre tabindex="0" role="group" aria-label=about>
                {text}
            </pre>
        </details>
    }
    .into_any()
}
