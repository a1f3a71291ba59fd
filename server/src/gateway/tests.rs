//! The gateway before a real web server on loopback that plays WordPress: it answers with what it was asked.

use std::{future::pending, net::SocketAddr};

use app::{
    error::AppError,
    model::{
        CheckReport, Component, Counts, Credentials, DomainReport, Event, FailedAttempt, Health, IsolationReport,
        NewStore, Object, Pods, PoolState, Quota, SignInLink, Slug, Store, StoreDetail, StoreId, StorePage, StoreQuery,
        StrayRemoval, Strays,
    },
    service::LogLines,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Uri},
    middleware,
    routing::{any, get},
};
use tower::ServiceExt as _;

use super::*;
use crate::store_client::Connector;

const HOST: &str = "store-abcd.localhost:3000";

/// Knows one store, `abcd`, with this status. Plays the rules and the database.
struct OneStore(Status);

fn internal<T>() -> Result<T, AppError> {
    Err(AppError::Internal { reference: "not played".to_owned() })
}

#[async_trait::async_trait]
impl Stores for OneStore {
    async fn resident_by_id(&self, id: &StoreId) -> Result<Option<(StoreId, Status)>, AppError> {
        Ok((id.as_str() == "abcd").then(|| (id.clone(), self.0)))
    }
    async fn resident_by_slug(&self, slug: &Slug) -> Result<Option<(StoreId, Status)>, AppError> {
        Ok((slug.as_str() == "corner-shop").then(|| ("abcd".parse().expect("an id"), self.0)))
    }

    async fn resident_by_domain(&self, host: &str) -> Result<Option<(StoreId, Status)>, AppError> {
        Ok((host == "www.corner.example").then(|| ("abcd".parse().expect("an id"), self.0)))
    }
    async fn look_up_domain(&self, _: &StoreId, _: &str) -> Result<DomainReport, AppError> {
        internal()
    }
    async fn set_domain(&self, _: &StoreId, _: &str) -> Result<Store, AppError> {
        internal()
    }
    async fn remove_domain(&self, _: &StoreId) -> Result<Store, AppError> {
        internal()
    }

    async fn get(&self, _: &StoreId) -> Result<StoreDetail, AppError> {
        internal()
    }
    async fn create(&self, _: NewStore, _: Option<String>) -> Result<Store, AppError> {
        internal()
    }
    async fn counts(&self) -> Result<Counts, AppError> {
        internal()
    }
    async fn list(&self, _: StoreQuery) -> Result<StorePage, AppError> {
        internal()
    }
    async fn quota(&self) -> Result<Quota, AppError> {
        internal()
    }
    async fn events(&self, _: &StoreId, _: i64, _: u32) -> Result<Vec<Event>, AppError> {
        internal()
    }
    async fn retry(&self, _: &StoreId) -> Result<Store, AppError> {
        internal()
    }
    async fn delete(&self, _: &StoreId) -> Result<Store, AppError> {
        internal()
    }
    async fn credentials(&self, _: &StoreId) -> Result<Credentials, AppError> {
        internal()
    }
    async fn take_up_offer(&self, _: &StoreId) -> Result<Store, AppError> {
        internal()
    }
    async fn failures(&self, _: &StoreId) -> Result<Vec<FailedAttempt>, AppError> {
        internal()
    }
    async fn strays(&self) -> Result<Strays, AppError> {
        internal()
    }
    async fn find_strays(&self) -> Result<Strays, AppError> {
        internal()
    }
    async fn remove_stray(&self, _: &StoreId, _: StrayRemoval) -> Result<Store, AppError> {
        internal()
    }
    async fn protect(&self, _: &StoreId, _: bool) -> Result<Store, AppError> {
        internal()
    }
    async fn follow_logs(&self, _: &StoreId, _: Component, _: u32) -> Result<LogLines, AppError> {
        internal()
    }
    async fn logs(&self, _: &StoreId, _: Component, _: u32) -> Result<String, AppError> {
        internal()
    }
    async fn check(&self, _: &StoreId) -> Result<CheckReport, AppError> {
        internal()
    }
    async fn probe_isolation(&self, _: &StoreId) -> Result<IsolationReport, AppError> {
        internal()
    }
    async fn sign_in_link(&self, _: &StoreId) -> Result<SignInLink, AppError> {
        internal()
    }
    async fn pods(&self, _: &StoreId) -> Result<Pods, AppError> {
        internal()
    }
    async fn inventory(&self, _: &StoreId) -> Result<Vec<Object>, AppError> {
        internal()
    }
    fn address_at(&self, label: &str) -> String {
        label.to_owned()
    }
    async fn pool(&self) -> Result<PoolState, AppError> {
        unreachable!("the gateway does not ask for it")
    }

