//! Two people who do different things to one store at once: one wins, the other gets a clear answer, and the store is one of the two.

use std::time::Duration;

use app::model::{EventKind, Status, Step, StoreId};
use server::provisioner::fake::FakeCluster;

use crate::support::{Answer, TestApp};

/// Rounds of each race: who is first changes.
const ROUNDS: u32 = 20;

/// Asserts that an answer is a success, or a refusal in words.
#[track_caller]
fn assert_clear(answer: &Answer) {
    if !answer.status.is_success() {
        let told = answer.problem(409, "conflict");
        assert!(told.ends_with('.') && told.len() > 20, "{told}");
    }
}

async fn count(app: &TestApp, id: &StoreId, kind: EventKind) -> usize {
    app.events(id).await.iter().filter(|event| event.kind == kind).count()
}

#[tokio::test]
async fn of_a_retry_and_a_deletion_the_deletion_has_the_last_word() {
    let app = TestApp::start().await;
    for round in 0..ROUNDS {
        let id = app.create(&format!("Fail at database {round}")).await.id;
        app.wait_for(&id, Status::Failed).await;
        let (retry, delete) = (format!("/api/stores/{id}/retry"), format!("/api/stores/{id}"));
        let (retried, deleted) = tokio::join!(app.post(&retry, ""), app.delete(&delete));
        assert_eq!(deleted.status, 202, "{}", deleted.body);
        assert_clear(&retried);
        app.wait_for(&id, Status::Deleted).await;
        assert!(!app.cluster.has(&id));
        assert_eq!(count(&app, &id, EventKind::Deleted).await, 1);
    }
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn two_retries_make_one_job_and_two_deletions_one_end() {
    let app = TestApp::start().await;
    for round in 0..ROUNDS {
        let id = app.create(&format!("Fail at database {round}")).await.id;
        app.wait_for(&id, Status::Failed).await;
        let retry = format!("/api/stores/{id}/retry");
        let (one, other) = tokio::join!(app.post(&retry, ""), app.post(&retry, ""));
        assert_clear(&one);
        assert_clear(&other);
        app.wait_until(&id, |detail| detail.store.status == Status::Failed && detail.failures >= 2).await;
        let retries = [&one, &other].iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(count(&app, &id, EventKind::RetryRequested).await, retries);

        let delete = format!("/api/stores/{id}");
        let (one, other) = tokio::join!(app.delete(&delete), app.delete(&delete));
        assert_eq!((one.status.as_u16(), other.status.as_u16()), (202, 202), "asking twice is asking once");
        app.wait_for(&id, Status::Deleted).await;
        assert_eq!(count(&app, &id, EventKind::DeleteRequested).await, 1);
        assert_eq!(count(&app, &id, EventKind::Deleted).await, 1);
    }
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn of_a_protection_and_a_deletion_the_first_wins() {
    let app = TestApp::start().await;
    let (mut kept, mut gone) = (0, 0);
    for round in 0..ROUNDS {
        let id = app.create(&format!("Tea {round}")).await.id;
        app.wait_for(&id, Status::Ready).await;
        let (protection, store) = (format!("/api/stores/{id}/protection"), format!("/api/stores/{id}"));
        let protect = app.put(&protection, r#"{"protected":true}"#);
        let (protected, deleted) = match round % 2 {
            0 => tokio::join!(protect, app.delete(&store)),
            _ => {
                let (deleted, protected) = tokio::join!(app.delete(&store), protect);
                (protected, deleted)
            }
        };
        assert_clear(&protected);
        assert_clear(&deleted);
        assert_ne!(protected.status.is_success(), deleted.status.is_success(), "exactly one wins");
        if deleted.status.is_success() {
            gone += 1;
            app.wait_for(&id, Status::Deleted).await;
        } else {
            kept += 1;
            assert_eq!(app.show(&id).await.store.status, Status::Ready);
        }
    }
    assert!(kept > 0 && gone > 0, "both came first: {kept} and {gone}");
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_test_order_and_a_deletion_do_not_wait_for_each_other() {
    let app = TestApp::start_with(FakeCluster::new(Duration::from_millis(5))).await;
    for round in 0..ROUNDS {
        let id = app.create(&format!("Tea {round}")).await.id;
        app.wait_for(&id, Status::Ready).await;
        let (check, store) = (format!("/api/stores/{id}/check"), format!("/api/stores/{id}"));
        let (checked, deleted) = tokio::join!(app.post(&check, ""), app.delete(&store));
        assert_clear(&checked);
        assert_eq!(deleted.status, 202, "{}", deleted.body);
        app.wait_for(&id, Status::Deleted).await;
    }
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_deletion_reaches_a_store_in_every_state() {
    let app = TestApp::start().await;
    app.cluster.hold(Step::Wordpress);
    let (one, two) = (app.create("One").await.id, app.create("Two").await.id);
    let queued = app.create("Queued").await.id;
    app.wait_for_steps(&one, 3).await;
    app.wait_for_steps(&two, 3).await;
    // Queued: gone from the queue at once, and nothing of it was ever made.
    app.delete(&format!("/api/stores/{queued}")).await;
    let last = app.create("Last").await;
    assert_eq!(last.queue_position, Some(1), "the queue does not lie");
    app.wait_for(&queued, Status::Deleted).await;
    assert!(app.cluster.steps_of(&queued).is_empty());
    // Installing: it stops although its step is held.
    app.delete(&format!("/api/stores/{one}")).await;
    app.wait_for(&one, Status::Deleted).await;
    // Deleting, deleted: the same answer again.
    for _ in 0..2 {
        assert_eq!(app.delete(&format!("/api/stores/{one}")).await.status, 202);
    }
    app.cluster.release();
    app.wait_for(&two, Status::Ready).await;
    app.wait_for(&last.id, Status::Ready).await;
    app.finish().await;
}
