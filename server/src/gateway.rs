//! Answers for the stores' addresses: a reverse proxy to the stores, so that a laptop needs neither an ingress controller
//! nor DNS.

mod forward;
mod page;

use std::sync::Arc;

use app::{
    error::AppError,
    model::{Status, StoreId},
    service::Stores,
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use self::page::Page;
use crate::{
    addresses::{self, Addresses, Label},
    store_client::{StoreClient, StoreClientError},
};

/// Brings visitors to their stores. Clones are the same gateway.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    addresses: Addresses,
    scheme: HeaderValue,
    client: Option<StoreClient>,
    stores: Arc<dyn Stores>,
}

/// Who a request is for.
#[derive(Debug, PartialEq, Eq)]
enum Addressee {
    /// The dashboard, or nobody that the gateway knows.
    Other,
    /// Whoever is at this place among the stores' addresses.
    Store(Label),
    /// The store that has this domain, or nobody that the gateway knows.
    Domain(String),
    /// The request contradicts itself about its host.
    Unclear,
}

impl Gateway {
    /// A gateway for the stores at these addresses. Without a client the stores are only pretended, and their addresses say so.
    ///
    /// # Errors
    /// The scheme is not one.
    pub fn new(
        addresses: Addresses,
        client: Option<StoreClient>,
        stores: Arc<dyn Stores>,
    ) -> Result<Self, axum::http::Error> {
        let scheme = HeaderValue::from_str(addresses.scheme())?;
        Ok(Self(Arc::new(Inner { addresses, scheme, client, stores })))
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
        let Some(host) = host else { return Addressee::Other };
        match self.0.addresses.label_of(host) {
            Some(label) => Addressee::Store(label),
            None if self.0.addresses.is_dashboard(host) => Addressee::Other,
            None => addresses::name_of(host).map_or(Addressee::Other, Addressee::Domain),
        }
    }

    /// Forwards to a store that is ready, and says in a page why not where it is not.
    async fn answer_at(&self, label: Label, request: Request) -> Response {
        let found = match &label {
            Label::Id(id) => self.0.stores.resident_by_id(id).await,
            Label::Slug(slug) => self.0.stores.resident_by_slug(slug).await,
            Label::Nobody => Ok(None),
        };
        match found {
            Ok(Some((id, status))) => self.answer(&id, status, request).await,
            Ok(None) => Page::unknown().into_response(),
            Err(error) => look_up_failed(&error),
        }
    }

    /// The same for a domain; one that is no store's is the server's own business.
    async fn answer_for(&self, domain: &str, request: Request, next: Next) -> Response {
        match self.0.stores.resident_by_domain(domain).await {
            Ok(Some((id, status))) => self.answer(&id, status, request).await,
            Ok(None) => next.run(request).await,
            Err(error) => look_up_failed(&error),
        }
    }

    async fn answer(&self, id: &StoreId, status: Status, request: Request) -> Response {
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
        Addressee::Store(label) => gateway.answer_at(label, request).await,
        Addressee::Domain(domain) => gateway.answer_for(&domain, request, next).await,
        Addressee::Unclear => Page::bad_host().into_response(),
    }
}

fn look_up_failed(error: &AppError) -> Response {
    tracing::warn!(%error, "the gateway cannot look the store up");
    Page::away().into_response()
}

#[cfg(test)]
mod tests;
