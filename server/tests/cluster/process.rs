//! The server as a process of its own, which can be killed.

use std::{net::TcpListener, path::PathBuf, process::Stdio, time::Duration};

use app::model::{CheckReport, Credentials, NewStore, Store, StoreDetail, StoreId};
use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::{Method, Request, http::request::Builder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::support::TestCluster;

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(20);

/// How long a test order of the platform's own may take.
const CHECK: Duration = Duration::from_secs(60);

/// A server with a database of its own. Dropped, it is killed.
pub struct Server {
    cluster: TestCluster,
    port: u16,
    data: TempDir,
    child: Option<Child>,
    client: Client<HttpConnector, Body>,
    /// What shows that it is an administrator who asks.
    token: String,
    /// What else it is started with.
    flags: Vec<String>,
}

/// What a visitor is answered.
#[derive(Debug)]
pub struct Visited {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

impl Server {
    /// Starts one and waits until it answers.
    pub async fn start(cluster: &TestCluster) -> Self {
        Self::start_with(cluster, &[]).await
    }

    /// The same with more flags.
    pub async fn start_with(cluster: &TestCluster, flags: &[&str]) -> Self {
        // The port stays free for the moment until the server listens on it, and is the same after each start.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        let data = tempfile::tempdir().expect("a temporary folder");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let mut server =
            Self { cluster: cluster.clone(), port, data, child: None, client, token: String::new(), flags };
        server.run().await;
        server.token = server.make_token().await;
        server
    }

    async fn run(&mut self) {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let config = self.cluster.config();
        let mut command = Command::new(env!("CARGO_BIN_EXE_urumi"));
        command.arg("serve").arg("--listen").arg(format!("127.0.0.1:{}", self.port));
        command.arg("--data-dir").arg(self.data.path());
        command.arg("--kubeconfig").arg(&self.cluster.kubeconfig).arg("--context").arg(&self.cluster.context);
        command.args(["--store-access", "direct", "--image", &self.cluster.image]);
        command.arg("--chart").arg(&config.chart).arg("--chart-values").arg(&config.chart_values[0]);
        command.arg("--helm").arg(&config.helm).args(&self.flags);
        command.current_dir(root).stdin(Stdio::null()).kill_on_drop(true);
        self.child = Some(command.spawn().expect("the server starts"));
        let begun = Instant::now();
        while self.text("/readyz").await.is_none() {
            assert!(begun.elapsed() < START, "the server does not answer");
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn make_token(&self) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_urumi"));
        let printed = command.arg("token").arg("--data-dir").arg(self.data.path()).output().await.expect("it runs");
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        String::from_utf8(printed.stdout).expect("text").trim().to_owned()
    }

    /// Ends it as `kill -9` does, and starts it again.
    pub async fn kill_and_start(&mut self) {
        self.child.take().expect("it runs").kill().await.expect("it is killed");
        self.run().await;
    }

    /// Ends it in the same way, and starts it with other flags.
    pub async fn restart_with(&mut self, flags: &[&str]) {
        self.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self.kill_and_start().await;
    }

    /// Asks for a store.
    pub async fn create(&self, name: &str) -> Store {
        let new = NewStore { name: name.to_owned(), ..NewStore::default() };
        let body = serde_json::to_string(&new).expect("JSON");
        self.ask(Method::POST, "/api/stores", Some(body)).await.expect("a store")
    }

    /// Asks for its deletion.
    pub async fn delete(&self, id: &StoreId) -> Store {
        self.ask(Method::DELETE, &format!("/api/stores/{id}"), None).await.expect("a store")
    }

    /// A store as it is now.
    pub async fn show(&self, id: &StoreId) -> StoreDetail {
        self.ask(Method::GET, &format!("/api/stores/{id}"), None).await.expect("a store")
    }

    /// Waits until a store is like this.
    pub async fn wait_until(
        &self,
        patience: Duration,
        id: &StoreId,
        is_so: impl Fn(&StoreDetail) -> bool,
    ) -> StoreDetail {
        let begun = Instant::now();
        loop {
            let detail = self.show(id).await;
            if is_so(&detail) {
                return detail;
            }
            assert!(begun.elapsed() < patience, "it does not become what was waited for: {detail:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// How its owner signs in.
    pub async fn credentials(&self, id: &StoreId) -> Credentials {
        self.ask(Method::GET, &format!("/api/stores/{id}/credentials"), None).await.expect("credentials")
    }

    /// Places a test order. Soon after a store opens the platform places a test order itself and answers 409 to any other;
    /// this retries until that order is done.
    pub async fn check(&self, id: &StoreId) -> CheckReport {
        let path = format!("/api/stores/{id}/check");
        let begun = Instant::now();
        loop {
            let answer: Value = self.ask(Method::POST, &path, None).await.expect("an answer");
            if answer["code"] != "conflict" {
                return serde_json::from_value(answer.clone()).unwrap_or_else(|error| panic!("{error}: {answer}"));
            }
            assert!(begun.elapsed() < CHECK, "another test order is still being placed: {answer}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// The number of its process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref()?.id()
    }

    /// What the server answers; none when nobody does.
    pub async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<String>) -> Option<T> {
        self.send(self.request(method, path), body).await
    }

    /// The same under an idempotency key.
    pub async fn ask_with_key<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        key: &str,
    ) -> Option<T> {
        self.send(self.request(method, path).header("idempotency-key", key), body).await
    }

    /// A text that the server answers with; none when nobody does.
    pub async fn text(&self, path: &str) -> Option<String> {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("a request");
        let answer = self.client.request(request).await.ok()?.into_body().collect().await.ok()?.to_bytes();
        String::from_utf8(answer.to_vec()).ok()
    }

    /// What a visitor who asks for a page at this host is answered.
    pub async fn visit(&self, host: &str, path: &str) -> Visited {
        let request = Request::builder().uri(format!("http://127.0.0.1:{}{path}", self.port)).header("host", host);
        let answer = self.client.request(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        let (head, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let location = head.headers.get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
        Visited { status: head.status.as_u16(), location, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn request(&self, method: Method, path: &str) -> Builder {
        let request = Request::builder().method(method).uri(format!("http://127.0.0.1:{}{path}", self.port));
        let token = format!("Bearer {}", self.token);
        request.header("content-type", "application/json").header("authorization", token)
    }

    async fn send<T: DeserializeOwned>(&self, request: Builder, body: Option<String>) -> Option<T> {
        let request = request.body(body.map(Body::from).unwrap_or_default()).expect("a request");
        let answer = self.client.request(request).await.ok()?.into_body().collect().await.ok()?.to_bytes();
        Some(serde_json::from_slice(&answer).unwrap_or_else(|error| panic!("{error}: {answer:?}")))
    }
}
