//! Keeps the page as it would be if it were opened now.
//!
//! A message of the event stream says *that* a store changed. The page is then fetched again and what differs is changed in
//! place, so there is no second copy of the state here, nothing is rendered twice in two languages, and focus, selection, scroll
//! position and the islands stay as they are.

mod clock;
mod fields;
mod keys;
mod log;
mod notice;
mod once;
mod page;
mod search;
mod selection;
mod source;
mod stale;
mod stream;

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, NodeList};

pub(crate) use self::{
    log::{follow as follow_log, scroll_to_end as scroll_log_to_end},
    page::text_at,
    search::follow as follow_search,
    selection::follow as follow_selection,
};
use crate::islands::Connection;

/// Starts following what happens; `set_connection` is told how the stream is doing. Called once per page.
pub(crate) fn start(set_connection: WriteSignal<Connection>) {
    clock::start();
    page::start();
    once::start();
    notice::start();
    fields::start();
    keys::start();
    stale::start();
    stream::open(set_connection, page::changed);
    // A page that the browser kept while another was open is out of date, and its forms are as they were left.
    let restored = window_event_listener(leptos::ev::pageshow, |event| {
        if event.persisted() {
            // Nothing can be done for a browser that refuses to load.
            let _refused = window().location().reload();
        }
    });
    // Listens as long as the page lives.
    std::mem::forget(restored);
}

/// The elements of the page that match.
fn all(selector: &str) -> impl Iterator<Item = Element> {
    let found: Option<NodeList> = document().query_selector_all(selector).ok();
    let length = found.as_ref().map_or(0, NodeList::length);
    (0..length).filter_map(move |index| found.as_ref()?.item(index)?.dyn_into().ok())
}

fn set(object: &js_sys::Object, name: &str, value: &JsValue) {
    // Only fails for objects that are frozen or no objects.
    let _set = Reflect::set(object, &name.into(), value);
}
