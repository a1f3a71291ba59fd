//! What Kubernetes tells only when it is asked (how pods are, what they use) is asked for again, as long as someone looks.

use std::time::Duration;

use leptos::{logging, prelude::*};

use super::{all, page};

/// Between two looks at whether something is due.
const BEAT: Duration = Duration::from_secs(1);

pub(super) fn start() {
    let look = || {
        if is_due() && !document().hidden() {
            page::changed(None);
        }
    };
    if let Err(error) = set_interval_with_handle(look, BEAT) {
        logging::warn!("what pods use stands still on this page: {error:?}");
    }
}

/// Whether something on the page is out of date: its `data-stale-after` says after how many seconds.
fn is_due() -> bool {
    let elements = all("[data-stale-after]");
    let seconds = elements.filter_map(|element| element.get_attribute("data-stale-after")?.parse().ok());
    seconds.reduce(f64::min).is_some_and(|seconds| page::age() >= seconds * 1_000.0)
}
