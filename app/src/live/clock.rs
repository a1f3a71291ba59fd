//! Lets times on the page move on. They are counted from the server's clock: a browser whose clock is off shows right ages.

use std::{cell::Cell, time::Duration};

use leptos::{logging, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::all;
use crate::time;

/// Between two moves of what runs. Other times move with every fifth.
const TICK: Duration = Duration::from_millis(200);

thread_local! {
    /// What the server's clock is ahead of this browser's, in milliseconds.
    static AHEAD: Cell<f64> = const { Cell::new(0.0) };
}

/// Takes the time at which the server made the page, and ticks from now on.
pub(super) fn start() {
    if let Some(body) = document().body() {
        set_to(body.get_attribute("data-now").as_deref());
    }
    let beat = Cell::new(0_u8);
    let tick = move || {
        move_what_runs();
        beat.set((beat.get() + 1) % 5);
        if beat.get() == 0 {
            move_times();
        }
    };
    if let Err(error) = set_interval_with_handle(tick, TICK) {
        logging::warn!("times on this page stand still: {error:?}");
    }
}

/// Takes the server's time, milliseconds since 1970 in UTC, as it is now.
pub(super) fn set_to(milliseconds: Option<&str>) {
    if let Some(now) = milliseconds.and_then(|text| text.parse::<f64>().ok()) {
        AHEAD.set(now - js_sys::Date::now());
    }
}

/// The server's time, milliseconds since 1970 in UTC.
fn now() -> f64 {
    js_sys::Date::now() + AHEAD.get()
}

fn move_what_runs() {
    for element in all("[data-since]") {
        if let Some(passed) = passed_since(&element, "data-since") {
            write(&element, &time::duration(whole(passed)));
        }
    }
    for element in all("[data-elapsed-since]") {
        if let (Some(passed), Some(element)) =
            (passed_since(&element, "data-elapsed-since"), element.dyn_ref::<HtmlElement>())
        {
            let seconds = js_sys::Number::from(passed / 1_000.0).to_fixed(2).map(String::from).unwrap_or_default();
            // Only fails for names that are no properties.
            let _set = element.style().set_property("--elapsed", &seconds);
        }
    }
}

/// Says anew how long ago things were, and when what is expected comes.
fn move_times() {
    for element in all("time[data-ago], time[data-ahead]") {
        let then = js_sys::Date::parse(&element.get_attribute("datetime").unwrap_or_default());
        if then.is_finite() {
            let passed = (now() - then) / 1_000.0;
            let lies_ahead = element.has_attribute("data-ahead");
            write(&element, &if lies_ahead { time::ahead(whole(-passed)) } else { time::ago(whole(passed)) });
        }
    }
}

fn passed_since(element: &Element, attribute: &str) -> Option<f64> {
    let since: f64 = element.get_attribute(attribute)?.parse().ok()?;
    Some((now() - since).max(0.0))
}

#[expect(clippy::cast_possible_truncation, reason = "times of our age are far below 2^53")]
fn whole(number: f64) -> i64 {
    number as i64
}

/// Writes into the text node that is there: replacing it would cost a selection its place.
fn write(element: &Element, text: &str) {
    match element.first_child() {
        Some(node) if node.node_value().as_deref() == Some(text) => {}
        Some(node) => node.set_node_value(Some(text)),
        None => element.set_text_content(Some(text)),
    }
}
