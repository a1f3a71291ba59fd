//! The credentials as a page, for browsers without JavaScript. It is never kept by them: the server function says so.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{loaded, store_in_path};
use crate::{
    api::show_credentials,
    components::{Crumb, Problem},
    error::AppError,
    islands::CredentialsList,
};

/// Asks for the credentials and shows them.
#[component]
pub fn CredentialsPage() -> impl IntoView {
    let id = store_in_path();
    loaded(async move {
        let id = id?;
        let shown = match show_credentials(id.clone()).await {
            Ok(credentials) => view! { <CredentialsList credentials /> }.into_any(),
            Err(error @ AppError::NotFound { .. }) => return Err(error),
            Err(error) => view! { <Problem error=Signal::stored(Some(error)) /> }.into_any(),
        };
        Ok(view! {
            <Title text="Credentials" />
            // Nothing on it changes, and showing it again would be noted again.
            <div data-watch="">
                <Crumb href=format!("/stores/{id}") text="Back to the store" /> <section class="card lone">
                    <h1>"Credentials"</h1>
                    {shown}
                </section>
            </div>
        })
    })
}
