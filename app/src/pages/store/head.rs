//! The head of a store's page: name, status in one sentence, and what can be done.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::{
    components::{Ahead, Crumb, Icon, Progress, ProtectForm, Shape, StatusBadge},
    model::{Action, Edition, Store},
    service::may_with,
    words,
};

/// Name, status and actions.
#[component]
pub fn StoreHead<'a>(
    /// The store.
    store: &'a Store,
    /// When it starts, while it is queued and that can be told.
    expected_start: Option<Timestamp>,
    /// What its job waits for that is not up to it.
    waits_for: Option<String>,
    /// Whether its shop is on the way to another address.
    is_moving: bool,
) -> AnyView {
    let expected = expected_start.map(|at| {
        view! {
            <p class="lede">"Expected to start " <Ahead at /> "."</p>
        }
    });
    let waiting = waits_for.map(|what| {
        view! {
            <p class="notice" data-tone="odd" role="status">
                <Icon shape=Shape::Clock />
                <span>
                    {format!("{what}. It goes on by itself as soon as the cluster answers; nothing is lost, and no deadline runs meanwhile.")}
                </span>
            </p>
        }
    });
    let moving = is_moving.then(|| {
        view! {
            <p class="notice" data-tone="odd" role="status">
                <Icon shape=Shape::Clock />
                <span>{format!("The shop is moving to {} and away for some seconds.", store.url)}</span>
            </p>
        }
    });
    let only_wordpress = (store.edition == Some(Edition::WordpressOnly)).then(|| {
        view! {
            <p class="notice" data-tone="odd">
                <Icon shape=Shape::Warning />
                <span>"WordPress only, no shop: the store image was built without WooCommerce."</span>
            </p>
        }
    });
    let open = words::can_be_opened(store.status).then(|| view! { <OpenLinks store /> });
    let may_change = may_with(Action::Change, store);
    let delete = (may_change && words::can_be_deleted(store)).then(|| {
        view! {
            <a href=format!("/stores/{}/delete", store.id) class="button danger">
                <Icon shape=Shape::Bin />
                "Delete…"
            </a>
        }
    });
    let protect = (may_change && words::is_there(store.status)).then(|| {
        view! { <ProtectForm id=store.id.clone() protected=store.protected /> }
    });
    let is_kept = (store.protected && words::is_there(store.status)).then(|| {
        view! { <p class="quiet">"It is protected: it cannot be deleted."</p> }
    });
    view! {
        <Crumb href="/" text="All stores" />
        <div class="page-head">
            <div class="title-line">
                <h1>{store.name.to_string()}</h1>
                <StatusBadge status=store.status />
            </div>
            <p class="lede" aria-live="polite">
                {words::status_sentence(store)}
            </p>
            {expected}
            <Progress store />
            {moving}
            {waiting}
            {only_wordpress}
            <div class="actions">{open} {protect} {delete}</div>
            {is_kept}
        </div>
    }
    .into_any()
}

#[component]
fn OpenLinks<'a>(store: &'a Store) -> AnyView {
    let shop = match store.edition {
        Some(Edition::WordpressOnly) => "Open site",
        _ => "Open shop",
    };
    view! {
        <a class="button primary" href=store.url.clone() target="_blank" rel="noopener">
            {shop}
            <Icon shape=Shape::External />
        </a>
        <a class="button" href=store.admin_url.clone() target="_blank" rel="noopener">
            "Open admin"
            <Icon shape=Shape::External />
        </a>
    }
    .into_any()
}
