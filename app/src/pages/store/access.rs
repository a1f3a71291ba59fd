//! The way into a store's administration.

use leptos::prelude::*;

use crate::{islands::ShowCredentialsButton, model::StoreId};

/// Offers the credentials.
#[component]
pub fn AccessCard(
    /// Which store.
    id: StoreId,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="access-title">
            <h2 id="access-title">"Sign in"</h2>
            <p class="quiet">"The password is read from the cluster when you ask. That somebody asked is noted in the history."</p>
            <ShowCredentialsButton id />
        </section>
    }
}
