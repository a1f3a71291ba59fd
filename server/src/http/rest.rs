//! The REST API under `/api`: the same rules as the pages, for programs.

mod audit;
mod domain;
mod failures;
mod inside;
mod users;

use app::{
    error::AppError,
    model::{
        Component, Deed, Event, Health, NewStore, Order, Outcome, PageStart, Protection, Store, StoreDetail, StoreId,
        StoreQuery, UnknownWord,
    },
};
use axum::{
    Json,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    HttpState, extract,
    extract::{Id, Parameters, Service},
    problem::Problem,
    stream,
};

/// Stores in one answer when the request does not say how many.
const DEFAULT_STORES: u32 = 100;

/// Events in one answer when the request does not say how many.
const DEFAULT_EVENTS: u32 = 200;

/// The same for the log form, which people read to its end: as many as one answer can have.
const DEFAULT_LOG_EVENTS: u32 = 1_000;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Urumi",
        description = "Creates, watches and deletes isolated WooCommerce stores on Kubernetes. \
                   Errors are problem documents (RFC 9457)."
    ),
    components(schemas(Order, EventsFormat, Component, Deed, Outcome))
)]
struct Document;

/// The routes, with their descriptions.
pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(list, create))
        .routes(routes!(show, delete))
        .routes(routes!(retry))
        .routes(routes!(protect))
        .routes(routes!(events))
        .merge(failures::routes())
        .merge(domain::routes())
        .merge(inside::routes())
        .merge(users::routes())
        .merge(audit::routes())
        .routes(routes!(health))
        .routes(routes!(stream::stream))
}

/// Which stores, and in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Part of a name, of an address of its own or of its domain, or the beginning of an id, with or without
    /// `store-`; at most 200 characters.
    #[serde(default)]
    q: String,
    /// Only these statuses, separated by commas; when not given, all but `deleted`.
    #[serde(default)]
    status: String,
    /// In which order; the newest first when not given.
    #[serde(default)]
    order: Order,
    /// Only those that follow the store with this id.
    after: Option<StoreId>,
    /// Only those before the store with this id.
    before: Option<StoreId>,
    /// At most so many, 500 at the most; 100 when not given.
    limit: Option<u32>,
}

impl ListQuery {
    fn into_query(self) -> Result<StoreQuery, AppError> {
        let words = self.status.split(',').map(str::trim).filter(|word| !word.is_empty());
        let statuses = words.map(|word| {
            word.parse().map_err(|_: UnknownWord| AppError::Invalid {
                field: "status".to_owned(),
                reason: format!("There is no status {word:?}."),
            })
        });
        let start = match (self.after, self.before) {
            (Some(_), Some(_)) => {
                let reason = "Give after or before, not both.".to_owned();
                return Err(AppError::Invalid { field: "before".to_owned(), reason });
            }
            (Some(after), None) => PageStart::After(after),
            (None, Some(before)) => PageStart::Before(before),
            (None, None) => PageStart::Start,
        };
        Ok(StoreQuery {
            text: self.q,
            statuses: statuses.collect::<Result<_, _>>()?,
            order: self.order,
            start,
            limit: self.limit.unwrap_or(DEFAULT_STORES),
        })
    }
}

/// Stores, the newest first unless asked otherwise. The header `Link` names the pages beside this one.
#[utoipa::path(
    get, path = "/api/stores", params(ListQuery),
    responses((status = 200, body = [Store],
               headers(("Link" = String, description = "`rel=\"next\"` and `rel=\"prev\"`, where there are such pages"))),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn list(
    Service(stores): Service,
    uri: Uri,
    Parameters(query): Parameters<ListQuery>,
) -> Result<Response, Problem> {
    let page = stores.list(query.into_query()?).await?;
    let mut links = Vec::new();
    if let Some(first) = page.stores.first().filter(|_| page.more_before) {
        links.push(link(&uri, "before", &first.id, "prev"));
    }
    if let Some(last) = page.stores.last().filter(|_| page.more_after) {
        links.push(link(&uri, "after", &last.id, "next"));
    }
    let headers = (!links.is_empty()).then(|| [(header::LINK, links.join(", "))]);
    Ok((headers.map(AppendHeaders), Json(page.stores)).into_response())
}

/// The address of the same list from another store on, as an entry of the header `Link` (RFC 8288).
fn link(uri: &Uri, parameter: &str, id: &StoreId, relation: &str) -> String {
    let others = uri.query().unwrap_or_default().split('&');
    let kept = others.filter(|pair| !pair.is_empty() && !pair.starts_with("after=") && !pair.starts_with("before="));
    let query: Vec<&str> = kept.collect();
    let and = if query.is_empty() { "" } else { "&" };
    format!("<{}?{}{and}{parameter}={id}>; rel=\"{relation}\"", uri.path(), query.join("&"))
}

/// Create a store. It is queued; watch its events, or its status until it is `ready` or `failed`.
#[utoipa::path(
    post, path = "/api/stores", request_body = NewStore,
    params(("Idempotency-Key" = Option<String>, Header,
            description = "Sent twice with the same name, one store is made; at most 255 printable characters")),
    responses(
        (status = 201, body = Store, headers(("Location" = String, description = "The store"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    Service(stores): Service,
    headers: HeaderMap,
    extract::Json(new): extract::Json<NewStore>,
) -> Result<Response, Problem> {
    let key = headers.get("idempotency-key").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let store = stores.create(new, key).await?;
    let location = format!("/api/stores/{}", store.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(store)).into_response())
}

/// One store with its steps and latest events; a deleted one too.
#[utoipa::path(
    get, path = "/api/stores/{id}", params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = StoreDetail),
              (status = 404, body = Problem, content_type = "application/problem+json"))
)]
async fn show(Service(stores): Service, Id(id): Id) -> Result<Json<StoreDetail>, Problem> {
    Ok(Json(stores.get(&id).await?))
}

