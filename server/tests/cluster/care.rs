//! What others do to a store that is open: it is noticed, told, and mended where that is safe.

use std::time::Duration;

use app::model::{EventKind, Status, StoreDetail};

use crate::{process::Server, support::cluster};

/// How long something may take to be noticed and mended, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn told(detail: &StoreDetail, kind: EventKind) -> Vec<&str> {
    detail.events.iter().filter(|event| event.kind == kind).map(|event| event.text.as_str()).collect()
}

#[tokio::test]
async fn an_open_store_is_put_back_as_it_was_and_one_without_its_namespace_is_not_made_anew() {
    let name = "an_open_store_is_put_back_as_it_was_and_one_without_its_namespace_is_not_made_anew";
    let Some(cluster) = cluster(name) else { return };
    let server = Server::start(&cluster).await;
    let id = server.create("Meddled with").await.id;
    server.wait_until(PATIENCE, &id, |detail| detail.store.status == Status::Ready).await;
    let namespace = id.namespace();

    cluster.kubectl(&["-n", &namespace, "delete", "service", "store-wordpress"]);
    cluster.kubectl(&["-n", &namespace, "scale", "deployment", "store-wordpress", "--replicas=0"]);
    let mended = server
        .wait_until(PATIENCE, &id, |detail| {
            detail.store.status == Status::Ready && !told(detail, EventKind::Recovered).is_empty()
        })
        .await;
    let wrong = told(&mended, EventKind::Degraded).join(" ");
    // The repair may come between the two, and then mends the second without a word.
    assert!(wrong.contains("The Service store-wordpress is missing."), "{wrong}");
    assert_eq!(mended.store.failure, None);
    let replicas = ["-n", &namespace, "get", "deployment", "store-wordpress", "--output=jsonpath={.spec.replicas}"];
    server
        .wait_until(PATIENCE, &id, |detail| detail.store.status == Status::Ready && cluster.kubectl(&replicas) == "1")
        .await;
    cluster.kubectl(&["-n", &namespace, "get", "service", "store-wordpress"]);

    // Without its Secret it gets new passwords, and its owner signs in with them.
    let first = server.credentials(&id).await;
    let recoveries = told(&server.show(&id).await, EventKind::Recovered).len();
    cluster.kubectl(&["-n", &namespace, "delete", "secret", "store-credentials"]);
    let mended = server
        .wait_until(PATIENCE, &id, |detail| {
            detail.store.status == Status::Ready && told(detail, EventKind::Recovered).len() > recoveries
        })
        .await;
    let wrong = told(&mended, EventKind::Degraded).join(" ");
    assert!(wrong.contains("The Secret store-credentials with the store's passwords is gone."), "{wrong}");
    let second = server.credentials(&id).await;
    assert_ne!(first.password, second.password);
    let code = "require '/opt/urumi/wordpress/wp-load.php'; echo wp_authenticate($argv[1], $argv[2])->user_login ?? 'refused';";
    for (credentials, answer) in [(&second, "admin"), (&first, "refused")] {
        let ask = [
            "-n",
            &namespace,
            "exec",
            "deployment/store-wordpress",
            "--container=wordpress",
            "--",
            "php",
            "-r",
            code,
            "--",
        ];
        let who = [credentials.user.as_str(), credentials.password.as_str()];
        assert_eq!(cluster.kubectl(&[&ask[..], &who[..]].concat()), answer, "with {credentials:?}");
    }

    cluster.kubectl(&["delete", "namespace", &namespace, "--wait=false"]);
    let lost = server.wait_until(PATIENCE, &id, |detail| detail.store.status == Status::Degraded).await;
    let failure = lost.store.failure.expect("a reason");
    assert!(failure.cause.contains(&namespace) && failure.cause.contains("is lost"), "{failure:?}");
    server.delete(&id).await;
    server.wait_until(PATIENCE, &id, |detail| detail.store.status == Status::Deleted).await;
    let left = cluster.kubectl(&["get", "namespaces,persistentvolumes", "--output=wide", "--no-headers"]);
    assert!(!left.contains(id.as_str()), "{left}");
}
