//! What can be asked of the inside of a store, and what its deletion leaves as a proof.

use std::time::{Duration, Instant};

use app::model::{
    AttemptOutcome, CheckReport, Event, EventKind, Isolation, IsolationReport, Level, Object, Pods, ReachTarget,
    ReceiptLine, SignInLink, Status, Step, StoreDetail, StoreId,
};
use axum::http::StatusCode;
use serde_json::Value;
use server::reconcile::Care;

use crate::support::{NO_CARE, PATIENCE, TestApp};

async fn ready(app: &TestApp) -> StoreId {
    let id = app.create("Tea").await.id;
    app.wait_for(&id, Status::Ready).await;
    id
}

async fn told(app: &TestApp, id: &StoreId, kind: EventKind) -> Vec<Event> {
    app.events(id).await.into_iter().filter(|event| event.kind == kind).collect()
}

#[tokio::test]
async fn a_checkout_can_be_tested_at_any_time_and_how_it_ended_is_kept() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    assert_eq!(app.show(&id).await.last_check, None);
    let path = format!("/api/stores/{id}/check");
    let report: CheckReport = app.post(&path, "").await.json();
    assert!(report.passed);
    assert_eq!(report.text, "Order pretended: the cluster is fake");

    app.cluster.stop_selling(true);
    let answer = app.post(&path, "").await;
    assert_eq!(answer.status, StatusCode::OK, "that the shop does not sell is an answer");
    let report: CheckReport = answer.json();
    assert!(!report.passed);
    let detail = app.show(&id).await;
    assert_eq!(detail.store.status, Status::Ready, "one test order is no verdict over the store");
    let kept = detail.last_check.expect("a report");
    assert_eq!((kept.passed, kept.text), (false, report.text));
    let levels: Vec<Level> = told(&app, &id, EventKind::OrderChecked).await.iter().map(|event| event.level).collect();
    assert_eq!(levels, [Level::Info, Level::Warning]);
    app.finish().await;
}

#[tokio::test]
async fn a_check_runs_once_at_a_time_and_to_its_end_though_nobody_waits_for_it() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    let path = format!("/api/stores/{id}/check");
    app.cluster.hold(Step::Checkout);
    let hung_up = tokio::time::timeout(Duration::from_millis(500), app.post(&path, "")).await;
    assert!(hung_up.is_err(), "the check is held");
    assert!(app.post(&path, "").await.problem(409, "conflict").contains("already"));
    app.cluster.release();
    let mut detail = app.show(&id).await;
    let begun = Instant::now();
    while detail.last_check.is_none() {
        assert!(begun.elapsed() < PATIENCE, "the check is never recorded");
        tokio::time::sleep(Duration::from_millis(5)).await;
        detail = app.show(&id).await;
    }
    assert!(app.post(&path, "").await.json::<CheckReport>().passed, "the next one may begin");
    app.finish().await;
}

#[tokio::test]
async fn a_cluster_that_is_away_says_nothing_about_the_shop() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    app.cluster.be_away(true);
    let told = app.post(&format!("/api/stores/{id}/check"), "").await.problem(503, "cluster_unavailable");
    assert!(told.contains("away"), "{told}");
    assert_eq!(app.show(&id).await.last_check, None);
    app.cluster.be_away(false);
    app.finish().await;
}

