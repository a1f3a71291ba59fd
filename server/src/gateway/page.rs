//! The pages that a visitor sees where there is no store to see.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

/// Seconds after which a store that is being made is worth another look.
const SOON: u16 = 3;

/// Seconds after which a store that needs somebody's help is worth another look.
const LATER: u16 = 120;

const STYLE: &str = ":root{color-scheme:light dark}\
body{font:1.1rem/1.5 system-ui,sans-serif;display:grid;place-content:center;min-height:90vh;margin:0;padding:1rem;\
text-align:center;color:#1f2933;background:#fbfaf7}h1{font-size:1.6rem;margin:0 0 .5rem}p{margin:0;max-width:34rem}\
@media(prefers-color-scheme:dark){body{color:#e6e9ed;background:#16191d}}";

/// A page with one sentence.
pub struct Page {
    status: StatusCode,
    title: &'static str,
    sentence: &'static str,
    retry_after: Option<u16>,
    /// Whether the browser looks again by itself.
    refresh: bool,
}

impl Page {
    fn new(status: StatusCode, title: &'static str, sentence: &'static str) -> Self {
        Self { status, title, sentence, retry_after: None, refresh: false }
    }

    fn retry_after(self, seconds: u16) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// No store has this address.
    pub fn unknown() -> Self {
        Self::new(StatusCode::NOT_FOUND, "No such store", "There is no store at this address.")
    }

    /// The store was here.
    pub fn deleted() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Store closed", "The store at this address was deleted.")
    }

    /// The platform runs without a cluster.
    pub fn pretended() -> Self {
        let sentence = "This store is pretended: the platform was started with --fake-cluster, and there is no shop.";
        Self::new(StatusCode::NOT_FOUND, "Not a real store", sentence)
    }

    /// The store waits or is being installed.
    pub fn being_made() -> Self {
        let sentence = "This store is being set up. The page looks again by itself.";
        let page = Self::new(StatusCode::SERVICE_UNAVAILABLE, "Opening soon", sentence).retry_after(SOON);
        Self { refresh: true, ..page }
    }

    /// The store could not be installed.
    pub fn failed() -> Self {
        let sentence = "This store could not be set up; its owner sees the reason in the dashboard.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Not open", sentence).retry_after(LATER)
    }

    /// The platform cannot look the store up.
    pub fn away() -> Self {
        let sentence = "The store cannot be looked up just now; try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Try again", sentence).retry_after(SOON)
    }

    /// The store is there and does not answer.
    pub fn no_answer(status: StatusCode) -> Self {
        Self::new(status, "No answer", "This store does not answer just now; try again in a moment.").retry_after(SOON)
    }

    /// More was sent than is taken.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Too large", "What was sent is too large; at most 64 MiB are taken.")
    }

    /// The request contradicts itself.
    pub fn bad_host() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad request", "The request does not say clearly which host it is for.")
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let Self { status, title, sentence, retry_after, refresh } = self;
        let again = if refresh { format!("<meta http-equiv=\"refresh\" content=\"{SOON}\">") } else { String::new() };
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">{again}\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><p>{sentence}</p></main></body></html>"
        );
        let mut response = (status, Html(html)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
        );
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
