//! What a person chose and typed in a form that was refused, for the page that comes back without JavaScript.

use leptos_router::location::Url;

use crate::{cookies, model::NewStore};

const COOKIE: &str = "draft";

/// Long enough for the browser to ask for the page again.
const SECONDS: u32 = 30;

/// Keeps what was asked for and refused.
pub(crate) fn keep(new: &NewStore) {
    if let Ok(text) = serde_json::to_string(new) {
        cookies::set(COOKIE, &Url::escape(&text), SECONDS);
    }
}

/// What was kept.
pub(crate) fn get() -> Option<NewStore> {
    serde_json::from_str(&Url::unescape(&cookies::get(COOKIE)?)).ok()
}
