//! Refusals of forms that were sent without JavaScript. Leptos hands them over in the address of the page that comes back, where
//! anybody could write something for others to read as the platform's own word. The browser to which one was told has a cookie that
//! says so; in every other one the address is put right.

use axum::{
    extract::{Request, State},
    http::{Method, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use sha2::{Digest as _, Sha256};

use super::cookies::Cookie;
use crate::addresses::Addresses;

/// The parameters that Leptos writes into the address: the server function, and its error.
const PARAMETERS: [&str; 2] = ["__path", "__err"];

/// For so long a page may be shown again with what was refused.
const SECONDS: u32 = 900;

/// Lets a page tell a refusal only where that refusal was given.
pub(super) async fn keep_true(State(addresses): State<Addresses>, request: Request, next: Next) -> Response {
    let cookie = Cookie::new(&addresses, "refusal");
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_read
        && let Some(told) = error_of(request.uri().query().unwrap_or_default())
        && cookie.read(request.headers()) != Some(&mark(&told))
    {
        return Redirect::to(&without_refusal(request.uri())).into_response();
    }
    let mut response = next.run(request).await;
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let told = location.and_then(|location| error_of(location.split_once('?')?.1));
    if let Some(told) = told.filter(|_| response.status().is_redirection()) {
        response.headers_mut().extend(cookie.set(&mark(&told), SECONDS).map(|cookie| (header::SET_COOKIE, cookie)));
    }
    response
}

/// The refusal that a query holds.
fn error_of(query: &str) -> Option<String> {
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "__err").map(|(_, value)| value.into_owned())
}

/// Stands for a refusal. Nobody else can put it into the browser, so that it need not be secret.
fn mark(told: &str) -> String {
    format!("{:x}", Sha256::digest(told))[..32].to_owned()
}

/// The same address, and nothing refused.
fn without_refusal(uri: &Uri) -> String {
    let kept = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let kept = kept.filter(|(key, _)| !PARAMETERS.contains(&&**key));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    // Not `//host`, which would be another site; browsers take `\` for `/`.
    let path = format!("/{}", uri.path().trim_start_matches(['/', '\\']));
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz;

    #[test]
    fn an_address_is_put_right_without_losing_what_else_is_in_it_or_leading_elsewhere() {
        let put_right = |uri: &str| without_refusal(&uri.parse().expect("an address"));
        assert_eq!(put_right("/sign-in?next=%2Fusers&__path=x&__err=eyJ9"), "/sign-in?next=%2Fusers");
        assert_eq!(put_right("/?__err=eyJ9"), "/");
        assert_eq!(put_right("http://host//evil.example/?__err=x"), "/evil.example/");
    }

    #[test]
    fn the_refusal_in_a_query_is_found_and_marked_by_what_it_says() {
        assert_eq!(error_of("a=b&__err=eyJ9%3D#top").as_deref(), Some("eyJ9="));
        assert_eq!(error_of("a=b"), None);
        assert_ne!(mark("one"), mark("other"));
    }

    #[test]
    fn fuzz_an_address_that_is_put_right_stays_on_this_site() {
        bolero::check!().for_each(|bytes: &[u8]| {
            let text = fuzz::text(bytes, &["//", "/\\", "?__err=", "&__path=", "http://", "#", "%2F"]);
            let Ok(uri) = text.parse::<Uri>() else { return };
            let right = without_refusal(&uri);
            assert!(right.starts_with('/') && !right[1..].starts_with(['/', '\\']), "{text:?} became {right:?}");
            assert_eq!(error_of(right.split_once('?').map_or("", |(_, query)| query)), None, "{text:?}");
        });
    }
}
