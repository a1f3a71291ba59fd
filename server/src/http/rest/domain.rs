//! What can be asked of a store's address.

use app::model::{DomainReport, NewDomain, Store};
use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    HttpState,
    extract::{self, Id, Parameters, Service},
    problem::Problem,
};

/// The routes, with their descriptions.
pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(look_up, set, remove))
}

/// Which domain.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LookUp {
    /// The domain that is to lead to the store.
    domain: String,
}

/// What the DNS says about a domain that is to lead to a store, and what is to be set. Nothing is changed.
#[utoipa::path(
    get, path = "/api/stores/{id}/domain", params(("id" = String, Path, description = "The store's id"), LookUp),
    responses((status = 200, body = DomainReport),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn look_up(
    Service(stores): Service,
    Id(id): Id,
    Parameters(LookUp { domain }): Parameters<LookUp>,
) -> Result<Json<DomainReport>, Problem> {
    Ok(Json(stores.look_up_domain(&id, &domain).await?))
}

/// Move an open store to a domain that leads to it. A test order proves that it sells there; how that ended becomes an event.
#[utoipa::path(
    put, path = "/api/stores/{id}/domain", params(("id" = String, Path, description = "The store's id")),
    request_body = NewDomain,
    responses((status = 200, body = Store),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 415, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn set(
    Service(stores): Service,
    Id(id): Id,
    extract::Json(NewDomain { domain }): extract::Json<NewDomain>,
) -> Result<Json<Store>, Problem> {
    Ok(Json(stores.set_domain(&id, &domain).await?))
}

/// Move an open store back to its first address.
#[utoipa::path(
    delete, path = "/api/stores/{id}/domain", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = Store),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"))
)]
async fn remove(Service(stores): Service, Id(id): Id) -> Result<Json<Store>, Problem> {
    Ok(Json(stores.remove_domain(&id).await?))
}
