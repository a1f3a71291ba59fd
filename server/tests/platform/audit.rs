//! The audit log: every change and every look at credentials, with who, what, and what became of it.

use app::model::{AuditEntry, Deed, NewToken, Outcome, Role, Scope, Status, UserChange};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use crate::support::{TestApp, request};

/// Lines of what came through the doors; users of tests are made by the command line.
async fn entries(app: &TestApp, query: &str) -> Vec<AuditEntry> {
    let all: Vec<AuditEntry> = app.get(&format!("/api/audit{query}")).await.json();
    all.into_iter().filter(|entry| entry.via != "command line").collect()
}

#[tokio::test]
async fn every_change_and_every_look_at_credentials_is_noted_with_its_outcome() {
    let app = TestApp::start().await;
    let store = app.create("Corner shop").await;
    app.wait_for(&store.id, Status::Ready).await;
    let at = |rest: &str| format!("/api/stores/{}{rest}", store.id);
    app.get(&at("/credentials")).await;
    app.put(&at("/protection"), r#"{"protected":true}"#).await;
    app.delete(&at("")).await.problem(409, "conflict");
    app.put(&at("/protection"), r#"{"protected":false}"#).await;
    app.post(&at("/check"), "").await;
    app.post(&at("/sign-in-link"), "").await;
    app.cluster.be_away(true);
    app.post(&at("/check"), "").await;
    app.cluster.be_away(false);
    app.post("/api/stores", r#"{"name":""}"#).await.problem(422, "invalid");
    // Looking is no deed.
    app.get(&at("")).await;
    let noted: Vec<_> = entries(&app, "").await.into_iter().rev().collect();
    let told: Vec<_> = noted.iter().map(|entry| (entry.deed, entry.outcome)).collect();
    assert_eq!(
        told,
        [
            (Deed::CreateStore, Outcome::Done),
            (Deed::ShowCredentials, Outcome::Done),
            (Deed::ProtectStore, Outcome::Done),
            (Deed::DeleteStore, Outcome::Refused),
            (Deed::UnprotectStore, Outcome::Done),
            (Deed::TestCheckout, Outcome::Done),
            (Deed::OpenAdmin, Outcome::Done),
            (Deed::TestCheckout, Outcome::Failed),
            (Deed::CreateStore, Outcome::Refused),
        ]
    );
    for entry in &noted[..8] {
        assert_eq!((&*entry.target_kind, &*entry.target_id), ("store", store.id.as_str()), "{entry:?}");
        assert_eq!(
            (&*entry.target_name, &*entry.user_name, &*entry.via),
            ("Corner shop", "admin", "token"),
            "{entry:?}"
        );
    }
    assert!(noted[3].detail.contains("protected"), "{:?}", noted[3]);
    app.finish().await;
}

#[tokio::test]
async fn what_happens_with_users_is_noted_and_no_secret_with_it() {
    let app = TestApp::start().await;
    let accounts = &app.platform().accounts;
    let ada = accounts
        .ensure_administrator(&app.platform().audit, "ada", Some("correct horse battery staple"))
        .await
        .expect("a user");
    // What stands in the field of the name may be a password.
    for (name, password) in
        [("Hunter2-Summer", ""), ("ada", "not the password"), ("ada", "correct horse battery staple")]
    {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("name", name), ("password", password)])
            .finish();
        let sign_in = request(Method::POST, "/rpc/sign_in").header("content-type", "application/x-www-form-urlencoded");
        app.send_as_it_is(sign_in.body(Body::from(form)).expect("a request")).await;
    }
    let change = UserChange { role: Some(Role::Viewer), disabled: Some(true), limits: None };
    app.patch(&format!("/api/users/{}", ada.id), serde_json::to_string(&change).expect("JSON")).await;
    app.post("/api/users", r#"{"name":"eve","role":"member"}"#).await;
    let noted = entries(&app, "").await;
    let told: Vec<_> = noted.iter().rev().map(|entry| (entry.deed, entry.outcome, entry.user_name.as_str())).collect();
    assert_eq!(
        told,
        [
            (Deed::SignIn, Outcome::Refused, "ada"),
            (Deed::SignIn, Outcome::Done, "ada"),
            (Deed::ChangeUser, Outcome::Done, "admin"),
            (Deed::AddUser, Outcome::Done, "admin"),
        ]
    );
    assert_eq!((&*noted[1].target_name, &*noted[1].detail), ("ada", "The role is viewer now, Disabled"));
    assert_eq!(noted[0].target_name, "eve");
    let export = app.get("/api/audit/export").await;
    // The first two are the command line's, which made the users.
    assert_eq!(export.body.lines().count(), 6);
    let first: AuditEntry = serde_json::from_str(export.body.lines().next().expect("a line")).expect("JSON");
    assert_eq!((first.deed, &*first.via, &*first.target_name), (Deed::AddUser, "command line", "admin"));
    for secret in ["not the password", "correct horse", "word=", "urumi_"] {
        assert!(!export.body.contains(secret), "{secret}: {}", export.body);
    }
    for line in export.body.lines() {
        serde_json::from_str::<AuditEntry>(line).expect("a line of JSON");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_log_is_narrowed_and_read_page_by_page() {
    let app = TestApp::start().await;
    for number in 0..5 {
        app.post("/api/stores", format!(r#"{{"name":"Shop {number}","slug":"!"}}"#)).await.problem(422, "invalid");
    }
    let store = app.create("Tea_house").await;
    app.settle().await;
    assert_eq!(entries(&app, "?q=tea_").await.len(), 1);
    assert_eq!(entries(&app, &format!("?q={}", store.id)).await.len(), 1);
    assert_eq!(entries(&app, "?outcome=refused").await.len(), 5);
    assert_eq!(entries(&app, "?deed=create_store&outcome=done").await.len(), 1);
    assert_eq!(entries(&app, "?deed=delete_store").await.len(), 0);
    let first = entries(&app, "?limit=2").await;
    let second = entries(&app, &format!("?limit=2&before={}", first[1].id)).await;
    assert_eq!(second[0].id, first[1].id - 1);
    app.get("/api/audit?deed=nonsense").await.problem(422, "invalid");
    app.finish().await;
}

#[tokio::test]
async fn nothing_in_the_log_can_be_changed_or_taken_out() {
    let app = TestApp::start().await;
    app.create("Corner shop").await;
    app.settle().await;
    for statement in ["UPDATE audit SET user_name = 'eve'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1"] {
        let mut change = app.platform().db.change().await.expect("a change");
        let refused = sqlx::query(statement).execute(change.connection()).await.expect_err("a refusal");
        assert!(refused.to_string().contains("only ever added to"), "{refused}");
    }
    assert_eq!(entries(&app, "").await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn only_administrators_read_the_log() {
    let app = TestApp::start().await;
    let accounts = &app.platform().accounts;
    let vera = accounts.ensure_administrator(&app.platform().audit, "vera", None).await.expect("a user");
    let new = NewToken { name: "test".to_owned(), scopes: Scope::ALL.to_vec(), days: None };
    let token = accounts.make_token(vera.id, new).await.expect("a token").secret;
    let viewer = UserChange { role: Some(Role::Viewer), ..UserChange::default() };
    app.patch(&format!("/api/users/{}", vera.id), serde_json::to_string(&viewer).expect("JSON")).await;
    for path in ["/api/audit", "/api/audit/export", "/audit"] {
        let ask = request(Method::GET, path).header("authorization", format!("Bearer {token}"));
        let answer = app.send(ask.body(Body::empty()).expect("a request")).await;
        if path.starts_with("/api") {
            answer.problem(403, "forbidden");
        } else {
            assert!(
                answer.status == StatusCode::FORBIDDEN
                    && answer.body.contains("A viewer cannot do that, with whatever token."),
                "{}",
                answer.body
            );
        }
    }
    app.finish().await;
}
