//! A real listener on loopback.

use std::io::{Read as _, Write as _};

use axum::routing::get;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;

use super::*;

fn router() -> Router {
    Router::new().route("/", get(async || "here"))
}

/// Begins to serve; answers with where.
fn start(tls: Option<TlsFiles>, stop: &CancellationToken) -> (SocketAddr, tokio::task::JoinHandle<anyhow::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = listener.local_addr().expect("an address");
    (address, tokio::spawn(serve(listener, tls, router(), stop.clone())))
}

/// What comes back for these bytes, until the server closes or says nothing for a while.
async fn exchange(address: SocketAddr, sent: Vec<u8>) -> String {
    let exchange = move || {
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
        stream.write_all(&sent).expect("sent");
        let mut answer = Vec::new();
        let _end = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::task::spawn_blocking(exchange).await.expect("an answer")
}

/// A certificate for localhost, in files; with each call another one.
fn write_certificate(folder: &TempDir) -> (TlsFiles, Vec<u8>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).expect("a key");
    let files = TlsFiles { certificate: folder.path().join("tls.crt"), key: folder.path().join("tls.key") };
    std::fs::write(&files.certificate, cert.pem()).expect("written");
    std::fs::write(&files.key, signing_key.serialize_pem()).expect("written");
    (files, cert.der().to_vec())
}

#[tokio::test]
async fn it_serves_until_it_is_told_to_stop() {
    let stop = CancellationToken::new();
    let (address, serving) = start(None, &stop);
    let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".to_vec();
    let answer = exchange(address, request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("here"), "{answer}");
    stop.cancel();
    serving.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let stop = CancellationToken::new();
    let (address, serving) = start(None, &stop);
    let long = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(2 * MAX_HEAD));
    let answer = exchange(address, long.into_bytes()).await;
    // Sent while the rest of the head was still coming, the refusal may be lost with the connection; an answer is not given.
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    stop.cancel();
    serving.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_ends_the_start_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, _) = write_certificate(&folder);
    std::fs::write(&files.key, "no key").expect("written");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let error = serve(listener, Some(files), router(), CancellationToken::new()).await.expect_err("no start");
    assert!(error.to_string().ends_with("tls.key are no certificate with its key"), "{error}");
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, first) = write_certificate(&folder);
    let config = files.read().await.expect("a certificate");
    let shown = {
        let config = config.clone();
        move || std::sync::Arc::as_ptr(&config.get_inner()).addr()
    };
    let before = shown();
    let following = tokio::spawn(files.clone().follow(config, Duration::from_millis(20)));
    std::fs::write(&files.certificate, "broken").expect("written");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(shown(), before);
    let (_, second) = write_certificate(&folder);
    assert_ne!(first, second);
    let renewed = async {
        while shown() == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), renewed).await.expect("the new one is taken up");
    following.abort();
}
