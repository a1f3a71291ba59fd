//! Users of the tests and what they ask for.

use app::model::{NewToken, Role, Scope, User, UserChange};
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::Value;

use crate::support::{TestApp, request};

/// A user with this role, and a token of theirs that may all that they may.
pub async fn user(app: &TestApp, name: &str, role: Role) -> (User, String) {
    let accounts = &app.platform().accounts;
    let user = accounts.ensure_administrator(&app.platform().audit, name, None).await.expect("a user");
    let token = token(app, &user, Scope::ALL.to_vec()).await;
    let change = serde_json::to_string(&UserChange { role: Some(role), ..UserChange::default() }).expect("JSON");
    let user = app.patch(&format!("/api/users/{}", user.id), change).await.json();
    (user, token)
}

/// A token of theirs that may this.
pub async fn token(app: &TestApp, user: &User, scopes: Vec<Scope>) -> String {
    let new = NewToken { name: "test".to_owned(), scopes, days: None };
    app.platform().accounts.make_token(user.id, new).await.expect("a token").secret
}

/// A request of a program that shows this token.
pub fn as_user(token: &str, method: Method, path: &str, body: &Value) -> Request<Body> {
    let request = request(method, path).header("authorization", format!("Bearer {token}"));
    request.header("content-type", "application/json").body(Body::from(body.to_string())).expect("a request")
}
