//! The server functions: each one line, since the rules live behind [`Stores`](crate::service::Stores).

use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Credentials, Health, Store, StoreDetail, StoreId},
};
#[cfg(feature = "ssr")]
use crate::{model::NewStore, service::stores};

/// Takes a new store into the queue and opens its page.
#[server(prefix = "/rpc", endpoint = "create_store")]
pub async fn create_store(name: String) -> Result<Store, AppError> {
    let store = stores()?.create(NewStore { name }, None).await?;
    leptos_axum::redirect(&format!("/stores/{}", store.id));
    Ok(store)
}

/// Every store that is not deleted, newest first.
#[server(prefix = "/rpc", endpoint = "list_stores")]
pub async fn list_stores() -> Result<Vec<Store>, AppError> {
    stores()?.list().await
}

/// One store with its steps and latest events.
#[server(prefix = "/rpc", endpoint = "get_store")]
pub async fn get_store(id: StoreId) -> Result<StoreDetail, AppError> {
    stores()?.get(&id).await
}

/// Queues a failed store again.
#[server(prefix = "/rpc", endpoint = "retry_store")]
pub async fn retry_store(id: StoreId) -> Result<Store, AppError> {
    stores()?.retry(&id).await
}

/// Asks for a store's deletion and opens its page, which shows how far that is.
#[server(prefix = "/rpc", endpoint = "delete_store")]
pub async fn delete_store(id: StoreId) -> Result<Store, AppError> {
    let store = stores()?.delete(&id).await?;
    leptos_axum::redirect(&format!("/stores/{}", store.id));
    Ok(store)
}

/// How to sign in to a store's administration.
#[server(prefix = "/rpc", endpoint = "show_credentials")]
pub async fn show_credentials(id: StoreId) -> Result<Credentials, AppError> {
    forbid_keeping_the_answer();
    stores()?.credentials(&id).await
}

/// How the platform is doing.
#[server(prefix = "/rpc", endpoint = "get_health")]
pub async fn get_health() -> Result<Health, AppError> {
    stores()?.health().await
}

/// Tells browsers and proxies not to keep the answer, be it this function's or that of a page that calls it.
#[cfg(feature = "ssr")]
fn forbid_keeping_the_answer() {
    use server_fn::http_export::{HeaderValue, header::CACHE_CONTROL};

    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
