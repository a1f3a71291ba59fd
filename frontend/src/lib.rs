//! The browser's entry point: the islands of `app`, and what they need before they begin.

// Only its islands are called, by the name that each exports.
use app as _;
use leptos::{logging, prelude::window, server_fn::redirect};
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes ready what the islands need. Leptos calls it before it hydrates them.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    // Where a server function redirects to, the browser goes: pages are documents of their own.
    let follow = |address: &str| {
        if let Err(error) = window().location().set_href(address) {
            logging::error!("{address} cannot be opened: {error:?}");
        }
    };
    if redirect::set_redirect_hook(follow).is_err() {
        logging::error!("something else follows redirects already");
    }
}
