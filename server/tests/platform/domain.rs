//! Domains of the owners'.

use app::model::{DomainReport, DomainVerdict, EventKind, Reason, Status, Step, Store, StoreId};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use hickory_resolver::proto::rr::RecordType;
use serde_json::json;
use server::provisioner::{Examination, Fault, Remedy};

use crate::support::{Answer, TestApp, Zone, request};

const DOMAIN: &str = "www.corner.example";

async fn ready(app: &TestApp, name: &str) -> Store {
    let id = app.create(name).await.id;
    app.wait_for(&id, Status::Ready).await.store
}

async fn set(app: &TestApp, id: &StoreId, domain: &str) -> Answer {
    let request = request(Method::PUT, &format!("/api/stores/{id}/domain")).header("content-type", "application/json");
    app.send(request.body(json!({ "domain": domain }).to_string().into()).expect("a request")).await
}

async fn look_up(app: &TestApp, id: &StoreId) -> DomainReport {
    app.get(&format!("/api/stores/{id}/domain?domain={DOMAIN}")).await.json()
}

/// What a visitor is answered.
async fn visit(app: &TestApp, host: &str) -> Answer {
    app.send_as_it_is(Request::get("/").header("host", host).body(Body::empty()).expect("a request")).await
}

async fn moved(app: &TestApp, id: &StoreId, url: &str) {
    let text = format!("The shop is at {url} after ");
    let is_told = |text_of: &str| text_of.starts_with(&text);
    app.settle().await;
    let events = app.events(id).await;
    let told: Vec<_> = events.iter().filter(|event| event.kind == EventKind::AddressChanged).collect();
    assert!(told.last().is_some_and(|event| is_told(&event.text)), "{told:?}");
}

#[tokio::test]
async fn a_store_moves_to_a_domain_that_leads_to_it_and_back() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    let Store { id, first_url, .. } = ready(&app, "Corner").await;
    let report = look_up(&app, &id).await;
    assert_eq!(report.verdict, DomainVerdict::Missing, "{}", report.told);
    assert_eq!(report.wanted[0].value, format!("{}.localhost", id.namespace()));
    let refused = set(&app, &id, DOMAIN).await.problem(409, "conflict");
    assert_eq!(refused, report.told);
    assert_eq!(app.show(&id).await.store.url, first_url);

    zone.add(DOMAIN, RecordType::A, "127.0.0.1");
    assert_eq!(look_up(&app, &id).await.verdict, DomainVerdict::Unproven);
    zone.add(&format!("_urumi.{DOMAIN}"), RecordType::TXT, &id.namespace());
    let report = look_up(&app, &id).await;
    assert_eq!(report.verdict, DomainVerdict::Usable, "{}", report.told);
    assert_eq!(visit(&app, DOMAIN).await.status, StatusCode::MISDIRECTED_REQUEST, "nobody is there yet");

    // As it is copied from a browser.
    let answer = set(&app, &id, "https://WWW.corner.example/").await;
    let store: Store = answer.json();
    assert_eq!((answer.status, store.url.as_str()), (StatusCode::OK, "http://www.corner.example:3000"));
    assert_eq!((store.first_url.as_str(), store.status), (first_url.as_str(), Status::Ready));
    moved(&app, &id, "http://www.corner.example:3000").await;
    let found: Vec<Store> = app.get("/api/stores?q=corner.ex").await.json();
    assert_eq!(found.len(), 1, "a search finds it by its domain");
    for host in [DOMAIN, "WWW.CORNER.EXAMPLE:3000", &format!("{}.localhost:3000", id.namespace())] {
        assert!(visit(&app, host).await.body.contains("pretended"), "{host}");
    }

    let other = ready(&app, "Other").await.id;
    zone.add(&format!("_urumi.{DOMAIN}"), RecordType::TXT, &other.namespace());
    let taken = set(&app, &other, DOMAIN).await.problem(409, "taken");
    assert!(taken.starts_with("Another store is at www.corner.example already."), "{taken}");

    let back: Store = app.delete(&format!("/api/stores/{id}/domain")).await.json();
    assert_eq!((back.url, back.domain), (first_url.clone(), None));
    moved(&app, &id, &first_url).await;
    assert_eq!(visit(&app, DOMAIN).await.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(set(&app, &other, DOMAIN).await.status, StatusCode::OK, "it is free again");
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn an_alias_of_the_stores_own_address_needs_no_more() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    let id = ready(&app, "Corner").await.id;
    zone.lead_to(DOMAIN, &id);
    let report = look_up(&app, &id).await;
    assert_eq!(report.verdict, DomainVerdict::Usable, "{report:?}");
    app.finish().await;
}

