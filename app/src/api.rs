//! The server functions: each one line, since the rules live behind [`Stores`](crate::service::Stores). They answer with what
//! an island shows by itself; everything else comes with the page.

mod accounts;

use leptos::prelude::*;

pub use accounts::*;

#[cfg(feature = "ssr")]
use crate::{
    cookies, draft,
    model::{NewStore, StrayRemoval},
    notice::{self, Notice},
    service::stores,
};
use crate::{
    error::AppError,
    model::{Content, Credentials, Size, StoreId, Theme},
};

/// Takes a new store into the queue and opens its page.
#[server(prefix = "/rpc", endpoint = "create_store")]
pub async fn create_store(
    name: String,
    #[server(default)] slug: String,
    #[server(default)] size: Size,
    #[server(default)] content: Content,
) -> Result<(), AppError> {
    let new = NewStore { name, slug, size, content };
    match stores()?.create(new.clone(), None).await {
        Ok(store) => {
            leptos_axum::redirect(&format!("/stores/{}", store.id));
            Ok(())
        }
        Err(error) => {
            draft::keep(&new);
            Err(error)
        }
    }
}

/// Queues a failed store again.
#[server(prefix = "/rpc", endpoint = "retry_store")]
pub async fn retry_store(id: StoreId) -> Result<(), AppError> {
    stores()?.retry(&id).await?;
    notice::keep(Notice::Retried(1));
    Ok(())
}

/// Whether what was typed to confirm something is what had to be. No two stores' names differ only in capitals.
pub(crate) fn is_confirmed(typed: &str, wanted: &str) -> bool {
    typed.trim().to_lowercase() == wanted.to_lowercase()
}

/// Asks for a store's deletion and opens its page, which shows how far that is. `confirmation` is the store's name, typed.
#[server(prefix = "/rpc", endpoint = "delete_store")]
pub async fn delete_store(id: StoreId, #[server(default)] confirmation: String) -> Result<(), AppError> {
    let stores = stores()?;
    let name = stores.get(&id).await?.store.name;
    if !is_confirmed(&confirmation, name.as_str()) {
        return Err(AppError::not_confirmed("Type the store's name, as it stands above, to delete it."));
    }
    stores.delete(&id).await?;
    leptos_axum::redirect(&format!("/stores/{id}"));
    Ok(())
}

/// Does what a store's failed deletion offered, deletes it again, and comes back to its page. `confirmation` is the volume's name,
/// typed, where one is destroyed.
#[server(prefix = "/rpc", endpoint = "take_up_offer")]
pub async fn take_up_offer(id: StoreId, #[server(default)] confirmation: String) -> Result<(), AppError> {
    let stores = stores()?;
    let offer = stores.get(&id).await?.store.failure.and_then(|failure| failure.offer);
    let wanted = offer.as_ref().and_then(|offer| offer.confirmation());
    if wanted.is_some_and(|wanted| !is_confirmed(&confirmation, wanted)) {
        return Err(AppError::not_confirmed("Type the volume's name, as it stands above, to remove it."));
    }
    stores.take_up_offer(&id).await?;
    notice::keep(Notice::Deleting(1));
    Ok(())
}

/// Asks for the removal of what belongs to no store, and opens the page of its deletion. `confirmation` is the namespace, typed;
/// `taken_from` is the other installation that made it, where it was another one.
#[server(prefix = "/rpc", endpoint = "remove_stray")]
pub async fn remove_stray(
    id: StoreId,
    #[server(default)] taken_from: String,
    #[server(default)] confirmation: String,
) -> Result<(), AppError> {
    if !is_confirmed(&confirmation, &id.namespace()) {
        return Err(AppError::not_confirmed("Type the namespace, as it stands above, to remove it."));
    }
    let taken_from = Some(taken_from).filter(|from| !from.is_empty());
    stores()?.remove_stray(&id, StrayRemoval { taken_from }).await?;
    leptos_axum::redirect(&format!("/stores/{id}"));
    Ok(())
}

