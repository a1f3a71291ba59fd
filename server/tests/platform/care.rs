//! What becomes of stores after they are ready: trouble is noticed, told, mended where that is safe, and its end is told too.

use std::time::Duration;

use app::model::{EventKind, Level, Reason, Status, StoreDetail, StoreId};
use server::{
    provisioner::{Examination, Fault, Remedy},
    reconcile::Care,
};

use crate::support::{NO_CARE, TestApp};

async fn ready(app: &TestApp) -> StoreId {
    let id = app.create("Tea").await.id;
    app.wait_for(&id, Status::Ready).await;
    id
}

fn fault(cause: &str, remedy: Remedy) -> Examination {
    let advice = "Look at it.".to_owned();
    let fault = Fault { reason: Reason::Unknown, cause: cause.to_owned(), advice, evidence: "seen".to_owned(), remedy };
    Examination { faults: vec![fault], unsettled: None }
}

fn kinds(detail: &StoreDetail) -> Vec<EventKind> {
    let ready = detail.events.iter().position(|event| event.kind == EventKind::Ready).expect("it became ready");
    detail.events[ready + 1..].iter().map(|event| event.kind).filter(|kind| *kind != EventKind::Note).collect()
}

#[tokio::test]
async fn what_was_edited_or_deleted_is_applied_again_and_told() {
    let app = TestApp::start_caring(NO_CARE).await;
    let id = ready(&app).await;
    let ready_at = app.show(&id).await.store.ready_at;
    app.cluster.break_store(&id, fault("The Service store-wordpress is missing.", Remedy::Apply));
    let detail = app
        .wait_until(&id, |detail| detail.events.last().is_some_and(|event| event.kind == EventKind::Recovered))
        .await;
    assert_eq!((detail.store.status, detail.store.failure.clone()), (Status::Ready, None));
    assert_eq!(detail.store.ready_at, ready_at, "that is when its install was done");
    assert_eq!(kinds(&detail), [EventKind::Degraded, EventKind::JobStarted, EventKind::Recovered]);
    let degraded = detail.events.iter().find(|event| event.kind == EventKind::Degraded).expect("told");
    assert_eq!((degraded.level, degraded.text.as_str()), (Level::Warning, "The Service store-wordpress is missing."));
    let recovered = &detail.events.last().expect("an event").text;
    assert!(
        recovered.starts_with("Ready again after a repair of ") && recovered.ends_with("the cluster is fake"),
        "{recovered}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_pod_that_only_starts_anew_is_no_trouble_and_one_that_does_not_come_back_is() {
    let app = TestApp::start_caring(NO_CARE).await;
    let id = ready(&app).await;
    let unsettled = Examination { faults: Vec::new(), unsettled: Some("The database pod is not ready".to_owned()) };
    app.cluster.break_store(&id, unsettled.clone());
    tokio::time::sleep(Duration::from_millis(60)).await;
    app.cluster.mend(&id);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(kinds(&app.show(&id).await), []);

    app.cluster.break_store(&id, unsettled);
    let detail = app.wait_for(&id, Status::Degraded).await;
    assert_eq!(detail.store.failure.expect("a reason").cause, "The database pod is not ready.");
    app.cluster.mend(&id);
    let detail = app.wait_for(&id, Status::Ready).await;
    assert_eq!(kinds(&detail), [EventKind::Degraded, EventKind::JobStarted, EventKind::Recovered]);
    app.finish().await;
}

#[tokio::test]
async fn a_store_whose_data_is_gone_is_not_hidden_behind_an_empty_one() {
    let app = TestApp::start_caring(NO_CARE).await;
    let id = ready(&app).await;
    let before = app.cluster.steps_of(&id).len();
    app.cluster.break_store(&id, fault("The namespace is gone.", Remedy::Lost));
    let detail = app.wait_for(&id, Status::Degraded).await;
    assert_eq!(detail.store.failure.expect("a reason").cause, "The namespace is gone.");
    // Longer than until the next try.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(app.cluster.steps_of(&id).len(), before, "nothing was applied");
    // Nor when somebody asks for it.
    app.post(&format!("/api/stores/{id}/retry"), "").await;
    app.settle().await;
    assert_eq!(app.cluster.steps_of(&id).len(), before, "nothing was applied");
    let detail = app.show(&id).await;
    assert_eq!(detail.store.failure.expect("a reason").cause, "The namespace is gone.");
    assert_eq!(detail.events.last().expect("events").text, "The repair did not help. The namespace is gone.");
    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_for(&id, Status::Deleted).await;
    app.finish().await;
}

#[tokio::test]
async fn a_shop_that_stops_selling_is_noticed_and_its_recovery_too() {
    let care = Care { check_every: Duration::from_millis(100), check_pause: Duration::from_millis(30), ..NO_CARE };
    let app = TestApp::start_caring(care).await;
    let id = ready(&app).await;
    app.cluster.stop_selling(true);
    let detail = app.wait_for(&id, Status::Degraded).await;
    let failure = detail.store.failure.expect("a reason");
    assert_eq!(failure.cause, "The pretended shop did not take the test order.");
    assert!(failure.advice.contains("plugin"), "{}", failure.advice);
    app.wait_until(&id, |detail| kinds(detail).contains(&EventKind::JobStarted)).await;
    app.cluster.stop_selling(false);
    let detail = app.wait_for(&id, Status::Ready).await;
    assert_eq!(kinds(&detail).last(), Some(&EventKind::Recovered));
    let told = kinds(&detail).into_iter().filter(|kind| *kind == EventKind::Degraded).count();
    assert_eq!(told, 1, "the same trouble is told once");
    app.finish().await;
}

#[tokio::test]
async fn a_person_can_ask_for_the_repair_and_delete_meanwhile() {
    let app = TestApp::start_caring(Care { try_again: Duration::from_secs(3_600), ..NO_CARE }).await;
    let id = ready(&app).await;
    app.cluster.break_store(&id, fault("The database pod crashes.", Remedy::Wait));
    app.wait_for(&id, Status::Degraded).await;
    let answer = app.post(&format!("/api/stores/{id}/retry"), "").await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.body);
    app.wait_until(&id, |detail| kinds(detail).contains(&EventKind::JobStarted)).await;
    assert_eq!(app.show(&id).await.store.status, Status::Degraded);
    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_for(&id, Status::Deleted).await;
    app.finish().await;
}

