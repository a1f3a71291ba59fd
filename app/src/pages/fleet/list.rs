//! The stores as a table, which the style sheet turns into cards on a phone.
//!
//! Rows are keyed by id and read their store through a memo: an update changes the texts that differ and nothing else, so
//! focus, selection and scroll position stay.

use std::{collections::HashMap, sync::Arc};

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{Ago, Icon, Progress, RetryForm, Shape, StatusBadge},
    error::AppError,
    model::{Failure, Status, Store, StoreId},
    words,
};

/// The list, or what a first store will be like.
#[component]
pub fn StoreList(
    /// What the server answered. An answer that is an error leaves the list as it was.
    stores: Resource<Result<Vec<Store>, AppError>>,
) -> impl IntoView {
    let known = Memo::new(move |before: Option<&Option<Vec<Store>>>| match stores.get() {
        Some(Ok(stores)) => Some(stores),
        _ => before.cloned().flatten(),
    });
    let ids = Memo::new(move |_| {
        known.with(|known| known.iter().flatten().map(|store| store.id.clone()).collect::<Vec<_>>())
    });
    let by_id = Memo::new(move |_| {
        let pair = |store: Store| (store.id.clone(), store);
        Arc::new(known.get().into_iter().flatten().map(pair).collect::<HashMap<_, _>>())
    });
    let empty = Memo::new(move |_| known.with(|known| known.as_ref().is_some_and(Vec::is_empty)));
    view! {
        <Show when=move || !empty.get() fallback=NoStores>
            <div class="card flush">
                <table class="stores" role="table" aria-label="Stores">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">"Store"</th>
                            <th role="columnheader" scope="col">"Status"</th>
                            <th role="columnheader" scope="col">"Created"</th>
                            <th role="columnheader" scope="col"><span class="unseen">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For each=move || ids.get() key=StoreId::clone let:id>
                            <StoreRow id by_id />
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn NoStores() -> impl IntoView {
    view! {
        <section class="card empty" aria-labelledby="empty-title">
            <h2 id="empty-title">"No stores yet"</h2>
            <p>"Give the first one a name above. Then this happens, and you can watch it:"</p>
            <ol>
                <li>"It gets a namespace of its own in the cluster, with limits and a closed network."</li>
                <li>"Database and WordPress start, and the shop is installed with a demo product."</li>
                <li>"Urumi visits the shop, buys the product, and takes the order back."</li>
                <li>"Only then the store is Ready: you get its address and its administrator's password."</li>
            </ol>
        </section>
    }
}

type ById = Memo<Arc<HashMap<StoreId, Store>>>;

/// One store's row. It can outlive its store by one update; it then keeps what it last showed.
#[component]
fn StoreRow(id: StoreId, by_id: ById) -> impl IntoView {
    let first = by_id.with_untracked(|by_id| by_id.get(&id).cloned())?;
    let href = format!("/stores/{id}");
    let delete_href = format!("{href}/delete");
    let name = StoredValue::new(first.name.to_string());
    let store = Memo::new({
        let id = id.clone();
        move |before: Option<&Store>| {
            let now = by_id.with(|by_id| by_id.get(&id).cloned());
            now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        }
    });
    let status = Signal::derive(move || store.with(|store| store.status));
    let can_be_retried =
        Memo::new(move |_| store.with(|store| store.failure.as_ref().is_some_and(Failure::can_be_retried)));
    Some(view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <A href=href>{name.get_value()}</A>
                <StoreAddress store status />
            </th>
            <td role="cell" class="status-cell">
                <StatusBadge status />
                <span class="note">{move || store.with(words::row_note)}</span>
                <Progress store />
            </td>
            <td role="cell" class="age">
                <Ago at=Signal::derive(move || store.with(|store| store.created_at)) />
            </td>
            <td role="cell" class="actions">
                <Show when=move || can_be_retried.get()>
                    <RetryForm id=id.clone() name=name.get_value() />
                </Show>
                <Show when=move || words::can_be_deleted(status.get())>
                    <DeleteLink href=delete_href.clone() name=name.get_value() />
                </Show>
            </td>
        </tr>
    })
}

#[component]
fn DeleteLink(href: String, name: String) -> impl IntoView {
    view! {
        <A href=href attr:class="button quiet-button" attr:aria-label=format!("Delete {name}")>
            <Icon shape=Shape::Bin />
            "Delete"
        </A>
    }
}

/// The address: a link once something answers there.
#[component]
fn StoreAddress(store: Memo<Store>, status: Signal<Status>) -> impl IntoView {
    let url = Memo::new(move |_| store.with(|store| store.url.clone()));
    let bare = move || url.get().trim_start_matches("http://").trim_start_matches("https://").to_owned();
    view! {
        <span class="address">
            <Show when=move || words::can_be_opened(status.get()) fallback=move || bare()>
                <a href=move || url.get() target="_blank" rel="noopener">
                    {bare}
                    <Icon shape=Shape::External />
                </a>
            </Show>
        </span>
    }
}
