//! The question before a store is deleted: a page, so that it is the same with and without JavaScript.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{store::back_link, with_store};
use crate::{
    islands::DeleteForm,
    model::{StoreDetail, StoreId},
    words,
};

/// Asks once more and says what will go.
#[component]
pub fn DeletePage() -> impl IntoView {
    with_store(|StoreDetail { store, .. }| {
        let title = format!("Delete {}?", store.name);
        let question = if words::can_be_deleted(store.status) {
            view! { <Question id=store.id.clone() /> }.into_any()
        } else {
            view! { <p>"It is being deleted already, or it is gone. Its page tells how far that is."</p> }.into_any()
        };
        view! {
            <Title text=title.clone() />
            <div data-watch=store.id.to_string()>
                {back_link(&store.id)} <section class="card lone">
                    <h1>{title}</h1>
                    {question}
                </section>
            </div>
        }
    })
}

#[component]
fn Question(id: StoreId) -> impl IntoView {
    view! {
        <p>"This cannot be taken back. What goes, and is watched until it is gone:"</p>
        <ul>
            <li>"the shop with its products, orders and customers, and everything uploaded to it"</li>
            <li>"its database and both of its volumes"</li>
            <li>"its passwords, its address and the namespace " <code>{id.namespace()}</code></li>
        </ul>
        <p class="quiet">"What stays: the store's page here, with its history."</p>
        <DeleteForm id />
    }
}
