//! The requests to the sign-in service.

use std::time::Duration;

use axum::body::Body;
use futures::{FutureExt as _, future::BoxFuture};
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// How long an answer may take: somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Most bytes of an answer: keys and claims.
const MAX_ANSWER: usize = 256 * 1024;

/// Sends requests, over TLS with the system's certificates. It follows no redirects: an answer from elsewhere is not the service's.
#[derive(Clone)]
pub(super) struct HttpClient(Client<HttpsConnector<HttpConnector>, Body>);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// It cannot be reached.
    #[error("it cannot be reached: {0}")]
    Unreachable(#[from] hyper_util::client::legacy::Error),
    /// It did not answer in time.
    #[error("it did not answer within {} s", PATIENCE.as_secs())]
    TooSlow,
    /// The answer broke off, or is too long.
    #[error("its answer cannot be read: {0}")]
    Unreadable(Box<dyn std::error::Error + Send + Sync>),
}

impl HttpClient {
    /// A client that believes the system's certificates; where there are none, as in a small image, those of Mozilla.
    pub(super) fn new() -> Result<Self, rustls::Error> {
        let provider = rustls::crypto::ring::default_provider;
        let builder = match HttpsConnectorBuilder::new().with_provider_and_native_roots(provider()) {
            Ok(trusting) => trusting,
            Err(error) => {
                tracing::info!(%error, "the system has no certificates; Mozilla's are believed");
                HttpsConnectorBuilder::new().with_provider_and_webpki_roots(provider())?
            }
        };
        let connector = builder.https_or_http().enable_http1().build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    async fn send(self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let ask = async {
            let (head, body) = self.0.request(request.map(Body::from)).await?.into_parts();
            let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(HttpError::Unreadable)?;
            Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(PATIENCE, ask).await.map_err(|_| HttpError::TooSlow)?
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = BoxFuture<'static, Result<HttpResponse, HttpError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.clone().send(request).boxed()
    }
}
