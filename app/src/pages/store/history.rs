//! What happened to a store, newest last.

use leptos::prelude::*;

use crate::{
    components::{Ago, Icon, Shape},
    model::{Event, Level, StoreId},
    words,
};

/// Its events, and where to get them as a log.
#[component]
pub fn HistoryCard(
    /// Which store.
    id: StoreId,
    /// Its events, oldest first.
    events: Vec<Event>,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="history-title">
            <h2 id="history-title">
                "History"
                <a class="button small" href=format!("/api/stores/{id}/events?format=log")>
                    <Icon shape=Shape::Lines />
                    "As a log"
                </a>
            </h2>
            <ol class="events">{events.into_iter().map(|event| view! { <EventLine event /> }).collect_view()}</ol>
        </section>
    }
}

#[component]
fn EventLine(event: Event) -> impl IntoView {
    let level = match event.level {
        Level::Info => None,
        Level::Warning => Some("Warning: "),
        Level::Error => Some("Error: "),
    };
    view! {
        <li id=format!("event-{}", event.id) data-level=event.level.as_str()>
            <span class="at">
                <span class="time">{words::time_of_day(event.at)}</span>
                <Ago at=event.at />
            </span>
            <span class="text">{level.map(|level| view! { <strong>{level}</strong> })} {event.text}</span>
        </li>
    }
}
