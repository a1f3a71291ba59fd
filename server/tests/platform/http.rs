//! The REST API: what it takes, what it refuses, and in which shape.

use app::model::{Credentials, EventKind, Health, Status, Step, Store};
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn a_created_store_is_queued_at_its_own_address_and_becomes_ready() {
    let app = TestApp::start().await;
    let answer = app.post("/api/stores", json!({ "name": "  Corner shop " }).to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let store: Store = answer.json();
    assert_eq!(answer.headers["location"], format!("/api/stores/{}", store.id));
    assert_eq!(store.name.as_str(), "Corner shop");
    assert_eq!(store.status, Status::Queued);
    assert_eq!(store.url, format!("http://store-{}.localhost:3000", store.id));

    let detail = app.wait_for(&store.id, Status::Ready).await;
    let steps: Vec<Step> = detail.steps.iter().map(|record| record.step).collect();
    assert_eq!(steps, Step::ALL);
    assert!(detail.steps.iter().all(|record| record.finished_at.is_some()));
    assert_eq!(detail.store.steps_finished, 6);
    assert!(detail.store.ready_at.is_some());
    app.finish().await;
}

#[tokio::test]
async fn bad_names_are_refused_with_the_field_and_the_reason() {
    let app = TestApp::start().await;
    for (name, reason) in
        [("", "Give the store a name."), ("a\tb", "A name cannot contain line breaks or invisible characters.")]
    {
        let answer = app.post("/api/stores", json!({ "name": name }).to_string()).await;
        assert_eq!(answer.problem(422, "invalid"), reason);
        assert_eq!(answer.json::<Value>()["field"], "name");
    }
    let too_long = app.post("/api/stores", json!({ "name": "x".repeat(61) }).to_string()).await;
    assert_eq!(too_long.problem(422, "invalid"), "A name has at most 60 characters.");
    app.finish().await;
}

#[tokio::test]
async fn a_name_is_free_again_only_after_its_store_is_deleted() {
    let app = TestApp::start().await;
    let first = app.create("Tea").await;
    let again = app.post("/api/stores", json!({ "name": "TEA" }).to_string()).await;
    assert!(again.problem(409, "taken").contains(first.id.as_str()));
    assert_eq!(again.json::<Value>()["field"], "name");

    app.wait_for(&first.id, Status::Ready).await;
    app.delete(&format!("/api/stores/{}", first.id)).await;
    app.wait_for(&first.id, Status::Deleted).await;
    let second = app.create("Tea").await;
    assert_ne!(second.id, first.id);
    app.wait_for(&second.id, Status::Ready).await;
    app.finish().await;
}

#[tokio::test]
async fn what_is_not_json_not_our_json_or_too_much_is_refused_in_words() {
    let app = TestApp::start().await;
    app.post("/api/stores", "{\"name\": ").await.problem(400, "unreadable");
    app.post("/api/stores", "[]").await.problem(422, "unreadable");
    let typo = app.post("/api/stores", json!({ "name": "x", "nmae": "y" }).to_string()).await;
    assert!(typo.problem(422, "invalid").contains("nmae"));
    assert_eq!(typo.json::<Value>()["field"], "nmae");
    app.post("/api/stores", json!({ "name": "x".repeat(20_000) }).to_string()).await.problem(413, "too_large");

    let form = Request::builder().method(Method::POST).uri("/api/stores").body("name=x".into()).expect("a request");
    app.send(form).await.problem(415, "unreadable");
    app.finish().await;
}

#[tokio::test]
async fn unknown_stores_addresses_and_methods_are_refused_in_words() {
    let app = TestApp::start().await;
    for id in ["bcdfghjk", "NOT-AN-ID", "..%2f..%2fetc"] {
        app.get(&format!("/api/stores/{id}")).await.problem(404, "not_found");
        app.delete(&format!("/api/stores/{id}")).await.problem(404, "not_found");
        app.get(&format!("/api/stores/{id}/events")).await.problem(404, "not_found");
        app.get(&format!("/api/stores/{id}/logs")).await.problem(404, "not_found");
        app.get(&format!("/api/stores/{id}/credentials")).await.problem(404, "not_found");
        app.post(&format!("/api/stores/{id}/retry"), "").await.problem(404, "not_found");
    }
    app.get("/api/store").await.problem(404, "not_found");
    app.post("/api/nothing/here", "").await.problem(404, "not_found");
    app.post("/api/health", "").await.problem(405, "method_not_allowed");
    app.finish().await;
}

#[tokio::test]
async fn the_same_idempotency_key_makes_one_store() {
    let app = TestApp::start().await;
    let send = |name: &str, key: &str| {
        Request::builder()
            .method(Method::POST)
            .uri("/api/stores")
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(json!({ "name": name }).to_string().into())
            .expect("a request")
    };
    let first: Store = app.send(send("Tea", "k-1")).await.json();
    let second: Store = app.send(send("Tea", "k-1")).await.json();
    assert_eq!(first.id, second.id);
    app.send(send("Coffee", "k-1")).await.problem(409, "conflict");
    app.send(send("Coffee", "not a key")).await.problem(422, "invalid");
    assert_eq!(app.get("/api/stores").await.json::<Vec<Store>>().len(), 1);
    app.wait_for(&first.id, Status::Ready).await;
    app.finish().await;
}

#[tokio::test]
async fn events_come_as_json_and_as_a_log() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let events = app.events(&store.id).await;
    assert_eq!(events.first().map(|event| event.kind), Some(EventKind::CreateRequested));
    assert_eq!(events.last().map(|event| event.kind), Some(EventKind::Ready));

    let path = format!("/api/stores/{}/events", store.id);
    let later = app.get(&format!("{path}?after={}&limit=2", events[0].id)).await;
    assert_eq!(later.json::<Vec<Value>>().len(), 2);

    let asked = Request::builder().uri(&path).header("accept", "text/plain").body("".into()).expect("a request");
    let log = app.send(asked).await;
    assert!(log.headers["content-type"].to_str().expect("text").starts_with("text/plain"));
    assert_eq!(log.body.lines().count(), events.len());
    assert_eq!(log.body.lines().next(), Some(events[0].log_line().as_str()));
    assert_eq!(app.get(&format!("{path}?format=log")).await.body, log.body);
    app.get(&format!("{path}?format=xml")).await.problem(422, "invalid");
    app.finish().await;
}

