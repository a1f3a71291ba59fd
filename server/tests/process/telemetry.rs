//! What the process tells of itself, seen from outside: log lines that name their store and job, and traces at a collector.

use std::sync::Arc;

use axum::{Router, body::Bytes, extract::State, routing::post};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::server::Server;

pub type Collected = Arc<Mutex<Vec<u8>>>;

/// A collector that takes traces and keeps their bytes; its address and what it keeps.
pub async fn collector() -> (String, Collected) {
    let collected = Collected::default();
    let take = |State(collected): State<Collected>, body: Bytes| async move { collected.lock().await.extend(&body) };
    let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&collected));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, collected)
}

pub fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn every_line_of_a_job_names_its_store_and_job_and_its_trace_reaches_the_collector() {
    let (endpoint, collected) = collector().await;
    let server = Server::start(&["--otlp-endpoint", &endpoint], &[]).await;
    let token = server.run(&["token"]).await;
    let id = server.make_store(&token, "Tea").await;
    let log = server.stop().await.log;

    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect();
    let of_job: Vec<&Value> =
        lines.iter().filter(|line| line["span"]["name"] == "job" || line["span"]["name"] == "step").collect();
    assert!(of_job.len() >= 13, "a start and an end for each of six steps, and the end: {log}");
    for line in &of_job {
        let spans = line["spans"].as_array().expect("spans");
        let job = spans.iter().find(|span| span["name"] == "job").unwrap_or_else(|| panic!("no job: {line}"));
        assert_eq!(job["store.id"], id.as_str(), "{line}");
        assert!(job["job.id"].is_number() && job["job.kind"] == "provision", "{line}");
        assert_eq!(line["store.id"], id.as_str(), "{line}");
    }
    let asked = lines.iter().find(|line| line["event.kind"] == "create_requested").expect("the request is told");
    assert_eq!(asked["span"]["name"], "request");

    let collected = collected.lock().await;
    for text in ["urumi", "job", "step", "request", "store.id", id.as_str(), "provision"] {
        assert!(contains(&collected, text), "no {text:?} in {} bytes of traces", collected.len());
    }
}