    async fn health(&self) -> Result<Health, AppError> {
        internal()
    }

    fn pool_changes(&self) -> u64 {
        unreachable!("the gateway does not ask")
    }

    fn newest_event(&self) -> i64 {
        unreachable!("the gateway shows no events")
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }
}

/// Answers with the request's line, headers and the length of its body.
async fn echo(method: Method, uri: Uri, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    let mut told = format!("{method} {uri}\n");
    for (name, value) in &headers {
        told += &format!("{name}: {}\n", value.to_str().expect("text"));
    }
    told += &format!("body: {} bytes\n", body.len());
    ([("x-from", "store"), ("connection", "x-secret"), ("x-secret", "1"), ("keep-alive", "9")], told).into_response()
}

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// The dashboard behind a gateway before a store with this status at this address.
fn dashboard(status: Status, address: SocketAddr) -> Router {
    let client = StoreClient::new(Connector::to_address(address));
    let addresses = Addresses::new("http", "localhost", Some(3000), &["panel.localhost".to_owned()]);
    let gateway = Gateway::new(addresses, Some(client), Arc::new(OneStore(status))).expect("a gateway");
    Router::new().fallback(get(|| async { "dashboard" })).layer(middleware::from_fn_with_state(gateway, route))
}

async fn ready() -> Router {
    dashboard(
        Status::Ready,
        serve(Router::new().fallback(any(echo)).layer(axum::extract::DefaultBodyLimit::disable())).await,
    )
}

fn request(host: &str) -> Request {
    Request::builder().uri("/a?b=c").header("host", host).body(Body::empty()).expect("a request")
}

