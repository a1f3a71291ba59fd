//! The facts of a store: address, ids, dates, logs.

use leptos::prelude::*;

use crate::{
    components::Ago,
    islands::CopyButton,
    model::{Component, Status, Store},
    words,
};

/// A list of facts.
#[component]
pub fn FactsCard<'a>(
    /// The store.
    store: &'a Store,
) -> impl IntoView + use<> {
    let (id, url, namespace, created_at) = (&store.id, store.url.clone(), store.id.namespace(), store.created_at);
    let ready = store.ready_at.map(|at| {
        view! {
            <dt>"Ready"</dt>
            <dd>
                <Ago at />
                <span class="quiet">{format!("{} after it was asked for", words::duration(created_at, at))}</span>
            </dd>
        }
    });
    let deleted = store.deleted_at.map(|at| {
        view! {
            <dt>"Deleted"</dt>
            <dd>
                <Ago at />
            </dd>
        }
    });
    let has_pods = !matches!(store.status, Status::Queued | Status::Deleted);
    let logs = Component::ALL.map(|component| {
        let href = format!("/api/stores/{id}/logs?component={}", component.as_str());
        view! { <a href=href>{component_label(component)}</a> }
    });
    view! {
        <section class="card" aria-labelledby="facts-title">
            <h2 id="facts-title">"Facts"</h2>
            <dl class="facts">
                <dt>"Address"</dt>
                <dd>
                    <code>{url.clone()}</code>
                    <CopyButton text=url what="address".to_owned() />
                </dd>
                <dt>"Namespace"</dt>
                <dd>
                    <code>{namespace.clone()}</code>
                    <CopyButton text=namespace what="namespace".to_owned() />
                </dd>
                <dt>"Created"</dt>
                <dd>
                    <Ago at=created_at />
                </dd>
                {ready}
                {deleted}
            </dl>
            <p class="logs" hidden=!has_pods>
                <span class="quiet">"Logs: "</span>
                {logs}
            </p>
        </section>
    }
}

fn component_label(component: Component) -> &'static str {
    match component {
        Component::Wordpress => "WordPress",
        Component::Database => "Database",
        Component::Bootstrap => "Bootstrap",
    }
}
