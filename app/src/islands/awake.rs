//! Whether a part of the page answers already.

use leptos::prelude::*;

/// Whether the browser has brought the island to life. Until then its buttons would swallow what is pressed, so they are disabled.
pub(super) fn is_awake() -> Signal<bool> {
    let (awake, wake) = signal(false);
    // Effects run in the browser only.
    Effect::new(move |_| wake.set(true));
    awake.into()
}
