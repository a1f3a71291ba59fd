//! A visitor's request as the store gets it, and the store's answer as the visitor gets it.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Response as HttpResponse, Version, header},
    response::Response,
};
use http_body_util::Limited;
use hyper::body::Incoming;

use crate::http::visitor;

/// Largest body of a request, in bytes: what the store's own PHP takes as an upload.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// How long a store may take until the head of its answer: uploads and updates of plugins are slow.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);

/// Headers that are about one connection only (RFC 9110, section 7.6.1), and what older programs use for it.
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// What only the gateway may tell a store, and what a visitor has no use for.
const RESERVED: [HeaderName; 7] = [
    header::FORWARDED,
    // Answered here, by reading the body.
    header::EXPECT,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-forwarded-ssl"),
    HeaderName::from_static("x-urumi-token"),
];

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The body is larger than [`MAX_BODY`].
pub struct TooLarge;

/// The request as the store gets it. Its body is still being received.
///
/// # Errors
/// [`TooLarge`] when the visitor says so; a body that says nothing is cut off when it is.
pub fn prepare(request: Request, scheme: &HeaderValue) -> Result<Request, TooLarge> {
    let visitor = visitor::of(&request);
    let (mut head, body) = request.into_parts();
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(TooLarge);
    }
    // With both, the length counts for nothing; a store that reads it differently could be made to see a second request.
    if head.headers.contains_key(header::TRANSFER_ENCODING) {
        head.headers.remove(header::CONTENT_LENGTH);
    }
    drop_connection_headers(&mut head.headers);
    for name in RESERVED {
        head.headers.remove(name);
    }
    let authority = head.uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = head.headers.get(header::HOST).cloned().or(authority) {
        head.headers.insert(FORWARDED_HOST, host.clone());
        head.headers.insert(header::HOST, host);
    }
    head.headers.insert(FORWARDED_PROTO, scheme.clone());
    head.headers.remove(FORWARDED_FOR);
    if let Some(address) = visitor.and_then(|visitor| HeaderValue::from_str(&visitor.to_string()).ok()) {
        head.headers.insert(FORWARDED_FOR, address);
    }
    head.version = Version::HTTP_11;
    head.extensions.clear();
    Ok(Request::from_parts(head, Body::new(Limited::new(body, MAX_BODY))))
}

/// The store's answer as the visitor gets it. Its body is still being received.
pub fn hand_back(answer: HttpResponse<Incoming>) -> Response {
    let (mut head, body) = answer.into_parts();
    drop_connection_headers(&mut head.headers);
    head.extensions.clear();
    head.version = Version::default();
    Response::from_parts(head, Body::new(body))
}

fn drop_connection_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        // A visitor must not be able to take these away from the store.
        .filter(|name| *name != header::HOST && *name != header::CONTENT_LENGTH)
        .collect();
    for name in named.into_iter().chain(HOP_BY_HOP) {
        headers.remove(name);
    }
}
