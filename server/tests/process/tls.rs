//! With a certificate, the server speaks TLS and says so.

use std::{net::TcpStream, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::server::{Server, request, talk};

/// A client that trusts one certificate, and offers these protocols.
fn connect(port: u16, trusted: &[u8], protocols: &[&[u8]]) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.to_vec().into()).expect("a certificate");
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = "localhost".try_into().expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", port)).expect("a connection"))
}

#[tokio::test]
async fn with_a_certificate_it_serves_over_tls_and_keeps_browsers_from_trying_without() {
    let folder = tempfile::tempdir().expect("a folder");
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).expect("a key");
    let (certificate, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    std::fs::write(&certificate, cert.pem()).expect("written");
    std::fs::write(&key, signing_key.serialize_pem()).expect("written");
    let environment = [
        ("URUMI_TLS_CERTIFICATE", certificate.to_str().expect("text")),
        ("URUMI_TLS_KEY", key.to_str().expect("text")),
        ("URUMI_ADMINISTRATOR", "boss"),
        ("URUMI_ADMINISTRATOR_PASSWORD", "seven-horses-at-the-river"),
    ];
    let server = Server::start(&[], &environment).await;
    let port = server.port;

    let stream = connect(port, cert.der(), &[b"http/1.1"]);
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let sign_in = request(port, "POST", "/rpc/sign_in", &form, "name=boss&password=seven-horses-at-the-river");
    let answer = tokio::task::spawn_blocking(move || talk(stream, &sign_in)).await.expect("an answer");
    assert!(answer.to_lowercase().contains("strict-transport-security: max-age="), "{answer}");
    let cookie = answer.lines().find(|line| line.starts_with("set-cookie: __Host-urumi-session=")).expect("a session");
    assert!(cookie.contains("; Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");

    let mut newer = connect(port, cert.der(), &[b"h2", b"http/1.1"]);
    let protocol = tokio::task::spawn_blocking(move || {
        newer.conn.complete_io(&mut newer.sock).expect("a handshake");
        newer.conn.alpn_protocol().map(<[u8]>::to_vec)
    });
    assert_eq!(protocol.await.expect("no panic"), Some(b"h2".to_vec()));
    server.stop().await;
}
