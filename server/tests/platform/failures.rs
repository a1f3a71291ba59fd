//! What is kept of failures, and what a failed deletion offers.

use app::model::{During, EventKind, FailedAttempt, Offer, Reason, Status, Step, StoreId};

use crate::support::TestApp;

async fn failures(app: &TestApp, id: &StoreId) -> Vec<FailedAttempt> {
    app.get(&format!("/api/stores/{id}/failures")).await.json()
}

#[tokio::test]
async fn every_failed_attempt_is_kept_with_what_was_to_be_seen_then() {
    let app = TestApp::start().await;
    let id = app.create("Fail at wordpress").await.id;
    app.wait_for(&id, Status::Failed).await;
    app.post(&format!("/api/stores/{id}/retry"), "").await;
    app.wait_until(&id, |detail| detail.failures == 2 && detail.store.status == Status::Failed).await;
    let kept = failures(&app, &id).await;
    assert_eq!(kept.len(), 2);
    for attempt in &kept {
        assert_eq!((attempt.during, attempt.times), (During::Provision, 1));
        assert_eq!(attempt.failure.step, Some(Step::Wordpress));
        let about: Vec<&str> = attempt.findings.iter().map(|finding| finding.about.as_str()).collect();
        assert_eq!(about, ["Pods", "Quota"]);
    }
    assert!(kept[0].at > kept[1].at, "the newest comes first");
    let figures = app.get("/metrics").await.body;
    assert!(figures.contains("urumi_failures_total{reason=\"unknown\"} 2"), "{figures}");
    // It is evidence: the deletion of the store leaves it.
    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_for(&id, Status::Deleted).await;
    assert_eq!(failures(&app, &id).await, kept);
    app.finish().await;
}

#[tokio::test]
async fn a_cluster_that_cannot_be_asked_hides_no_failure() {
    let app = TestApp::start().await;
    let id = app.create("Fail at database").await.id;
    app.cluster.blind(true);
    app.wait_for(&id, Status::Failed).await;
    let kept = failures(&app, &id).await;
    assert!(kept[0].failure.cause.contains("fails at database"), "{kept:?}");
    assert_eq!(kept[0].findings[0].about, "The cluster could not be asked");
    app.finish().await;
}

#[tokio::test]
async fn a_deletion_that_is_held_up_offers_what_helps_and_taking_it_up_deletes() {
    let app = TestApp::start().await;
    let id = app.create("Fail at delete").await.id;
    app.wait_for(&id, Status::Ready).await;
    let offer = format!("/api/stores/{id}/offer");
    app.post(&offer, "").await.problem(409, "conflict");
    app.delete(&format!("/api/stores/{id}")).await;
    let failed = app.wait_for(&id, Status::Failed).await.store.failure.expect("a failure");
    assert_eq!(failed.reason, Reason::RemovalStuck);
    let Some(Offer::ReleaseFinalizer { object, .. }) = failed.offer else { panic!("{failed:?}") };
    assert_eq!(object.kind, "ConfigMap");
    assert_eq!(failures(&app, &id).await[0].during, During::Delete);
    // Deleting again without it ends the same way.
    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_until(&id, |detail| detail.failures == 2 && detail.store.status == Status::Failed).await;

    let answer = app.post(&offer, "").await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    app.wait_for(&id, Status::Deleted).await;
    assert!(app.events(&id).await.iter().any(|event| event.kind == EventKind::OfferTaken));
    app.post(&offer, "").await.problem(409, "conflict");
    app.finish().await;
}

#[tokio::test]
async fn a_protected_store_whose_deletion_failed_is_not_deleted_by_an_offer() {
    let app = TestApp::start().await;
    let id = app.create("Fail at delete").await.id;
    app.wait_for(&id, Status::Ready).await;
    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_for(&id, Status::Failed).await;
    app.put(&format!("/api/stores/{id}/protection"), r#"{"protected":true}"#).await;
    let refused = app.post(&format!("/api/stores/{id}/offer"), "").await.problem(409, "conflict");
    assert!(refused.contains("protected"), "{refused}");
    assert_eq!(app.show(&id).await.store.status, Status::Failed);
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_is_believed_only_when_it_stands() {
    let app = TestApp::start().await;
    // As an API server answers that has just started.
    app.cluster.refuse(3);
    let id = app.create("Tea").await.id;
    app.wait_for(&id, Status::Ready).await;
    assert!(app.texts(&id).await.iter().any(|text| text.contains("403") && text.ends_with("trying again")));

    app.cluster.refuse(1_000);
    let id = app.create("Coffee").await.id;
    let failure = app.wait_for(&id, Status::Failed).await.store.failure.expect("a failure");
    assert_eq!(failure.reason, Reason::NotAuthorized);
    app.cluster.refuse(0);
    app.finish().await;
}
