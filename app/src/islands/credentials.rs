//! How to sign in to a store's administration, shown when asked for.

use leptos::prelude::*;

use super::CopyButton;
use crate::{
    api::ShowCredentials,
    components::{Icon, Problem, Shape},
    model::{Credentials, StoreId},
};

/// A button that shows the credentials in its place. Without JavaScript it opens the page that shows them.
#[island]
pub fn ShowCredentialsButton(
    /// Which store.
    id: StoreId,
) -> impl IntoView {
    let show = ServerAction::<ShowCredentials>::new();
    let page = format!("/stores/{id}/credentials");
    let error = Signal::derive(move || show.value().get().and_then(Result::err));
    let shown = move || show.value().get().and_then(Result::ok);
    let button = NodeRef::<leptos::html::Button>::new();
    let hiding = NodeRef::<leptos::html::Button>::new();
    // Each button goes when it is pressed, and leaves the focus to the other.
    Effect::new(move |_| {
        if let Some(hiding) = hiding.get() {
            let _focused = hiding.focus();
        }
    });
    let hide = move |_| {
        show.clear();
        // The button that had the focus is gone, and the other is there with the next frame.
        request_animation_frame(move || {
            if let Some(button) = button.get_untracked() {
                // Only fails for what cannot have it.
                let _focused = button.focus();
            }
        });
    };
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        show.dispatch(ShowCredentials { id: id.clone() });
    };
    view! {
        <form method="get" action=page on:submit=ask hidden=move || shown().is_some()>
            <button node_ref=button type="submit" class="button" disabled=show.pending()>
                <Icon shape=Shape::Key />
                "Show credentials"
            </button>
        </form>
        {move || {
            shown()
                .map(|credentials| {
                    view! {
                        <CredentialsList credentials />
                        <button node_ref=hiding type="button" class="button small" on:click=hide>
                            "Hide credentials"
                        </button>
                    }
                })
        }}
        <Problem error />
    }
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
                <CopyButton text=user what="user".to_owned() />
            </dd>
            <dt>"Password"</dt>
            <dd>
                <code>{password.clone()}</code>
                <CopyButton text=password what="password".to_owned() />
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
