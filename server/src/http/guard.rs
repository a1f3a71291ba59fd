//! Keeps other sites out: a page of theirs, opened in the browser of someone who can reach the dashboard, must neither
//! read it nor act through it. The stores are other sites too.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{headers::host_of, problem::Problem};
use crate::addresses::Addresses;

/// The cookie of a session. Over TLS its name has a prefix.
pub(super) const SESSION_COOKIE: &str = "urumi-session";

/// Refuses requests for hosts that are not the dashboard's, and changes that another site's page asks for. Another name is one
/// that somebody else pointed at this address, to have browsers take their pages and the dashboard for one site (DNS rebinding).
pub(super) async fn keep_out(State(addresses): State<Addresses>, request: Request, next: Next) -> Response {
    match refusal(&addresses, &request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

/// Browsers leave a cookie with the prefix alone unless it is marked secure, also where it is to be removed, which the session layer
/// does not think of.
pub(super) async fn mark_secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let header::Entry::Occupied(mut cookies) = response.headers_mut().entry(header::SET_COOKIE) {
        for cookie in cookies.iter_mut() {
            if let Ok(text) = cookie.to_str()
                && text.starts_with("__Host-")
                && !text.contains("; Secure")
                && let Ok(marked) = format!("{text}; Secure").parse()
            {
                *cookie = marked;
            }
        }
    }
    response
}

fn refusal(addresses: &Addresses, request: &Request) -> Option<Problem> {
    // Browsers always name the host.
    let host = host_of(request);
    if let Some(host) = host.as_deref().filter(|host| !addresses.is_dashboard(host)) {
        return Some(Problem::wrong_host(host));
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    (!is_read && is_foreign(request.headers(), host.as_deref())).then(Problem::foreign)
}

/// Whether a page of another origin sent this, or may have: every browser says where a change comes from, and only browsers have
/// sessions. Programs show a token.
fn is_foreign(headers: &HeaderMap, host: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else {
        // No page can show a token of its own accord, and where there is one the session does not count.
        let has_session = text("cookie").is_some_and(|cookies| cookies.contains(SESSION_COOKIE));
        let has_token = text("authorization").is_some_and(|value| value.to_ascii_lowercase().starts_with("bearer "));
        return has_session && !has_token;
    };
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    origin_host.is_none() || origin_host != host
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, response::AppendHeaders, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_cookie_with_the_prefix_is_marked_secure_where_it_is_removed_and_others_are_left_alone() {
        let cookies = [
            "__Host-urumi-session=; Path=/; Max-Age=0",
            "__Host-urumi-session=x; HttpOnly; Secure; Path=/",
            "theme=dark; Path=/",
        ];
        let answer = move || async move { AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie))) };
        let router = Router::new().route("/", get(answer)).layer(middleware::from_fn(mark_secure));
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        let set: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(set, [&format!("{}; Secure", cookies[0])[..], cookies[1], cookies[2]]);
    }
}
