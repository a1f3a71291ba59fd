//! What a person chose and typed in a form that was refused, for the page that comes back without JavaScript.

use leptos_router::location::Url;

use crate::{
    cookies,
    model::{NewStore, UserName},
};

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

const NAME_COOKIE: &str = "who";

/// Keeps the name that somebody typed to sign in, for the page that comes back where that was refused.
pub(crate) fn keep_name(name: &str) {
    // As much as a name can have: what was typed may be anything.
    let name: String = name.chars().take(UserName::MAX_CHARACTERS).collect();
    cookies::set(NAME_COOKIE, &Url::escape(&name), SECONDS);
}

/// Forgets it: it was right.
pub(crate) fn forget_name() {
    cookies::set(NAME_COOKIE, "", 0);
}

/// The name that was kept.
pub(crate) fn name() -> String {
    cookies::get(NAME_COOKIE).map(|name| Url::unescape(&name)).unwrap_or_default()
}
