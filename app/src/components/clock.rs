//! The time as the server sees it, ticking: ages move on without asking the server again.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::words;

/// The current time as a signal, in context.
#[derive(Clone, Copy)]
struct Now(ReadSignal<Timestamp>);

/// Puts the time in context. It starts at the server's time, in the browser too: so both render the same text, and a
/// browser whose clock is off still shows right ages.
pub fn provide_clock() {
    let start = SharedValue::new(server_time).into_inner();
    let (now, set_now) = signal(start);
    provide_context(Now(now));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| tick(start, set_now));
    #[cfg(not(feature = "hydrate"))]
    let _ = set_now;
}

/// The current time.
#[must_use]
pub fn use_now() -> ReadSignal<Timestamp> {
    expect_context::<Now>().0
}

/// How long ago `at` was, with the whole truth in its tooltip.
#[component]
pub fn Ago(
    /// The instant.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let now = use_now();
    view! {
        <time datetime=move || at.get().to_string() title=move || words::in_full(at.get())>
            {move || words::ago(now.get(), at.get())}
        </time>
    }
}

#[cfg(feature = "ssr")]
fn server_time() -> Timestamp {
    // Without a service (while routes are collected, before there is a request) nothing shows a time.
    crate::service::stores().map_or(Timestamp::UNIX_EPOCH, |stores| stores.now())
}

#[cfg(not(feature = "ssr"))]
fn server_time() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

/// Adds what passed on the browser's clock to the server's time, every second.
#[cfg(feature = "hydrate")]
fn tick(start: Timestamp, set_now: WriteSignal<Timestamp>) {
    use std::time::Duration;

    let opened = js_sys::Date::now();
    let passed = move || std::time::Duration::from_secs_f64((js_sys::Date::now() - opened).max(0.0) / 1_000.0);
    let step = move || {
        if let Ok(now) = start.checked_add(passed()) {
            set_now.set(now);
        }
    };
    if let Ok(interval) = set_interval_with_handle(step, Duration::from_secs(1)) {
        on_cleanup(move || interval.clear());
    }
}
