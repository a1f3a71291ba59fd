//! How much members may have.

use app::model::{OwnLimits, Quota, Role, Size, Status, Step, Store, User, UserChange};
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    people::{as_user, user},
    support::{Answer, TestApp},
};

async fn limit(app: &TestApp, user: &User, limits: OwnLimits) -> User {
    let change = serde_json::to_string(&UserChange { limits: Some(limits), ..UserChange::default() }).expect("JSON");
    app.patch(&format!("/api/users/{}", user.id), change).await.json()
}

async fn create(app: &TestApp, token: &str, wish: Value) -> Answer {
    app.send(as_user(token, Method::POST, "/api/stores", &wish)).await
}

async fn quota(app: &TestApp, token: &str) -> Quota {
    app.send(as_user(token, Method::GET, "/api/quota", &Value::Null)).await.json()
}

#[tokio::test]
async fn a_member_has_as_many_stores_as_they_may_and_makes_room_by_deleting() {
    let app = TestApp::start().await;
    let (ada, token) = user(&app, "ada", Role::Member).await;
    let ada = limit(&app, &ada, OwnLimits { stores: Some(2), ..OwnLimits::default() }).await;
    assert_eq!(ada.limits.stores, Some(2));
    let first: Store = create(&app, &token, json!({ "name": "One" })).await.json();
    create(&app, &token, json!({ "name": "Two" })).await;
    let refused = create(&app, &token, json!({ "name": "Three" })).await.problem(403, "limit_reached");
    assert!(refused.starts_with("You have 2 of the 2 stores that you may have."), "{refused}");
    app.wait_for(&first.id, Status::Ready).await;
    app.delete(&format!("/api/stores/{}", first.id)).await;
    app.wait_for(&first.id, Status::Deleted).await;
    assert_eq!(create(&app, &token, json!({ "name": "Three" })).await.status.as_u16(), 201);
    let Quota { limits, used, .. } = quota(&app, &token).await;
    assert_eq!((limits.map(|limits| limits.stores), used.stores, used.volume_gib), (Some(2), 2, 6));
    // What others have does not count.
    app.create("Theirs").await;
    assert_eq!(quota(&app, &token).await.used.stores, 2);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn sizes_and_volumes_beyond_what_a_member_may_have_are_refused_in_words() {
    let app = TestApp::start().await;
    let (ada, token) = user(&app, "ada", Role::Member).await;
    let limits = OwnLimits { largest: Some(Size::Medium), volume_gib: Some(8), ..OwnLimits::default() };
    limit(&app, &ada, limits).await;
    let refused = create(&app, &token, json!({ "name": "Big", "size": "large" })).await;
    assert_eq!(refused.problem(422, "invalid"), "You may choose medium at most.");
    assert_eq!(create(&app, &token, json!({ "name": "One", "size": "medium" })).await.status.as_u16(), 201);
    let refused = create(&app, &token, json!({ "name": "Two" })).await.problem(403, "limit_reached");
    assert!(refused.contains("needs 3 GiB of volumes, and your stores use 7 of the 8 GiB"), "{refused}");
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn who_creates_too_fast_is_told_when_the_next_one_can_be_created() {
    let app = TestApp::start().await;
    let (ada, token) = user(&app, "ada", Role::Member).await;
    limit(&app, &ada, OwnLimits { pause: Some(60), ..OwnLimits::default() }).await;
    create(&app, &token, json!({ "name": "One" })).await;
    app.clock.advance(SignedDuration::from_secs(20));
    let refused = create(&app, &token, json!({ "name": "Two" })).await;
    assert_eq!(refused.headers["retry-after"], "40");
    assert!(refused.problem(429, "too_many").contains("in 40 s"));
    assert_eq!(quota(&app, &token).await.used.pause, 40);
    app.clock.advance(SignedDuration::from_secs(40));
    assert_eq!(create(&app, &token, json!({ "name": "Two" })).await.status.as_u16(), 201);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn many_that_are_asked_for_at_the_same_moment_are_no_way_around_the_limit() {
    let app = TestApp::start().await;
    let (ada, token) = user(&app, "ada", Role::Member).await;
    limit(&app, &ada, OwnLimits { creating: Some(3), ..OwnLimits::default() }).await;
    app.cluster.hold(Step::Namespace);
    let asked = (0..8).map(|number| create(&app, &token, json!({ "name": format!("Store {number}") })));
    let answers = futures::future::join_all(asked).await;
    let made = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let waiting = answers.iter().filter(|answer| answer.status.as_u16() == 429).count();
    assert_eq!((made, waiting), (3, 5));
    app.cluster.release();
    app.settle().await;
    assert_eq!(create(&app, &token, json!({ "name": "Later" })).await.status.as_u16(), 201);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn administrators_have_no_limits_and_nobody_else_sets_them() {
    let app = TestApp::start().await;
    let (root, root_token) = user(&app, "root", Role::Administrator).await;
    limit(&app, &root, OwnLimits { stores: Some(0), ..OwnLimits::default() }).await;
    assert_eq!(create(&app, &root_token, json!({ "name": "One" })).await.status.as_u16(), 201);
    assert_eq!(quota(&app, &root_token).await.limits, None);
    let (ada, token) = user(&app, "ada", Role::Member).await;
    let wish = json!({ "limits": { "stores": 1_000_000 } });
    app.send(as_user(&token, Method::PATCH, &format!("/api/users/{}", ada.id), &wish)).await.problem(403, "forbidden");
    app.settle().await;
    app.finish().await;
}
