//! The server functions: each one line, since the rules live behind [`Stores`](crate::service::Stores). They answer with what
//! an island shows by itself; everything else comes with the page.

use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Credentials, StoreId},
};
#[cfg(feature = "ssr")]
use crate::{model::NewStore, service::stores};

/// Takes a new store into the queue and opens its page.
#[server(prefix = "/rpc", endpoint = "create_store")]
pub async fn create_store(name: String) -> Result<(), AppError> {
    let store = stores()?.create(NewStore { name }, None).await?;
    leptos_axum::redirect(&format!("/stores/{}", store.id));
    Ok(())
}

/// Queues a failed store again.
#[server(prefix = "/rpc", endpoint = "retry_store")]
pub async fn retry_store(id: StoreId) -> Result<(), AppError> {
    stores()?.retry(&id).await.map(drop)
}

/// Asks for a store's deletion and opens its page, which shows how far that is.
#[server(prefix = "/rpc", endpoint = "delete_store")]
pub async fn delete_store(id: StoreId) -> Result<(), AppError> {
    let store = stores()?.delete(&id).await?;
    leptos_axum::redirect(&format!("/stores/{}", store.id));
    Ok(())
}

/// How to sign in to a store's administration.
#[server(prefix = "/rpc", endpoint = "show_credentials")]
pub async fn show_credentials(id: StoreId) -> Result<Credentials, AppError> {
    forbid_keeping_the_answer();
    stores()?.credentials(&id).await
}

/// Tells browsers and proxies not to keep the answer, be it this function's or that of a page that calls it.
#[cfg(feature = "ssr")]
fn forbid_keeping_the_answer() {
    use server_fn::http_export::{HeaderValue, header::CACHE_CONTROL};

    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
