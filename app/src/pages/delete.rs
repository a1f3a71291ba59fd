//! The question before a store is deleted: a page, so that it is the same with and without JavaScript.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::components::A;

use super::{
    store::{WithStore, back_link, store_resource},
    store_in_path,
};
use crate::{
    api::DeleteStore,
    components::{Icon, Problem, Shape},
    model::StoreDetail,
    words,
};

/// Asks once more and says what will go.
#[component]
pub fn DeletePage() -> impl IntoView {
    let detail = store_resource(store_in_path());
    view! {
        <Transition fallback=|| view! { <p class="quiet">"Loading the store…"</p> }>
            <WithStore detail view=|detail| view! { <Question detail /> }.into_any() />
        </Transition>
    }
}

#[component]
fn Question(detail: Signal<StoreDetail>) -> impl IntoView {
    let (id, name) = detail.with_untracked(|detail| (detail.store.id.clone(), detail.store.name.to_string()));
    let open = Memo::new(move |_| detail.with(|detail| words::can_be_deleted(detail.store.status)));
    let title = format!("Delete {name}?");
    let namespace = id.namespace();
    view! {
        <Title text=title.clone() />
        {back_link(Some(id.clone()))}
        <section class="card lone">
            <h1>{title}</h1>
            <Show
                when=move || open.get()
                fallback=|| view! { <p>"It is being deleted already, or it is gone. Its page tells how far that is."</p> }
            >
                <p>"This cannot be taken back. What goes, and is watched until it is gone:"</p>
                <ul>
                    <li>"the shop with its products, orders and customers, and everything uploaded to it"</li>
                    <li>"its database and both of its volumes"</li>
                    <li>"its passwords, its address and the namespace " <code>{namespace.clone()}</code></li>
                </ul>
                <p class="quiet">"What stays: the store's page here, with its history."</p>
                <DeleteForm id=id.to_string() />
            </Show>
        </section>
    }
}

#[component]
fn DeleteForm(id: String) -> impl IntoView {
    let delete = ServerAction::<DeleteStore>::new();
    let pending = delete.pending();
    let error = Signal::derive(move || delete.value().get().and_then(Result::err));
    let back = format!("/stores/{id}");
    view! {
        <ActionForm action=delete>
            <input type="hidden" name="id" value=id />
            <div class="actions">
                <button type="submit" class="button danger solid" disabled=pending>
                    <Icon shape=Shape::Bin />
                    {move || if pending.get() { "Deleting…" } else { "Delete store" }}
                </button>
                <A href=back attr:class="button">
                    "Keep it"
                </A>
            </div>
        </ActionForm>
        <Problem error />
    }
}
