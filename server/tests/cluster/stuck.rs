//! Deletions that something holds up: it is named, and what is offered helps.

use app::model::{Offer, Reason, Step};
use server::provisioner::Provisioner as _;

use crate::support::{TestStore, cluster};

#[tokio::test]
async fn a_finalizer_that_holds_a_deletion_up_is_named_and_released_when_asked_to() {
    let name = "a_finalizer_that_holds_a_deletion_up_is_named_and_released_when_asked_to";
    let Some(cluster) = cluster(name) else { return };
    let mut store = TestStore::new(&cluster);
    store.run_all(&[Step::Namespace]).await;
    let namespace = store.spec.id.namespace();
    cluster.kubectl(&["-n", &namespace, "create", "configmap", "held"]);
    let hold = r#"{"metadata":{"finalizers":["example.com/hold"]}}"#;
    cluster.kubectl(&["-n", &namespace, "patch", "configmap", "held", "--patch", hold]);

    let (failure, told) = store.fail_to_delete().await;
    assert_eq!(failure.cause, "ConfigMap held is held by the finalizer example.com/hold.");
    assert_eq!((failure.reason, failure.step), (Reason::RemovalStuck, None));
    assert!(told.iter().any(|note| note.contains("example.com/hold")), "it is told while it waits: {told:?}");
    let findings = store.provisioner.autopsy(&store.spec.id).await.expect("asked");
    let about = findings.iter().find(|finding| finding.about == "Namespace").expect("what its conditions say");
    assert!(about.text.contains("example.com/hold"), "{findings:?}");

    let offer = failure.offer.expect("something can be done");
    // An offer is about exactly that object: with another uid nothing is done.
    if let Offer::ReleaseFinalizer { object, finalizer } = offer.clone() {
        let other = app::model::Target { uid: "another".to_owned(), ..object };
        let other = Offer::ReleaseFinalizer { object: other, finalizer };
        store.provisioner.take_up(&store.spec.id, &other).await.expect("left alone");
        assert!(!store.remains().is_empty());
    }
    store.provisioner.take_up(&store.spec.id, &offer).await.expect("released");
    store.delete().await;
    assert_eq!(store.remains(), Vec::<String>::new());
    store.provisioner.take_up(&store.spec.id, &offer).await.expect("what is gone needs nothing");
}

#[tokio::test]
async fn a_volume_that_its_policy_keeps_is_named_and_removed_when_asked_to() {
    let Some(cluster) = cluster("a_volume_that_its_policy_keeps_is_named_and_removed_when_asked_to") else { return };
    let mut store = TestStore::new(&cluster);
    store.run_all(&[Step::Namespace, Step::Database]).await;
    let namespace = store.spec.id.namespace();
    let claims = "jsonpath={range .items[*]}{.spec.volumeName}{'\\n'}{end}";
    let volumes = cluster.kubectl(&["-n", &namespace, "get", "persistentvolumeclaims", "--output", claims]);
    let volumes: Vec<&str> = volumes.split_whitespace().collect();
    assert!(!volumes.is_empty());
    for volume in &volumes {
        let keep = r#"{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}"#;
        cluster.kubectl(&["patch", "persistentvolume", volume, "--patch", keep]);
    }
    for _ in &volumes {
        let (failure, _) = store.fail_to_delete().await;
        assert!(failure.cause.contains("its reclaim policy is Retain"), "{failure:?}");
        let offer = failure.offer.expect("something can be done");
        let Offer::ReclaimVolume { object } = &offer else { panic!("{offer:?}") };
        assert!(volumes.contains(&object.name.as_str()));
        store.provisioner.take_up(&store.spec.id, &offer).await.expect("reclaimed");
    }
    store.delete().await;
    assert_eq!(store.remains(), Vec::<String>::new());
}
