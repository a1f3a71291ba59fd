//! No secret gets into logs or traces, however much is told.

use serde_json::Value;

use crate::{
    server::Server,
    telemetry::{collector, contains},
};

const PASSWORD: &str = "seven-horses-at-the-river";
const WRONG: &str = "nine-horses-in-the-field";

/// The value of the cookie that an answer sets.
fn session_of(answer: &str) -> Option<String> {
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: urumi-session="))?;
    Some(cookie.split(';').next()?.to_owned())
}

#[tokio::test]
async fn passwords_tokens_sessions_and_links_are_in_no_log_and_no_trace() {
    let (endpoint, collected) = collector().await;
    let environment = [("URUMI_ADMINISTRATOR", "boss"), ("URUMI_ADMINISTRATOR_PASSWORD", PASSWORD)];
    let everything = ["--log", "trace", "--otlp-endpoint", &endpoint];
    let server = Server::start(&everything, &environment).await;
    let token = server.run(&["token", "--administrator", "boss"]).await;
    let id = server.make_store(&token, "Tea").await;
    let credentials = server.ask(&token, "GET", &format!("/api/stores/{id}/credentials"), "").await.expect("an answer");
    let store_password = credentials["password"].as_str().expect("a password").to_owned();

    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    server.exchange("POST", "/rpc/sign_in", &form, &format!("name=boss&password={WRONG}")).await;
    let signed_in = server.exchange("POST", "/rpc/sign_in", &form, &format!("name=boss&password={PASSWORD}")).await;
    let session = session_of(&signed_in).unwrap_or_else(|| panic!("no session: {signed_in}"));
    let cookie = format!("urumi-session={session}");
    let page = server.exchange("GET", "/account", &[("cookie", &cookie), ("accept", "text/html")], "").await;
    assert!(page.contains("Change the password"), "{page}");
    let user = server.ask(&token, "POST", "/api/users", r#"{"name":"ada","role":"member"}"#).await.expect("an answer");
    let invitation = user["invitation"]["url"].as_str().expect("a link").to_owned();
    let word = invitation.split_once("word=").expect("a word").1.to_owned();
    server.exchange("GET", &format!("/welcome?word={word}"), &[("accept", "text/html")], "").await;
    let link = server.run(&["sign-in-link", "--administrator", "boss"]).await;
    let entry = link.split_once("word=").expect("a word").1.to_owned();
    let entered = server.exchange("GET", &format!("/enter?word={entry}"), &[("accept", "text/html")], "").await;
    let second = session_of(&entered).unwrap_or_else(|| panic!("no session: {entered}"));
    assert_eq!(server.open_to_others(), Vec::<String>::new());
    let written = server.stop().await;

    // That there is much to look through.
    let detailed = written.log.lines().filter(|line| line.contains("\"DEBUG\"") || line.contains("\"TRACE\"")).count();
    assert!(detailed > 100, "{detailed} lines");
    assert!(written.log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    let collected = collected.lock().await;
    assert!(contains(&collected, "/enter"), "requests are traced");
    let secrets =
        [PASSWORD, WRONG, &token, &store_password, &session, &second, &word, &entry].map(|secret| secret.to_owned());
    for secret in secrets {
        let line = written.log.lines().find(|line| line.contains(&secret));
        assert!(line.is_none(), "a secret is in the log: {line:?}");
        assert!(!written.printed.contains(&secret), "a secret was printed");
        assert!(!contains(&collected, &secret), "a secret is in the traces");
    }
}
