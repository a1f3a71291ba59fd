//! Follows the log of a pod, one at a time.

use std::{cell::RefCell, time::Duration};

use leptos::prelude::*;
use web_sys::MessageEvent;

use super::source::Source;
use crate::{islands::LogView, model::Component};

/// Lines from before now that are shown first.
const FIRST_LINES: u32 = 200;

/// Lines that come within this time are shown together.
const PULSE: Duration = Duration::from_millis(100);

/// Before a log that ended, or that is not there yet, is asked for again.
const RETRY: Duration = Duration::from_secs(3);

thread_local! {
    /// The log that is open, counted, so that what belongs to a former one is known.
    static OPEN: RefCell<(u32, Option<Source>)> = const { RefCell::new((0, None)) };
    static WAITING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Follows the log of `component` of the store `id` instead of what was followed before; of nothing, when it is none.
pub(crate) fn follow(id: &str, component: Option<Component>, view: LogView) {
    view.clear();
    WAITING.take();
    let number = OPEN.with_borrow_mut(|open| {
        *open = (open.0 + 1, None);
        open.0
    });
    if let Some(component) = component {
        let address = format!("/api/stores/{id}/logs/stream?component={}&lines={FIRST_LINES}", component.as_str());
        open(address, number, view);
    }
}

fn is_open(number: u32) -> bool {
    OPEN.with_borrow(|open| open.0 == number)
}

fn open(address: String, number: u32, view: LogView) {
    view.say("Asking for the log…");
    let told = move |message: MessageEvent| {
        if is_open(number) && is_shown() {
            wait_with(message.data().as_string().unwrap_or_default(), view);
        }
    };
    let ended = {
        let address = address.clone();
        move |_| {
            if is_open(number) {
                view.say("The log ends here, or the connection to it is lost. Looking for more…");
                OPEN.with_borrow_mut(|open| open.1 = None);
                let address = address.clone();
                set_timeout(move || open_again(address, number, view), RETRY);
            }
        }
    };
    match Source::open(&address, &["message"], move || view.say("Following the log."), told, ended) {
        Some(source) => OPEN.with_borrow_mut(|open| open.1 = Some(source)),
        None => view.say("This browser cannot follow logs."),
    }
}

/// The server has no mark for where a log was left, so it is shown from its last lines on anew.
fn open_again(address: String, number: u32, view: LogView) {
    if is_open(number) && is_shown() {
        view.clear();
        open(address, number, view);
    }
}

/// Whether the page still has a place for a log; without one, what was open is closed.
fn is_shown() -> bool {
    let shown = document().get_element_by_id("log").is_some();
    if !shown {
        OPEN.with_borrow_mut(|open| *open = (open.0 + 1, None));
    }
    shown
}

fn wait_with(line: String, view: LogView) {
    let first = WAITING.with_borrow_mut(|waiting| {
        waiting.push(line);
        waiting.len() == 1
    });
    if first {
        set_timeout(move || view.add(WAITING.take()), PULSE);
    }
}

/// Shows the end of the log.
pub(crate) fn scroll_to_end() {
    // After the text was changed.
    request_animation_frame(|| {
        if let Some(log) = document().get_element_by_id("log") {
            log.set_scroll_top(log.scroll_height());
        }
    });
}
