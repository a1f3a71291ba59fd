//! Volumes of open stores: how full they are, and whether they are still the same.

use std::time::Duration;

use app::model::{Reason, Step};
use server::provisioner::{Provisioner as _, Remedy};
use tokio::time::{Instant, sleep};

use crate::support::{TestStore, cluster};

/// The kubelet measures a new volume within a minute.
const MEASURED_WITHIN: Duration = Duration::from_secs(120);

#[tokio::test]
async fn how_full_volumes_are_is_seen_and_one_that_was_made_anew_is_not_taken_for_the_first() {
    let name = "how_full_volumes_are_is_seen_and_one_that_was_made_anew_is_not_taken_for_the_first";
    let Some(cluster) = cluster(name) else { return };
    let store = TestStore::new(&cluster);
    store.run_all(&Step::ALL).await;
    let seen = store.provisioner.examine(&store.spec, true).await.expect("asked");
    assert_eq!(seen.faults, [], "a new store is well");

    // Everything is full for one who wants one percent at most to be used.
    let mut config = cluster.config();
    config.volume_limit = 1;
    let mut store = store.reconfigured(config);
    let mut seen = store.provisioner.examine(&store.spec, true).await.expect("asked");
    let begun = Instant::now();
    while seen.faults.len() < 2 && begun.elapsed() < MEASURED_WITHIN {
        sleep(Duration::from_secs(1)).await;
        seen = store.provisioner.examine(&store.spec, true).await.expect("asked");
    }
    let told: Vec<&str> = seen.faults.iter().map(|fault| fault.cause.as_str()).collect();
    assert_eq!(told.len(), 2, "{seen:?}");
    assert!(told[0].starts_with("The database volume is ") && told[0].contains(" MiB are free"), "{told:?}");
    assert!(told[1].starts_with("The WordPress volume is "), "{told:?}");
    assert!(seen.faults.iter().all(|fault| fault.reason == Reason::VolumeFull && fault.remedy == Remedy::Wait));

    // Somebody takes the database's volume away; the stateful set's controller makes another one, which is empty.
    let namespace = store.spec.id.namespace();
    let ours = ["-n", &namespace];
    let kubectl = |arguments: &[&str]| cluster.kubectl(&[&ours, arguments].concat());
    let claim = "data-store-database-0";
    let before = kubectl(&["get", "persistentvolumeclaim", claim, "--output=jsonpath={.metadata.uid}"]);
    kubectl(&["scale", "statefulset", "store-database", "--replicas=0"]);
    kubectl(&["wait", "--for=delete", "pod/store-database-0", "--timeout=60s"]);
    kubectl(&["delete", "persistentvolumeclaim", claim]);
    kubectl(&["scale", "statefulset", "store-database", "--replicas=1"]);
    kubectl(&["rollout", "status", "statefulset/store-database", "--timeout=120s"]);
    let after = kubectl(&["get", "persistentvolumeclaim", claim, "--output=jsonpath={.metadata.uid}"]);
    assert_ne!(before, after, "the claim was made anew");
    let seen = store.provisioner.examine(&store.spec, false).await.expect("asked");
    assert_eq!((seen.faults[0].remedy, seen.faults[0].reason), (Remedy::Lost, Reason::DataLost), "{seen:?}");
    assert!(seen.faults[0].cause.contains(claim), "{seen:?}");
    store.delete().await;
    assert_eq!(store.remains(), Vec::<String>::new());
}
