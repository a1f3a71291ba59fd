//! The top of every page: the name, the cluster, and whether changes arrive live.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    api::SignOut,
    error::AppError,
    islands::LiveMark,
    model::{Action, Health, User},
    pages::loaded,
    service::{is_demo, me, stores},
};

/// The banner landmark.
#[component]
pub fn Header() -> impl IntoView {
    let brand = view! {
        <a href="/" class="brand">
            <Mark />
            "Urumi"
        </a>
    };
    let demo = is_demo()
        .then(|| view! { <ClusterNote tone="odd" title="Demo mode: no cluster" text="Stores are simulated." /> });
    let Some(user) = me() else {
        return view! { <header class="top">{brand} {demo}</header> }.into_any();
    };
    let cluster = match demo {
        Some(demo) => demo.into_any(),
        None => {
            let stores = stores();
            loaded(async move {
                let health = match stores {
                    Ok(stores) => stores.health().await,
                    Err(error) => Err(error),
                };
                Ok(view! { <ClusterLine health /> })
            })
        }
    };
    view! { <header class="top">{brand} {cluster} <LiveMark /> <Menu user /></header> }.into_any()
}

/// Where else to go, and the way out.
#[component]
fn Menu(user: User) -> impl IntoView {
    let users = user.may(Action::ManageUsers, false).then(|| view! { <a href="/users">"Users"</a> });
    let audit = user.may(Action::SeeAudit, false).then(|| view! { <a href="/audit">"Audit log"</a> });
    view! {
        <nav class="menu" aria-label="Account">
            {users}
            {audit}
            <a href="/account">{user.name.to_string()}</a>
            <form method="post" action=SignOut::url()>
                <button type="submit" class="button small quiet-button">
                    "Sign out"
                </button>
            </form>
        </nav>
    }
}

/// The platform's sign: the coiled blade that it is named after.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
            <path d="M6 27V13a10 10 0 1 1 10 10 6 6 0 1 1 6-6" />
        </svg>
    }
}

#[component]
fn ClusterLine(health: Result<Health, AppError>) -> impl IntoView {
    let (tone, title, text) = match health {
        Ok(health) if health.cluster.reachable => ("good", "Cluster", health.cluster.detail),
        Ok(health) => ("bad", "Cluster does not answer", health.cluster.detail),
        Err(error) => ("bad", "Platform", error.to_string()),
    };
    view! { <ClusterNote tone title text /> }
}

#[component]
fn ClusterNote(tone: &'static str, title: &'static str, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <p class="cluster" data-tone=tone>
            <strong>{title}</strong>
            <span>{text}</span>
        </p>
    }
}
