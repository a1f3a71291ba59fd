//! How to sign in to a store's administration, shown when asked for.

use leptos::prelude::*;

use crate::{
    api::ShowCredentials,
    components::{CopyButton, Icon, Problem, Shape},
    model::{Credentials, StoreId},
};

/// A button that shows the credentials in place. Without JavaScript it opens the page that shows them.
#[component]
pub fn AccessCard(
    /// Which store.
    id: StoreId,
) -> impl IntoView {
    let show = ServerAction::<ShowCredentials>::new();
    let page = format!("/stores/{id}/credentials");
    let pending = show.pending();
    let error = Signal::derive(move || show.value().get().and_then(Result::err));
    let shown = move || show.value().get().and_then(Result::ok);
    view! {
        <section class="card" aria-labelledby="access-title">
            <h2 id="access-title">"Sign in"</h2>
            <p class="quiet">"The password is read from the cluster when you ask. That somebody asked is noted in the history."</p>
            {move || match shown() {
                Some(credentials) => view! { <CredentialsList credentials /> }.into_any(),
                None => {
                    let id = id.clone();
                    view! {
                        <form
                            method="get"
                            action=page.clone()
                            on:submit=move |event| {
                                event.prevent_default();
                                show.dispatch(ShowCredentials { id: id.clone() });
                            }
                        >
                            <button type="submit" class="button" disabled=pending>
                                <Icon shape=Shape::Key />
                                "Show credentials"
                            </button>
                        </form>
                    }
                        .into_any()
                }
            }}
            <Problem error />
        </section>
    }
    .into_any()
}

/// User, password and where they are wanted.
#[component]
pub fn CredentialsList(
    /// What to show.
    credentials: Credentials,
) -> impl IntoView {
    let Credentials { admin_url, user, password } = credentials;
    view! {
        <dl class="facts secrets">
            <dt>"User"</dt>
            <dd>
                <code>{user.clone()}</code>
                <CopyButton text=user what="user" />
            </dd>
            <dt>"Password"</dt>
            <dd>
                <code>{password.clone()}</code>
                <CopyButton text=password what="password" />
            </dd>
            <dt>"Sign in at"</dt>
            <dd>
                <a href=admin_url.clone() target="_blank" rel="noopener">
                    {admin_url.clone()}
                </a>
            </dd>
        </dl>
    }
}
