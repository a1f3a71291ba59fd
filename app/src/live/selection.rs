//! Chooses and counts the boxes of a list. Which are ticked is known by the boxes alone.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlInputElement};

/// Tells `count` how many boxes are ticked, from now on, for as long as the page lives.
pub(crate) fn follow(count: WriteSignal<u32>) {
    let listener = window_event_listener_untyped("change", move |event| {
        if let Some(name) = master_of(&event) {
            tick_all(&name.0, name.1);
        }
        count.set(ticked());
    });
    std::mem::forget(listener);
    count.set(ticked());
}

/// When the event came from the box that selects others: their name, and whether they shall be ticked.
fn master_of(event: &Event) -> Option<(String, bool)> {
    let master: HtmlInputElement = event.target()?.dyn_into().ok()?;
    Some((master.get_attribute("data-selects")?, master.checked()))
}

fn tick_all(name: &str, checked: bool) {
    for input in boxes(&format!("input[name='{name}']")) {
        input.set_checked(checked);
    }
}

fn ticked() -> u32 {
    u32::try_from(boxes("input[name='ids[]']:checked").count()).unwrap_or(u32::MAX)
}

fn boxes(selector: &str) -> impl Iterator<Item = HtmlInputElement> {
    super::all(selector).filter_map(|element| element.dyn_into().ok())
}