#[tokio::test]
async fn a_store_is_not_deleted_while_something_of_it_is_there() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    app.cluster.leave_something(true);
    app.delete(&format!("/api/stores/{id}")).await;
    let begun = Instant::now();
    while !told(&app, &id, EventKind::Note).await.iter().any(|event| event.text.contains("is still there")) {
        assert!(begun.elapsed() < PATIENCE, "nobody says what is left");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let detail = app.show(&id).await;
    assert_eq!(detail.store.status, Status::Deleting);
    let gone = |line: &&ReceiptLine| line.gone_at.is_some();
    assert_eq!(detail.receipt.iter().filter(gone).count(), detail.receipt.len() - 1, "all but one were seen gone");
    app.cluster.leave_something(false);
    let receipt = app.wait_for(&id, Status::Deleted).await.receipt;
    assert!(receipt.iter().all(|line| line.gone_at.is_some()));
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_bought_in_a_store_that_is_not_open() {
    let app = TestApp::start().await;
    let id = app.create("Fail at database").await.id;
    app.wait_for(&id, Status::Failed).await;
    for path in ["check", "sign-in-link"] {
        let refused = app.post(&format!("/api/stores/{id}/{path}"), "").await.problem(409, "conflict");
        assert!(refused.contains("the store is failed"), "{refused}");
    }
    app.post("/api/stores/bcdfghjk/check", "").await.problem(404, "not_found");
    assert!(told(&app, &id, EventKind::OrderChecked).await.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_sign_in_link_leads_to_the_store_is_not_kept_and_is_noted() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    let answer = app.post(&format!("/api/stores/{id}/sign-in-link"), "").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let link: SignInLink = answer.json();
    assert!(link.url.starts_with(&format!("http://store-{id}.localhost:3000/?")), "{}", link.url);
    let events = told(&app, &id, EventKind::SignInLinkMade).await;
    assert_eq!(events.len(), 1);
    assert!(!events[0].text.contains("http"), "the history does not hold the link");
    app.finish().await;
}

#[tokio::test]
async fn pods_are_told_with_restarts_and_what_they_use() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    let pods: Pods = app.get(&format!("/api/stores/{id}/pods")).await.json();
    assert!(pods.measured);
    let wordpress = pods.pods.iter().find(|pod| pod.name.contains("wordpress")).expect("a pod");
    assert_eq!(wordpress.restarts, 1);
    let [wordpress, cron] = wordpress.containers.as_slice() else { panic!("two containers") };
    assert!(wordpress.usage.expect("measured").memory < wordpress.limit.memory);
    assert_eq!(cron.usage, None, "not measured yet");
    app.get("/api/stores/bcdfghjk/pods").await.problem(404, "not_found");
    app.finish().await;
}

#[tokio::test]
async fn a_deletion_leaves_a_receipt_of_everything_that_was_there() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    let before: Vec<Object> = app.get(&format!("/api/stores/{id}/inventory")).await.json();
    assert_eq!(before.first().map(|object| object.kind.as_str()), Some("Namespace"));
    assert_eq!(before.last().map(|object| object.kind.as_str()), Some("PersistentVolume"));
    assert!(app.show(&id).await.receipt.is_empty(), "nothing was deleted yet");

    app.delete(&format!("/api/stores/{id}")).await;
    let receipt = app.wait_for(&id, Status::Deleted).await.receipt;
    let mut kept: Vec<Object> = receipt.iter().map(|line| line.object.clone()).collect();
    assert_eq!(kept.first().map(|object| object.kind.as_str()), Some("Namespace"));
    let mut wanted = before;
    kept.sort();
    wanted.sort();
    assert_eq!(kept, wanted);
    assert!(receipt.iter().all(|line| line.gone_at.is_some()));
    assert_eq!(app.get(&format!("/api/stores/{id}/inventory")).await.json::<Vec<Value>>().len(), 0);
    app.finish().await;
}

#[tokio::test]
async fn a_store_that_never_was_in_the_cluster_leaves_an_empty_receipt() {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Namespace);
    let others = [app.create("One").await.id, app.create("Two").await.id];
    let queued = app.create("Three").await.id;
    app.delete(&format!("/api/stores/{queued}")).await;
    assert!(app.wait_for(&queued, Status::Deleted).await.receipt.is_empty());
    app.cluster.release();
    for id in others {
        app.wait_for(&id, Status::Ready).await;
    }
    app.finish().await;
}

#[tokio::test]
async fn what_is_reached_from_inside_of_a_store_is_tried_kept_and_told_where_it_is_news() {
    let app = TestApp::start().await;
    let id = ready(&app).await;
    assert_eq!(app.show(&id).await.isolation, None);
    let path = format!("/api/stores/{id}/isolation");
    let alone: IsolationReport = app.post(&path, "").await.json();
    assert_eq!(alone.verdict, Isolation::Isolated);
    let other = |report: &IsolationReport| report.attempts[1].clone();
    assert_eq!(other(&alone).target, ReachTarget::OtherDatabase);
    assert_eq!(other(&alone).outcome, AttemptOutcome::NotTried, "there is no other store");
    assert_eq!(app.show(&id).await.isolation, Some(alone));

    let leaky = app.create("Leaky").await.id;
    app.wait_for(&leaky, Status::Ready).await;
    let beside: IsolationReport = app.post(&path, "").await.json();
    assert_eq!(other(&beside).outcome, AttemptOutcome::Silent);
    assert_eq!(told(&app, &id, EventKind::IsolationProbed).await.len(), 1, "the verdict is the same");
    let open: IsolationReport = app.post(&format!("/api/stores/{leaky}/isolation"), "").await.json();
    assert_eq!((open.verdict, other(&open).outcome), (Isolation::NotEnforced, AttemptOutcome::Reached));
    let events = told(&app, &leaky, EventKind::IsolationProbed).await;
    assert!(events[0].text.contains("does not enforce NetworkPolicies"), "{}", events[0].text);

    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_for(&id, Status::Deleted).await;
    assert!(app.post(&path, "").await.problem(409, "conflict").contains("Nothing runs in it"));
    app.finish().await;
}

#[tokio::test]
async fn a_store_is_probed_by_itself_once_it_is_ready_and_again_once_it_has_a_neighbour() {
    let care = Care { look_every: Duration::from_millis(50), probe_every: Some(Duration::from_secs(3_600)), ..NO_CARE };
    let app = TestApp::start_caring(care).await;
    let id = ready(&app).await;
    let tried = |detail: &StoreDetail| {
        let report = detail.isolation.as_ref();
        report.map(|report| report.attempts.iter().all(|attempt| attempt.outcome != AttemptOutcome::NotTried))
    };
    app.wait_until(&id, |detail| tried(detail) == Some(false)).await;
    app.create("Neighbour").await;
    app.wait_until(&id, |detail| tried(detail) == Some(true)).await;
    app.finish().await;
}
