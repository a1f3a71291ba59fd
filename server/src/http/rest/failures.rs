//! What failed, and what belongs to no store.

use app::model::{FailedAttempt, Store, StrayRemoval, Strays};
use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    HttpState,
    extract::{self, Id, Service},
    problem::Problem,
};

/// The routes, with their descriptions.
pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(failures))
        .routes(routes!(take_up_offer))
        .routes(routes!(strays))
        .routes(routes!(remove_stray))
}

/// The latest 50 times that a store failed or was degraded, newest first, with everything that was to be seen of it then.
#[utoipa::path(
    get, path = "/api/stores/{id}/failures", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = [FailedAttempt]),
              (status = 404, body = Problem, content_type = "application/problem+json"))
)]
async fn failures(Service(stores): Service, Id(id): Id) -> Result<Json<Vec<FailedAttempt>>, Problem> {
    Ok(Json(stores.failures(&id).await?))
}

/// Do what a failed deletion offers (`failure.offer` of the store), and delete again.
#[utoipa::path(
    post, path = "/api/stores/{id}/offer", params(("id" = String, Path, description = "The store's id")),
    responses((status = 202, body = Store),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn take_up_offer(Service(stores): Service, Id(id): Id) -> Result<(StatusCode, Json<Store>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(stores.take_up_offer(&id).await?)))
}

/// Namespaces and volumes in the cluster that belong to no store.
#[utoipa::path(
    get, path = "/api/strays",
    responses((status = 200, body = Strays), (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn strays(Service(stores): Service) -> Result<Json<Strays>, Problem> {
    Ok(Json(stores.find_strays().await?))
}

/// Remove what belongs to no store. It becomes a store that is being deleted: its page has history and receipt.
#[utoipa::path(
    post, path = "/api/strays/{id}/removal", request_body = StrayRemoval,
    params(("id" = String, Path, description = "The id of the store that it was made for")),
    responses((status = 202, body = Store),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 415, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn remove_stray(
    Service(stores): Service,
    Id(id): Id,
    extract::Json(removal): extract::Json<StrayRemoval>,
) -> Result<(StatusCode, Json<Store>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(stores.remove_stray(&id, removal).await?)))
}
