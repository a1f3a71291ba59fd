//! What machines ask: whether the process lives, whether it can do its work, and how it is doing.

use app::service::Stores;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

use super::HttpState;
use crate::{
    db::trouble,
    metrics::{MEDIA_TYPE, Metrics},
};

/// The process answers. Whoever gets no answer may end it and start another.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database answers, so that the dashboard can. A cluster that is away is no reason to keep people from the page that says so.
pub(super) async fn ready(State(state): State<HttpState>) -> Response {
    let asked = async {
        let mut read = state.db.read().await?;
        sqlx::query_scalar::<_, i64>("SELECT 1").fetch_one(&mut *read).await
    };
    if state.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match asked.await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            let why = trouble::describe(&error).unwrap_or("it does not answer");
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, format!("the database cannot be used: {why}\n")).into_response()
        }
    }
}

/// Counts and durations for Prometheus.
pub(super) async fn metrics(
    State(metrics): State<Metrics>,
    State(stores): State<Arc<dyn Stores>>,
    State(state): State<HttpState>,
) -> Response {
    match metrics.render(&state.db, state.installs_limit, stores.now()).await {
        Ok(text) => ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the figures cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
