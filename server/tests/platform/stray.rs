//! What is in the cluster and belongs to no store: found, told, and removed with the proof that every deletion has.

use app::model::{EventKind, Object, Origin, Status, Store, StoreId, Strays};
use server::provisioner::Resident;

use crate::support::TestApp;

fn stranger(id: &str, installation: Option<&str>) -> Resident {
    let id: StoreId = id.parse().expect("an id");
    let object = |kind: &str, name: String| Object { kind: kind.to_owned(), uid: format!("uid-of-{name}"), name };
    Resident {
        namespace: Some(object("Namespace", id.namespace())),
        volumes: vec![object("PersistentVolume", format!("pv-of-{id}"))],
        installation: installation.map(str::to_owned),
        created_at: Some("2026-02-13T14:35:13Z".parse().expect("a time")),
        is_leaving: false,
        is_spare: None,
        id,
    }
}

async fn strays(app: &TestApp) -> Strays {
    app.get("/api/strays").await.json()
}

async fn remove(app: &TestApp, id: &StoreId, body: &'static str) -> crate::support::Answer {
    app.post(&format!("/api/strays/{id}/removal"), body).await
}

#[tokio::test]
async fn what_no_store_knows_is_found_and_its_removal_is_a_deletion_with_history() {
    let app = TestApp::start().await;
    assert_eq!(strays(&app).await.found, []);
    let stray = stranger("lost1234", None);
    app.cluster.put(stray.clone());
    let found = strays(&app).await;
    assert!(found.looked_at.is_some() && found.trouble.is_none(), "{found:?}");
    assert_eq!((&found.found[0].id, &found.found[0].origin), (&stray.id, &Origin::Unmarked));
    assert_eq!(found.found[0].volumes, stray.volumes);

    let figures = app.get("/metrics").await.body;
    assert!(figures.contains("urumi_strays 1\n"), "{figures}");

    let answer = remove(&app, &stray.id, "{}").await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_eq!(answer.json::<Store>().status, Status::Deleting);
    let detail = app.wait_for(&stray.id, Status::Deleted).await;
    assert_eq!(detail.store.name.as_str(), "Found lost1234");
    assert_eq!(detail.events[0].kind, EventKind::DeleteRequested);
    assert_eq!(strays(&app).await.found, []);
    remove(&app, &stray.id, "{}").await.problem(404, "not_found");
    app.finish().await;
}

#[tokio::test]
async fn what_another_installation_made_is_taken_from_it_only_by_its_name() {
    let app = TestApp::start().await;
    let stray = stranger("their123", Some("0123456789abcdef"));
    app.cluster.put(stray.clone());
    let origin = strays(&app).await.found[0].origin.clone();
    assert_eq!(origin, Origin::Other { installation: "0123456789abcdef".to_owned() });
    for body in ["{}", r#"{"taken_from":"another"}"#] {
        let refused = remove(&app, &stray.id, body).await.problem(409, "conflict");
        assert!(refused.contains("0123456789abcdef"), "{refused}");
    }
    app.get(&format!("/api/stores/{}", stray.id)).await.problem(404, "not_found");
    let answer = remove(&app, &stray.id, r#"{"taken_from":"0123456789abcdef"}"#).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    app.wait_for(&stray.id, Status::Deleted).await;
    app.finish().await;
}

#[tokio::test]
async fn what_is_left_of_a_deleted_store_goes_into_its_own_history() {
    let app = TestApp::start().await;
    let id = app.create("Tea").await.id;
    app.wait_for(&id, Status::Ready).await;
    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_for(&id, Status::Deleted).await;
    app.create("Tea").await;
    app.cluster.put(stranger(id.as_str(), None));
    let found = strays(&app).await.found;
    assert_eq!(found[0].tombstone.as_ref().map(|name| name.as_str()), Some("Tea"));

    // Asked for twice, it is removed once.
    let (first, second) = tokio::join!(remove(&app, &id, "{}"), remove(&app, &id, "{}"));
    assert!([first.status, second.status].iter().all(|status| *status == 202 || *status == 404), "{}", second.body);
    let is_removed = |kinds: Vec<EventKind>| kinds.iter().filter(|kind| **kind == EventKind::Deleted).count() == 2;
    let detail = app.wait_until(&id, |detail| is_removed(detail.events.iter().map(|event| event.kind).collect())).await;
    assert_eq!(detail.store.status, Status::Deleted, "a tombstone never comes back");
    assert_eq!(strays(&app).await.found, []);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn stores_that_come_and_go_are_never_taken_for_strays() {
    let app = TestApp::start().await;
    let living = async {
        for number in 0..30 {
            let id = app.create(&format!("Store {number}")).await.id;
            app.wait_for(&id, Status::Ready).await;
            app.delete(&format!("/api/stores/{id}")).await;
            if number % 3 == 0 {
                app.wait_for(&id, Status::Deleted).await;
            }
        }
        app.settle().await;
    };
    let looking = async {
        loop {
            assert_eq!(strays(&app).await.found, []);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = living => {}
        () = looking => {}
    }
    app.finish().await;
}

#[tokio::test]
async fn while_the_cluster_is_away_the_last_look_stands_and_nothing_is_removed() {
    let app = TestApp::start().await;
    let stray = stranger("lost1234", None);
    app.cluster.put(stray.clone());
    strays(&app).await;
    app.cluster.be_away(true);
    let known = strays(&app).await;
    assert_eq!(known.found.len(), 1);
    assert!(known.trouble.is_some_and(|trouble| trouble.contains("away")));
    remove(&app, &stray.id, "{}").await.problem(503, "cluster_unavailable");
    app.cluster.be_away(false);
    app.finish().await;
}

#[tokio::test]
async fn what_is_left_of_a_deleted_store_and_held_up_can_be_released_too() {
    let app = TestApp::start().await;
    let id = app.create("Fail at delete").await.id;
    app.wait_for(&id, Status::Ready).await;
    app.delete(&format!("/api/stores/{id}")).await;
    app.wait_for(&id, Status::Failed).await;
    app.post(&format!("/api/stores/{id}/offer"), "").await;
    app.wait_for(&id, Status::Deleted).await;
    // It is there again, and held up again.
    app.cluster.hold_up(&id);
    app.cluster.put(stranger(id.as_str(), None));
    assert_eq!(remove(&app, &id, "{}").await.status, 202);
    let stuck = app.wait_until(&id, |detail| detail.store.failure.is_some()).await;
    assert_eq!(stuck.store.status, Status::Deleted, "a tombstone never comes back");
    let answer = app.post(&format!("/api/stores/{id}/offer"), "").await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    app.wait_until(&id, |detail| detail.store.failure.is_none()).await;
    assert_eq!(strays(&app).await.found, []);
    app.finish().await;
}
