//! All stores: the form that creates one, and the list.

mod create;
mod list;

use leptos::prelude::*;
use leptos_meta::Title;

use self::{create::CreateForm, list::StoreList};
use crate::{api::list_stores, components::Problem, live::Live};

/// The first page.
#[component]
pub fn FleetPage() -> impl IntoView {
    let stores = Resource::new_blocking(|| (), |()| list_stores());
    Live::get().on_any_change(move || stores.refetch());
    view! {
        <Title text="Stores" />
        <div class="page-head">
            <h1>"Stores"</h1>
            <p class="lede">
                "Each one is a shop of its own, with its own database, limits and address. It is handed over after a test order went through."
            </p>
        </div>
        <CreateForm />
        <Transition fallback=|| view! { <p class="quiet">"Loading the stores…"</p> }>
            <Problem error=Signal::derive(move || stores.get().and_then(Result::err)) />
            <StoreList stores />
        </Transition>
    }
}
