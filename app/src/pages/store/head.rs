//! The head of a store's page: name, status in one sentence, and what can be done.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{Icon, Progress, Shape, StatusBadge},
    model::{Edition, Store},
    words,
};

/// Name, status and actions.
#[component]
pub fn StoreHead(
    /// The store.
    store: Memo<Store>,
) -> impl IntoView {
    let status = Signal::derive(move || store.with(|store| store.status));
    let only_wordpress = move || store.with(|store| store.edition == Some(Edition::WordpressOnly));
    view! {
        <p class="crumb">
            <A href="/">
                <Icon shape=Shape::Back />
                "All stores"
            </A>
        </p>
        <div class="page-head">
            <div class="title-line">
                <h1>{move || store.with(|store| store.name.to_string())}</h1>
                <StatusBadge status />
            </div>
            <p class="lede" aria-live="polite">
                {move || store.with(words::status_sentence)}
            </p>
            <Progress store />
            <Show when=only_wordpress>
                <p class="notice" data-tone="odd">
                    <Icon shape=Shape::Warning />
                    <span>"WordPress only, no shop: the store image was built without WooCommerce."</span>
                </p>
            </Show>
            <div class="actions">
                <Show when=move || words::can_be_opened(status.get())>
                    <OpenLinks store />
                </Show>
                <Show when=move || words::can_be_deleted(status.get())>
                    <A href=move || format!("/stores/{}/delete", store.with(|store| store.id.to_string())) attr:class="button danger">
                        <Icon shape=Shape::Bin />
                        "Delete…"
                    </A>
                </Show>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn OpenLinks(store: Memo<Store>) -> impl IntoView {
    let shop = move || match store.with(|store| store.edition) {
        Some(Edition::WordpressOnly) => "Open site",
        _ => "Open shop",
    };
    view! {
        <a class="button primary" href=move || store.with(|store| store.url.clone()) target="_blank" rel="noopener">
            {shop}
            <Icon shape=Shape::External />
        </a>
        <a class="button" href=move || store.with(|store| store.admin_url.clone()) target="_blank" rel="noopener">
            "Open admin"
            <Icon shape=Shape::External />
        </a>
    }
}
