//! What browsers are told about the answers, and that nobody's text becomes part of a page.

use app::model::{Reason, Status};
use axum::{
    body::Body,
    http::{Request, StatusCode, Version},
};
use server::provisioner::{Examination, Fault, Remedy, fake::FakeCluster};
use std::time::Duration;

use crate::{
    browser::Browser,
    support::{Answer, NO_CARE, TestApp},
};

const PASSWORD: &str = "correct horse battery staple";

/// A browser of an administrator.
async fn signed_in(app: &TestApp) -> Browser<'_> {
    let (accounts, audit) = (&app.platform().accounts, &app.platform().audit);
    accounts.ensure_administrator(audit, "boss", Some(PASSWORD)).await.expect("an administrator");
    let mut browser = Browser::new(app);
    browser.sign_in("boss", PASSWORD).await;
    assert!(browser.is_in().await);
    browser
}

fn policy(answer: &Answer) -> &str {
    answer.headers["content-security-policy"].to_str().expect("text")
}

/// The word that lets the page's own scripts run.
fn nonce(answer: &Answer) -> String {
    let (_, rest) = policy(answer).split_once("'nonce-").expect("a nonce");
    rest.split_once('\'').expect("an end").0.to_owned()
}

#[tokio::test]
async fn every_page_runs_its_own_scripts_only_and_stands_in_no_other() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app).await;
    let store = app.create("Tea").await;
    let mut nonces = Vec::new();
    let pages =
        ["/", "/account", "/users", "/audit", "/strays", &format!("/stores/{}", store.id), "/nowhere", "/sign-in"];
    for path in pages {
        let page = browser.get(path).await;
        assert!(page.headers["content-type"].to_str().expect("text").starts_with("text/html"), "{path}");
        let policy = policy(&page);
        for rule in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "style-src 'self';"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("script-src 'unsafe-inline'") && !policy.contains("unsafe-eval' "), "{policy}");
        let nonce = nonce(&page);
        for script in page.body.split("<script").skip(1) {
            let tag = script.split_once('>').expect("a tag").0;
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        assert!(!page.body.contains(" onclick=") && !page.body.contains("javascript:"), "{path}");
        nonces.push(nonce);
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "same-origin");
        let cache = page.headers["cache-control"].to_str().expect("text");
        assert!(cache.contains("no-cache") || cache.contains("no-store"), "{path}: {cache}");
    }
    let count = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), count, "each page has a word of its own");
    let answer = app.get("/api/stores").await;
    assert_eq!(policy(&answer), "default-src 'none'; frame-ancestors 'none'");
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn hostile_names_are_shown_as_they_are_written() {
    let app = TestApp::start_with(FakeCluster::new(Duration::from_millis(1))).await;
    let mut browser = signed_in(&app).await;
    for name in HOSTILE {
        let store = app.create(name).await;
        let mut pages = vec![
            "/".to_owned(),
            format!("/?q={}", form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>()),
        ];
        pages.extend(["", "/delete", "/failures", "/credentials"].map(|rest| format!("/stores/{}{rest}", store.id)));
        pages.push("/audit".to_owned());
        for path in pages {
            let page = browser.get(&path).await;
            assert_harmless(&path, &page);
        }
    }
    app.settle().await;
    app.finish().await;
}

/// What the cluster's events, a pod's log or an owner may say, and would be more than text in a page.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "<!--<svg/onload=alert(1)>",
    "' onfocus=alert(1) autofocus x='",
    "{{7*7}}${7*7}<%= 7*7 %>",
];

fn assert_harmless(path: &str, page: &Answer) {
    assert_eq!(page.status, StatusCode::OK, "{path}");
    for danger in ["<script>alert", "<img src=x", "<svg/onload", "' onfocus=alert(1) autofocus x='>", "<%="] {
        let found = page.body.match_indices(danger).next();
        let around = found.map(|(at, _)| page.body[..at].chars().rev().take(150).collect::<String>());
        assert_eq!(around, None, "{path} holds {danger:?}");
    }
}

#[tokio::test]
async fn what_the_cluster_tells_is_text_on_every_page_and_in_every_answer() {
    let app = TestApp::start_caring(NO_CARE).await;
    let mut browser = signed_in(&app).await;
    let id = app.create("Tea").await.id;
    app.wait_for(&id, Status::Ready).await;
    for text in HOSTILE {
        let told = |what: &str| format!("{what} {text}");
        let fault = Fault {
            reason: Reason::Crashes,
            cause: told("Cause"),
            advice: told("Advice"),
            evidence: told("Warning BackOff on Pod x:"),
            remedy: Remedy::Wait,
        };
        app.cluster.break_store(&id, Examination { faults: vec![fault], unsettled: None });
        app.wait_until(&id, |detail| {
            detail.store.failure.as_ref().is_some_and(|failure| failure.cause == told("Cause"))
        })
        .await;
        for path in ["/".to_owned(), format!("/stores/{id}"), format!("/stores/{id}/failures")] {
            assert_harmless(&path, &browser.get(&path).await);
        }
    }
    let events = browser.get(&format!("/api/stores/{id}/events")).await;
    assert_eq!(events.headers["content-type"], "application/json");
    let logs = browser.get(&format!("/api/stores/{id}/logs")).await;
    assert!(logs.headers["content-type"].to_str().expect("text").starts_with("text/plain"), "{:?}", logs.headers);
    for answer in [events, logs] {
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    app.finish().await;
}

#[tokio::test]
async fn over_http_2_the_host_is_in_the_address_and_counts_all_the_same() {
    let app = TestApp::start().await;
    let ask = |host: &str| {
        let uri = format!("http://{host}/healthz");
        let request = Request::get(uri).version(Version::HTTP_2);
        app.send_as_it_is(request.body(Body::empty()).expect("a request"))
    };
    assert_eq!(ask("localhost:3000").await.status, StatusCode::OK);
    ask("evil.example.com").await.problem(421, "wrong_host");
    let change = |origin: &str| {
        let request = Request::post("http://localhost:3000/rpc/choose_theme").header("origin", origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        app.send_as_it_is(request.body(Body::from("theme=dark")).expect("a request"))
    };
    assert!(change("http://localhost:3000").await.status.is_success());
    change("http://evil.example.com").await.problem(403, "foreign_origin");
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_in_an_address_is_told_only_in_the_browser_that_was_refused() {
    let app = TestApp::start().await;
    signed_in(&app).await;
    let mut browser = Browser::new(&app);
    let refused = browser.sign_in("boss", "a wrong password").await;
    let address = refused.headers["location"].to_str().expect("text").to_owned();
    assert!(address.contains("__err="), "{address}");
    let page = browser.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("role=\"alert\"") && page.body.contains("password"), "it is told");

    let elsewhere = Browser::new(&app).get(&address).await;
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER, "the address is put right");
    let location = elsewhere.headers["location"].to_str().expect("text");
    assert!(location.starts_with("/sign-in") && !location.contains("__"), "{location}");
    // Nor does a browser that was refused tell anything else than that.
    let other = address.replace("__err=", "__err=eyJ4Ijox");
    assert_eq!(browser.get(&other).await.status, StatusCode::SEE_OTHER);
    app.finish().await;
}
