//! The spans of requests: which store a log line or a trace is about.

use app::model::StoreId;
use axum::http::Request;
use tracing::{
    Span,
    field::{Empty, display},
    info_span,
};

/// Where server functions are, which the forms of the pages call.
const RPC: &str = "/rpc/";

/// The span of a call of one, which learns late which store it is about.
const FORM_SPAN: &str = "form";

/// The span of a request, with the store that its address names. A form of a page names it in its body, which is read later.
pub(super) fn of_request<B>(request: &Request<B>) -> Span {
    let (method, path) = (request.method(), request.uri().path());
    if path.starts_with(RPC) {
        return info_span!(FORM_SPAN, http.request.method = %method, url.path = path, store.id = Empty);
    }
    let mut after = path.split('/').skip_while(|part| *part != "stores").skip(1).filter(|part| *part != "delete");
    match after.next().and_then(|id| id.parse::<StoreId>().ok()) {
        Some(id) => info_span!("request", http.request.method = %method, url.path = path, store.id = %id),
        None => info_span!("request", http.request.method = %method, url.path = path),
    }
}

/// Puts the store into the span of a form, which names it in its body.
pub(crate) fn note_store(id: &StoreId) {
    let span = Span::current();
    if span.metadata().is_some_and(|metadata| metadata.name() == FORM_SPAN) {
        span.record("store.id", display(id));
    }
}