async fn ask(router: &Router, request: Request) -> (StatusCode, HeaderMap, String) {
    let (head, body) = router.clone().oneshot(request).await.expect("an answer").into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    (head.status, head.headers, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn a_visitor_gets_what_the_store_answers() {
    let router = ready().await;
    let (status, headers, body) = ask(&router, request(HOST)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.starts_with("GET /a?b=c\n"), "{body}");
    assert!(body.contains(&format!("host: {HOST}\n")), "{body}");
    assert!(body.contains(&format!("x-forwarded-host: {HOST}\n")), "{body}");
    assert!(body.contains("x-forwarded-proto: http\n"), "{body}");
    assert_eq!(headers.get("x-from").expect("a header"), "store");
    for gone in ["x-secret", "keep-alive", "connection"] {
        assert!(!headers.contains_key(gone), "{gone} is about the store's connection");
    }
}

#[tokio::test]
async fn a_store_answers_at_an_address_and_at_a_domain_of_its_own_too() {
    let router = ready().await;
    for host in ["Corner-Shop.localhost:3000", "WWW.Corner.example:3000", "www.corner.example"] {
        let (status, _, body) = ask(&router, request(host)).await;
        assert_eq!(status, StatusCode::OK, "{host}");
        assert!(body.contains(&format!("host: {host}\n")), "{body}");
    }
    assert_eq!(ask(&router, request("corner.example")).await.2, "dashboard", "another domain is not the store's");
}

#[tokio::test]
async fn what_a_visitor_says_about_where_it_comes_from_is_replaced() {
    let router = ready().await;
    let mut request = request(HOST);
    for (name, value) in [
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("x-real-ip", "6.6.6.6"),
        ("forwarded", "for=6.6.6.6"),
        ("x-urumi-token", "guess"),
        ("connection", "keep-alive, x-hop, host"),
        ("x-hop", "1"),
        ("upgrade", "websocket"),
        ("te", "trailers"),
    ] {
        request.headers_mut().append(name, HeaderValue::from_static(value));
    }
    request.extensions_mut().insert(crate::http::visitor::Visitor([127, 0, 0, 9].into()));
    let (_, _, body) = ask(&router, request).await;
    assert!(body.contains("x-forwarded-for: 127.0.0.9\n"), "{body}");
    assert!(body.contains(&format!("host: {HOST}\n")), "{body}");
    for gone in ["6.6.6.6", "https", "evil", "guess", "x-hop", "upgrade", "te:"] {
        assert!(!body.contains(gone), "{gone}: {body}");
    }
}

#[tokio::test]
async fn bodies_go_through_up_to_the_limit() {
    let router = ready().await;
    let post =
        |body: Body| Request::builder().method("POST").uri("/").header("host", HOST).body(body).expect("a request");
    let (status, _, body) = ask(&router, post(Body::from(vec![b'x'; 1_000_000]))).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("body: 1000000 bytes"), "{body}");

    let (status, _, _) = ask(&router, post(Body::from(vec![b'x'; 65 * 1024 * 1024]))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "told before");

    let piece = axum::body::Bytes::from(vec![b'x'; 1024 * 1024]);
    let pieces = futures::stream::iter((0..66).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
    let (status, _, _) = ask(&router, post(Body::from_stream(pieces))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "found while it came");
}

#[tokio::test]
async fn an_answer_is_handed_on_before_it_is_complete() {
    let endless = || async {
        let first = futures::stream::iter([Ok::<_, std::io::Error>("first")]);
        Body::from_stream(futures::StreamExt::chain(first, futures::stream::once(pending())))
    };
    let router = dashboard(Status::Ready, serve(Router::new().fallback(get(endless))).await);
    let answer = router.oneshot(request(HOST)).await.expect("an answer");
    let mut body = answer.into_body().into_data_stream();
    let first = futures::StreamExt::next(&mut body).await.expect("a piece").expect("a good one");
    assert_eq!(&first[..], b"first");
}

#[tokio::test]
async fn a_store_that_is_not_there_yet_or_any_more_has_a_page_that_says_so() {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let cases = [
        (Status::Queued, StatusCode::SERVICE_UNAVAILABLE, Some("3"), "being set up"),
        (Status::Provisioning, StatusCode::SERVICE_UNAVAILABLE, Some("3"), "being set up"),
        (Status::Failed, StatusCode::SERVICE_UNAVAILABLE, Some("120"), "could not be set up"),
        (Status::Deleting, StatusCode::NOT_FOUND, None, "was deleted"),
        (Status::Deleted, StatusCode::NOT_FOUND, None, "was deleted"),
        (Status::Ready, StatusCode::BAD_GATEWAY, Some("3"), "does not answer"),
    ];
    for (store, wanted, retry_after, part) in cases {
        let (status, headers, body) = ask(&dashboard(store, nowhere), request(HOST)).await;
        assert_eq!(status, wanted, "{store}");
        assert_eq!(headers.get("retry-after").and_then(|value| value.to_str().ok()), retry_after, "{store}");
        assert!(body.contains(part) && body.starts_with("<!doctype html>"), "{store}: {body}");
        assert!(!body.contains("<script"), "{body}");
    }
}

#[tokio::test]
async fn unknown_stores_get_a_404_and_other_hosts_the_dashboard() {
    let router = ready().await;
    for host in [
        "store-zzzz.localhost",
        "store-x.localhost",
        "store-ab_cd.localhost",
        "store-a.b.localhost",
        "nobody.localhost",
        "a.b.localhost",
    ] {
        let (status, _, body) = ask(&router, request(host)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{host}");
        assert!(body.contains("There is no store at this address."), "{host}: {body}");
    }
    for host in
        ["localhost:3000", "127.0.0.1:3000", "panel.localhost", "store-abcd.example.com", "store-abcd.localhost.evil"]
    {
        assert_eq!(ask(&router, request(host)).await.2, "dashboard", "{host}");
    }
}

#[tokio::test]
async fn a_request_that_contradicts_itself_about_its_host_is_refused() {
    let router = ready().await;
    let mut two = request(HOST);
    two.headers_mut().append("host", HeaderValue::from_static("localhost"));
    let mut line = request(HOST);
    *line.uri_mut() = "http://store-wxyz.localhost:3000/".parse().expect("a URI");
    let at = request("user@store-abcd.localhost");
    for request in [two, line, at, request("store-abcd.localhost, localhost")] {
        assert_eq!(ask(&router, request).await.0, StatusCode::BAD_REQUEST);
    }
}
