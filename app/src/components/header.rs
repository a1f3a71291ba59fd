//! The top of every page: the name, the cluster, and whether changes arrive live.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    api::get_health,
    error::AppError,
    live::{Connection, Live},
    model::Health,
};

/// The banner landmark.
#[component]
pub fn Header() -> impl IntoView {
    let health = Resource::new_blocking(|| (), |()| get_health());
    Live::get().on_any_change(move || health.refetch());
    view! {
        <header class="top">
            <A href="/" attr:class="brand">
                <Mark />
                "Urumi"
            </A>
            <Transition>{move || health.get().map(|health| view! { <ClusterLine health /> })}</Transition>
            <LiveMark />
        </header>
    }
    .into_any()
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
        Ok(health) if health.cluster.fake => ("odd", "Pretended cluster", "stores are not real".to_owned()),
        Ok(health) if health.cluster.reachable => ("good", "Cluster", health.cluster.detail),
        Ok(health) => ("bad", "Cluster does not answer", health.cluster.detail),
        Err(error) => ("bad", "Platform", error.to_string()),
    };
    view! {
        <p class="cluster" data-tone=tone>
            <strong>{title}</strong>
            <span>{text}</span>
        </p>
    }
}

#[component]
fn LiveMark() -> impl IntoView {
    let live = Live::get();
    let (word, text) = (
        move || match live.connection() {
            Connection::Connecting => "connecting",
            Connection::Live => "live",
            Connection::Reconnecting => "reconnecting",
        },
        move || match live.connection() {
            Connection::Connecting => "Connecting…",
            Connection::Live => "Live",
            Connection::Reconnecting => "Reconnecting…",
        },
    );
    view! {
        <p class="live needs-js" role="status" data-connection=word title="Whether changes arrive by themselves">
            {text}
        </p>
    }
}
