//! The whole URL table.

mod cookies;
mod document;
mod extract;
mod guard;
mod headers;
mod identity;
mod oidc;
mod probes;
mod problem;
mod rates;
mod refusals;
mod rest;
mod rpc;
pub(crate) mod span;
mod stream;
pub(crate) mod visitor;

use std::{sync::Arc, time::Duration};

use app::{
    error::AppError,
    service::{Accounts, Demo, Stores},
};
use axum::{
    Router,
    extract::{FromRef, Request},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use axum_login::{
    AuthManagerLayer, AuthManagerLayerBuilder,
    tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite},
};
use leptos::{
    config::LeptosOptions,
    context::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes as _, generate_route_list, render_app_async_with_context};
use tokio_util::sync::CancellationToken;
use tower_http::{
    compression::CompressionLayer,
    services::{ServeDir, ServeFile},
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::Level;

use crate::{
    accounts::{
        AccountService, SqliteSessions,
        oidc::{CALLBACK, Provider},
    },
    addresses::Addresses,
    audit::AuditLog,
    db::Database,
    events::Doorbell,
    metrics::Metrics,
    stores::StoreService,
};
pub use document::openapi;
use problem::Problem;
pub(crate) use rates::RateLimits;
pub use rates::Rates;
pub use visitor::TrustedProxies;

/// Largest body that is read, in bytes: a store's name and what surrounds it, with a wide margin.
const MAX_BODY: usize = 16 * 1024;

/// How long an answer may take. Test orders take longest.
const ANSWER_DEADLINE: Duration = Duration::from_secs(120);

/// What handlers can ask for.
#[derive(Clone, FromRef)]
pub struct HttpState {
    /// True when stores are only simulated, which every page says.
    pub is_demo: bool,
    /// The platform, for what it does by itself.
    pub stores: Arc<dyn Stores>,
    /// The same, for people.
    pub service: Arc<StoreService>,
    /// The users.
    pub accounts: AccountService,
    /// Another service where people sign in.
    pub provider: Option<Provider>,
    /// Who did what.
    pub audit: AuditLog,
    /// Where the live stream reads what it missed.
    pub db: Database,
    /// What wakes the live stream.
    pub doorbell: Doorbell,
    /// Ends the live streams when the server stops.
    pub stop: CancellationToken,
    /// The names that the dashboard answers to, and the stores' addresses.
    pub addresses: Addresses,
    /// What is counted and measured.
    pub metrics: Metrics,
    /// How often somebody may ask.
    pub(crate) rates: RateLimits,
    /// Installs that may run at once.
    #[from_ref(skip)]
    pub installs_limit: u32,
    /// Where the built front end is.
    pub leptos: LeptosOptions,
}

/// Everything that the dashboard's host answers.
pub fn router(state: HttpState) -> Router {
    let document = openapi();
    let (rest, _) = rest::routes().split_for_parts();
    let api = rest
        .route("/api/openapi.json", get(move || async move { axum::Json(document) }))
        .route("/api", get(rest::unknown))
        .route("/api/{*rest}", get(rest::unknown).fallback(rest::unknown))
        .method_not_allowed_fallback(rest::wrong_method);

    let shell = {
        let options = state.leptos.clone();
        move || app::shell(options.clone())
    };
    let for_pages = {
        let (addresses, demo) = (state.addresses.clone(), Demo(state.is_demo));
        move || {
            provide_context(demo);
            provide_services();
            headers::for_page(&addresses);
        }
    };
    let site = state.leptos.site_root.to_string();
    let assets = ServeDir::new(format!("{site}/pkg")).precompressed_br().precompressed_gzip();
    // Names that carry a hash of what is in them stand for the same for ever; others do not.
    let kept = if state.leptos.hash_files { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kept = HeaderValue::from_static(kept);

    Router::new()
        .merge(api)
        .route("/healthz", get(probes::live))
        .route("/readyz", get(probes::ready))
        .route("/metrics", get(probes::metrics).layer(middleware::from_fn(identity::only_for_all)))
        .route("/enter", get(identity::enter))
        .route(oidc::BEGIN, get(oidc::begin))
        .route(CALLBACK, get(oidc::finish))
        // What browsers ask for beside an answer that is no page.
        .route("/favicon.ico", get(async || Redirect::permanent("/favicon.svg")))
        .leptos_routes_with_context(&state, generate_route_list(app::App), for_pages.clone(), shell.clone())
        .nest_service(
            "/pkg",
            tower::ServiceBuilder::new()
                .layer(middleware::from_fn(move |request, next| cache_when_found(kept.clone(), request, next)))
                .service(assets),
        )
        .route_service("/favicon.svg", ServeFile::new(format!("{site}/favicon.svg")))
        // Not Leptos' own handler for this, which also serves files, and gives them the headers of whatever page is being
        // rendered at that moment, cookies included.
        .fallback(render_app_async_with_context(for_pages, shell))
        .layer(middleware::from_fn_with_state(state.clone(), identity::identify))
        .layer(sign_in_layer(&state))
        .layer(tower_http::limit::RequestBodyLimitLayer::new(MAX_BODY))
        .layer(middleware::from_fn(explain_plain_refusals))
        .layer(middleware::from_fn(rpc::tell_status))
        .layer(middleware::from_fn_with_state(state.clone(), refusals::keep_true))
        .layer(middleware::from_fn(guard::mark_secure))
        .layer(middleware::from_fn_with_state(state.clone(), guard::keep_out))
        .layer(middleware::from_fn_with_state(state.rates.clone(), rates::hold_back))
        .layer(middleware::from_fn(limit_time))
        .layer(middleware::from_fn_with_state(state.clone(), headers::add))
        .layer(CompressionLayer::new())
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span::of_request)
                .on_response(DefaultOnResponse::new().level(Level::DEBUG))
                // Whoever answers with a fault has told it.
                .on_failure(()),
        )
        .with_state(state)
}

