//! Keys that save the way with the mouse or with Tab: `/` to the search, `c` to the form that creates a store, `j` and `k` down and
//! up the list.

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::all;

/// What stands for a store in the list.
const ROWS: &str = ".stores tbody th > a";

/// Listens from now on, for as long as the page lives.
pub(super) fn start() {
    let pressed = window_event_listener(leptos::ev::keydown, |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typed_into(&event) {
            return;
        }
        let target = match event.key().as_str() {
            "/" => document().get_element_by_id("search"),
            "c" => document().get_element_by_id("name"),
            "j" => beside(1),
            "k" => beside(-1),
            _ => None,
        };
        if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            event.prevent_default();
            // It is on the page and can have the focus.
            let _focused = target.focus();
        }
    });
    std::mem::forget(pressed);
}

/// The row after (1) or before (-1) the one that has the focus; the first where none has it.
fn beside(way: isize) -> Option<Element> {
    let rows: Vec<Element> = all(ROWS).collect();
    let focused = document().active_element();
    let here = rows.iter().position(|row| Some(row) == focused.as_ref());
    rows.into_iter().nth(here.map_or(Some(0), |here| here.checked_add_signed(way))?)
}

/// Whether what has the focus takes letters.
fn is_typed_into(event: &KeyboardEvent) -> bool {
    let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    focused.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