#[tokio::test]
async fn names_that_are_nobodys_own_are_refused_with_their_field() {
    let app = TestApp::start().await;
    let id = ready(&app, "Corner").await.id;
    for (domain, reason) in [
        ("", "Write the domain"),
        ("localhost", "has a dot in it"),
        ("192.0.2.1", "an address, not a domain"),
        ("dashboard.example.com", "The dashboard is at this name"),
        ("tea.localhost", "Names below the stores' own domain"),
        ("store-wordpress.store-abcd.svc.cluster.local", "for use inside of a network"),
        ("grafana.corp", "for use inside of a network"),
        (&format!("{}.localhost", id.namespace()), "Names below the stores' own domain"),
    ] {
        let refused = set(&app, &id, domain).await;
        assert!(refused.problem(422, "invalid").contains(reason), "{domain}: {}", refused.body);
        assert_eq!(refused.json::<serde_json::Value>()["field"], "domain");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_name_server_that_is_away_is_told_and_nothing_changes() {
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let mut zone = Zone::serve().await;
    zone.address = nobody.local_addr().expect("an address");
    let app = TestApp::start_asking(&zone).await;
    drop(nobody);
    let id = ready(&app, "Corner").await.id;
    let refused = set(&app, &id, DOMAIN).await.problem(409, "conflict");
    assert!(refused.starts_with("Where it leads is not known"), "{refused}");
    app.finish().await;
}

#[tokio::test]
async fn a_store_that_is_not_open_keeps_its_address() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    app.cluster.hold(Step::Storefront);
    let id = app.create("Corner").await.id;
    zone.lead_to(DOMAIN, &id);
    app.wait_for(&id, Status::Provisioning).await;
    let refused = set(&app, &id, DOMAIN).await.problem(409, "conflict");
    assert!(refused.contains("this one is provisioning"), "{refused}");
    app.cluster.release();
    app.wait_for(&id, Status::Ready).await;
    app.finish().await;
}

#[tokio::test]
async fn a_move_that_fails_degrades_the_store_and_goes_on_when_it_is_asked_to() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    let Store { id, first_url, .. } = ready(&app, "Corner").await;
    zone.lead_to(DOMAIN, &id);
    // Refused until somebody gives it the right to.
    app.cluster.refuse(u32::MAX);
    assert_eq!(set(&app, &id, DOMAIN).await.status, StatusCode::OK);
    let failed = app.wait_for(&id, Status::Degraded).await.store;
    assert_eq!(failed.failure.map(|failure| failure.reason), Some(Reason::NotAuthorized));
    app.cluster.refuse(0);
    app.settle().await;
    let begun = app.cluster.steps_of(&id).len();
    assert_eq!(app.post(&format!("/api/stores/{id}/retry"), "").await.status, StatusCode::ACCEPTED);
    app.wait_for(&id, Status::Ready).await;
    assert_eq!(app.cluster.steps_of(&id)[begun..], [Step::Namespace, Step::Woocommerce]);

    // A degraded one may be moved, too, which makes it ready when nothing is wrong any more.
    app.cluster.stop_selling(true);
    app.delete(&format!("/api/stores/{id}/domain")).await;
    let failed = app.wait_for(&id, Status::Degraded).await.store;
    assert_eq!(failed.failure.map(|failure| failure.reason), Some(Reason::OrderCheckFailed));
    app.cluster.stop_selling(false);
    app.settle().await;
    assert_eq!(set(&app, &id, DOMAIN).await.status, StatusCode::OK);
    let ready = app.wait_for(&id, Status::Ready).await.store;
    assert_ne!(ready.url, first_url);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_bootstrap_that_has_to_be_tried_again_is_not_left_out() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    let id = ready(&app, "Corner").await.id;
    zone.lead_to(DOMAIN, &id);
    app.cluster.fail_for_now(Step::Woocommerce, 2);
    let begun = app.cluster.steps_of(&id).len();
    set(&app, &id, DOMAIN).await;
    moved(&app, &id, "http://www.corner.example:3000").await;
    let installs = app.cluster.steps_of(&id)[begun..].iter().filter(|step| **step == Step::Woocommerce).count();
    assert_eq!(installs, 3);
    app.finish().await;
}

