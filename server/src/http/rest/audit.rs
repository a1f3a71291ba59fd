//! The audit log, for administrators.

use std::{io, sync::Arc};

use app::{
    model::{AuditEntry, AuditQuery, Deed, Outcome},
    service::Accounts,
};
use axum::{
    Json,
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures::{StreamExt as _, stream};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    HttpState,
    extract::{Parameters, Users},
    problem::Problem,
};

/// Lines in one answer when the request does not say how many.
const DEFAULT_LINES: u32 = 100;

/// The routes, with their descriptions.
pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export))
}

/// Which lines.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditParameters {
    /// Part of a name, of a user's or of what it was done to, of an address, or a store's id.
    #[serde(default)]
    q: String,
    /// Only this deed.
    deed: Option<Deed>,
    /// Only this outcome.
    outcome: Option<Outcome>,
    /// Only those with lower numbers.
    before: Option<i64>,
    /// At most so many, 500 at the most; 100 when not given.
    limit: Option<u32>,
}

/// Who did what, the newest first.
#[utoipa::path(
    get, path = "/api/audit", params(AuditParameters),
    responses((status = 200, body = [AuditEntry]),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 403, body = Problem, content_type = "application/problem+json"))
)]
async fn list(
    Users(accounts): Users,
    Parameters(AuditParameters { q, deed, outcome, before, limit }): Parameters<AuditParameters>,
) -> Result<Json<Vec<AuditEntry>>, Problem> {
    let query = AuditQuery { text: q, deed, outcome, before, limit: limit.unwrap_or(DEFAULT_LINES) };
    Ok(Json(accounts.audit(query).await?))
}

/// All of it, the oldest first, as JSON lines.
#[utoipa::path(
    get, path = "/api/audit/export",
    responses((status = 200, body = String, content_type = "application/jsonl"),
              (status = 403, body = Problem, content_type = "application/problem+json"))
)]
async fn export(Users(accounts): Users) -> Result<Response, Problem> {
    // Asked once before the answer begins, so that a refusal is one.
    let first = accounts.audit_after(0).await?;
    let pieces = stream::unfold(Some((accounts, Ok(first))), |state| async move {
        let (accounts, lines): (Arc<dyn Accounts>, _) = state?;
        let lines: Vec<AuditEntry> = match lines {
            Ok(lines) => lines,
            // The answer breaks off, so that nobody takes a part for the whole.
            Err(error) => return Some((Err(io::Error::other(error)), None)),
        };
        let last = lines.last()?.id;
        let text: String = lines.iter().map(json_line).collect();
        let next = accounts.audit_after(last).await;
        Some((Ok(Bytes::from(text)), Some((accounts, next))))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"urumi-audit.jsonl\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces.fuse())).into_response())
}

fn json_line(line: &AuditEntry) -> String {
    // Numbers, texts and words can always be written as JSON.
    serde_json::to_string(line).map(|text| text + "\n").unwrap_or_default()
}
