//! The facts of a store: address, ids, dates.

use leptos::prelude::*;

use crate::{
    components::Ago,
    islands::CopyButton,
    model::{Action, Store},
    service::may_with,
    words,
};

/// A list of facts.
#[component]
pub fn FactsCard<'a>(
    /// The store.
    store: &'a Store,
) -> AnyView {
    let (size, content) = (store.size, store.content.label());
    let (url, namespace, created_at) = (store.url.clone(), store.id.namespace(), store.created_at);
    let owner = store.owner.clone();
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
    let can_move = words::can_be_opened(store.status) && may_with(Action::Change, store);
    let change = can_move.then(|| {
        let text = if store.domain.is_some() { "Change the domain" } else { "Use a domain of your own" };
        view! { <a href=format!("/stores/{}/domain", store.id)>{text}</a> }
    });
    let first = store.domain.is_some().then(|| {
        view! {
            <dt>"Leads there, too"</dt>
            <dd>
                <code>{store.first_url.clone()}</code>
            </dd>
        }
    });
    view! {
        <section class="card" aria-labelledby="facts-title">
            <h2 id="facts-title">"Facts"</h2>
            <dl class="facts">
                <dt>"Address"</dt>
                <dd>
                    <code>{url.clone()}</code>
                    <CopyButton text=url what="address".to_owned() />
                    {change}
                </dd>
                {first}
                <dt>"Namespace"</dt>
                <dd>
                    <code>{namespace.clone()}</code>
                    <CopyButton text=namespace what="namespace".to_owned() />
                </dd>
                <dt>"Size"</dt>
                <dd>
                    {size.label()}
                    <span class="quiet">{words::size_means(size)}</span>
                </dd>
                <dt>"Content"</dt>
                <dd>{content}</dd>
                <dt>"Created"</dt>
                <dd>
                    <Ago at=created_at />
                    {owner.map(|owner| view! { <span class="quiet">{format!("by {}", owner.name)}</span> })}
                </dd>
                {ready}
                {deleted}
            </dl>
        </section>
    }
    .into_any()
}
