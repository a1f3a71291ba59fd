//! What the process tells of itself, seen from outside: log lines that name their store and job, and traces at a collector.

use std::{net::TcpListener, process::Stdio, sync::Arc, time::Duration};

use axum::{Router, body::Bytes, extract::State, routing::post};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
    sync::Mutex,
    time::{Instant, sleep},
};

/// How long something may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

type Collected = Arc<Mutex<Vec<u8>>>;

/// A collector that takes traces and keeps their bytes; its address and what it keeps.
async fn collector() -> (String, Collected) {
    let collected = Collected::default();
    let take = |State(collected): State<Collected>, body: Bytes| async move { collected.lock().await.extend(&body) };
    let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&collected));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, collected)
}

/// One request, answered with the body.
async fn ask(port: u16, token: &str, method: &str, path: &str, body: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-type: application/json\r\nauthorization: Bearer {token}\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn every_line_of_a_job_names_its_store_and_job_and_its_trace_reaches_the_collector() {
    let (endpoint, collected) = collector().await;
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let data = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_urumi"));
    command.arg("serve").arg("--fake-cluster").args(["--fake-pace-ms", "5", "--log-format", "json"]);
    command.arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--data-dir").arg(data.path());
    command.arg("--otlp-endpoint").arg(&endpoint);
    command.stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut server = command.spawn().expect("the server starts");
    let begun = Instant::now();
    while ask(port, "", "GET", "/api/openapi.json", "").await.is_none() {
        assert!(begun.elapsed() < PATIENCE, "the server does not answer");
        sleep(Duration::from_millis(20)).await;
    }
    let mut token = Command::new(env!("CARGO_BIN_EXE_urumi"));
    let token = token.arg("token").arg("--data-dir").arg(data.path()).output().await.expect("a token").stdout;
    let token = String::from_utf8(token).expect("text").trim().to_owned();
    let store = ask(port, &token, "POST", "/api/stores", r#"{"name":"Tea"}"#).await.expect("a store");
    let id = store["id"].as_str().expect("an id").to_owned();
    while ask(port, &token, "GET", &format!("/api/stores/{id}"), "")
        .await
        .is_none_or(|store| store["status"] != "ready")
    {
        assert!(begun.elapsed() < PATIENCE, "the store does not become ready");
        sleep(Duration::from_millis(20)).await;
    }
    let pid = server.id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill runs").success());
    let mut log = String::new();
    server.stderr.take().expect("piped").read_to_string(&mut log).await.expect("read");
    assert!(server.wait().await.expect("it ends").success(), "{log}");

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
