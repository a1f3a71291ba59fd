//! A visitor of a store, as the platform's own checks are: no cookies, and the same headers as through the gateway.

use std::time::Duration;

use app::model::StoreId;
use axum::body::Body;
use hyper::{HeaderMap, Method, Request, StatusCode, header};

use super::{Answer, StoreClient, StoreClientError};

/// How long one answer may take. A cold WordPress page takes 2 s.
const LIMIT: Duration = Duration::from_secs(20);

/// Most bytes of an answer that are read: a page of a shop has 100 to 300 KiB.
const MOST: usize = 4 * 1024 * 1024;

/// Most characters of an answer that a failure shows.
const SHOWN: usize = 300;

/// Visits one store.
#[derive(Clone)]
pub struct Visitor {
    client: StoreClient,
    id: StoreId,
    scheme: String,
    host: String,
}

impl Visitor {
    /// A visitor of the store at this address, `scheme://host:port`.
    #[must_use]
    pub fn new(client: StoreClient, id: StoreId, url: &str) -> Self {
        let (scheme, host) = url.split_once("://").unwrap_or(("http", url));
        Self { client, id, scheme: scheme.to_owned(), host: host.trim_end_matches('/').to_owned() }
    }

    /// Gets a page.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn get(&self, path: &str) -> Result<Answer, StoreClientError> {
        self.ask(Method::GET, path, HeaderMap::new(), Body::empty()).await
    }

    /// Asks for anything.
    ///
    /// # Errors
    /// [`StoreClientError`] when there is no whole answer. Any status is an answer.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Body,
    ) -> Result<Answer, StoreClientError> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header("x-forwarded-host", &self.host)
            .header("x-forwarded-proto", &self.scheme)
            .header("x-forwarded-for", "127.0.0.1")
            .header(header::USER_AGENT, concat!("urumi/", env!("CARGO_PKG_VERSION")))
            .body(body)
            .map_err(|error| StoreClientError::Broken(error.to_string()))?;
        request.headers_mut().extend(headers);
        self.client.ask(&self.id, request, LIMIT, MOST).await
    }
}

impl Answer {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The body as text; bytes that are none are replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Status and the beginning of the body in one line, for a person.
    #[must_use]
    pub fn describe(&self) -> String {
        let text = self.text();
        let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = line.char_indices().nth(SHOWN) {
            line.truncate(end);
            line.push('…');
        }
        let location = self.head.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let location = location.map(|to| format!(" to {to}")).unwrap_or_default();
        format!("{}{location}: {line}", self.status())
    }
}
