//! Chooses and counts the boxes of a list. Which are ticked is known by the boxes alone.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

/// The boxes that choose a store.
const BOXES: &str = "input[name='ids[]']";

/// The box that chooses all of them.
const MASTER: &str = "input[data-selects-all]";

thread_local! {
    /// Who is told how many are ticked; none before there is a list.
    static COUNT: Cell<Option<WriteSignal<u32>>> = const { Cell::new(None) };
}

/// Tells `count` how many boxes are ticked, from now on and instead of who was told before.
pub(crate) fn follow(count: WriteSignal<u32>) {
    if COUNT.replace(Some(count)).is_none() {
        let listener = window_event_listener_untyped("change", |event| {
            let from: Option<HtmlInputElement> = event.target().and_then(|target| target.dyn_into().ok());
            if let Some(master) = from.filter(|input| input.matches(MASTER).unwrap_or_default()) {
                boxes(BOXES).for_each(|input| input.set_checked(master.checked()));
            }
            recount();
        });
        // Listens as long as the page lives.
        std::mem::forget(listener);
    }
    recount();
}

/// Counts again, since rows may have come and gone.
pub(super) fn recount() {
    let Some(count) = COUNT.get() else { return };
    let ticked = boxes(BOXES).filter(HtmlInputElement::checked).count();
    let all = ticked > 0 && ticked == boxes(BOXES).count();
    boxes(MASTER).for_each(|master| master.set_checked(all));
    count.set(u32::try_from(ticked).unwrap_or(u32::MAX));
}

fn boxes(selector: &str) -> impl Iterator<Item = HtmlInputElement> {
    super::all(selector).filter_map(|element| element.dyn_into().ok())
}