/// Hands pages and server functions what the request may use.
fn provide_services() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(stores) = parts.extensions.get::<Arc<dyn Stores>>() {
        provide_context(Arc::clone(stores));
    }
    if let Some(accounts) = parts.extensions.get::<Arc<dyn Accounts>>() {
        provide_context(Arc::clone(accounts));
    }
}

/// Reads the session of each request.
fn sign_in_layer(state: &HttpState) -> AuthManagerLayer<AccountService, SqliteSessions> {
    let is_secure = state.addresses.scheme() == "https";
    // The cookie lasts as long as a session can; that one ends sooner which nobody uses is kept in the database.
    let lifetime = time::Duration::try_from(state.accounts.session_limits().lifetime).unwrap_or(time::Duration::MAX);
    // The prefix keeps other hosts of the domain, such as stores, from putting a cookie of theirs in its place.
    let name = if is_secure { "__Host-urumi-session" } else { guard::SESSION_COOKIE };
    let sessions = SessionManagerLayer::new(state.accounts.session_store())
        .with_name(name)
        .with_secure(is_secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(lifetime));
    AuthManagerLayerBuilder::new(state.accounts.clone(), sessions).build()
}

/// Lets browsers keep what was found, and nothing else.
async fn cache_when_found(value: HeaderValue, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    response
}

/// Answers that a request took too long, unless it is answered in time; a stream that has begun takes as long as it likes.
async fn limit_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_DEADLINE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::too_slow(ANSWER_DEADLINE).into_response(),
    }
}

/// Some layers answer in plain text or not at all; programs are owed the same shape as every other error.
async fn explain_plain_refusals(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = next.run(request).await;
    // As the session layer answers where sessions cannot be read or written.
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        let reason = "sessions cannot be read or written".to_owned();
        return Problem::from(AppError::StorageUnavailable { reason }).into_response();
    }
    if is_api && !is_read && response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(MAX_BODY).into_response();
    }
    response
}
