//! The top of every page: the name, the cluster, and whether changes arrive live.

use leptos::prelude::*;

use crate::{error::AppError, islands::LiveMark, model::Health, pages::loaded, service::stores};

/// The banner landmark.
#[component]
pub fn Header() -> impl IntoView {
    let stores = stores();
    let health = loaded(async move {
        let health = match stores {
            Ok(stores) => stores.health().await,
            Err(error) => Err(error),
        };
        Ok(view! { <ClusterLine health /> })
    });
    view! {
        <header class="top">
            <a href="/" class="brand">
                <Mark />
                "Urumi"
            </a>
            {health}
            <LiveMark />
        </header>
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
