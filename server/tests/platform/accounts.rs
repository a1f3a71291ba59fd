//! Getting in, staying in, and being put out.

use app::model::{NewToken, Role, Scope, User, UserChange};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use jiff::SignedDuration;
use server::{accounts::AccountService, platform::Platform};

use crate::{
    browser::Browser,
    support::{Answer, TestApp, request},
};

const PASSWORD: &str = "correct horse battery staple";

fn location(answer: &Answer) -> &str {
    answer.headers.get("location").map_or("", |location| location.to_str().expect("text"))
}

/// What follows the host in a link.
fn path(link: &str) -> String {
    link.replace("http://dashboard.example.com:3000", "")
}

fn accounts(app: &TestApp) -> &AccountService {
    &app.platform().accounts
}

async fn with_password(platform: &Platform, name: &str) -> User {
    platform.accounts.ensure_administrator(&platform.audit, name, Some(PASSWORD)).await.expect("a user")
}

#[tokio::test]
async fn nobody_gets_anywhere_but_to_the_sign_in() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let page = browser.get("/stores/bcdfghjk?x=1").await;
    assert_eq!((page.status, location(&page)), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fstores%2Fbcdfghjk%3Fx%3D1"));
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
    for path in ["/api/stores", "/api/health", "/api/stream", "/api/strays", "/api/users", "/metrics"] {
        let answer = browser.get(path).await;
        answer.problem(401, "signed_out");
        assert_eq!(answer.headers["www-authenticate"], "Bearer", "{path}");
    }
    let form = browser.send(Method::POST, "/rpc/create_store", &[("name", "Mine")]).await;
    assert_eq!((form.status, location(&form)), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fsign-in"));
    for path in ["/healthz", "/readyz", "/api/openapi.json"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_password_lets_in_with_a_session_that_scripts_and_other_sites_do_not_get() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let mut browser = Browser::new(&app);
    let answer = browser.sign_in("ADA", PASSWORD).await;
    assert_eq!((answer.status, location(&answer)), (StatusCode::FOUND, "/"), "{}", answer.body);
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .find(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.starts_with("urumi-session=")));
    let cookie = cookie.expect("a session").to_str().expect("text");
    for word in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let me: User = browser.get("/api/me").await.json();
    assert_eq!(me.name.as_str(), "ada");
    assert!(me.signed_in_at.is_some());
    app.finish().await;
}

#[tokio::test]
async fn a_wrong_password_is_told_like_a_user_who_does_not_exist() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let mut browser = Browser::new(&app);
    let (wrong, nobody) = (browser.sign_in("ada", "wrong").await, browser.sign_in("eve", "wrong").await);
    let told = |answer: &Answer| location(answer).split("__err=").nth(1).expect("an error").to_owned();
    assert_eq!(told(&wrong), told(&nobody));
    assert!(!location(&wrong).contains("wrong&"), "{}", location(&wrong));
    assert!(!browser.is_in().await);
    app.finish().await;
}

#[tokio::test]
async fn after_five_wrong_passwords_even_the_right_one_waits() {
    let mut app = TestApp::start().await;
    for name in ["ada", "nobody"] {
        with_password(app.platform(), "ada").await;
        for number in 1..=5 {
            let refused = accounts(&app).check_password(name, "wrong", None).await.expect_err("a refusal");
            assert_eq!(refused.code(), "wrong_credentials", "{name}, {number}");
        }
        // Not forgotten with the process.
        app.restart().await;
        let locked = accounts(&app).check_password(name, PASSWORD, None).await.expect_err("a refusal");
        assert_eq!(locked.code(), "too_many", "{name}");
        assert!(locked.to_string().contains("The next one is looked at in 3"), "{locked}");
    }
    app.clock.advance(SignedDuration::from_secs(31));
    assert!(accounts(&app).check_password("ada", PASSWORD, None).await.is_ok());
    // From the beginning again.
    let refused = accounts(&app).check_password("ada", "wrong", None).await.expect_err("a refusal");
    assert_eq!(refused.code(), "wrong_credentials");
    app.finish().await;
}

#[tokio::test]
async fn nobody_is_kept_out_by_what_others_guess_elsewhere() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let address = |last| Some([192, 0, 2, last].into());
    for _ in 0..6 {
        assert!(accounts(&app).check_password("ada", "wrong", address(1)).await.is_err());
    }
    let locked = accounts(&app).check_password("ada", PASSWORD, address(1)).await.expect_err("a refusal");
    assert_eq!(locked.code(), "too_many");
    assert!(accounts(&app).check_password("ada", PASSWORD, address(2)).await.is_ok());
    app.finish().await;
}

