//! Times on a page. The browser lets them move on: see `live::clock`.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::{service::stores, time, words};

/// The time on the platform's clock.
#[must_use]
pub fn now() -> Timestamp {
    // Without a service (while routes are collected, before there is a request) nothing shows a time.
    stores().map_or(Timestamp::UNIX_EPOCH, |stores| stores.now())
}

/// When `at` is expected to be.
#[component]
pub fn Ahead(
    /// The instant.
    at: Timestamp,
) -> impl IntoView {
    let seconds = at.as_second().saturating_sub(now().as_second());
    view! {
        <time datetime=at.to_string() data-ahead="">
            {time::ahead(seconds)}
        </time>
    }
}

/// How long ago `at` was, with the whole truth in its tooltip.
#[component]
pub fn Ago(
    /// The instant.
    at: Timestamp,
) -> impl IntoView {
    view! {
        <time datetime=at.to_string() title=words::in_full(at) data-ago="">
            {words::ago(now(), at)}
        </time>
    }
}