#[tokio::test]
async fn a_repair_that_a_restart_interrupts_goes_on() {
    let mut app = TestApp::start_caring(NO_CARE).await;
    let id = ready(&app).await;
    app.cluster.hold(app::model::Step::Namespace);
    app.cluster.break_store(&id, fault("The Service is missing.", Remedy::Apply));
    app.wait_until(&id, |detail| kinds(detail).contains(&EventKind::JobStarted)).await;
    app.restart().await;
    assert_eq!(app.show(&id).await.store.status, Status::Degraded);
    app.cluster.release();
    let detail = app.wait_for(&id, Status::Ready).await;
    assert_eq!(kinds(&detail).last(), Some(&EventKind::Recovered));
    app.finish().await;
}

#[tokio::test]
async fn every_open_store_is_looked_at_now_and_then_and_a_cluster_that_is_away_says_nothing_about_it() {
    let app = TestApp::start_caring(Care { look_every: Duration::from_millis(100), ..NO_CARE }).await;
    let id = ready(&app).await;
    app.cluster.be_away(true);
    tokio::time::sleep(Duration::from_millis(400)).await;
    app.cluster.be_away(false);
    let before = app.cluster.looks_at(&id);
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert!(app.cluster.looks_at(&id) > before, "it is not looked at again");
    assert_eq!(kinds(&app.show(&id).await), []);
    app.finish().await;
}
