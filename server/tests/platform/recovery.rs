//! What a restart of the server leaves: everything.

use app::model::{Status, Step};

use crate::support::TestApp;

#[tokio::test]
async fn an_interrupted_installation_goes_on_from_its_step_after_a_restart() {
    let mut app = TestApp::start().await;
    app.cluster.hold(Step::Wordpress);
    let store = app.create("Tea").await;
    app.wait_for_steps(&store.id, 3).await;
    app.restart().await;
    app.cluster.release();
    app.wait_for(&store.id, Status::Ready).await;
    let mut expected = vec![Step::Namespace, Step::Database, Step::Wordpress];
    expected.extend([Step::Wordpress, Step::Woocommerce, Step::Storefront, Step::Checkout]);
    assert_eq!(app.cluster.steps_of(&store.id), expected);
    assert!(app.texts(&store.id).await.iter().any(|text| text.contains("was restarted")));
    app.finish().await;
}

#[tokio::test]
async fn the_queue_keeps_its_order_over_a_restart() {
    let mut app = TestApp::start().await;
    app.cluster.hold(Step::Namespace);
    let mut stores = Vec::new();
    for name in ["One", "Two", "Three", "Four"] {
        stores.push(app.create(name).await.id);
    }
    app.wait_for_steps(&stores[1], 1).await;
    app.restart().await;
    app.wait_for_steps(&stores[1], 2).await;
    assert_eq!(app.show(&stores[2]).await.store.queue_position, Some(1));
    assert_eq!(app.show(&stores[3]).await.store.queue_position, Some(2));
    app.cluster.release();
    for id in &stores {
        app.wait_for(id, Status::Ready).await;
    }
    assert_eq!(app.cluster.most_running(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_deletion_that_was_interrupted_is_finished_after_a_restart() {
    let mut app = TestApp::start().await;
    let store = app.create("Tea").await;
    app.wait_for(&store.id, Status::Ready).await;
    app.delete(&format!("/api/stores/{}", store.id)).await;
    app.restart().await;
    app.wait_for(&store.id, Status::Deleted).await;
    assert!(!app.cluster.has(&store.id));
    app.finish().await;
}