#[tokio::test]
async fn where_data_is_gone_a_move_puts_nothing_in_its_place() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    let id = ready(&app, "Corner").await.id;
    zone.lead_to(DOMAIN, &id);
    let gone = Fault {
        reason: Reason::DataLost,
        cause: "The namespace is gone.".to_owned(),
        advice: "Look for a backup.".to_owned(),
        evidence: String::new(),
        remedy: Remedy::Lost,
    };
    app.cluster.break_store(&id, Examination { faults: vec![gone], unsettled: None });
    let begun = app.cluster.steps_of(&id).len();
    assert_eq!(set(&app, &id, DOMAIN).await.status, StatusCode::OK, "nobody has noticed it yet");
    let lost = app.wait_for(&id, Status::Degraded).await.store;
    assert_eq!(lost.failure.map(|failure| failure.reason), Some(Reason::DataLost));
    app.settle().await;
    assert_eq!(app.cluster.steps_of(&id).len(), begun, "nothing was applied");
    let back = app.delete(&format!("/api/stores/{id}/domain")).await.problem(409, "conflict");
    assert_eq!(back, "The shop cannot be moved. The namespace is gone.");
    app.finish().await;
}

#[tokio::test]
async fn a_move_goes_on_after_a_restart_and_ends_with_a_deletion() {
    let zone = Zone::serve().await;
    let mut app = TestApp::start_asking(&zone).await;
    let [id, other] = [ready(&app, "Corner").await.id, ready(&app, "Other").await.id];
    zone.lead_to(DOMAIN, &id);
    let path = format!("/api/stores/{id}/domain");
    app.cluster.hold(Step::Namespace);
    set(&app, &id, DOMAIN).await;
    let busy = app.delete(&path).await.problem(409, "conflict");
    assert!(busy.contains("working on the store at this moment"), "{busy}");
    app.restart().await;
    app.cluster.release();
    moved(&app, &id, "http://www.corner.example:3000").await;

    app.cluster.hold(Step::Namespace);
    app.delete(&path).await;
    set(&app, &id, DOMAIN).await.problem(409, "conflict");
    app.delete(&format!("/api/stores/{id}")).await;
    app.cluster.release();
    app.wait_for(&id, Status::Deleted).await;
    zone.clear();
    zone.lead_to(DOMAIN, &other);
    assert_eq!(set(&app, &other, DOMAIN).await.status, StatusCode::OK);
    moved(&app, &other, "http://www.corner.example:3000").await;
    app.finish().await;
}

#[tokio::test]
async fn a_store_loses_a_domain_that_leads_to_another_one_by_now() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    let [old, new] = [ready(&app, "Old").await, ready(&app, "New").await];
    zone.lead_to(DOMAIN, &old.id);
    set(&app, &old.id, DOMAIN).await;
    app.settle().await;
    assert!(
        set(&app, &new.id, DOMAIN).await.problem(409, "conflict").contains("nothing says that it is for this store")
    );
    zone.clear();
    zone.lead_to(DOMAIN, &new.id);
    assert_eq!(set(&app, &new.id, DOMAIN).await.status, StatusCode::OK);
    moved(&app, &new.id, "http://www.corner.example:3000").await;
    moved(&app, &old.id, &old.first_url).await;
    let told = app.texts(&old.id).await;
    let told = told.iter().find(|text| text.contains("was taken away")).expect("told");
    assert_eq!(told, "The domain www.corner.example was taken away and leads to another store now");
    app.finish().await;
}

#[tokio::test]
async fn an_address_that_somebody_else_may_have_had_before_proves_nothing() {
    let zone = Zone::serve().await;
    let app = TestApp::start_asking(&zone).await;
    let answer = app.post("/api/stores", json!({"name": "Tea", "slug": "tea-house"}).to_string()).await;
    let Store { id, .. } = answer.json();
    app.wait_for(&id, Status::Ready).await;
    zone.add(DOMAIN, RecordType::CNAME, "tea-house.localhost");
    let report = look_up(&app, &id).await;
    assert_eq!(report.verdict, DomainVerdict::Unproven);
    assert_eq!(report.wanted[0].value, format!("{}.localhost", id.namespace()));
    app.finish().await;
}
