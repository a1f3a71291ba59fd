//! What can be chosen when a store is made.

use app::model::{Content, Size, Status, Store};
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn a_store_is_small_has_a_demo_product_and_an_address_made_for_it_unless_asked_otherwise() {
    let app = TestApp::start().await;
    let plain = app.create("Tea").await;
    assert_eq!((plain.size, plain.content, plain.slug), (Size::Small, Content::Demo, None));
    let wishes = json!({"name": "Coffee", "slug": " coffee-house ", "size": "large", "content": "empty"});
    let answer = app.post("/api/stores", wishes.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let store: Store = answer.json();
    assert_eq!((store.size, store.content), (Size::Large, Content::Empty));
    assert_eq!(store.url, "http://coffee-house.localhost:3000");
    assert_eq!(store.admin_url, "http://coffee-house.localhost:3000/wp-admin/");
    for id in [plain.id, store.id] {
        app.wait_for(&id, Status::Ready).await;
    }
    app.finish().await;
}

#[tokio::test]
async fn wishes_that_make_no_sense_are_refused_with_their_field() {
    let app = TestApp::start().await;
    for (slug, reason) in [
        ("Tea House", "An address holds only lower-case letters, digits and hyphens."),
        ("t", "An address has at least 3 characters."),
        ("store-bcdfghjk", "This address is reserved. Choose another."),
    ] {
        let answer = app.post("/api/stores", json!({"name": "Tea", "slug": slug}).to_string()).await;
        assert_eq!(answer.problem(422, "invalid"), reason);
        assert_eq!(answer.json::<Value>()["field"], "slug");
    }
    let size = app.post("/api/stores", json!({"name": "Tea", "size": "huge"}).to_string()).await;
    assert!(size.problem(422, "invalid").starts_with("size cannot be read: unknown variant `huge`"));
    assert_eq!(size.json::<Value>()["field"], "size");
    assert_eq!(app.get("/api/stores").await.json::<Vec<Value>>().len(), 0);
    app.finish().await;
}

#[tokio::test]
async fn an_address_belongs_to_one_living_store_and_never_to_the_dashboard() {
    let app = TestApp::start().await;
    let tea = json!({"name": "Tea", "slug": "tea-house"}).to_string();
    let first: Store = app.post("/api/stores", tea.clone()).await.json();
    app.wait_for(&first.id, Status::Ready).await;
    let second = json!({"name": "More tea", "slug": "tea-house"}).to_string();
    let refused = app.post("/api/stores", second.clone()).await;
    assert_eq!(refused.problem(409, "taken"), "The store Tea has this address already. Choose another.");
    assert_eq!(refused.json::<Value>()["field"], "slug");
    let panel = app.post("/api/stores", json!({"name": "Panel", "slug": "panel"}).to_string()).await;
    assert_eq!(panel.problem(409, "taken"), "The dashboard has this address already. Choose another.");

    app.delete(&format!("/api/stores/{}", first.id)).await;
    app.wait_for(&first.id, Status::Deleted).await;
    let next: Store = app.post("/api/stores", second).await.json();
    assert_eq!(next.url, first.url);
    app.wait_for(&next.id, Status::Ready).await;
    app.finish().await;
}

#[tokio::test]
async fn the_same_idempotency_key_with_other_wishes_is_refused() {
    let app = TestApp::start().await;
    let send = |body: Value| {
        Request::builder()
            .method(Method::POST)
            .uri("/api/stores")
            .header("host", "localhost:3000")
            .header("content-type", "application/json")
            .header("idempotency-key", "k-1")
            .body(body.to_string().into())
            .expect("a request")
    };
    let first: Store = app.send(send(json!({"name": "Tea", "size": "medium"}))).await.json();
    let again: Store = app.send(send(json!({"name": "Tea", "size": "medium"}))).await.json();
    assert_eq!(first.id, again.id);
    app.send(send(json!({"name": "Tea", "size": "large"}))).await.problem(409, "conflict");
    app.send(send(json!({"name": "Tea", "size": "medium", "slug": "tea-house"}))).await.problem(409, "conflict");
    app.wait_for(&first.id, Status::Ready).await;
    app.finish().await;
}

#[tokio::test]
async fn visitors_find_a_store_at_its_own_address_and_at_the_one_that_every_store_has() {
    let app = TestApp::start().await;
    let store: Store = app.post("/api/stores", json!({"name": "Tea", "slug": "tea-house"}).to_string()).await.json();
    app.wait_for(&store.id, Status::Ready).await;
    let visit = |host: String| Request::builder().uri("/").header("host", host).body("".into()).expect("a request");
    for host in ["tea-house.localhost:3000".to_owned(), format!("store-{}.localhost:3000", store.id)] {
        let page = app.send(visit(host.clone())).await;
        assert!(page.body.contains("pretended"), "{host}: {}", page.body);
    }
    let nobody = app.send(visit("coffee-house.localhost:3000".to_owned())).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    let found: Vec<Store> = app.get("/api/stores?q=a-hou").await.json();
    assert_eq!(found.len(), 1, "a search finds it by its address");
    app.delete(&format!("/api/stores/{}", store.id)).await;
    app.wait_for(&store.id, Status::Deleted).await;
    let gone = app.send(visit("tea-house.localhost:3000".to_owned())).await;
    assert!(gone.body.contains("was deleted"), "{}", gone.body);
    app.finish().await;
}
