//! What a person typed into a form that was refused, for the page that comes back without JavaScript.

use leptos_router::location::Url;

use crate::cookies;

const COOKIE: &str = "draft";

/// Long enough for the browser to ask for the page again.
const SECONDS: u32 = 30;

/// Keeps the name of a store that was refused.
pub(crate) fn keep(name: &str) {
    cookies::set(COOKIE, &Url::escape(name), SECONDS);
}

/// The name that was kept.
pub(crate) fn get() -> Option<String> {
    cookies::get(COOKIE).map(|name| Url::unescape(&name))
}
