//! The door of the server functions: the same statuses as the REST API.

use app::error::AppError;
use axum::{
    body::{self, Body},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::problem::status_of;

/// Marks an answer of Leptos as the error of a server function. Its body is the error.
const ERROR_HEADER: &str = "serverfnerror";

/// Longest error that is read, in bytes: a few sentences.
const MAX_ERROR: usize = 64 * 1024;

/// The answer of a server function that was not called, as its callers read it.
pub(super) fn refuse(error: &AppError) -> Response {
    let body = serde_json::to_string(error).unwrap_or_default();
    let headers = [(ERROR_HEADER, "refused"), (header::CONTENT_TYPE.as_str(), "application/json")];
    (status_of(error), headers, body).into_response()
}

/// Leptos answers every error of a server function with 500, as if the server were at fault. This gives it the status of
/// its kind. Answers to forms without JavaScript are redirects and stay so.
pub(super) async fn tell_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_error =
        response.status() == StatusCode::INTERNAL_SERVER_ERROR && response.headers().contains_key(ERROR_HEADER);
    if !is_error {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = body::to_bytes(body, MAX_ERROR).await else {
        return Response::from_parts(head, Body::empty());
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes) {
        head.status = match &error {
            // At this door it can only be a request that Leptos could not make sense of.
            AppError::Unreachable { .. } => StatusCode::BAD_REQUEST,
            other => status_of(other),
        };
    }
    Response::from_parts(head, Body::from(bytes))
}