#[tokio::test]
async fn many_guesses_at_once_are_no_way_around_the_lock() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let guesses = (0..12).map(|_| accounts(&app).check_password("ada", "wrong", None));
    let refusals: Vec<_> = futures::future::join_all(guesses)
        .await
        .into_iter()
        .map(|guess| guess.expect_err("a refusal").code())
        .collect();
    assert_eq!(refusals.iter().filter(|code| **code == "wrong_credentials").count(), 5, "{refusals:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_session_gets_another_id_at_every_sign_in() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let mut browser = Browser::new(&app);
    browser.sign_in("ada", PASSWORD).await;
    let first = browser.session().expect("a session").to_owned();
    browser.sign_in("ada", PASSWORD).await;
    let second = browser.session().expect("a session").to_owned();
    assert_ne!(first, second);
    browser.cookies = vec![("urumi-session".to_owned(), first)];
    assert!(!browser.is_in().await, "the first one is over");
    app.finish().await;
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_at_last_in_any_case() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let mut idle = Browser::new(&app);
    idle.sign_in("ada", PASSWORD).await;
    app.clock.advance(SignedDuration::from_hours(7 * 24 + 1));
    assert!(!idle.is_in().await);

    let mut busy = Browser::new(&app);
    busy.sign_in("ada", PASSWORD).await;
    for day in 1..30 {
        app.clock.advance(SignedDuration::from_hours(24));
        assert!(busy.is_in().await, "day {day}");
    }
    app.clock.advance(SignedDuration::from_hours(25));
    assert!(!busy.is_in().await);
    app.finish().await;
}

#[tokio::test]
async fn signing_out_ends_this_session_or_all_of_them() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let [mut here, mut there, mut elsewhere] = [Browser::new(&app), Browser::new(&app), Browser::new(&app)];
    for browser in [&mut here, &mut there, &mut elsewhere] {
        browser.sign_in("ada", PASSWORD).await;
    }
    let kept = here.session().expect("a session").to_owned();
    here.send(Method::POST, "/rpc/sign_out", &[]).await;
    assert!(here.session().is_none() && !here.is_in().await);
    here.cookies = vec![("urumi-session".to_owned(), kept)];
    assert!(!here.is_in().await, "a copy of the cookie is worth nothing");
    assert!(there.is_in().await);
    there.send(Method::POST, "/rpc/sign_out_everywhere", &[]).await;
    assert!(!there.is_in().await && !elsewhere.is_in().await);
    app.finish().await;
}

#[tokio::test]
async fn another_password_ends_every_other_session() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let [mut here, mut there] = [Browser::new(&app), Browser::new(&app)];
    here.sign_in("ada", PASSWORD).await;
    there.sign_in("ada", PASSWORD).await;
    let change = |old, new| [("old", old), ("new", new)];
    let refused = here.send(Method::POST, "/rpc/change_password", &change("wrong", "another long password")).await;
    assert!(location(&refused).contains("__err="), "{}", location(&refused));
    here.send(Method::POST, "/rpc/change_password", &change(PASSWORD, "another long password")).await;
    assert!(here.is_in().await && !there.is_in().await);
    assert!(accounts(&app).check_password("ada", PASSWORD, None).await.is_err());
    assert!(accounts(&app).check_password("ada", "another long password", None).await.is_ok());
    app.finish().await;
}

#[tokio::test]
async fn a_link_lets_in_once_and_not_for_ever() {
    let app = TestApp::start().await;
    let user = with_password(app.platform(), "ada").await;
    let link = path(&accounts(&app).sign_in_link(user.id).await.expect("a link").url);
    let mut browser = Browser::new(&app);
    let answer = browser.get(&link).await;
    assert_eq!((answer.status, location(&answer)), (StatusCode::SEE_OTHER, "/"));
    assert!(browser.is_in().await);
    let mut other = Browser::new(&app);
    assert_eq!(location(&other.get(&link).await), "/sign-in?link=gone");
    assert!(!other.is_in().await);
    let late = path(&accounts(&app).sign_in_link(user.id).await.expect("a link").url);
    app.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(location(&other.get(&late).await), "/sign-in?link=gone");
    app.finish().await;
}

