//! The facts of a store: address, ids, dates, logs.

use leptos::prelude::*;

use crate::{
    components::{Ago, CopyButton},
    model::{Component, Status, Store},
    words,
};

/// A list of facts.
#[component]
pub fn FactsCard(
    /// The store.
    store: Memo<Store>,
) -> impl IntoView {
    let (id, url, namespace, created_at) =
        store.with_untracked(|store| (store.id.clone(), store.url.clone(), store.id.namespace(), store.created_at));
    let ready = move || store.with(|store| store.ready_at.map(|at| (at, words::duration(store.created_at, at))));
    let deleted = move || store.with(|store| store.deleted_at);
    let has_pods = move || store.with(|store| !matches!(store.status, Status::Queued | Status::Deleted));
    let logs = Component::ALL.map(|component| {
        let href = format!("/api/stores/{id}/logs?component={}", component.as_str());
        view! {
            <a href=href rel="external">
                {component_label(component)}
            </a>
        }
    });
    view! {
        <section class="card" aria-labelledby="facts-title">
            <h2 id="facts-title">"Facts"</h2>
            <dl class="facts">
                <dt>"Address"</dt>
                <dd>
                    <code>{url.clone()}</code>
                    <CopyButton text=url what="address" />
                </dd>
                <dt>"Namespace"</dt>
                <dd>
                    <code>{namespace.clone()}</code>
                    <CopyButton text=namespace what="namespace" />
                </dd>
                <dt>"Created"</dt>
                <dd>
                    <Ago at=created_at />
                </dd>
                {move || {
                    ready()
                        .map(|(at, took)| {
                            view! {
                                <dt>"Ready"</dt>
                                <dd>
                                    <Ago at />
                                    <span class="quiet">{format!("{took} after it was asked for")}</span>
                                </dd>
                            }
                        })
                }}
                {move || {
                    deleted()
                        .map(|at| {
                            view! {
                                <dt>"Deleted"</dt>
                                <dd>
                                    <Ago at />
                                </dd>
                            }
                        })
                }}
            </dl>
            <p class="logs" hidden=move || !has_pods()>
                <span class="quiet">"Logs: "</span>
                {logs}
            </p>
        </section>
    }
    .into_any()
}

fn component_label(component: Component) -> &'static str {
    match component {
        Component::Wordpress => "WordPress",
        Component::Database => "Database",
        Component::Bootstrap => "Bootstrap",
    }
}
