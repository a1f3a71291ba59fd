//! What happened to a store, newest last.

use leptos::prelude::*;

use crate::{
    components::{Ago, Icon, Shape},
    islands::CopyLog,
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
) -> AnyView {
    let log = format!("/api/stores/{id}/events?format=log");
    view! {
        <section class="card history" aria-labelledby="history-title">
            <h2 id="history-title">
                "History"
                <span class="actions">
                    <CopyLog href=log.clone() />
                    <a class="button small" href=log.clone()>
                        <Icon shape=Shape::Lines />
                        "As a log"
                    </a>
                    <a class="button small" href=log download=format!("store-{id}-events.log")>
                        "Download"
                    </a>
                </span>
            </h2>
            <fieldset class="levels">
                <legend class="unseen">"Which events"</legend>
                <label>
                    <input type="radio" name="level" value="all" checked />
                    "All"
                </label>
                <label>
                    <input type="radio" name="level" value="problems" />
                    "Problems only"
                </label>
                <span class="quiet">"Times are UTC"</span>
            </fieldset>
            <p class="quiet none">"No problem so far."</p>
            <ol class="events">{events.into_iter().map(|event| view! { <EventLine event /> }).collect_view()}</ol>
        </section>
    }
    .into_any()
}

#[component]
fn EventLine(event: Event) -> AnyView {
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
    .into_any()
}
