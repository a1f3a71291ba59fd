//! Who may do what, at both doors: every action of each role, with stores of one's own and of others.

use app::model::{
    Action, Counts, EventKind, NewToken, NewUser, Role, Scope, Status, Step, Store, StoreId, User, Verdict,
};
use axum::{body::Body, http::Method};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    people::{as_user, token, user},
    support::{Answer, TestApp, request},
};

/// One way to ask for something.
struct Wish {
    action: Action,
    method: Method,
    path: String,
    body: String,
    /// Whether it goes to a server function.
    is_form: bool,
}

/// Everything that can be asked for about a store, or about none; nothing of it changes anything that the next one needs. The
/// store is protected, so that it is not deleted.
fn wishes(store: &Store) -> Vec<Wish> {
    let (id, name) = (&store.id, &store.name);
    let at = |rest: &str| format!("/api/stores/{id}{rest}");
    let rest = |action, method: Method, path: String, body: Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Wish { action, method, path, body, is_form: false }
    };
    let form = |action, function: &str, fields: &[(&str, &str)]| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Wish { action, method: Method::POST, path: format!("/rpc/{function}"), body, is_form: true }
    };
    let (id, name, namespace) = (id.as_str(), name.as_str(), id.namespace());
    let none = || Value::Null;
    vec![
        rest(Action::See, Method::GET, at(""), none()),
        rest(Action::See, Method::GET, at("/events"), none()),
        rest(Action::See, Method::GET, at("/failures"), none()),
        rest(Action::See, Method::GET, at("/pods"), none()),
        rest(Action::See, Method::GET, at("/inventory"), none()),
        rest(Action::See, Method::GET, at("/logs"), none()),
        rest(Action::Create, Method::POST, "/api/stores".to_owned(), json!({ "name": "" })),
        form(Action::Create, "create_store", &[("name", "")]),
        rest(Action::Change, Method::POST, at("/retry"), none()),
        form(Action::Change, "retry_store", &[("id", id)]),
        rest(Action::Change, Method::DELETE, at(""), none()),
        form(Action::Change, "delete_store", &[("id", id), ("confirmation", name)]),
        form(Action::Change, "delete_stores", &[("ids[0]", id), ("confirmation", "1")]),
        rest(Action::Change, Method::PUT, at("/protection"), json!({ "protected": true })),
        form(Action::Change, "protect_store", &[("id", id), ("protected", "true")]),
        rest(Action::Change, Method::POST, at("/check"), none()),
        form(Action::Change, "test_checkout", &[("id", id)]),
        rest(Action::Change, Method::POST, at("/isolation"), none()),
        form(Action::Change, "test_isolation", &[("id", id)]),
        rest(Action::Change, Method::GET, at("/domain?domain="), none()),
        rest(Action::Change, Method::PUT, at("/domain"), json!({ "domain": "" })),
        form(Action::Change, "set_domain", &[("id", id), ("domain", "")]),
        rest(Action::Change, Method::DELETE, at("/domain"), none()),
        form(Action::Change, "remove_domain", &[("id", id)]),
        rest(Action::Change, Method::POST, at("/offer"), none()),
        form(Action::Change, "take_up_offer", &[("id", id)]),
        rest(Action::Enter, Method::GET, at("/credentials"), none()),
        form(Action::Enter, "show_credentials", &[("id", id)]),
        rest(Action::Enter, Method::POST, at("/sign-in-link"), none()),
        form(Action::Enter, "open_admin", &[("id", id)]),
        rest(Action::SeeStrays, Method::GET, "/api/strays".to_owned(), none()),
        rest(Action::RemoveStrays, Method::POST, format!("/api/strays/{id}/removal"), json!({})),
        form(Action::RemoveStrays, "remove_stray", &[("id", id), ("confirmation", &namespace)]),
        rest(Action::ManageUsers, Method::GET, "/api/users".to_owned(), none()),
        rest(Action::ManageUsers, Method::POST, "/api/users".to_owned(), json!({ "name": "!", "role": "member" })),
        form(Action::ManageUsers, "add_user", &[("name", "!"), ("role", "member")]),
        rest(Action::ManageUsers, Method::PATCH, "/api/users/999".to_owned(), json!({ "disabled": true })),
        form(Action::ManageUsers, "disable_user", &[("id", "999"), ("disabled", "true")]),
        form(Action::ManageUsers, "change_limits", &[("id", "999"), ("stores", "5")]),
        form(Action::ManageUsers, "change_role", &[("id", "999"), ("role", "member")]),
        rest(Action::ManageUsers, Method::POST, "/api/users/999/invitation".to_owned(), none()),
        form(Action::ManageUsers, "invite_again", &[("id", "999")]),
        rest(Action::SeeAudit, Method::GET, "/api/audit".to_owned(), none()),
        rest(Action::SeeAudit, Method::GET, "/api/audit/export".to_owned(), none()),
    ]
}

