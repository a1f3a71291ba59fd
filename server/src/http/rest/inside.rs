//! What can be asked of the inside of a store.

use std::convert::Infallible;

use app::model::{CheckReport, Component, Credentials, IsolationReport, Object, Pods, SignInLink};
use axum::{
    Extension, Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response, sse},
};
use futures::StreamExt as _;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{access::Actor, accounts::AccountService};

use super::super::{
    HttpState,
    extract::{Id, Parameters, Service},
    problem::Problem,
    stream,
};

/// Log lines in one answer when the request does not say how many.
const DEFAULT_LOG_LINES: u32 = 50;

/// The routes, with their descriptions.
pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(pods))
        .routes(routes!(inventory))
        .routes(routes!(check))
        .routes(routes!(isolation))
        .routes(routes!(logs))
        .routes(routes!(follow_logs))
        .routes(routes!(credentials))
        .routes(routes!(sign_in_link))
}

/// A store's pods, with restarts and, where the cluster measures it, what they use.
#[utoipa::path(
    get, path = "/api/stores/{id}/pods", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = Pods),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn pods(Service(stores): Service, Id(id): Id) -> Result<Json<Pods>, Problem> {
    Ok(Json(stores.pods(&id).await?))
}

/// Everything of a store that is in the cluster: what its deletion would remove.
#[utoipa::path(
    get, path = "/api/stores/{id}/inventory", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = [Object]),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn inventory(Service(stores): Service, Id(id): Id) -> Result<Json<Vec<Object>>, Problem> {
    Ok(Json(stores.inventory(&id).await?))
}

/// Place an order in a ready store now, read it back and remove it. Answers when that has ended; how it ended becomes an event.
#[utoipa::path(
    post, path = "/api/stores/{id}/check", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = CheckReport),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn check(Service(stores): Service, Id(id): Id) -> Result<Json<CheckReport>, Problem> {
    Ok(Json(stores.check(&id).await?))
}

/// Try now, from inside of an open store, what can be reached: its own database, another store, the API server, the metadata address.
#[utoipa::path(
    post, path = "/api/stores/{id}/isolation", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = IsolationReport),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn isolation(Service(stores): Service, Id(id): Id) -> Result<Json<IsolationReport>, Problem> {
    Ok(Json(stores.probe_isolation(&id).await?))
}

/// Make a link that signs the owner of a ready store in once. That somebody asked becomes an event.
#[utoipa::path(
    post, path = "/api/stores/{id}/sign-in-link", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = SignInLink),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn sign_in_link(Service(stores): Service, Id(id): Id) -> Result<Response, Problem> {
    let link = stores.sign_in_link(&id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(link)).into_response())
}

/// Which log.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogsQuery {
    /// Of which component; WordPress when not given.
    component: Option<Component>,
    /// So many lines from the end, 5,000 at the most; 50 when not given.
    lines: Option<u32>,
}

/// The last log lines of a component's newest pod.
#[utoipa::path(
    get, path = "/api/stores/{id}/logs",
    params(("id" = String, Path, description = "The store's id"), LogsQuery),
    responses((status = 200, body = String, content_type = "text/plain"),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn logs(
    Service(stores): Service,
    Id(id): Id,
    Parameters(query): Parameters<LogsQuery>,
) -> Result<String, Problem> {
    let component = query.component.unwrap_or(Component::Wordpress);
    Ok(stores.logs(&id, component, query.lines.unwrap_or(DEFAULT_LOG_LINES)).await?)
}

/// Follow a component's log: its last lines and those that are written from then on, as server-sent events without a name. The
/// stream ends with the container.
#[utoipa::path(
    get, path = "/api/stores/{id}/logs/stream",
    params(("id" = String, Path, description = "The store's id"), LogsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream"),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"))
)]
async fn follow_logs(
    Service(stores): Service,
    State(stop): State<CancellationToken>,
    State(accounts): State<AccountService>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    Parameters(query): Parameters<LogsQuery>,
) -> Result<impl IntoResponse, Problem> {
    let component = query.component.unwrap_or(Component::Wordpress);
    let lines = stores.follow_logs(&id, component, query.lines.unwrap_or(DEFAULT_LOG_LINES)).await?;
    // What breaks a line in an event stream, besides the breaks that the log has none of any more.
    let messages = lines.map(|line| Ok::<_, Infallible>(sse::Event::default().data(line.replace('\r', " "))));
    Ok(stream::respond(messages.take_until(Box::pin(stream::over(stop, &accounts, &actor)))))
}

/// How to sign in to a ready store's administration. That somebody asked becomes an event.
#[utoipa::path(
    get, path = "/api/stores/{id}/credentials", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = Credentials),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 503, body = Problem, content_type = "application/problem+json"))
)]
async fn credentials(Service(stores): Service, Id(id): Id) -> Result<Response, Problem> {
    let credentials = stores.credentials(&id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(credentials)).into_response())
}
