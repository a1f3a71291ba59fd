//! Keys that save the way with the mouse or with Tab: `/` to the search, `c` to the form that creates a store, `j` and `k` down and
//! up the list. They can be switched off, for people whose speech or aids press letters (WCAG 2.1.4); the browser remembers that.

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, Storage};

use super::all;

/// What stands for a store in the list.
const ROWS: &str = ".stores tbody th > a";

/// The box that says whether they work.
const SWITCH: &str = "keys";

/// Listens from now on, for as long as the page lives.
pub(super) fn start() {
    if let Some(switch) = switch() {
        switch.set_checked(is_on());
    }
    let switched = window_event_listener_untyped("change", |event| {
        let from = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let (Some(from), Some(storage)) = (from.filter(|from| from.id() == SWITCH), storage()) {
            // A browser that keeps nothing forgets it with the page.
            let _kept = storage.set_item(SWITCH, if from.checked() { "on" } else { "off" });
        }
    });
    let pressed = window_event_listener(leptos::ev::keydown, |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typed_into(&event) || !is_on() {
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
    std::mem::forget((switched, pressed));
}

/// The row after (1) or before (-1) the one that holds the focus; the first where none does.
fn beside(way: isize) -> Option<Element> {
    let rows: Vec<Element> = all(ROWS).collect();
    let focused = document().active_element().and_then(|element| element.closest("tr").ok().flatten());
    let here = rows.iter().position(|row| focused.as_ref().is_some_and(|focused| focused.contains(Some(row))));
    rows.into_iter().nth(here.map_or(Some(0), |here| here.checked_add_signed(way))?)
}

/// Whether what has the focus takes letters.
fn is_typed_into(event: &KeyboardEvent) -> bool {
    let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    focused.is_some_and(|element| {
        element.matches("input:not([type=checkbox], [type=radio]), textarea, select").unwrap_or_default()
    })
}

fn switch() -> Option<HtmlInputElement> {
    document().get_element_by_id(SWITCH)?.dyn_into().ok()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

fn is_on() -> bool {
    let kept = storage().and_then(|storage| storage.get_item(SWITCH).ok()?);
    kept.is_none_or(|kept| kept != "off")
}
