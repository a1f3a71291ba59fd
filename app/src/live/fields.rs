//! Fields that say what is wrong while something is typed in them, and buttons that wait for the right word. What is asked here,
//! the server asks again.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

use super::all;
use crate::{
    api::is_confirmed,
    model::{InvalidSlug, Slug, StoreName},
};

/// Watches the fields marked `data-check` or `data-wanted` from now on, for as long as the page lives.
pub(super) fn start() {
    let watch = |event: &'static str, is_done: bool| {
        window_event_listener_untyped(event, move |event| {
            if let Some(field) = event.target().and_then(|target| target.dyn_into().ok()) {
                look_at(&field, is_done);
            }
        })
    };
    std::mem::forget((watch("input", false), watch("change", true)));
    // The browser may have filled them in, and a button that waits has to begin with it.
    all("[data-wanted]").filter_map(|field| field.dyn_into().ok()).for_each(|field| look_at(&field, false));
}

/// Looks at a field in which something is being typed, or was.
fn look_at(field: &HtmlInputElement, is_done: bool) {
    let text = field.value();
    if let Some(kind) = field.get_attribute("data-check") {
        tell(field, &mistake_in(&kind, &text, is_done).unwrap_or_default());
    }
    if let Some(wanted) = field.get_attribute("data-wanted") {
        let is_so = is_confirmed(&text, &wanted);
        // While it is typed it is only a beginning.
        tell(field, if is_so || !is_done || text.is_empty() { "" } else { "That is something else." });
        let button = field.form().and_then(|form| form.query_selector("[type='submit']").ok().flatten());
        if let Some(button) = button {
            // Only fails for names that are none.
            let _marked = button.toggle_attribute_with_force("disabled", !is_so);
        }
    }
}

/// Says beside the field what is wrong with it, or nothing.
fn tell(field: &HtmlInputElement, problem: &str) {
    if let Some(place) = document().get_element_by_id(&format!("{}-problem", field.id())) {
        // Told once, not with every letter.
        if place.text_content().is_none_or(|told| told.trim() != problem) {
            place.set_text_content(Some(problem));
        }
    }
    let invalid = if problem.is_empty() { "false" } else { "true" };
    // Only fails for names that are none.
    let _marked = field.set_attribute("aria-invalid", invalid);
}

/// What is wrong with the text for a field of this kind. An empty one is only a beginning, and so is a short one until it is left.
fn mistake_in(kind: &str, text: &str, is_done: bool) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    match kind {
        "name" => text.parse::<StoreName>().err().map(|reason| reason.to_string()),
        "slug" => match text.parse::<Slug>() {
            Err(InvalidSlug::TooShort) if !is_done => None,
            slug => slug.err().map(|reason| reason.to_string()),
        },
        _ => None,
    }
}
