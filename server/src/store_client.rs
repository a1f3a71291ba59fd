//! HTTP to the stores' web servers: the one client that visitors' requests and the order check share.

mod connector;
mod stream;
mod visitor;

use std::{error::Error, time::Duration};

use app::model::StoreId;
use axum::body::{Body, Bytes};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{
    Request, Response, Uri,
    http::uri::{Authority, PathAndQuery, Scheme},
};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};

pub use connector::{ConnectError, Connector};
pub use visitor::Visitor;

/// How long an unused connection is kept. The store's web server closes them after 2 s; one that is closed while a
/// request is on its way is a failed request.
const KEEP_IDLE: Duration = Duration::from_millis(1200);

/// Unused connections kept per store: a worker of its web server is a whole process.
const KEPT_PER_STORE: usize = 4;

/// Talks to stores. Clones share their connections.
#[derive(Clone)]
pub struct StoreClient {
    http: Client<Connector, Body>,
    connector: Connector,
}

/// A store could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreClientError {
    /// There is no connection to it.
    #[error("{0}")]
    Connect(String),
    /// It did not answer in time.
    #[error("the store did not answer within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// The request's body is larger than its sender allows.
    #[error("the request is too large")]
    TooLarge,
    /// It hung up, or what it sent is not HTTP.
    #[error("the store's web server broke off: {0}")]
    Broken(String),
}

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Status and headers.
    pub head: hyper::http::response::Parts,
    /// The body.
    pub body: Bytes,
}

impl StoreClient {
    /// A client that connects in this way.
    #[must_use]
    pub fn new(connector: Connector) -> Self {
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEEP_IDLE)
            .pool_max_idle_per_host(KEPT_PER_STORE)
            .build(connector.clone());
        Self { http, connector }
    }

    /// Sends a request to the store and gives the answer as soon as its head is there. The request's URI needs only
    /// path and query; its `Host` header is what the store is told.
    ///
    /// # Errors
    /// [`StoreClientError`] says how far it came.
    pub async fn send(
        &self,
        id: &StoreId,
        mut request: Request<Body>,
        limit: Duration,
    ) -> Result<Response<hyper::body::Incoming>, StoreClientError> {
        *request.uri_mut() = address(id, request.uri())?;
        let answer = tokio::time::timeout(limit, self.http.request(request));
        answer.await.map_err(|_| StoreClientError::TooSlow(limit))?.map_err(|error| explain(&error))
    }

    /// Sends a request and reads the whole answer, at most `most` bytes of it.
    ///
    /// # Errors
    /// [`StoreClientError`] says how far it came.
    pub async fn ask(
        &self,
        id: &StoreId,
        request: Request<Body>,
        limit: Duration,
        most: usize,
    ) -> Result<Answer, StoreClientError> {
        let whole = async {
            let (head, body) = self.send(id, request, limit).await?.into_parts();
            let body = Limited::new(body, most).collect().await;
            let body = body.map_err(|error| StoreClientError::Broken(error.to_string()))?.to_bytes();
            Ok(Answer { head, body })
        };
        tokio::time::timeout(limit, whole).await.map_err(|_| StoreClientError::TooSlow(limit))?
    }

    /// A client, with connections of its own, to web servers of this image that are not ready yet.
    #[must_use]
    pub fn to_unready(&self, image: &str) -> Self {
        Self::new(self.connector.to_unready(image))
    }

    /// Forgets where the store was.
    pub fn forget(&self, id: &StoreId) {
        self.connector.forget(id);
    }
}

/// The URI that connections are pooled by: the store's namespace as host.
fn address(id: &StoreId, uri: &Uri) -> Result<Uri, StoreClientError> {
    let broken = |error: hyper::http::Error| StoreClientError::Broken(error.to_string());
    let authority = Authority::try_from(id.namespace()).map_err(|error| broken(error.into()))?;
    let path = uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    Uri::builder().scheme(Scheme::HTTP).authority(authority).path_and_query(path).build().map_err(broken)
}

fn explain(error: &hyper_util::client::legacy::Error) -> StoreClientError {
    let mut deepest: &dyn Error = error;
    while let Some(source) = deepest.source() {
        if let Some(connect) = source.downcast_ref::<ConnectError>() {
            return StoreClientError::Connect(connect.to_string());
        }
        if source.is::<LengthLimitError>() {
            return StoreClientError::TooLarge;
        }
        deepest = source;
    }
    StoreClientError::Broken(deepest.to_string())
}
