//! Users, for administrators, and who one is.

use app::{
    error::AppError,
    model::{NewUser, OneTimeLink, Quota, User, UserChange, UserId},
};
use axum::{
    Json,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    HttpState,
    extract::{self, Service, Users},
    problem::Problem,
};

/// The routes, with their descriptions.
pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(quota))
        .routes(routes!(list, add))
        .routes(routes!(change))
        .routes(routes!(invite))
}

/// A user and the link with which they choose a password.
#[derive(Serialize, ToSchema)]
struct Added {
    /// The user.
    user: User,
    /// For them to open.
    invitation: OneTimeLink,
}

/// Who the session or the token belongs to.
#[utoipa::path(
    get, path = "/api/me",
    responses((status = 200, body = User), (status = 401, body = Problem, content_type = "application/problem+json"))
)]
async fn me(Users(accounts): Users) -> Result<Json<User>, Problem> {
    Ok(Json(accounts.me().ok_or(AppError::SignedOut)?))
}

/// How many stores whoever asks may have, of which size and with how large volumes, and how many they have.
#[utoipa::path(
    get, path = "/api/quota",
    responses((status = 200, body = Quota), (status = 401, body = Problem, content_type = "application/problem+json"))
)]
async fn quota(Service(stores): Service) -> Result<Json<Quota>, Problem> {
    Ok(Json(stores.quota().await?))
}

/// Every user, by name.
#[utoipa::path(
    get, path = "/api/users",
    responses((status = 200, body = [User]), (status = 403, body = Problem, content_type = "application/problem+json"))
)]
async fn list(Users(accounts): Users) -> Result<Json<Vec<User>>, Problem> {
    Ok(Json(accounts.users().await?))
}

/// Add a user. They choose a password with the link, which can be opened once.
#[utoipa::path(
    post, path = "/api/users", request_body = NewUser,
    responses((status = 201, body = Added),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 403, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 415, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn add(Users(accounts): Users, extract::Json(new): extract::Json<NewUser>) -> Result<Response, Problem> {
    let (user, invitation) = accounts.add_user(new).await?;
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(Added { user, invitation })).into_response())
}

/// Change what a user is to the platform, keep them out, or let them in again.
#[utoipa::path(
    patch, path = "/api/users/{id}", request_body = UserChange,
    params(("id" = i64, Path, description = "The user's number")),
    responses((status = 200, body = User),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 403, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 415, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn change(
    Users(accounts): Users,
    Number(id): Number,
    extract::Json(change): extract::Json<UserChange>,
) -> Result<Json<User>, Problem> {
    Ok(Json(accounts.change_user(id, change).await?))
}

/// Make a link with which a user chooses a password, in the place of an earlier one.
#[utoipa::path(
    post, path = "/api/users/{id}/invitation", params(("id" = i64, Path, description = "The user's number")),
    responses((status = 200, body = OneTimeLink),
              (status = 403, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"))
)]
async fn invite(Users(accounts): Users, Number(id): Number) -> Result<Response, Problem> {
    let link = accounts.invite_again(id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(link)).into_response())
}

/// The number in the path. What cannot be one is a user that does not exist.
struct Number(UserId);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Number {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::unreadable(rejection.status(), rejection.body_text()))?;
        let no_user = |_| AppError::NotFound { what: format!("A user with the number {text:?}") }.into();
        text.parse().map(Self).map_err(no_user)
    }
}