#[tokio::test]
async fn credentials_are_shown_only_when_there_is_a_shop_and_who_looked_is_an_event() {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Database);
    let store = app.create("Tea").await;
    let path = format!("/api/stores/{}/credentials", store.id);
    app.get(&path).await.problem(409, "conflict");
    app.cluster.release();
    app.wait_for(&store.id, Status::Ready).await;

    let answer = app.get(&path).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.json::<Credentials>().user, "admin");
    let last = app.events(&store.id).await.pop().expect("an event");
    assert_eq!(last.kind, EventKind::CredentialsShown);
    assert!(!last.text.contains("not-a-password"));
    app.finish().await;
}

#[tokio::test]
async fn logs_name_their_components() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let log = app.get(&format!("/api/stores/{}/logs?component=database", store.id)).await;
    assert_eq!(log.body, "no log of database: the cluster is fake\n");
    app.get(&format!("/api/stores/{}/logs?component=kitchen", store.id)).await.problem(422, "invalid");
    app.finish().await;
}

#[tokio::test]
async fn health_says_that_the_cluster_is_fake() {
    let app = TestApp::start().await;
    let health: Health = app.get("/api/health").await.json();
    assert!(health.cluster.fake);
    assert_eq!((health.installing, health.queued, health.max_parallel_installs), (0, 0, 2));
    app.finish().await;
}

#[tokio::test]
async fn the_openapi_document_describes_every_route_of_the_api() {
    let app = TestApp::start().await;
    let document: Value = app.get("/api/openapi.json").await.json();
    let mut routes: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        routes.extend(item.as_object().expect("methods").keys().map(|method| format!("{method} {path}")));
    }
    routes.sort();
    let expected = [
        "delete /api/stores/{id}",
        "delete /api/stores/{id}/domain",
        "get /api/audit",
        "get /api/audit/export",
        "get /api/health",
        "get /api/me",
        "get /api/quota",
        "get /api/stores",
        "get /api/stores/{id}",
        "get /api/stores/{id}/credentials",
        "get /api/stores/{id}/domain",
        "get /api/stores/{id}/events",
        "get /api/stores/{id}/failures",
        "get /api/stores/{id}/inventory",
        "get /api/stores/{id}/logs",
        "get /api/stores/{id}/logs/stream",
        "get /api/stores/{id}/pods",
        "get /api/strays",
        "get /api/stream",
        "get /api/users",
        "patch /api/users/{id}",
        "post /api/stores",
        "post /api/stores/{id}/check",
        "post /api/stores/{id}/isolation",
        "post /api/stores/{id}/offer",
        "post /api/stores/{id}/retry",
        "post /api/stores/{id}/sign-in-link",
        "post /api/strays/{id}/removal",
        "post /api/users",
        "post /api/users/{id}/invitation",
        "put /api/stores/{id}/domain",
        "put /api/stores/{id}/protection",
    ];
    assert_eq!(routes, expected);
    app.finish().await;
}

