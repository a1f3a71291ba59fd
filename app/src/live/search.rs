//! The search form answers by itself: while one types, and when another order is chosen.

use std::{cell::Cell, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Event, FormData, HtmlFormElement, UrlSearchParams};

use super::page;

/// After the last key, before stores are looked for.
const PAUSE: Duration = Duration::from_millis(200);

thread_local! {
    static WAITING: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
}

/// Listens to the form from now on, for as long as the page lives.
pub(crate) fn follow() {
    let input = window_event_listener_untyped("input", |event| {
        if let Some(form) = search_form_of(&event) {
            wait_and(move || show(&form));
        }
    });
    let submit = window_event_listener_untyped("submit", |event| {
        if let Some(form) = search_form_of(&event) {
            event.prevent_default();
            show(&form);
        }
    });
    std::mem::forget((input, submit));
}

/// The form, when it is what the event came from.
fn search_form_of(event: &Event) -> Option<HtmlFormElement> {
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    element.closest("form[role=search]").ok()??.dyn_into().ok()
}

fn wait_and(then: impl FnOnce() + 'static) {
    if let Some(waiting) = WAITING.take() {
        waiting.clear();
    }
    WAITING.set(set_timeout_with_handle(then, PAUSE).ok());
}

/// Puts what the form asks for into the address and shows it.
fn show(form: &HtmlFormElement) {
    if let Some(address) = address_of(form) {
        // The address stays as it was where a browser refuses, and what is shown fits that.
        let replaced =
            window().history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
        if replaced.is_ok() {
            page::changed(None);
        }
    }
}

/// Where the form would lead, without what is empty.
fn address_of(form: &HtmlFormElement) -> Option<String> {
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&FormData::new_with_form(form).ok()?.into()).ok()?;
    if fields.get("q").is_some_and(|text| text.trim().is_empty()) {
        fields.delete("q");
    }
    let query = String::from(fields.to_string());
    Some(if query.is_empty() { form.action() } else { format!("{}?{query}", form.action()) })
}
