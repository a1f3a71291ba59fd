//! All stores: the form that creates one, and the list.

mod create;
mod list;
mod look;
mod view;

use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    create::Create,
    list::{NoStores, StoreTable},
    look::{Look, Pages, Summary},
    view::{Show, View},
};
use super::loaded;
use crate::{
    model::{Action, Counts, PageStart, StorePage, StoreQuery},
    service::{may, stores},
    words,
};

/// The first page.
#[component]
pub fn FleetPage() -> AnyView {
    let (stores, view) = (stores(), View::of_request());
    let list = loaded(async move {
        let stores = stores?;
        let (mut page, counts) = (stores.list(view.query()).await?, stores.counts().await?);
        if view.is_past(&page) {
            page = stores.list(StoreQuery { start: PageStart::Start, ..view.query() }).await?;
        }
        if page.stores.is_empty() && counts.all() == 0 && !view.is_narrowed() {
            let deleted = StoreQuery { limit: 1, ..View { show: Show::Deleted, ..View::default() }.query() };
            let any_deleted = !stores.list(deleted).await?.stores.is_empty();
            return Ok(view! { <NoStores any_deleted /> }.into_any());
        }
        let found = (!page.stores.is_empty())
            .then(|| view! { <StoreTable stores=page.stores.clone() deleted=view.show == Show::Deleted /> });
        Ok(view! {
            <section aria-labelledby="list-title">
                <div class="look">
                    <Summary view=&view counts />
                    <Look view=&view />
                </div>
                <h2 id="list-title" class="unseen" aria-live="polite">
                    {found_title(&view, counts, &page)}
                </h2>
                {found.map_or_else(|| view! { <NothingFound /> }.into_any(), IntoAny::into_any)}
                <Pages view=&view page=&page />
                <label class="keys quiet">
                    <input id="keys" type="checkbox" checked />
                    <span>
                        "Keys: " <kbd>"/"</kbd> " search, " <kbd>"j"</kbd> " and " <kbd>"k"</kbd> " through the list, "
                        {may(Action::Create).then(|| view! { <kbd>"c"</kbd> " create" })}
                    </span>
                </label>
            </section>
        }
        .into_any())
    });
    view! {
        <Title text="Stores" />
        <div class="page-head">
            <h1>"Stores"</h1>
            <p class="lede">
                "Each one is a shop of its own, with its own database, limits and address. It is handed over after a test order went through."
            </p>
        </div>
        {may(Action::SeeStrays).then(|| view! { <StraysLine /> })}
        {may(Action::Create).then(|| view! { <PoolLine /> })}
        {may(Action::Create).then(|| view! { <Create /> })}
        {list}
    }.into_any()
}

/// That there is something in the cluster which belongs to no store.
#[component]
fn StraysLine() -> impl IntoView {
    let stores = stores();
    loaded(async move {
        let number = stores?.strays().await?.found.iter().filter(|stray| !stray.is_of_others()).count();
        let text = match number {
            1 => "One thing in the cluster belongs to no store.".to_owned(),
            several => format!("{several} things in the cluster belong to no store."),
        };
        Ok((number > 0).then(|| {
            view! {
                <p class="notice" data-tone="warn">
                    {text} " " <a href="/strays">"Look at what is left"</a>
                </p>
            }
        }))
    })
}

/// That a finished store waits for somebody, where there is a pool of them.
#[component]
fn PoolLine() -> impl IntoView {
    let stores = stores();
    loaded(async move {
        let pool = stores?.pool().await?;
        Ok(words::pool(&pool).map(|text| view! { <p class="quiet pool">{text}</p> }))
    })
}

/// What the list holds, for those who go from heading to heading, and for those who hear that it changed while they search.
fn found_title(view: &View, counts: Counts, page: &StorePage) -> String {
    match page.stores.len() {
        _ if !view.is_narrowed() && counts.all() == 1 => "1 store".to_owned(),
        _ if !view.is_narrowed() => format!("All {} stores", counts.all()),
        number if page.more_after || page.more_before => format!("More than {number} stores match"),
        0 => "No store matches".to_owned(),
        1 => "1 store matches".to_owned(),
        number => format!("{number} stores match"),
    }
}

#[component]
fn NothingFound() -> AnyView {
    view! {
        <section class="card empty">
            <p>"No store matches."</p>
            <p>
                <a href="/">"Show all stores"</a>
            </p>
        </section>
    }
    .into_any()
}