#[tokio::test]
async fn the_address_of_a_pretended_store_says_that_there_is_no_shop() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let at = |host: String| Request::builder().uri("/").header("host", host).body("".into()).expect("a request");
    let answer = app.send(at(format!("store-{}.localhost:3000", store.id))).await;
    assert!(answer.body.contains("pretended"), "{}", answer.body);
    let nobody = app.send(at("store-bcdfghjk.localhost:3000".to_owned())).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    assert!(nobody.body.contains("There is no store at this address."));
    app.finish().await;
}

#[tokio::test]
async fn server_functions_refuse_with_the_same_statuses() {
    let app = TestApp::start().await;
    let call = |path: &str, body: &'static str| {
        Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(body.into())
            .expect("a request")
    };
    for (path, body, status, code) in [
        ("/rpc/create_store", "name=", 422, "invalid"),
        ("/rpc/create_store", "nmae=x", 422, "invalid"),
        ("/rpc/delete_store", "id=bcdfghjk", 404, "not_found"),
    ] {
        let answer = app.send(call(path, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.body);
        assert_eq!(answer.json::<Value>()["code"], code, "{path} {body}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_dashboard_answers_only_to_names_of_its_own() {
    let app = TestApp::start().await;
    let at =
        |host: &str| Request::builder().uri("/api/health").header("host", host).body("".into()).expect("a request");
    for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "Dashboard.Example.com"] {
        assert_eq!(app.send(at(host)).await.status, StatusCode::OK, "{host}");
    }
    for host in ["evil.example:3000", "localhost.evil.example", "dashboard.example.com.evil.example"] {
        app.send(at(host)).await.problem(421, "wrong_host");
    }
    app.finish().await;
}

#[tokio::test]
async fn pages_of_other_sites_and_of_stores_cannot_change_anything() {
    let app = TestApp::start().await;
    let send = |headers: &[(&str, &str)]| {
        let mut request =
            Request::builder().method(Method::POST).uri("/rpc/create_store").header("host", "localhost:3000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let form = "application/x-www-form-urlencoded";
        request.header("content-type", form).body("name=Tea".into()).expect("a request")
    };
    for foreign in [
        [("origin", "https://evil.example")],
        [("origin", "http://store-bcdfghjk.localhost:3000")],
        [("origin", "null")],
        [("sec-fetch-site", "same-site")],
        [("sec-fetch-site", "cross-site")],
    ] {
        app.send(send(&foreign)).await.problem(403, "foreign_origin");
    }
    assert_eq!(app.get("/api/stores").await.json::<Vec<Value>>().len(), 0);

    let own = app.send(send(&[("origin", "http://localhost:3000"), ("sec-fetch-site", "same-origin")])).await;
    assert!(own.status.is_redirection() || own.status.is_success(), "{} {}", own.status, own.body);
    let stores: Vec<Store> = app.get("/api/stores").await.json();
    assert_eq!(stores.len(), 1);
    app.wait_for(&stores[0].id, Status::Ready).await;
    app.finish().await;
}

#[tokio::test]
async fn a_protected_store_is_not_deleted_until_the_protection_is_taken_off() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let (path, protection) = (format!("/api/stores/{}", store.id), format!("/api/stores/{}/protection", store.id));
    let protected: Store = app.put(&protection, r#"{"protected": true}"#).await.json();
    assert!(protected.protected);
    assert!(app.delete(&path).await.problem(409, "conflict").contains("protected against deletion"));
    assert_eq!(app.show(&store.id).await.store.status, Status::Ready);
    app.put(&protection, r#"{"protected": false}"#).await;
    assert_eq!(app.delete(&path).await.status, StatusCode::ACCEPTED);
    app.wait_for(&store.id, Status::Deleted).await;
    app.put(&protection, r#"{"protected": true}"#).await.problem(409, "conflict");
    let told = app.events(&store.id).await.into_iter().filter(|event| event.kind == EventKind::ProtectionChanged);
    assert_eq!(told.count(), 2);
    app.finish().await;
}
