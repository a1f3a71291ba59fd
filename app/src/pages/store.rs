//! One store: how it is, how it came to be, how to get in, and what happened to it.
//!
//! Its parts are boxed (`into_any`): unboxed, a page is one type as deep as its markup, whose values overflow the stack of
//! a server thread in builds without optimisation.

mod access;
mod facts;
mod failure;
mod head;
mod history;
mod steps;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

pub use self::access::CredentialsList;
use self::{
    access::AccessCard, facts::FactsCard, failure::FailureCard, head::StoreHead, history::HistoryCard, steps::StepsCard,
};
use super::{not_found::NoSuchStore, store_in_path};
use crate::{
    api::get_store,
    components::{Icon, Problem, Shape},
    error::AppError,
    live::Live,
    model::{Status, StoreDetail, StoreId},
    words,
};

/// What the page knows of its store.
pub type Detail = Resource<Result<StoreDetail, AppError>>;

/// Asks for the store that the address names.
pub fn store_resource(id: Memo<Option<StoreId>>) -> Detail {
    Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => get_store(id).await,
                None => Err(AppError::no_store("")),
            }
        },
    )
}

/// The page of a store, deleted ones included.
#[component]
pub fn StorePage() -> impl IntoView {
    let id = store_in_path();
    let detail = store_resource(id);
    // Its place in the queue is up to the stores before it.
    let is_queued = move || matches!(detail.get_untracked(), Some(Ok(detail)) if detail.store.status == Status::Queued);
    Live::get().on_change_of(id, is_queued, move || detail.refetch());
    view! {
        <Transition fallback=|| view! { <p class="quiet">"Loading the store…"</p> }>
            <WithStore detail view=|detail| view! { <StoreView detail /> }.into_any() />
        </Transition>
    }
}

/// Shows `view` once the store is known, and keeps it while newer answers arrive. Belongs under a `Transition`.
#[component]
pub fn WithStore(
    /// The answer of the server.
    detail: Detail,
    /// What to show of it.
    view: fn(Signal<StoreDetail>) -> AnyView,
) -> impl IntoView {
    let known = Memo::new(move |before: Option<&Option<StoreDetail>>| match detail.get() {
        Some(Ok(detail)) => Some(detail),
        // Another store, or none: what was known is about something else.
        Some(Err(AppError::NotFound { .. })) => None,
        _ => before.cloned().flatten(),
    });
    let missing = Memo::new(move |_| matches!(detail.get(), Some(Err(AppError::NotFound { .. }))));
    let id = Memo::new(move |_| known.with(|known| known.as_ref().map(|known| known.store.id.clone())));
    let error = Signal::derive(move || detail.get().and_then(Result::err).filter(|_| !missing.get()));
    view! {
        <Problem error />
        {move || missing.get().then(|| view! { <NoSuchStore /> })}
        {move || {
            id.get()?;
            let first = known.get_untracked()?;
            Some(view(Signal::derive(move || known.get().unwrap_or_else(|| first.clone()))))
        }}
    }
}

#[component]
fn StoreView(detail: Signal<StoreDetail>) -> impl IntoView {
    let store = Memo::new(move |_| detail.with(|detail| detail.store.clone()));
    let status = Memo::new(move |_| store.with(|store| store.status));
    let id = store.with_untracked(|store| store.id.clone());
    let access_id = id.clone();
    view! {
        <Title text=move || store.with(|store| store.name.to_string()) />
        <StoreHead store />
        <Show when=move || status.get() == Status::Failed>
            <FailureCard store />
        </Show>
        <div class="columns">
            <div>
                <StepsCard detail />
                <HistoryCard detail />
            </div>
            <div>
                <Show when=move || words::can_be_opened(status.get())>
                    <AccessCard id=access_id.clone() />
                </Show>
                <FactsCard store />
            </div>
        </div>
    }
}

/// The way back from a page about a store to the store.
pub fn back_link(id: Option<StoreId>) -> impl IntoView {
    let href = id.map_or_else(|| "/".to_owned(), |id| format!("/stores/{id}"));
    view! {
        <p class="crumb">
            <A href=href>
                <Icon shape=Shape::Back />
                "Back to the store"
            </A>
        </p>
    }
}
