//! Errors of the REST API, as RFC 9457 problem documents.

use std::time::Duration;

use app::error::AppError;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What the API answers when it does not do what was asked (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Always `about:blank`: the code says which problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The HTTP status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong and, where something can be done, what; for people.
    detail: String,
    /// Which problem it is, for programs: `invalid`, `not_found`, `taken`, `conflict`, `cluster_unavailable`,
    /// `storage_unavailable`, `signed_out`, `wrong_credentials`, `forbidden`, `limit_reached`, `too_many`, `internal`,
    /// `too_large`, `too_slow`, `unreadable`, `method_not_allowed`, `wrong_host`, `foreign_origin`.
    code: &'static str,
    /// The field of the request that is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// After how many seconds it may be asked for again; also in the header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            field: None,
            retry_after: None,
        }
    }

    /// The body is longer than `limit` bytes.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("The body has more than {limit} bytes."))
    }

    /// There is no answer after so long.
    pub(super) fn too_slow(after: Duration) -> Self {
        let detail = format!("There was no answer within {} s. What was asked for may still be done.", after.as_secs());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too_slow", detail)
    }

    /// The request cannot be understood.
    pub(super) fn unreadable(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, "unreadable", detail)
    }

    /// The request is for a host that is not the dashboard's.
    pub(super) fn wrong_host(host: &str) -> Self {
        let detail = format!("The dashboard is not at {host}. Where it should be, start it with --dashboard-host.");
        Self::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", detail)
    }

    /// Another site's page asks for a change.
    pub(super) fn foreign() -> Self {
        Self::new(StatusCode::FORBIDDEN, "foreign_origin", "Pages of other sites cannot change anything here.")
    }

    /// The address exists, but not with this method.
    pub(super) fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address does not take that method; /api/openapi.json lists what it takes.",
        )
    }
}

/// The HTTP status that an error answers with, at both doors.
pub(super) fn status_of(error: &AppError) -> StatusCode {
    match error {
        AppError::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::NotFound { .. } => StatusCode::NOT_FOUND,
        AppError::SignedOut | AppError::WrongCredentials => StatusCode::UNAUTHORIZED,
        AppError::Forbidden { .. } | AppError::LimitReached { .. } => StatusCode::FORBIDDEN,
        AppError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::Taken { .. } | AppError::Conflict { .. } => StatusCode::CONFLICT,
        AppError::ClusterUnavailable { .. } | AppError::StorageUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Unreachable { .. } | AppError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let status = status_of(&error);
        let field = error.field().map(str::to_owned);
        let retry_after = match &error {
            AppError::TooMany { seconds, .. } => Some(*seconds),
            _ => None,
        };
        Self { field, retry_after, ..Self::new(status, error.code(), error.to_string()) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, axum::Json(self)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
