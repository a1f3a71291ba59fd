//! Answers for `store-<id>.<domain>`: a reverse proxy to the stores, so that a laptop needs neither an ingress controller
//! nor DNS.

mod forward;
mod page;

use std::{net::SocketAddr, sync::Arc};

use app::{
    error::AppError,
    model::{Status, StoreId},
    service::Stores,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use self::page::Page;
use crate::store_client::{StoreClient, StoreClientError};

/// Brings visitors to their stores. Clones are the same gateway.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    /// With a dot before it, in lower case.
    suffix: String,
    scheme: HeaderValue,
    client: Option<StoreClient>,
    stores: Arc<dyn Stores>,
}

/// Who a request is for.
#[derive(Debug, PartialEq, Eq)]
enum Addressee {
    /// The dashboard, or nobody that the gateway knows.
    Other,
    /// A store.
    Store(StoreId),
    /// A host that could only be a store's, with an id that no store can have.
    NoStore,
    /// The request contradicts itself about its host.
    Unclear,
}

impl Gateway {
    /// A gateway for the stores at `store-<id>.<domain>`, which visitors reach by this scheme. Without a client the stores
    /// are only pretended, and their addresses say so.
    ///
    /// # Errors
    /// The scheme is not one.
    pub fn new(
        domain: &str,
        scheme: &str,
        client: Option<StoreClient>,
        stores: Arc<dyn Stores>,
    ) -> Result<Self, axum::http::Error> {
        let suffix = format!(".{}", domain.trim_matches('.').to_ascii_lowercase());
        Ok(Self(Arc::new(Inner { suffix, scheme: HeaderValue::from_str(scheme)?, client, stores })))
    }

    /// The store whose host this is, with or without a port; none for any other host.
    #[must_use]
    pub fn store_of(&self, host: &str) -> Option<StoreId> {
        self.label_of(host)?.parse().ok()
    }

    /// What stands for the id in a store's host.
    fn label_of(&self, host: &str) -> Option<String> {
        let authority: Authority = host.parse().ok()?;
        let host = authority.host().to_ascii_lowercase();
        let label = host.strip_suffix(&self.0.suffix)?.strip_prefix("store-")?;
        Some(label.to_owned())
    }

    fn addressee(&self, request: &Request) -> Addressee {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let named = match (hosts.next(), hosts.next()) {
            (_, Some(_)) => return Addressee::Unclear,
            (Some(host), None) => match host.to_str() {
                Ok(host) if !host.contains(['@', '/', '\\', '?', '#', ',', ' ']) => Some(host),
                _ => return Addressee::Unclear,
            },
            (None, None) => None,
        };
        // A request line with a whole URI, as proxies send it, and HTTP/2, which has no Host.
        let host = match (request.uri().authority().map(Authority::as_str), named) {
            (Some(line), Some(named)) if !line.eq_ignore_ascii_case(named) => return Addressee::Unclear,
            (line, named) => named.or(line),
        };
        match host.and_then(|host| self.label_of(host)) {
            None => Addressee::Other,
            Some(label) => label.parse().map_or(Addressee::NoStore, Addressee::Store),
        }
    }

    /// Forwards to a store that is ready, and says in a page why not where it is not.
    async fn answer(&self, id: &StoreId, request: Request) -> Response {
        let status = match self.0.stores.status(id).await {
            Ok(status) => status,
            Err(AppError::NotFound { .. }) => return Page::unknown().into_response(),
            Err(error) => {
                tracing::warn!(store.id = %id, %error, "the gateway cannot look the store up");
                return Page::away().into_response();
            }
        };
        match status {
            Status::Ready | Status::Degraded => self.forward(id, request).await,
            Status::Queued | Status::Provisioning => Page::being_made().into_response(),
            Status::Failed => Page::failed().into_response(),
            Status::Deleting | Status::Deleted => Page::deleted().into_response(),
        }
    }

    async fn forward(&self, id: &StoreId, request: Request) -> Response {
        let Some(client) = &self.0.client else { return Page::pretended().into_response() };
        let path = request.uri().path().to_owned();
        let request = match forward::prepare(request, &self.0.scheme) {
            Ok(request) => request,
            Err(forward::TooLarge) => return Page::too_large().into_response(),
        };
        match client.send(id, request, forward::ANSWER_TIMEOUT).await {
            Ok(answer) => forward::hand_back(answer),
            Err(StoreClientError::TooLarge) => Page::too_large().into_response(),
            Err(error) => {
                tracing::warn!(store.id = %id, path, %error, "a visitor's request was not answered");
                let slow = matches!(error, StoreClientError::TooSlow(_));
                let status = if slow { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::BAD_GATEWAY };
                Page::no_answer(status).into_response()
            }
        }
    }
}

/// A middleware for the whole server: requests for stores go to them, all others on.
pub async fn route(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    match gateway.addressee(&request) {
        Addressee::Other => next.run(request).await,
        Addressee::Store(id) => gateway.answer(&id, request).await,
        Addressee::NoStore => Page::unknown().into_response(),
        Addressee::Unclear => Page::bad_host().into_response(),
    }
}

/// Who connected, where the server was told to keep it.
fn peer_of(request: &Request) -> Option<SocketAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| *address)
}

#[cfg(test)]
mod tests;
