//! The server functions: each one line, since the rules live behind [`Stores`](crate::service::Stores). They answer with what
//! an island shows by itself; everything else comes with the page.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{cookies, draft, model::NewStore, service::stores};
use crate::{
    error::AppError,
    model::{Credentials, StoreId, Theme},
};

/// Takes a new store into the queue and opens its page.
#[server(prefix = "/rpc", endpoint = "create_store")]
pub async fn create_store(name: String) -> Result<(), AppError> {
    match stores()?.create(NewStore { name: name.clone() }, None).await {
        Ok(store) => {
            leptos_axum::redirect(&format!("/stores/{}", store.id));
            Ok(())
        }
        Err(error) => {
            draft::keep(&name);
            Err(error)
        }
    }
}

/// Queues a failed store again.
#[server(prefix = "/rpc", endpoint = "retry_store")]
pub async fn retry_store(id: StoreId) -> Result<(), AppError> {
    stores()?.retry(&id).await.map(drop)
}

/// Asks for a store's deletion and opens its page, which shows how far that is. `confirmation` is the store's name, typed.
#[server(prefix = "/rpc", endpoint = "delete_store")]
pub async fn delete_store(id: StoreId, #[server(default)] confirmation: String) -> Result<(), AppError> {
    let stores = stores()?;
    let name = stores.get(&id).await?.store.name;
    if confirmation.trim() != name.as_str() {
        return Err(AppError::not_confirmed("Type the store's name, as it stands above, to delete it."));
    }
    stores.delete(&id).await?;
    leptos_axum::redirect(&format!("/stores/{id}"));
    Ok(())
}

/// Asks for the deletion of several stores and opens the list. `confirmation` is their number, typed.
#[server(prefix = "/rpc", endpoint = "delete_stores")]
pub async fn delete_stores(
    #[server(default)] ids: Vec<StoreId>,
    #[server(default)] confirmation: String,
) -> Result<(), AppError> {
    if confirmation.trim() != ids.len().to_string() {
        return Err(AppError::not_confirmed("Type how many stores there are to delete them."));
    }
    let stores = stores()?;
    let mut refused = Ok(());
    for id in &ids {
        // One that is refused keeps nobody else.
        if let Err(error) = stores.delete(id).await {
            refused = refused.and(Err(error));
        }
    }
    if refused.is_ok() {
        leptos_axum::redirect("/");
    }
    refused
}

/// Protects a store against deletion, or no longer.
#[server(prefix = "/rpc", endpoint = "protect_store")]
pub async fn protect_store(id: StoreId, protected: bool) -> Result<(), AppError> {
    stores()?.protect(&id, protected).await.map(drop)
}

/// Queues those of several stores again that have failed, and comes back to the page.
#[server(prefix = "/rpc", endpoint = "retry_stores")]
pub async fn retry_stores(#[server(default)] ids: Vec<StoreId>) -> Result<(), AppError> {
    let stores = stores()?;
    for id in &ids {
        match stores.retry(id).await {
            // Not failed, or not any more.
            Ok(_) | Err(AppError::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Keeps which colours the pages have for this browser, and comes back to the page.
#[server(prefix = "/rpc", endpoint = "choose_theme")]
pub async fn choose_theme(theme: Theme) -> Result<(), AppError> {
    const YEAR: u32 = 365 * 24 * 60 * 60;
    cookies::set(Theme::COOKIE, theme.as_str(), YEAR);
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
