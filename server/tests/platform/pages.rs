//! Pages as the server sends them.

use std::time::Duration;

use app::model::Status;
use axum::http::StatusCode;
use futures::future::join_all;
use tokio::time::timeout;

use crate::support::TestApp;

#[tokio::test]
async fn a_page_that_is_none_is_not_found() {
    let app = TestApp::start().await;
    let answer = app.get("/no/such/page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.starts_with("<!DOCTYPE html>"));
    app.finish().await;
}

#[tokio::test]
async fn pages_that_are_asked_for_together_do_not_wait_for_each_other() {
    let app = TestApp::start().await;
    let ready = app.create("Tea").await.id;
    app.wait_for(&ready, Status::Ready).await;
    let page = format!("/stores/{ready}");
    // Far more than there are connections to the database.
    let asked = join_all((0..40).map(|number| app.get(if number % 2 == 0 { "/" } else { &page })));
    let answers = timeout(Duration::from_secs(20), asked).await.expect("all are answered");
    for answer in answers {
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("Tea"), "the page is whole");
    }
    app.finish().await;
}
