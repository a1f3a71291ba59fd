//! The browser's entry point: takes over the pages that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Attaches the running application to the document's existing markup.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
