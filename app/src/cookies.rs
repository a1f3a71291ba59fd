//! The cookies of the pages: small choices of one browser, none of them secret.

use leptos::prelude::use_context;
use server_fn::http_export::{
    HeaderValue,
    header::{COOKIE, SET_COOKIE},
    request::Parts,
};

/// Has the browser keep a value, which holds nothing but letters, digits, `-`, `.`, `_`, `~` and `%`, for some seconds.
pub(crate) fn set(name: &str, value: &str, seconds: u32) {
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax");
    if let (Some(response), Ok(cookie)) =
        (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie))
    {
        response.append_header(SET_COOKIE, cookie);
    }
}

/// The value that the browser sent with its request.
pub(crate) fn get(name: &str) -> Option<String> {
    let request = use_context::<Parts>()?;
    value_of(name, request.headers.get(COOKIE)?.to_str().ok()?).map(str::to_owned)
}

fn value_of<'a>(name: &str, header: &'a str) -> Option<&'a str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(other, _)| *other == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        assert_eq!(value_of("theme", "a=b; theme=dark; c=d"), Some("dark"));
        assert_eq!(value_of("theme", "subtheme=dark"), None);
    }
}
