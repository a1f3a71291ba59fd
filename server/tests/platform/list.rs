//! The list of stores: what it finds, in which order, and its pages.

use std::collections::BTreeSet;

use app::model::{Status, Step, Store};
use axum::http::StatusCode;
use serde_json::Value;

use crate::support::{Answer, TestApp};

/// A platform on which nothing that was asked for moves on by itself.
async fn still() -> TestApp {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Namespace);
    app
}

/// Deletes what a test left, so that no job stays in the queue.
async fn clear(app: TestApp) {
    let answer = app.get("/api/stores?limit=500").await;
    let stores: Vec<Store> = answer.json();
    for store in &stores {
        app.delete(&format!("/api/stores/{}", store.id)).await;
    }
    for store in &stores {
        app.wait_for(&store.id, Status::Deleted).await;
    }
    app.finish().await;
}

fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json::<Vec<Store>>().into_iter().map(|store| store.name.to_string()).collect()
}

/// The address that the header `Link` gives this relation.
fn link(answer: &Answer, relation: &str) -> Option<String> {
    let links = answer.headers.get("link")?.to_str().expect("text");
    let entry = links.split(", ").find(|entry| entry.ends_with(&format!("rel=\"{relation}\"")))?;
    Some(entry.split_once('>')?.0.trim_start_matches('<').to_owned())
}

#[tokio::test]
async fn following_the_links_shows_every_store_once_forth_and_back() {
    let app = still().await;
    for number in 1..=7 {
        app.create(&format!("Store {number}")).await;
    }
    let mut seen = Vec::new();
    let mut page = app.get("/api/stores?limit=3&order=oldest").await;
    assert_eq!(link(&page, "prev"), None);
    loop {
        seen.push(names(&page));
        let Some(next) = link(&page, "next") else { break };
        page = app.get(&next).await;
    }
    assert_eq!(seen, [vec!["Store 1", "Store 2", "Store 3"], vec!["Store 4", "Store 5", "Store 6"], vec!["Store 7"]]);
    let back = app.get(&link(&page, "prev").expect("a way back")).await;
    assert_eq!(names(&back), ["Store 4", "Store 5", "Store 6"]);
    let first = app.get(&link(&back, "prev").expect("a way back")).await;
    assert_eq!(names(&first), ["Store 1", "Store 2", "Store 3"]);
    assert_eq!(link(&first, "prev"), None);
    clear(app).await;
}

#[tokio::test]
async fn a_page_goes_on_where_it_ended_although_stores_came_and_went() {
    let app = still().await;
    for number in 1..=6 {
        app.create(&format!("Store {number}")).await;
    }
    let first = app.get("/api/stores?limit=2").await;
    let shown: Vec<Store> = first.json();
    app.create("Newcomer").await;
    // The very store that the next page begins after.
    app.delete(&format!("/api/stores/{}", shown[1].id)).await;
    app.wait_for(&shown[1].id, Status::Deleted).await;
    let next = app.get(&link(&first, "next").expect("a next page")).await;
    assert_eq!(names(&next), ["Store 4", "Store 3"]);
    clear(app).await;
}

#[tokio::test]
async fn names_sort_without_regard_to_case() {
    let app = still().await;
    for name in ["banana", "Cherry", "apple"] {
        app.create(name).await;
    }
    assert_eq!(names(&app.get("/api/stores?order=name").await), ["apple", "banana", "Cherry"]);
    assert_eq!(names(&app.get("/api/stores").await), ["apple", "Cherry", "banana"]);
    clear(app).await;
}

#[tokio::test]
async fn a_search_takes_its_text_literally_and_knows_ids() {
    let app = still().await;
    let hundred = app.create("100% tea").await;
    app.create("1000 teas").await;
    app.create("snake_case").await;
    assert_eq!(names(&app.get("/api/stores?q=100%25").await), ["100% tea"]);
    assert_eq!(names(&app.get("/api/stores?q=_").await), ["snake_case"]);
    assert_eq!(names(&app.get("/api/stores?q=TEA&order=oldest").await), ["100% tea", "1000 teas"]);
    assert_eq!(names(&app.get(&format!("/api/stores?q={}", &hundred.id.as_str()[..6])).await), ["100% tea"]);
    assert_eq!(names(&app.get(&format!("/api/stores?q={}", &hundred.id.namespace()[..12])).await), ["100% tea"]);
    assert_eq!(names(&app.get("/api/stores?q='%20OR%201=1").await), Vec::<String>::new());
    clear(app).await;
}

#[tokio::test]
async fn a_list_can_be_narrowed_to_statuses() {
    let app = still().await;
    for name in ["One", "Two", "Three"] {
        app.create(name).await;
    }
    let waiting = app.get("/api/stores?status=queued").await;
    let all: BTreeSet<String> = names(&app.get("/api/stores?status=queued,provisioning").await).into_iter().collect();
    assert!(names(&waiting).contains(&"Three".to_owned()));
    assert_eq!(all.len(), 3);
    assert_eq!(names(&app.get("/api/stores?status=deleted").await), Vec::<String>::new());
    clear(app).await;
}

#[tokio::test]
async fn what_a_list_cannot_make_sense_of_is_refused() {
    let app = TestApp::start().await;
    assert!(app.get("/api/stores?status=lost").await.problem(422, "invalid").contains("lost"));
    let order = app.get("/api/stores?order=sideways").await;
    assert!(order.problem(422, "invalid").starts_with("order cannot be read: "));
    assert_eq!(order.json::<Value>()["field"], "order");
    let long = "x".repeat(201);
    assert!(app.get(&format!("/api/stores?q={long}")).await.problem(422, "invalid").contains("200 characters"));
    app.get("/api/stores?after=../etc").await.problem(422, "invalid");
    app.get("/api/stores?after=bcdfghjk&before=bcdfghjk").await.problem(422, "invalid");
    app.finish().await;
}

#[tokio::test]
async fn a_page_of_fifty_stores_is_at_most_sixty_kilobytes() {
    let app = TestApp::start().await;
    for number in 1..=51 {
        let store = app.create(&format!("A shop called {number}")).await;
        app.wait_for(&store.id, Status::Ready).await;
    }
    let page = app.get("/").await.body;
    assert_eq!(page.matches("role=\"rowheader\"").count(), 50);
    assert!(page.len() <= 60_000, "{} bytes", page.len());
    clear(app).await;
}
