//! Pages as the server sends them.

use std::time::Duration;

use app::model::Status;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use futures::future::join_all;
use tokio::time::{sleep, timeout};

use crate::support::{TestApp, request};

/// Something of each part of the pages that is asked for by itself.
const FLEET: &[&str] = &["Create store", "Tea", "One store is ready beforehand"];
const STORE: &[&str] = &["Tea", "pretended-database"];

/// How a part that could not be had begins.
const PROBLEM: &str = "<p data-tone=\"bad\" class=\"notice\">";

#[tokio::test]
async fn a_page_that_is_none_is_not_found() {
    let app = TestApp::start().await;
    let answer = app.get("/no/such/page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.starts_with("<!DOCTYPE html>"));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_asked_for_together_do_not_wait_for_each_other() {
    let mut app = TestApp::start().await;
    app.keep_ready(1).await;
    let ready = app.create("Tea").await.id;
    app.wait_for(&ready, Status::Ready).await;
    while app.platform().stores.pool().await.expect("asked").ready == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    let page = format!("/stores/{ready}");
    // Far more than there are connections to the database.
    let asked = join_all((0..40).map(|number| app.get(if number % 2 == 0 { "/" } else { &page })));
    let answers = timeout(Duration::from_secs(20), asked).await.expect("all are answered");
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.status, StatusCode::OK);
        let parts = if number % 2 == 0 { FLEET } else { STORE };
        for part in parts {
            assert!(answer.body.contains(part), "{part}: {}", answer.body);
        }
        assert!(!answer.body.contains(PROBLEM), "a part could not be had: {}", answer.body);
    }
    let too_long = app.get(&format!("/?q={}", "a".repeat(300))).await;
    assert!(too_long.body.contains(PROBLEM), "a part that cannot be had is seen: {}", too_long.body);
    app.finish().await;
}

#[tokio::test]
async fn every_page_says_that_stores_are_simulated_signed_in_or_not() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await.id;
    let pages = [
        "/".to_owned(),
        format!("/stores/{store}"),
        format!("/stores/{store}/credentials"),
        format!("/stores/{store}/delete"),
        format!("/stores/{store}/domain"),
        format!("/stores/{store}/failures"),
        "/stores/delete".to_owned(),
        "/account".to_owned(),
        "/audit".to_owned(),
        "/users".to_owned(),
        "/strays".to_owned(),
        "/strays/none".to_owned(),
        "/sign-in".to_owned(),
        "/welcome?word=none".to_owned(),
        "/no/such/page".to_owned(),
    ];
    for page in pages {
        let as_nobody = request(Method::GET, &page).body(Body::empty()).expect("a request");
        for answer in [app.get(&page).await, app.send_as_it_is(as_nobody).await] {
            // Who is not signed in is led to where they can.
            if !answer.status.is_redirection() {
                assert!(answer.body.contains("Demo mode: no cluster"), "{page}: {}", answer.body);
            }
        }
    }
    app.finish().await;
}
