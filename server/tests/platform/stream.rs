//! The live stream: nothing is missed, whenever a client comes back.

use std::time::Duration;

use app::model::{Event, NewToken, Role, Scope, Status, Step, Store, UserChange};
use axum::{
    body::Body,
    http::{Method, Request},
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::support::{PATIENCE, TestApp, request};

/// Reads messages until `enough` says so; answers with the events.
async fn read(app: &TestApp, path: &str, last: Option<i64>, enough: impl Fn(&[Event]) -> bool) -> Vec<Event> {
    let parse = |data: &String| serde_json::from_str(data).expect("an event");
    let events = |data: &[String]| data.iter().map(parse).collect::<Vec<Event>>();
    events(&read_data(app, path, last, |data| enough(&events(data))).await)
}

/// Reads messages until `enough` says so; answers with their data.
async fn read_data(app: &TestApp, path: &str, last: Option<i64>, enough: impl Fn(&[String]) -> bool) -> Vec<String> {
    read_data_of(app, &app.token, path, last, enough).await
}

/// The same of somebody else.
async fn read_data_of(
    app: &TestApp,
    token: &str,
    path: &str,
    last: Option<i64>,
    enough: impl Fn(&[String]) -> bool,
) -> Vec<String> {
    let mut request = Request::builder().uri(path).header("accept", "text/event-stream");
    request = request.header("authorization", format!("Bearer {token}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = app.platform().router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut text = String::new();
    let reading = async {
        loop {
            let data: Vec<String> = text
                .split_inclusive("\n\n")
                .filter(|message| message.ends_with("\n\n"))
                .filter_map(|message| message.lines().find_map(|line| line.strip_prefix("data: ")))
                .map(str::to_owned)
                .collect();
            if enough(&data) {
                return data;
            }
            let frame = body.frame().await.expect("the stream goes on").expect("a frame");
            text += std::str::from_utf8(&frame.into_data().expect("data")).expect("text");
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("the events come in time")
}

#[tokio::test]
async fn a_client_that_comes_back_gets_exactly_what_it_missed() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let all = app.events(&store.id).await;
    let seen = all[3].id;
    let missed = read(&app, "/api/stream", Some(seen), |events| events.len() >= all.len() - 4).await;
    assert_eq!(missed, all[4..]);
    app.finish().await;
}

#[tokio::test]
async fn a_member_hears_of_their_own_stores_only() {
    let app = TestApp::start().await;
    let accounts = &app.platform().accounts;
    let ada = accounts.ensure_administrator(&app.platform().audit, "ada", None).await.expect("a user");
    let new = NewToken { name: "test".to_owned(), scopes: Scope::ALL.to_vec(), days: None };
    let token = accounts.make_token(ada.id, new).await.expect("a token").secret;
    let member = UserChange { role: Some(Role::Member), ..UserChange::default() };
    app.patch(&format!("/api/users/{}", ada.id), serde_json::to_string(&member).expect("JSON")).await;
    let others = app.create("Another's").await;
    app.wait_for(&others.id, Status::Ready).await;
    let create = request(Method::POST, "/api/stores").header("authorization", format!("Bearer {token}"));
    let create = create.header("content-type", "application/json").body(Body::from(r#"{"name":"Ada's"}"#));
    let own: Store = app.send(create.expect("a request")).await.json();
    app.wait_for(&own.id, Status::Ready).await;
    let all = app.events(&own.id).await;
    let parse = |data: &String| serde_json::from_str::<Event>(data).expect("an event");
    let heard = read_data_of(&app, &token, "/api/stream", Some(0), |data| data.len() >= all.len()).await;
    assert_eq!(heard.iter().map(parse).collect::<Vec<_>>(), all);
    app.finish().await;
}

#[tokio::test]
async fn a_stream_ends_when_whoever_follows_it_is_somebody_else_now() {
    let app = TestApp::start().await;
    let ada = app.platform().accounts.ensure_administrator(&app.platform().audit, "ada", None).await.expect("a user");
    let new = NewToken { name: "test".to_owned(), scopes: vec![Scope::Read], days: None };
    let token = app.platform().accounts.make_token(ada.id, new).await.expect("a token").secret;
    let follow = request(Method::GET, "/api/stream").header("authorization", format!("Bearer {token}"));
    let router = app.platform().router.clone();
    let mut body = router.oneshot(follow.body(Body::empty()).expect("a request")).await.expect("an answer").into_body();
    let first = body.frame().await.expect("it begins").expect("a frame").into_data().expect("data");
    assert_eq!(first, ": connected\n\n");
    app.patch(&format!("/api/users/{}", ada.id), r#"{"disabled":true}"#).await;
    let ended = async { while body.frame().await.is_some() {} };
    tokio::time::timeout(PATIENCE, ended).await.expect("the stream ends");
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_listens_hears_every_event_once_and_in_order() {
    let app = TestApp::start().await;
    let listening = read(&app, "/api/stream", None, |events| {
        events.iter().filter(|event| event.text.starts_with("Store marked Ready")).count() == 3
    });
    let creating = async {
        // The client must listen first: it asked for what happens from now on.
        tokio::time::sleep(Duration::from_millis(100)).await;
        for name in ["One", "Two", "Three"] {
            app.create(name).await;
        }
    };
    let (heard, ()) = tokio::join!(listening, creating);
    let ids: Vec<i64> = heard.iter().map(|event| event.id).collect();
    let expected: Vec<i64> = (ids[0]..ids[0] + i64::try_from(ids.len()).expect("few")).collect();
    assert_eq!(ids, expected);
    app.finish().await;
}

#[tokio::test]
async fn who_listens_hears_that_the_pool_changed_though_no_event_tells_of_it() {
    let mut app = TestApp::start().await;
    app.cluster.hold(Step::Database);
    app.keep_ready(1).await;
    while app.cluster.most_running() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let stores = &app.platform().stores;
    let before = stores.pool_changes();
    let listening = read_data(&app, "/api/stream", None, |data| !data.is_empty());
    let making = async {
        // As above.
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(stores.pool_changes(), before, "it is held");
        app.cluster.release();
    };
    let (heard, ()) = tokio::join!(listening, making);
    assert_eq!(heard, ["{}"]);
    // Whoever saw the page before it changed is told at once.
    assert_eq!(read_data(&app, &format!("/api/stream?pool={before}"), None, |data| !data.is_empty()).await, ["{}"]);
    app.finish().await;
}

#[tokio::test]
async fn a_stream_of_one_store_holds_nothing_of_others() {
    let app = TestApp::start().await;
    let first = app.create("One").await.id;
    let second = app.create("Two").await.id;
    app.wait_for(&first, Status::Ready).await;
    app.wait_for(&second, Status::Ready).await;
    let all = app.events(&second).await;
    let path = format!("/api/stream?store={second}");
    let heard = read(&app, &path, Some(0), |events| events.len() >= all.len()).await;
    assert_eq!(heard, all);
    app.finish().await;
}

#[tokio::test]
async fn a_log_is_followed_line_by_line() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let path = format!("/api/stores/{}/logs/stream?component=database", store.id);
    let lines = read_data(&app, &path, None, |lines| lines.len() >= 3).await;
    assert_eq!(lines[0], "pretended line 1 of database: the cluster is fake");
    assert_eq!(lines[2], "pretended line 3 of database: the cluster is fake");
    app.finish().await;
}

#[tokio::test]
async fn a_log_that_is_not_there_cannot_be_followed() {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Namespace);
    let store = app.create("Tea").await;
    let answer = app.get(&format!("/api/stores/{}/logs/stream", store.id)).await;
    assert!(answer.problem(404, "not_found").contains("wordpress"));
    app.cluster.release();
    app.wait_for(&store.id, Status::Ready).await;
    app.finish().await;
}
