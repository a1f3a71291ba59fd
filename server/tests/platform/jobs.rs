//! The queue and the runner: limits, order, failure, retry, cancellation.

use std::time::Duration;

use app::model::{EventKind, Level, Status, Step};
use serde_json::Value;
use server::{jobs::Deadlines, provisioner::fake::FakeCluster};

use crate::support::{DEADLINES, TestApp};

#[tokio::test]
async fn two_stores_install_while_the_others_know_their_place_in_the_queue() {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Database);
    let mut stores = Vec::new();
    for name in ["One", "Two", "Three", "Four"] {
        stores.push(app.create(name).await.id);
    }
    app.wait_for_steps(&stores[0], 2).await;
    app.wait_for_steps(&stores[1], 2).await;
    for (index, place) in [(2, 1), (3, 2)] {
        let store = app.show(&stores[index]).await.store;
        assert_eq!((store.status, store.queue_position), (Status::Queued, Some(place)));
    }
    let health: Value = app.get("/api/health").await.json();
    assert_eq!((&health["installing"], &health["queued"]), (&Value::from(2), &Value::from(2)));

    app.cluster.release();
    for id in &stores {
        app.wait_for(id, Status::Ready).await;
    }
    assert_eq!(app.cluster.most_running(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_failed_store_says_why_and_a_retry_goes_through_every_step_again() {
    let app = TestApp::start().await;
    let store = app.create("Fail at storefront").await;
    let detail = app.wait_for(&store.id, Status::Failed).await;
    let failure = detail.store.failure.expect("a failure");
    assert_eq!(failure.step, Some(Step::Storefront));
    assert!(failure.cause.contains("storefront"));
    assert!(!failure.advice.is_empty());
    assert_eq!(detail.events.last().map(|event| event.level), Some(Level::Error));

    let before = app.cluster.steps_of(&store.id).len();
    let answer = app.post(&format!("/api/stores/{}/retry", store.id), "").await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.body);
    app.wait_for_steps(&store.id, before + 5).await;
    app.wait_for(&store.id, Status::Failed).await;
    // What was finished may be so no longer; where it still is, looking costs little.
    assert_eq!(app.cluster.steps_of(&store.id)[before..], Step::ALL[..5]);
    app.finish().await;
}

#[tokio::test]
async fn only_a_failed_store_can_be_retried() {
    let app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let refusal = app.post(&format!("/api/stores/{}/retry", store.id), "").await.problem(409, "conflict");
    assert!(refusal.contains("ready"), "{refusal}");
    app.finish().await;
}

#[tokio::test]
async fn an_error_that_passes_is_told_once_and_does_not_fail_the_store() {
    let app = TestApp::start().await;
    app.cluster.fail_for_now(Step::Database, 3);
    let store = app.create("Tea").await;
    let detail = app.wait_for(&store.id, Status::Ready).await;
    let warnings: Vec<_> = detail.events.iter().filter(|event| event.level == Level::Warning).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].text.contains("trying again"));
    app.finish().await;
}

#[tokio::test]
async fn an_error_that_does_not_pass_in_time_fails_the_store_with_its_words() {
    let app = TestApp::start_impatient().await;
    app.cluster.fail_for_now(Step::Namespace, u32::MAX);
    let store = app.create("Tea").await;
    let failure = app.wait_for(&store.id, Status::Failed).await.store.failure.expect("a failure");
    assert!(failure.cause.contains("the pretended cluster is busy"), "{}", failure.cause);
    app.finish().await;
}

#[tokio::test]
async fn a_step_that_takes_too_long_fails_with_an_explanation() {
    let app = TestApp::start_impatient().await;
    app.cluster.hold(Step::Wordpress);
    let store = app.create("Tea").await;
    let failure = app.wait_for(&store.id, Status::Failed).await.store.failure.expect("a failure");
    assert_eq!(failure.cause, "The pretended step wordpress took too long.");
    app.finish().await;
}

#[tokio::test]
async fn a_whole_install_has_a_deadline_too() {
    let app = TestApp::start_within(Deadlines { provision: Duration::from_millis(300), ..DEADLINES }).await;
    app.cluster.hold(Step::Woocommerce);
    let store = app.create("Tea").await;
    let failure = app.wait_for(&store.id, Status::Failed).await.store.failure.expect("a failure");
    assert_eq!(failure.cause, "The pretended step woocommerce took too long.");
    app.finish().await;
}

