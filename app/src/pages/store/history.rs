//! What happened to a store, newest last.

use leptos::prelude::*;

use crate::{
    components::{Ago, Icon, Shape},
    model::{Event, Level, StoreDetail},
    words,
};

/// Its events, and where to get them as a log.
#[component]
pub fn HistoryCard(
    /// The store.
    detail: Signal<StoreDetail>,
) -> impl IntoView {
    let log = detail.with_untracked(|detail| format!("/api/stores/{}/events?format=log", detail.store.id));
    view! {
        <section class="card" aria-labelledby="history-title">
            <h2 id="history-title">
                "History"
                <a class="button small" href=log rel="external">
                    <Icon shape=Shape::Lines />
                    "As a log"
                </a>
            </h2>
            <ol class="events">
                <For each=move || detail.with(|detail| detail.events.clone()) key=|event| event.id let:event>
                    <EventLine event />
                </For>
            </ol>
        </section>
    }
    .into_any()
}

#[component]
fn EventLine(event: Event) -> impl IntoView {
    let level = match event.level {
        Level::Info => None,
        Level::Warning => Some("Warning: "),
        Level::Error => Some("Error: "),
    };
    view! {
        <li data-level=event.level.as_str()>
            <span class="at">
                <span class="time">{words::time_of_day(event.at)}</span>
                <Ago at=event.at />
            </span>
            <span class="text">
                {level.map(|level| view! { <strong>{level}</strong> })}
                {event.text}
            </span>
        </li>
    }
}