async fn ask(app: &TestApp, token: &str, wish: &Wish) -> Answer {
    let media = if wish.is_form { "application/x-www-form-urlencoded" } else { "application/json" };
    let request = request(wish.method.clone(), &wish.path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", media)
        .header("accept", "application/json");
    app.send(request.body(Body::from(wish.body.clone())).expect("a request")).await
}

/// What became of a wish, as its answer tells.
fn verdict(wish: &Wish, answer: &Answer) -> Verdict {
    match answer.status.as_u16() {
        403 => Verdict::Refused,
        // Of what is about no store, something else is missing.
        404 if wish.action.is_about_a_store() => Verdict::Unseen,
        // Done, or refused for another reason than who asks.
        200 | 201 | 202 | 302 | 404 | 409 | 422 => Verdict::Allowed,
        other => panic!("{} {} was answered with {other}: {}", wish.method, wish.path, answer.body),
    }
}

async fn store_of(app: &TestApp, token: &str, name: &str) -> Store {
    let created = app.send(as_user(token, Method::POST, "/api/stores", &json!({ "name": name }))).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.body);
    let store: Store = created.json();
    app.wait_for(&store.id, Status::Ready).await;
    app.put(&format!("/api/stores/{}/protection", store.id), r#"{"protected":true}"#).await;
    store
}

#[tokio::test]
async fn each_role_may_what_the_table_says_at_both_doors() {
    let app = TestApp::start().await;
    let (ada, ada_token) = user(&app, "ada", Role::Member).await;
    let (_, eve_token) = user(&app, "eve", Role::Member).await;
    let (_, vera_token) = user(&app, "vera", Role::Viewer).await;
    let (_, root_token) = user(&app, "root", Role::Administrator).await;
    let store = store_of(&app, &ada_token, "Ada's").await;
    assert_eq!(store.owner.as_ref().map(|owner| owner.id), Some(ada.id));
    let cases = [
        (Role::Administrator, false, &root_token),
        (Role::Member, true, &ada_token),
        (Role::Member, false, &eve_token),
        (Role::Viewer, false, &vera_token),
    ];
    let mut asked = 0;
    for (role, own, token) in cases {
        for wish in wishes(&store) {
            let answer = ask(&app, token, &wish).await;
            let expected = role.verdict(wish.action, own);
            let case = format!("{role}, own: {own}: {} {}: {}", wish.method, wish.path, answer.body);
            assert_eq!(verdict(&wish, &answer), expected, "{case}");
            asked += 1;
        }
    }
    assert_eq!(asked, 4 * 44);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_token_may_no_more_than_its_scopes_and_nothing_of_what_is_left_is_hidden() {
    let app = TestApp::start().await;
    let (root, root_token) = user(&app, "root", Role::Administrator).await;
    let store = store_of(&app, &root_token, "Root's").await;
    for scope in Scope::ALL {
        let token = token(&app, &root, vec![*scope]).await;
        for wish in wishes(&store) {
            // This form reads the store's name first.
            let reads_first = wish.path == "/rpc/delete_store" || wish.path == "/rpc/take_up_offer";
            let answer = ask(&app, &token, &wish).await;
            let is_allowed = wish.action.scope() == *scope && !(reads_first && *scope != Scope::Read);
            let expected = if is_allowed { Verdict::Allowed } else { Verdict::Refused };
            assert_eq!(verdict(&wish, &answer), expected, "{scope}: {} {}: {}", wish.method, wish.path, answer.body);
        }
    }
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_member_finds_only_their_own_stores_in_lists_counts_and_searches() {
    let app = TestApp::start().await;
    let (_, ada_token) = user(&app, "ada", Role::Member).await;
    let (_, eve_token) = user(&app, "eve", Role::Member).await;
    let (_, vera_token) = user(&app, "vera", Role::Viewer).await;
    let ada = store_of(&app, &ada_token, "Ada's").await;
    let eve = store_of(&app, &eve_token, "Eve's").await;
    let found = async |token: &str, path: &str| -> Vec<StoreId> {
        let stores: Vec<Store> = app.send(as_user(token, Method::GET, path, &Value::Null)).await.json();
        stores.into_iter().map(|store| store.id).collect()
    };
    for path in ["/api/stores", "/api/stores?status=ready", "/api/stores?order=name&limit=1"] {
        assert_eq!(found(&ada_token, path).await, std::slice::from_ref(&ada.id), "{path}");
    }
    assert_eq!(found(&ada_token, "/api/stores?q=Eve").await, []);
    assert_eq!(found(&vera_token, "/api/stores").await, [eve.id.clone(), ada.id.clone()]);
    let page = app.send(as_user(&ada_token, Method::GET, "/", &Value::Null)).await;
    assert!(page.body.contains("Ada&#39;s") || page.body.contains("Ada's"), "{}", page.body);
    assert!(!page.body.contains(eve.id.as_str()));
    let counts: Counts = app.platform().stores.counts().await.expect("counts");
    assert_eq!(counts.all(), 2, "the platform itself counts all");

    // The name of another's store is taken; whose it is, is not told.
    let taken = app.send(as_user(&ada_token, Method::POST, "/api/stores", &json!({ "name": "EVE'S" }))).await;
    let told = taken.problem(409, "taken");
    assert!(!told.contains(eve.id.as_str()) && told.contains("EVE'S"), "{told}");
    let wish = json!({ "name": "Coffee", "slug": "coffee-house" });
    app.send(as_user(&eve_token, Method::POST, "/api/stores", &wish)).await;
    let wish = json!({ "name": "Tea", "slug": "coffee-house" });
    let told = app.send(as_user(&ada_token, Method::POST, "/api/stores", &wish)).await.problem(409, "taken");
    assert_eq!(told, "Another store has this address already. Choose another.");
    // Nor does the place where a page begins tell of others' stores.
    assert_eq!(found(&ada_token, &format!("/api/stores?order=oldest&before={}", eve.id)).await, []);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn the_same_idempotency_key_of_two_people_means_two_stores() {
    let app = TestApp::start().await;
    let (_, ada_token) = user(&app, "ada", Role::Member).await;
    let (_, eve_token) = user(&app, "eve", Role::Member).await;
    let mut ids = Vec::new();
    for (token, name) in [(&ada_token, "Tea"), (&eve_token, "Coffee"), (&ada_token, "Tea")] {
        let mut request = as_user(token, Method::POST, "/api/stores", &json!({ "name": name }));
        request.headers_mut().insert("idempotency-key", "same".parse().expect("a header"));
        let store: Store = app.send(request).await.json();
        ids.push(store.id);
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0], ids[2]);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn one_persons_many_stores_do_not_delay_anothers_first() {
    let app = TestApp::start().await;
    let (_, ada_token) = user(&app, "ada", Role::Member).await;
    let (_, eve_token) = user(&app, "eve", Role::Member).await;
    app.cluster.hold(Step::Namespace);
    let create = async |token: &str, name: String| -> Store {
        let store: Store = app.send(as_user(token, Method::POST, "/api/stores", &json!({ "name": name }))).await.json();
        store
    };
    let mut adas = Vec::new();
    for number in 1..=6 {
        adas.push(create(&ada_token, format!("Ada {number}")).await);
    }
    app.wait_for_busy(2).await;
    let eves = [create(&eve_token, "Eve 1".to_owned()).await, create(&eve_token, "Eve 2".to_owned()).await];
    let place = async |id: &StoreId| app.show(id).await.store.queue_position;
    // Ada has two that run, Eve none: both of hers come before Ada's third.
    let places =
        [place(&eves[0].id).await, place(&eves[1].id).await, place(&adas[2].id).await, place(&adas[3].id).await];
    assert_eq!(places, [1, 2, 3, 4].map(Some));
    assert_eq!(place(&adas[0].id).await, None, "it runs");
    app.cluster.release();
    app.settle().await;
    let mut began = Vec::new();
    for store in adas.iter().chain(&eves) {
        let events = app.events(&store.id).await;
        let started = events.iter().find(|event| event.kind == EventKind::JobStarted).expect("it began");
        began.push((started.id, store.name.to_string()));
    }
    began.sort_unstable();
    let order: Vec<_> = began.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(order[..3], ["Ada 1", "Ada 2", "Eve 1"]);
    // From here on it depends on whose install ends first.
    assert_ne!(order.last(), Some(&"Eve 2"), "{order:?}");
    app.finish().await;
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let app = TestApp::start().await;
    let me: User = app.get("/api/me").await.json();
    for change in [r#"{"disabled":true}"#, r#"{"role":"member"}"#] {
        app.patch(&format!("/api/users/{}", me.id), change).await.problem(409, "conflict");
    }
    let added = serde_json::to_string(&NewUser { name: "second".to_owned(), role: Role::Administrator }).expect("JSON");
    assert_eq!(app.post("/api/users", added).await.status.as_u16(), 201);
    assert_eq!(app.patch(&format!("/api/users/{}", me.id), r#"{"role":"member"}"#).await.status.as_u16(), 200);
    app.get("/api/users").await.problem(403, "forbidden");
    app.finish().await;
}

#[tokio::test]
async fn a_token_may_what_it_was_made_for_and_ends() {
    let app = TestApp::start().await;
    let (user, _) = user(&app, "ada", Role::Administrator).await;
    let new = NewToken { name: "reader".to_owned(), scopes: vec![Scope::Read], days: Some(1) };
    let secret = app.platform().accounts.make_token(user.id, new).await.expect("a token").secret;
    assert!(secret.starts_with("urumi_"), "{secret}");
    let send = |method: Method, path: &str, body: &'static str| {
        let bearer = format!("Bearer {secret}");
        let request = request(method, path).header("authorization", bearer).header("content-type", "application/json");
        app.send(request.body(Body::from(body)).expect("a request"))
    };
    assert_eq!(send(Method::GET, "/api/stores", "").await.status.as_u16(), 200);
    send(Method::POST, "/api/stores", r#"{"name":"Mine"}"#).await.problem(403, "forbidden");
    send(Method::GET, "/api/users", "").await.problem(403, "forbidden");
    app.clock.advance(SignedDuration::from_hours(25));
    send(Method::GET, "/api/stores", "").await.problem(401, "signed_out");
    app.finish().await;
}