#[tokio::test]
async fn the_first_start_makes_a_link_for_the_first_administrator_and_no_other_start_does() {
    let app = TestApp::start_without_users().await;
    let link = accounts(&app).first_link().await.expect("an answer").expect("a link").url;
    let word = link.split("word=").nth(1).expect("a word").to_owned();
    assert!(link.starts_with("http://dashboard.example.com:3000/welcome?word="), "{link}");
    let mut browser = Browser::new(&app);
    let page = browser.get(&format!("/welcome?word={word}")).await;
    assert!(page.body.contains("Welcome to Urumi"), "{}", page.body);
    let accept = |name, password| [("word", word.as_str()), ("name", name), ("password", password)];
    for (name, password) in [("ada", "short"), ("no name", PASSWORD)] {
        let refused = browser.send(Method::POST, "/rpc/accept_invitation", &accept(name, password)).await;
        assert!(location(&refused).contains("__err="), "{}", location(&refused));
    }
    let done = browser.send(Method::POST, "/rpc/accept_invitation", &accept("ada", PASSWORD)).await;
    assert_eq!(location(&done), "/", "{}", done.body);
    let me: User = browser.get("/api/me").await.json();
    assert_eq!((me.name.as_str(), me.role), ("ada", Role::Administrator));
    assert_eq!(accounts(&app).first_link().await.expect("an answer"), None);
    let mut other = Browser::new(&app);
    let again = other.send(Method::POST, "/rpc/accept_invitation", &accept("eve", PASSWORD)).await;
    assert!(location(&again).contains("__err="), "{}", location(&again));
    assert!(!other.is_in().await);
    app.finish().await;
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once_with_their_tokens_and_links() {
    let app = TestApp::start().await;
    let user = with_password(app.platform(), "ada").await;
    let new = NewToken { name: "script".to_owned(), scopes: vec![Scope::Read], days: None };
    let token = accounts(&app).make_token(user.id, new).await.expect("a token").secret;
    let link = accounts(&app).sign_in_link(user.id).await.expect("a link").url;
    let link = path(&link);
    let mut browser = Browser::new(&app);
    browser.sign_in("ada", PASSWORD).await;
    let ask = |token: &str| {
        let bearer = format!("Bearer {token}");
        app.send(
            request(Method::GET, "/api/me").header("authorization", bearer).body(Body::empty()).expect("a request"),
        )
    };
    assert_eq!(ask(&token).await.status, StatusCode::OK);
    let change = serde_json::to_string(&UserChange { disabled: Some(true), ..UserChange::default() }).expect("JSON");
    assert_eq!(app.patch(&format!("/api/users/{}", user.id), change).await.status, StatusCode::OK);
    assert!(!browser.is_in().await);
    ask(&token).await.problem(401, "signed_out");
    assert_eq!(location(&browser.get(&link).await), "/sign-in?link=gone");
    assert!(accounts(&app).check_password("ada", PASSWORD, None).await.is_err());
    app.finish().await;
}

#[tokio::test]
async fn nothing_that_lets_in_stands_in_the_database() {
    let app = TestApp::start().await;
    let user = with_password(app.platform(), "ada").await;
    let mut browser = Browser::new(&app);
    browser.sign_in("ada", PASSWORD).await;
    let session = browser.session().expect("a session").to_owned();
    let new = NewToken { name: "script".to_owned(), scopes: vec![Scope::Read], days: None };
    let token = accounts(&app).make_token(user.id, new).await.expect("a token").secret;
    let link = accounts(&app).sign_in_link(user.id).await.expect("a link").url;
    let word = link.split("word=").nth(1).expect("a word").to_owned();
    let file = app.database();
    app.finish_and(|| {
        let bytes = std::fs::read(&file).expect("the database");
        for secret in [PASSWORD, &session, &token, &word] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} is in it");
        }
        assert!(bytes.windows(10).any(|window| window == b"$argon2id$"));
    })
    .await;
}

#[tokio::test]
async fn a_change_with_a_session_has_to_say_where_it_comes_from() {
    let app = TestApp::start().await;
    with_password(app.platform(), "ada").await;
    let mut browser = Browser::new(&app);
    browser.sign_in("ada", PASSWORD).await;
    let cookie = format!("urumi-session={}", browser.session().expect("a session"));
    for (header, value, status) in [
        ("x-nothing", "", 403),
        ("origin", "http://store-bcdfghjk.localhost:3000", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "same-site", 403),
        ("origin", "http://localhost:3000", 201),
        ("sec-fetch-site", "same-origin", 201),
    ] {
        let request = request(Method::POST, "/api/stores")
            .header("cookie", &cookie)
            .header("content-type", "application/json")
            .header(header, value)
            .body(Body::from(format!(r#"{{"name":"{header} {value}"}}"#)))
            .expect("a request");
        let answer = app.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{header}: {value}: {}", answer.body);
    }
    app.settle().await;
    app.finish().await;
}
