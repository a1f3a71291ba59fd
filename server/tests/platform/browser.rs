//! A browser, as far as cookies go.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use crate::support::{Answer, TestApp, request};

/// A browser: what it sends with every request, and keeps from every answer.
pub struct Browser<'a> {
    app: &'a TestApp,
    pub cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: Vec::new() }
    }

    pub async fn send(&mut self, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request(method, path)
            .header("accept", "text/html")
            .header("origin", "http://localhost:3000")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("referer", "http://localhost:3000/sign-in")
            .header("cookie", cookies.join("; "))
            .body(Body::from(body))
            .expect("a request");
        let answer = self.app.send_as_it_is(request).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.retain(|(other, _)| other != name);
            if !value.is_empty() && !rest.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[]).await
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.send(Method::POST, "/rpc/sign_in", &[("name", name), ("password", password)]).await
    }

    pub fn session(&self) -> Option<&str> {
        self.cookies.iter().find(|(name, _)| name == "urumi-session").map(|(_, value)| value.as_str())
    }

    pub async fn is_in(&mut self) -> bool {
        self.get("/api/me").await.status == StatusCode::OK
    }
}