/// Asks for the deletion of several stores and opens the list. `confirmation` is their number, typed.
#[server(prefix = "/rpc", endpoint = "delete_stores")]
pub async fn delete_stores(
    #[server(default)] ids: Vec<StoreId>,
    #[server(default)] confirmation: String,
) -> Result<(), AppError> {
    if !is_confirmed(&confirmation, &ids.len().to_string()) {
        return Err(AppError::not_confirmed("Type how many stores there are to delete them."));
    }
    let stores = stores()?;
    let (mut refused, mut deleted) = (Ok(()), 0);
    for id in &ids {
        match stores.delete(id).await {
            Ok(_) => deleted += 1,
            // One that is refused keeps nobody else.
            Err(error) => refused = refused.and(Err(error)),
        }
    }
    if deleted > 0 {
        notice::keep(Notice::Deleting(deleted));
    }
    if refused.is_ok() {
        leptos_axum::redirect("/");
    }
    refused
}

/// Protects a store against deletion, or no longer.
#[server(prefix = "/rpc", endpoint = "protect_store")]
pub async fn protect_store(id: StoreId, protected: bool) -> Result<(), AppError> {
    stores()?.protect(&id, protected).await?;
    notice::keep(if protected { Notice::Protected } else { Notice::Unprotected });
    Ok(())
}

/// Queues those of several stores again that have failed, and comes back to the page.
#[server(prefix = "/rpc", endpoint = "retry_stores")]
pub async fn retry_stores(#[server(default)] ids: Vec<StoreId>) -> Result<(), AppError> {
    let stores = stores()?;
    let mut retried = 0;
    for id in &ids {
        match stores.retry(id).await {
            Ok(_) => retried += 1,
            // Not failed, or not any more.
            Err(AppError::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    notice::keep(Notice::Retried(retried));
    Ok(())
}

/// Keeps which colours the pages have for this browser, and comes back to the page.
#[server(prefix = "/rpc", endpoint = "choose_theme")]
pub async fn choose_theme(theme: Theme) -> Result<(), AppError> {
    const YEAR: u32 = 365 * 24 * 60 * 60;
    cookies::set(Theme::COOKIE, theme.as_str(), YEAR);
    Ok(())
}

/// Moves a store to a domain that leads to it, and opens its page.
#[server(prefix = "/rpc", endpoint = "set_domain")]
pub async fn set_domain(id: StoreId, domain: String) -> Result<(), AppError> {
    stores()?.set_domain(&id, &domain).await?;
    notice::keep(Notice::DomainChosen);
    leptos_axum::redirect(&format!("/stores/{id}"));
    Ok(())
}

/// Moves a store back to its first address, and opens its page.
#[server(prefix = "/rpc", endpoint = "remove_domain")]
pub async fn remove_domain(id: StoreId) -> Result<(), AppError> {
    stores()?.remove_domain(&id).await?;
    notice::keep(Notice::DomainRemoved);
    leptos_axum::redirect(&format!("/stores/{id}"));
    Ok(())
}

/// Places an order in a store now, and comes back to its page, which says how that ended.
#[server(prefix = "/rpc", endpoint = "test_checkout")]
pub async fn test_checkout(id: StoreId) -> Result<(), AppError> {
    let report = stores()?.check(&id).await?;
    notice::keep(if report.passed { Notice::TestPassed } else { Notice::TestFailed });
    Ok(())
}

/// Tries what can be reached from inside of a store now, and comes back to its page, which says what that was.
#[server(prefix = "/rpc", endpoint = "test_isolation")]
pub async fn test_isolation(id: StoreId) -> Result<(), AppError> {
    stores()?.probe_isolation(&id).await?;
    notice::keep(Notice::IsolationTested);
    Ok(())
}

/// Signs the owner in to a store's administration and opens it.
#[server(prefix = "/rpc", endpoint = "open_admin")]
pub async fn open_admin(id: StoreId) -> Result<(), AppError> {
    forbid_keeping_the_answer();
    leptos_axum::redirect(&stores()?.sign_in_link(&id).await?.url);
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
pub(crate) fn forbid_keeping_the_answer() {
    use server_fn::http_export::{HeaderValue, header::CACHE_CONTROL};

    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
