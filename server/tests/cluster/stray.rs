//! What no store knows is found, with its volumes, and removed.

use std::time::Duration;

use app::model::{Origin, Status, Step, Store, StoreId, Stray, Strays};
use hyper::Method;
use serde_json::Value;
use server::provisioner::Provisioner as _;
use tokio::time::{Instant, sleep};

use crate::{
    process::Server,
    support::{TestStore, cluster},
};

/// How long a removal may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

async fn find(server: &Server, id: &StoreId) -> Option<Stray> {
    let strays: Strays = server.ask(Method::GET, "/api/strays", None).await.expect("an answer");
    assert_eq!(strays.trouble, None);
    strays.found.into_iter().find(|stray| stray.id == *id)
}

#[tokio::test]
async fn a_namespace_that_no_store_knows_is_found_and_removed_with_its_volumes() {
    let name = "a_namespace_that_no_store_knows_is_found_and_removed_with_its_volumes";
    let Some(cluster) = cluster(name) else { return };
    // Another installation makes a store, and is never heard of again.
    let lost = TestStore::new(&cluster);
    lost.provisioner.belong_to("0123456789abcdef");
    lost.run_all(&[Step::Namespace, Step::Database]).await;
    let server = Server::start(&cluster).await;
    let id = &lost.spec.id;
    let stray = find(&server, id).await.expect("it is found");
    assert_eq!(stray.origin, Origin::Other { installation: "0123456789abcdef".to_owned() });
    assert!(stray.namespace.is_some() && !stray.volumes.is_empty() && stray.created_at.is_some(), "{stray:?}");

    let path = format!("/api/strays/{id}/removal");
    let refused: Value = server.ask(Method::POST, &path, Some("{}".to_owned())).await.expect("an answer");
    assert_eq!(refused["status"], 409, "it is not ours: {refused}");
    let taken = r#"{"taken_from":"0123456789abcdef"}"#.to_owned();
    server.ask::<Store>(Method::POST, &path, Some(taken)).await.expect("it is taken");
    let begun = Instant::now();
    while server.show(id).await.store.status != Status::Deleted {
        assert!(begun.elapsed() < PATIENCE, "{:?}", server.show(id).await);
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(lost.remains(), Vec::<String>::new());
    let receipt = server.show(id).await.receipt;
    assert!(receipt.len() > 10 && receipt.iter().all(|line| line.gone_at.is_some()), "{receipt:?}");
    assert_eq!(find(&server, id).await, None);
}
