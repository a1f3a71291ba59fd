//! What browsers are told about what the dashboard's answers may do.

use std::sync::Arc;

use app::service::FormsMayLeadTo;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::ResponseOptions;

use crate::addresses::Addresses;

/// For what is no page: it does nothing, and stands in no other page.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// For every answer.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Addresses of one-time links are told to nobody.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// For a year browsers do not even try without TLS.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Puts the headers on every answer that says nothing of its own in their place.
pub(super) async fn add(State(addresses): State<Addresses>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    // Pages are about what is there now, and about who asks.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    if addresses.scheme() == "https" {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(STRICT_TRANSPORT);
    }
    response
}

/// Lets the page that is being rendered run its own scripts, which carry a word that is another one each time, and nothing else.
/// Styles may stand at elements: the waterfall says there how long its bars are, and no text of anybody's gets there. Forms
/// lead to the stores too, since some are answered with the address of one.
pub(super) fn for_page(addresses: &Addresses) {
    let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let stores = addresses.at("*");
    let write = move |more: &str| {
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
             style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
             form-action 'self' {stores}{more}; base-uri 'none'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    write("");
    provide_context(FormsMayLeadTo(Arc::new(move |origin| write(&format!(" {origin}")))));
}

/// The host that a request is for: HTTP/2 has it in the address.
pub(super) fn host_of(request: &Request) -> Option<String> {
    let named = request.headers().get(header::HOST).map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned());
    named.or_else(|| request.uri().authority().map(|authority| authority.as_str().to_owned()))
}
