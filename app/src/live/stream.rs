//! The browser's side of the event stream: one `EventSource` for the page, which recovers by itself, while the page can be seen.

use std::{cell::RefCell, time::Duration};

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::MessageEvent;

use super::source::Source;
use crate::islands::Connection;

/// Between attempts when the browser has given up by itself (an answer other than 200).
const RETRY: Duration = Duration::from_secs(2);

thread_local! {
    /// As long as the page lives.
    static STREAM: RefCell<Option<Source>> = const { RefCell::new(None) };
}

/// Opens the stream after the last event that the page knows of. `changed` is called with the id of each store that an event is
/// about, and without one when anything else may have changed: the pool, or anything while the stream was lost.
pub(super) fn open(connection: WriteSignal<Connection>, changed: fn(Option<&str>)) {
    let known = |name| document().body().and_then(|body| body.get_attribute(name)).unwrap_or_else(|| "0".to_owned());
    let url = format!("/api/stream?after={}&pool={}", known("data-event"), known("data-pool"));
    connect(url.clone(), false, connection, changed);
    // Browsers open six connections to a host, so that six pages which nobody sees would leave none for the seventh.
    let seen = window_event_listener_untyped("visibilitychange", move |_| match document().hidden() {
        true => drop(STREAM.take()),
        false => connect(url.clone(), true, connection, changed),
    });
    // Listens as long as the page lives.
    std::mem::forget(seen);
}

fn connect(url: String, again: bool, connection: WriteSignal<Connection>, changed: fn(Option<&str>)) {
    if document().hidden() {
        return;
    }
    let mut lost_before = again;
    let opened = move || {
        connection.set(Connection::Live);
        // The stream replays what was missed; but a server that came back may show more than events tell.
        if lost_before {
            changed(None);
        }
        lost_before = true;
    };
    let told = move |message: MessageEvent| {
        // Only the page that tells of the pool is concerned by it.
        if message.type_() != "pool" || super::all(".pool").next().is_some() {
            changed(store_of(&message).as_deref());
        }
    };
    let lost = {
        let url = url.clone();
        move |gave_up| {
            connection.set(Connection::Reconnecting);
            if gave_up {
                // Whether somebody is signed in is told with the page.
                changed(None);
                retry(url.clone(), connection, changed);
            }
        }
    };
    match Source::open(&url, &["store", "pool"], opened, told, lost) {
        Some(source) => drop(STREAM.replace(Some(source))),
        None => retry(url, connection, changed),
    }
}

fn retry(url: String, connection: WriteSignal<Connection>, changed: fn(Option<&str>)) {
    set_timeout(move || connect(url, true, connection, changed), RETRY);
}

/// The store that a message is about; none where it is about none, or that cannot be read, which counts as "anything".
fn store_of(message: &MessageEvent) -> Option<String> {
    let text = message.data().as_string()?;
    let event = js_sys::JSON::parse(&text).ok()?;
    js_sys::Reflect::get(&event, &JsValue::from_str("store_id")).ok()?.as_string()
}
