//! Notices take the focus from nobody: what was pressed has it again on the page that comes back, and the notice is read out.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement, Storage};

use super::all;

/// What was pressed on the page before, kept for this tab.
const PRESSED: &str = "pressed";

/// Before the notice is put where screen readers hear it: they do not hear what is there with the page.
const UNTIL_HEARD: Duration = Duration::from_millis(200);

/// Gives the focus back, has the notice read out, and closes it with Escape, for as long as the page lives.
pub(super) fn start() {
    let pressed = storage().and_then(|storage| {
        let pressed = storage.get_item(PRESSED).ok()?;
        // Only fails where nothing can be stored.
        let _forgotten = storage.remove_item(PRESSED);
        pressed
    });
    let Some(toast) = document().get_element_by_id("toast") else { return };
    let button = pressed.and_then(|pressed| button_of(&pressed));
    if let Some(button) = &button {
        focus(button);
    }
    set_timeout(read_out, UNTIL_HEARD);
    let closing = toast.clone();
    let escape = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            let _closed = closing.remove_attribute("open");
        }
    });
    // With the mouse or the keyboard: it had the focus, which would else be nowhere.
    let closed = window_event_listener_untyped("submit", move |event| {
        let inside = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        if inside.is_some_and(|inside| toast.contains(Some(&inside)))
            && let Some(place) = button.clone().or_else(main)
        {
            request_animation_frame(move || focus(&place));
        }
    });
    std::mem::forget((escape, closed));
}

/// Remembers which form was sent, for the page that comes back.
pub(super) fn remember(form: &HtmlFormElement) {
    if let Some(storage) = storage() {
        // A browser that keeps nothing gives the focus to the notice.
        let _kept = storage.set_item(PRESSED, &mark_of(form));
    }
}

/// What tells a form from the others of a page: where it goes, and for which store.
fn mark_of(form: &HtmlFormElement) -> String {
    let id = form.query_selector("[name=id]").ok().flatten().and_then(|id| id.dyn_into::<HtmlInputElement>().ok());
    format!("{} {}", form.action(), id.map(|id| id.value()).unwrap_or_default())
}

fn button_of(pressed: &str) -> Option<HtmlElement> {
    let forms = all("form").filter_map(|form| form.dyn_into::<HtmlFormElement>().ok());
    let form = forms.into_iter().find(|form| mark_of(form) == pressed)?;
    form.query_selector("[type=submit]").ok().flatten()?.dyn_into().ok()
}

fn read_out() {
    let text = document().get_element_by_id("notice").and_then(|notice| notice.text_content());
    if let Some(voice) = document().get_element_by_id("voice") {
        voice.set_text_content(text.as_deref());
    }
}

fn main() -> Option<HtmlElement> {
    document().get_element_by_id("main")?.dyn_into().ok()
}

fn focus(element: &HtmlElement) {
    // Only fails for what cannot have it.
    let _focused = element.focus();
}

fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}