#[tokio::test]
async fn while_the_cluster_is_away_jobs_wait_and_say_so_and_no_deadline_runs() {
    let app = TestApp::start_impatient().await;
    let doomed = app.create("Doomed").await.id;
    app.wait_for(&doomed, Status::Ready).await;
    app.cluster.be_away(true);
    let store = app.create("Tea").await.id;
    app.delete(&format!("/api/stores/{doomed}")).await;
    for id in [&store, &doomed] {
        let waits = app.wait_until(id, |detail| detail.waits_for.is_some()).await;
        assert_eq!(waits.waits_for.as_deref(), Some("the pretended API server is away"));
    }
    // Longer than a step may take.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(app.show(&store).await.store.status, Status::Provisioning);
    assert_eq!(app.show(&doomed).await.store.status, Status::Deleting);

    app.cluster.be_away(false);
    let detail = app.wait_for(&store, Status::Ready).await;
    assert_eq!(detail.waits_for, None);
    assert!(detail.events.iter().any(|event| event.text == "The cluster answers again"));
    app.wait_for(&doomed, Status::Deleted).await;
    app.finish().await;
}

#[tokio::test]
async fn a_store_whose_job_waits_for_the_cluster_can_be_deleted_and_survives_a_restart() {
    let mut app = TestApp::start().await;
    app.cluster.be_away(true);
    let (kept, doomed) = (app.create("Tea").await.id, app.create("Doomed").await.id);
    app.wait_until(&doomed, |detail| detail.waits_for.is_some()).await;
    app.delete(&format!("/api/stores/{doomed}")).await;
    app.restart().await;
    app.wait_until(&kept, |detail| detail.waits_for.is_some()).await;
    app.cluster.be_away(false);
    app.wait_for(&kept, Status::Ready).await;
    app.wait_for(&doomed, Status::Deleted).await;
    app.finish().await;
}

#[tokio::test]
async fn a_queued_store_that_is_deleted_is_never_installed() {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Namespace);
    let first = app.create("One").await.id;
    let second = app.create("Two").await.id;
    let queued = app.create("Three").await.id;
    app.wait_for_steps(&second, 1).await;
    app.delete(&format!("/api/stores/{queued}")).await;
    app.wait_for(&queued, Status::Deleted).await;
    app.cluster.release();
    app.wait_for(&first, Status::Ready).await;
    app.wait_for(&second, Status::Ready).await;
    assert!(app.cluster.steps_of(&queued).is_empty());
    app.finish().await;
}

#[tokio::test]
async fn deleting_an_installing_store_stops_the_installation_and_leaves_nothing() {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Database);
    let store = app.create("Tea").await;
    app.wait_for_steps(&store.id, 2).await;
    assert!(app.cluster.has(&store.id));
    let answer = app.delete(&format!("/api/stores/{}", store.id)).await;
    assert_eq!(answer.json::<Value>()["status"], "deleting");
    let detail = app.wait_for(&store.id, Status::Deleted).await;
    assert!(!app.cluster.has(&store.id));
    assert!(detail.store.deleted_at.is_some());
    assert_eq!(app.cluster.steps_of(&store.id), [Step::Namespace, Step::Database]);
    let kinds: Vec<EventKind> = detail.events.iter().rev().take(3).map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Deleted, EventKind::Note, EventKind::DeleteRequested]);
    app.finish().await;
}

#[tokio::test]
async fn deleting_twice_is_deleting_once_and_the_tombstone_keeps_its_history() {
    let app = TestApp::start_with(FakeCluster::new(Duration::from_millis(30))).await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    let path = format!("/api/stores/{}", store.id);
    assert_eq!(app.delete(&path).await.status.as_u16(), 202);
    assert_eq!(app.delete(&path).await.status.as_u16(), 202);
    app.wait_for(&store.id, Status::Deleted).await;
    assert_eq!(app.delete(&path).await.status.as_u16(), 202);

    let kinds: Vec<EventKind> = app.events(&store.id).await.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds.first(), Some(&EventKind::CreateRequested));
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::DeleteRequested).count(), 1);
    assert_eq!(app.get("/api/stores").await.json::<Vec<Value>>().len(), 0);
    app.post(&format!("{path}/retry"), "").await.problem(409, "conflict");
    app.finish().await;
}
