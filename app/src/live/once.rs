//! Forms that lead to a page are sent once: a second click comes before the page does.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// Watches the forms marked `data-once` from now on, for as long as the page lives.
pub(super) fn start() {
    let submit = window_event_listener_untyped("submit", |event| {
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(form) = form.filter(|form| form.has_attribute("data-once")) else { return };
        if form.has_attribute("aria-busy") {
            event.prevent_default();
        }
        // Only fails for names that are none.
        let _marked = form.set_attribute("aria-busy", "true");
    });
    std::mem::forget(submit);
}