/// Delete a store. Answers at once; the store is `deleted` when nothing of it is left in the cluster.
#[utoipa::path(
    delete, path = "/api/stores/{id}", params(("id" = String, Path, description = "The store's id")),
    responses((status = 202, body = Store),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"))
)]
async fn delete(Service(stores): Service, Id(id): Id) -> Result<(StatusCode, Json<Store>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(stores.delete(&id).await?)))
}

/// Protect a store against deletion, or no longer.
#[utoipa::path(
    put, path = "/api/stores/{id}/protection", request_body = Protection,
    params(("id" = String, Path, description = "The store's id")),
    responses((status = 200, body = Store),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 415, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn protect(
    Service(stores): Service,
    Id(id): Id,
    extract::Json(Protection { protected }): extract::Json<Protection>,
) -> Result<Json<Store>, Problem> {
    Ok(Json(stores.protect(&id, protected).await?))
}

/// Queue a failed store again; everything is applied and every step looked at again, done ones in passing.
#[utoipa::path(
    post, path = "/api/stores/{id}/retry", params(("id" = String, Path, description = "The store's id")),
    responses((status = 202, body = Store),
              (status = 404, body = Problem, content_type = "application/problem+json"),
              (status = 409, body = Problem, content_type = "application/problem+json"))
)]
async fn retry(Service(stores): Service, Id(id): Id) -> Result<(StatusCode, Json<Store>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(stores.retry(&id).await?)))
}

/// Which events, and in which form.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// Only events with a greater id.
    #[serde(default)]
    after: i64,
    /// At most so many, 1,000 at the most; when not given 200, and 1,000 in the log form.
    limit: Option<u32>,
    /// `json`, or `log` for lines `[time] text`; when not given, the header `Accept: text/plain` asks for the log.
    format: Option<EventsFormat>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum EventsFormat {
    Json,
    Log,
}

/// What happened to a store, oldest first.
#[utoipa::path(
    get, path = "/api/stores/{id}/events",
    params(("id" = String, Path, description = "The store's id"), EventsQuery),
    responses((status = 200, content((Vec<Event> = "application/json"), (String = "text/plain"))),
              (status = 400, body = Problem, content_type = "application/problem+json"),
              (status = 404, body = Problem, content_type = "application/problem+json"))
)]
async fn events(
    Service(stores): Service,
    Id(id): Id,
    Parameters(query): Parameters<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let format =
        query.format.unwrap_or_else(|| if wants_text(&headers) { EventsFormat::Log } else { EventsFormat::Json });
    let usual = if format == EventsFormat::Log { DEFAULT_LOG_EVENTS } else { DEFAULT_EVENTS };
    let events = stores.events(&id, query.after, query.limit.unwrap_or(usual)).await?;
    Ok(match format {
        EventsFormat::Json => Json(events).into_response(),
        EventsFormat::Log => events.iter().map(|event| event.log_line() + "\n").collect::<String>().into_response(),
    })
}

/// Whether the client asks for plain text and not for JSON.
fn wants_text(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/plain") && !accept.contains("json")
}

/// How the platform is doing. Answers 200 as long as the server works, also while the cluster does not.
#[utoipa::path(get, path = "/api/health", responses((status = 200, body = Health)))]
async fn health(Service(stores): Service) -> Result<Json<Health>, Problem> {
    Ok(Json(stores.health().await?))
}

/// An address below `/api` that is none.
pub(super) async fn unknown() -> Problem {
    AppError::NotFound { what: "That address".to_owned() }.into()
}

/// An address that exists, with a method that it does not take.
pub(super) async fn wrong_method() -> Problem {
    Problem::wrong_method()
}
