//! The credentials as a page, for browsers without JavaScript. It is never kept by them: the server function says so.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    not_found::NoSuchStore,
    store::{CredentialsList, back_link},
    store_in_path,
};
use crate::{api::show_credentials, components::Problem, error::AppError};

/// Asks for the credentials and shows them.
#[component]
pub fn CredentialsPage() -> impl IntoView {
    let id = store_in_path();
    let credentials = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => show_credentials(id).await,
                None => Err(AppError::no_store("")),
            }
        },
    );
    let shown = move || {
        credentials.get().map(|answer| match answer {
            Ok(credentials) => view! {
                <Title text="Credentials" />
                {back_link(id.get())}
                <section class="card lone">
                    <h1>"Credentials"</h1>
                    <CredentialsList credentials />
                </section>
            }
            .into_any(),
            Err(AppError::NotFound { .. }) => view! { <NoSuchStore /> }.into_any(),
            Err(error) => view! {
                <Title text="Credentials" />
                {back_link(id.get())}
                <h1>"Credentials"</h1>
                <Problem error=Signal::stored(Some(error)) />
            }
            .into_any(),
        })
    };
    view! { <Transition fallback=|| view! { <p class="quiet">"Asking the cluster…"</p> }>{shown}</Transition> }
}
