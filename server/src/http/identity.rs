//! Who sends a request: a session, a token, or nobody, who gets to few places.

use std::sync::Arc;

use app::{
    BY_ITSELF, REFRESH,
    error::AppError,
    model::Action,
    service::{Accounts, Stores},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use tracing::Instrument as _;

use super::{HttpState, oidc, problem::Problem, rpc, visitor};
use crate::{
    access::{Actor, Via, Who},
    accounts::{acting::ActingAccounts, backend::AuthSession, oidc::CALLBACK},
    stores::acting::ActingStores,
};

/// Where somebody signs in.
const SIGN_IN: &str = "/sign-in";

/// Where everybody gets: to sign in, and what that page is made of; and what machines ask to see whether the server lives.
const OPEN: [&str; 13] = [
    SIGN_IN,
    oidc::BEGIN,
    CALLBACK,
    "/welcome",
    "/enter",
    "/rpc/sign_in",
    "/rpc/accept_invitation",
    "/rpc/choose_theme",
    "/healthz",
    "/readyz",
    "/favicon.ico",
    "/favicon.svg",
    "/api/openapi.json",
];

/// Finds out who sends a request, and hands on what they may use. Nobody is led to where one signs in.
pub(super) async fn identify(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let Some(session) = request.extensions().get::<AuthSession>().cloned() else {
        return Problem::from(AppError::Internal { reference: "no-session".to_owned() }).into_response();
    };
    let who = match who_sends(&state, &session, request.headers()).await {
        Ok(who) => who,
        Err(error) if is_open(request.uri().path()) => {
            tracing::debug!(%error, "whoever asks is not known");
            Who::Nobody
        }
        Err(error) => return turn_away(&request, &error),
    };
    if matches!(who, Who::Nobody) && !is_open(request.uri().path()) {
        return turn_away(&request, &AppError::SignedOut);
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let actor = Actor { who, address: visitor::of(&request) };
    if let Some(user) = actor.user().filter(|_| !is_read)
        && let Err(error) = state.rates.count_change(user.id)
    {
        return turn_away(&request, &error);
    }
    let agent = text(request.headers(), header::USER_AGENT.as_str()).unwrap_or_default().to_owned();
    let stores: Arc<dyn Stores> =
        Arc::new(ActingStores::new(Arc::clone(&state.service), state.audit.clone(), actor.clone()));
    let accounts = Arc::new(ActingAccounts::new(
        state.accounts.clone(),
        state.audit.clone(),
        actor.clone(),
        session,
        state.provider.clone(),
        &agent,
    ));
    let extensions = request.extensions_mut();
    extensions.insert(stores);
    extensions.insert(Arc::clone(&accounts) as Arc<dyn Accounts>);
    extensions.insert(accounts);
    extensions.insert(actor);
    if is_read && !["/enter", CALLBACK].contains(&request.uri().path()) {
        return next.run(request).await;
    }
    // A task of its own: a client that hangs up must not come between what was done and its being noted.
    let done = tokio::spawn(next.run(request).in_current_span());
    done.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a request ended badly");
        Problem::from(AppError::Internal { reference: "panic".to_owned() }).into_response()
    })
}

/// What a program shows counts, and nothing beside it.
async fn who_sends(state: &HttpState, session: &AuthSession, headers: &HeaderMap) -> Result<Who, AppError> {
    if let Some(secret) = bearer(headers) {
        return state.accounts.bearer(secret).await?.ok_or(AppError::SignedOut);
    }
    let Some(account) = &session.user else { return Ok(Who::Nobody) };
    // What a page does by itself is no sign of a person.
    let is_person = !is_by_itself(headers) && text(headers, "accept") != Some("text/event-stream");
    if !state.accounts.keep_alive(&session.session, is_person).await? {
        return Ok(Who::Nobody);
    }
    Ok(Who::User { user: account.user.clone(), via: Via::Session })
}

/// The token of a request. Of any other scheme nothing is known here.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = text(headers, header::AUTHORIZATION.as_str())?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_by_itself(headers: &HeaderMap) -> bool {
    text(headers, BY_ITSELF) == Some(REFRESH)
}

fn is_open(path: &str) -> bool {
    OPEN.contains(&path) || path.starts_with("/pkg/")
}

/// Answers in the way that each kind of client understands.
pub(super) fn turn_away(request: &Request, error: &AppError) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    let is_page = text(headers, "accept").is_some_and(|accept| accept.contains("text/html"));
    if path.starts_with("/rpc/") && !is_page {
        return rpc::refuse(error);
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_signed_out = matches!(error, AppError::SignedOut);
    if path.starts_with("/api/") || path == "/metrics" || is_by_itself(headers) || !is_signed_out {
        let mut response = Problem::from(error.clone()).into_response();
        if is_signed_out {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        return response;
    }
    // A form goes back to the page that it was on.
    let next = if is_read { Some(request.uri().clone()) } else { referer(headers) };
    sign_in_and(next.as_ref()).into_response()
}

/// The page of this site that a request came from.
fn referer(headers: &HeaderMap) -> Option<Uri> {
    text(headers, header::REFERER.as_str())?.parse().ok()
}

fn sign_in_and(next: Option<&Uri>) -> Redirect {
    let next = next.and_then(Uri::path_and_query).map(|path| path.as_str()).filter(|path| *path != "/");
    match next {
        Some(next) => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            Redirect::to(&format!("{SIGN_IN}?{query}"))
        }
        None => Redirect::to(SIGN_IN),
    }
}

/// Opens a link that signs somebody in once. A browser that only looks ahead does not use it up.
pub(super) async fn enter(
    axum::Extension(accounts): axum::Extension<Arc<dyn Accounts>>,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if method == Method::HEAD || text(&headers, "sec-purpose").is_some_and(|purpose| purpose.contains("prefetch")) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let word = query.into_iter().find(|(name, _)| name == "word").map(|(_, word)| word.into_owned());
    match accounts.enter(&word.unwrap_or_default()).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(AppError::NotFound { .. }) => Redirect::to("/sign-in?link=gone").into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Lets only those to the figures who see all stores: they say how many there are.
pub(super) async fn only_for_all(request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Actor>();
    match actor.map_or(Err(AppError::SignedOut), |actor| actor.may(Action::See)) {
        Ok(()) => next.run(request).await,
        Err(refusal) => Problem::from(refusal).into_response(),
    }
}
