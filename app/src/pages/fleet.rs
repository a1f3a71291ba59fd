//! All stores: the form that creates one, and the list.

mod list;

use leptos::prelude::*;
use leptos_meta::Title;

use self::list::StoreList;
use super::loaded;
use crate::{islands::CreateForm, service::stores};

/// The first page.
#[component]
pub fn FleetPage() -> impl IntoView {
    let stores = stores();
    let list = loaded(async move { Ok(view! { <StoreList stores=stores?.list().await? /> }) });
    view! {
        <Title text="Stores" />
        <div class="page-head">
            <h1>"Stores"</h1>
            <p class="lede">
                "Each one is a shop of its own, with its own database, limits and address. It is handed over after a test order went through."
            </p>
        </div>
        <CreateForm />
        {list}
    }
}
