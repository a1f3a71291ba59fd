//! The pool: finished stores that wait for somebody.

use std::{path::PathBuf, time::Duration};

use app::model::{EventKind, PoolState, Status, Step, Store, StoreId};
use serde_json::json;

use crate::support::{PATIENCE, TestApp};

async fn pool(app: &TestApp) -> PoolState {
    app.platform().stores.pool().await.expect("asked")
}

async fn wait_until(app: &TestApp, is_so: impl Fn(&PoolState) -> bool) -> PoolState {
    let reached = async {
        loop {
            let pool = pool(app).await;
            if is_so(&pool) {
                return pool;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, reached).await {
        Ok(pool) => pool,
        Err(_) => panic!("the pool did not become what was waited for: {:?}", pool(app).await),
    }
}

/// The ids of the spares, the oldest first.
async fn spares(app: &TestApp) -> Vec<String> {
    let mut read = app.platform().db.read().await.expect("a connection");
    let all = sqlx::query_scalar("SELECT id FROM spares ORDER BY created_at, id");
    all.fetch_all(&mut *read).await.expect("ids")
}

/// A platform with so many stores in its pool.
async fn with_ready(spare_stores: u32) -> TestApp {
    let mut app = TestApp::start().await;
    app.keep_ready(spare_stores).await;
    wait_until(&app, |pool| pool.ready == spare_stores).await;
    app
}

#[tokio::test]
async fn a_store_from_the_pool_is_somebodys_with_two_steps_left_and_nobody_elses() {
    let app = with_ready(1).await;
    let waiting = spares(&app).await;
    let mine = app.create("Mine").await;
    assert_eq!(waiting, [mine.id.as_str()], "it keeps its id");
    let detail = app.wait_for(&mine.id, Status::Ready).await;
    assert_eq!(detail.steps.len(), Step::ALL.len());
    let begun = app.cluster.steps_of(&mine.id);
    assert_eq!(begun[..6], Step::ALL, "it was made beforehand");
    assert_eq!(begun[6..], [Step::Woocommerce, Step::Storefront], "and becomes the owner's");
    let texts = app.texts(&mine.id).await;
    assert_eq!(texts[0], "Store Mine was asked for");
    assert!(
        texts[1].starts_with("It was made beforehand, ready at ") && texts[1].ends_with("Checkout pretended"),
        "{texts:?}"
    );
    assert!(texts.contains(&"A store from the pool becomes this one".to_owned()), "{texts:?}");

    let page = app.get(&format!("/stores/{}", mine.id)).await.body;
    assert_eq!(page.matches("beforehand").count(), 5, "four steps and a line of the history say so: {page}");
    assert!(page.contains("Tested when it was made"), "{page}");

    // The pool is filled again, with another one.
    wait_until(&app, |pool| pool.ready == 1).await;
    assert_ne!(spares(&app).await, waiting);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn of_two_who_ask_at_once_one_gets_it() {
    let app = with_ready(1).await;
    let waiting = spares(&app).await;
    let (one, other) = tokio::join!(app.create("One"), app.create("Other"));
    let taken: Vec<&StoreId> = [&one.id, &other.id].into_iter().filter(|id| waiting[0] == id.as_str()).collect();
    assert_eq!(taken.len(), 1, "{waiting:?} {one:?} {other:?}");
    for store in [&one, &other] {
        app.wait_for(&store.id, Status::Ready).await;
    }
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_store_in_the_pool_is_nobodys_and_seen_nowhere() {
    let app = with_ready(2).await;
    let metrics = app.get("/metrics").await.body;
    assert!(metrics.contains("urumi_spare_stores{state=\"ready\"} 2\n"), "{metrics}");
    assert_eq!(app.platform().stores.counts().await.expect("counts").all(), 0);
    assert_eq!(app.platform().stores.quota().await.expect("quota").used.stores, 0);
    for id in spares(&app).await {
        assert_eq!(app.get(&format!("/api/stores/{id}")).await.status.as_u16(), 404);
    }
    let strays = app.get("/api/strays").await;
    assert!(!strays.body.contains("store-"), "it is no stray: {}", strays.body);
    app.finish().await;
}

#[tokio::test]
async fn who_wants_something_else_does_not_get_one_from_the_pool() {
    let app = with_ready(1).await;
    let waiting = spares(&app).await;
    for wish in [json!({"name": "Large", "size": "large"}), json!({"name": "Bare", "content": "empty"})] {
        let store: Store = app.post("/api/stores", wish.to_string()).await.json();
        app.wait_for(&store.id, Status::Ready).await;
        assert_eq!(app.cluster.steps_of(&store.id), Step::ALL);
    }
    assert_eq!(spares(&app).await, waiting);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_chosen_address_is_applied_before_the_store_is_handed_over() {
    let app = with_ready(1).await;
    let wish = json!({"name": "Corner shop", "slug": "corner"}).to_string();
    let store: Store = app.post("/api/stores", wish).await.json();
    assert!(store.url.contains("corner"), "{store:?}");
    app.wait_for(&store.id, Status::Ready).await;
    assert_eq!(app.cluster.steps_of(&store.id)[6..], [Step::Namespace, Step::Woocommerce, Step::Storefront]);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn stores_of_another_chart_or_image_are_replaced_and_a_smaller_pool_gives_some_up() {
    let mut app = with_ready(2).await;
    let before = spares(&app).await;
    app.cluster.change_recipe();
    app.keep_ready(2).await;
    let replaced = async {
        while spares(&app).await.iter().any(|id| before.contains(id)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, replaced).await.expect("the others go");
    wait_until(&app, |pool| pool.ready == 2).await;
    assert_eq!(app.cluster.stores(), 2, "nothing is left of the others");
    app.keep_ready(0).await;
    wait_until(&app, |pool| pool.ready + pool.filling + pool.leaving == 0).await;
    assert_eq!((spares(&app).await.len(), app.cluster.stores()), (0, 0));
    app.finish().await;
}

#[tokio::test]
async fn nobody_waits_for_an_install_because_of_the_pool() {
    let mut app = TestApp::start().await;
    app.cluster.hold(Step::Database);
    let store = app.create("Somebody's").await;
    app.wait_for_steps(&store.id, 2).await;
    app.keep_ready(1).await;
    // It has a place of its own by now, and waits at the step that is held.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(spares(&app).await.is_empty(), "it is not even begun");
    app.cluster.release();
    app.wait_for(&store.id, Status::Ready).await;
    wait_until(&app, |pool| pool.ready == 1).await;
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn one_that_is_being_made_gives_way_and_is_made_to_its_end_later() {
    let mut app = TestApp::start().await;
    app.cluster.hold(Step::Wordpress);
    app.keep_ready(1).await;
    wait_until(&app, |pool| pool.filling == 1).await;
    let spare = spares(&app).await;
    app.wait_for_steps(&spare[0].parse().expect("an id"), 3).await;
    let store = app.create("Somebody's").await;
    assert_ne!(spare, [store.id.as_str()], "one that is not ready is not handed out");
    app.cluster.release();
    app.wait_for(&store.id, Status::Ready).await;
    wait_until(&app, |pool| pool.ready == 1).await;
    assert_eq!(spares(&app).await, spare);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_store_that_cannot_be_taken_from_the_pool_is_made_like_any_other() {
    let app = with_ready(1).await;
    let waiting = spares(&app).await;
    // What is wrong with it shows when it becomes somebody's; and again.
    let store = app.create("Fail at storefront").await;
    assert_eq!(waiting, [store.id.as_str()]);
    let detail = app.wait_for(&store.id, Status::Failed).await;
    let tried = app.cluster.steps_of(&store.id);
    assert_eq!(tried[6..8], [Step::Woocommerce, Step::Storefront]);
    assert_eq!(tried[8..], Step::ALL[..5], "everything is looked at again");
    assert!(detail.events.iter().any(|event| event.text.contains("made to its end like any other")), "{detail:?}");
    assert_eq!(detail.events.last().expect("an event").kind, EventKind::Failed);
    app.settle().await;
    app.finish().await;
}

/// A copy of the database as it is.
async fn copy_of_database(app: &TestApp) -> PathBuf {
    let copy = app.database().with_file_name("copy.db");
    let mut read = app.platform().db.read().await.expect("a connection");
    sqlx::query("VACUUM INTO ?").bind(copy.to_str()).execute(&mut *read).await.expect("a copy");
    copy
}

/// Starts anew with the database as it was.
async fn put_back(app: &mut TestApp, copy: PathBuf) {
    app.restart_after(|file| {
        std::fs::copy(copy, file).expect("put back");
    })
    .await;
}

#[tokio::test]
async fn after_a_copy_of_the_database_was_put_back_nothing_of_somebodys_is_handed_out_or_removed() {
    let mut app = with_ready(1).await;
    let copy = copy_of_database(&app).await;
    let mine = app.create("Mine").await;
    app.wait_for(&mine.id, Status::Ready).await;
    wait_until(&app, |pool| pool.ready == 1).await;
    let unknown = spares(&app).await;
    app.settle().await;
    put_back(&mut app, copy).await;

    // In the copy it waits for somebody, and the one that was made after it is not known.
    let other = app.create("Other").await;
    assert_ne!(other.id, mine.id);
    app.wait_for(&other.id, Status::Ready).await;
    wait_until(&app, |pool| pool.ready == 1 && pool.leaving == 0).await;
    assert_ne!(spares(&app).await, [mine.id.as_str()]);
    assert!(app.cluster.has(&mine.id), "what is somebody's stays");
    let strays = app.get("/api/strays").await.body;
    assert!(strays.contains(mine.id.as_str()), "that nobody knows of it is told: {strays}");
    assert!(strays.contains(&unknown[0]), "and of the spare: {strays}");
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn after_a_copy_of_the_database_was_put_back_nothing_is_handed_out_that_is_gone() {
    let mut app = with_ready(1).await;
    let copy = copy_of_database(&app).await;
    let gone = app.create("Gone").await;
    app.wait_for(&gone.id, Status::Ready).await;
    app.delete(&format!("/api/stores/{}", gone.id)).await;
    app.wait_for(&gone.id, Status::Deleted).await;
    app.settle().await;
    put_back(&mut app, copy).await;

    let compared = async {
        while spares(&app).await.contains(&gone.id.to_string()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, compared).await.expect("it is forgotten");
    wait_until(&app, |pool| pool.ready == 1).await;
    let other = app.create("Other").await;
    assert_ne!(other.id, gone.id);
    app.wait_for(&other.id, Status::Ready).await;
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn one_that_an_earlier_version_left_unmarked_is_handed_out_like_any_other() {
    let mut app = with_ready(1).await;
    let waiting = spares(&app).await;
    app.cluster.unmark();
    app.restart().await;
    wait_until(&app, |pool| pool.ready == 1).await;
    let handed_out = async {
        // None is, until what is known was compared with what is there.
        loop {
            let store = app.create("Mine").await;
            app.wait_for(&store.id, Status::Ready).await;
            if waiting == [store.id.as_str()] {
                return;
            }
            app.delete(&format!("/api/stores/{}", store.id)).await;
            app.wait_for(&store.id, Status::Deleted).await;
        }
    };
    tokio::time::timeout(PATIENCE, handed_out).await.expect("it is handed out");
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn while_it_is_not_known_what_is_in_the_cluster_none_is_handed_out_and_that_is_told_until_it_is() {
    let mut app = with_ready(1).await;
    let waiting = spares(&app).await;
    app.cluster.be_away(true);
    app.restart().await;
    let told = wait_until(&app, |pool| pool.trouble.is_some()).await;
    assert!(told.trouble.is_some_and(|trouble| trouble.starts_with("it is not known which")));
    app.cluster.be_away(false);
    wait_until(&app, |pool| pool.trouble.is_none()).await;
    assert_eq!(spares(&app).await, waiting);
    app.finish().await;
}

#[tokio::test]
async fn why_no_store_is_ready_is_told() {
    let mut app = TestApp::start().await;
    app.cluster.fail_for_now(Step::Database, u32::MAX);
    app.keep_ready(1).await;
    let pool = wait_until(&app, |pool| pool.trouble.is_some()).await;
    assert_eq!(pool.ready, 0);
    let page = app.get("/api/health").await;
    assert!(page.body.contains("\"trouble\":\""), "{}", page.body);
    app.finish().await;
}
