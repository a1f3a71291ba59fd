//! What holds up a removal, as it is read from objects.

use k8s_openapi::api::core::v1::ObjectReference;
use serde_json::{Value, json};

use super::*;

fn volume(phase: &str, policy: &str) -> PersistentVolume {
    let value: Value = json!({
        "metadata": {"name": "pv-1", "uid": "u"},
        "spec": {"persistentVolumeReclaimPolicy": policy},
        "status": {"phase": phase, "message": "rmdir: busy"},
    });
    serde_json::from_value(value).expect("a volume")
}

#[test]
fn a_volume_holds_a_removal_up_once_nobody_removes_it() {
    assert_eq!(of_volume(&volume("Bound", "Retain")), None);
    assert_eq!(of_volume(&volume("Released", "Delete")), None);
    let kept = of_volume(&volume("Released", "Retain")).expect("kept");
    assert_eq!(kept.why, "The persistent volume pv-1 is kept: its reclaim policy is Retain");
    let Some(Offer::ReclaimVolume { object }) = kept.offer else { panic!("it can be removed: {kept:?}") };
    assert_eq!((object.kind.as_str(), object.uid.as_str()), ("PersistentVolume", "u"));
    let failed = of_volume(&volume("Failed", "Delete")).expect("failed");
    assert!(failed.why.ends_with("rmdir: busy") && failed.offer.is_none(), "{failed:?}");
}

#[test]
fn a_volume_that_was_made_by_hand_and_never_claimed_is_named_with_the_command_that_removes_it() {
    let mut volume = volume("Available", "Retain");
    let mut claim = ObjectReference { namespace: Some("store-x".to_owned()), ..ObjectReference::default() };
    volume.spec.as_mut().expect("a spec").claim_ref = Some(claim.clone());
    let held = of_volume(&volume).expect("it stays");
    assert!(held.advice.contains("kubectl delete persistentvolume pv-1") && held.offer.is_none(), "{held:?}");
    // Claimed once, it is the cluster that removes it.
    claim.uid = Some("u".to_owned());
    volume.spec.as_mut().expect("a spec").claim_ref = Some(claim);
    assert_eq!(of_volume(&volume), None);
}

#[test]
fn only_finalizers_that_others_have_to_take_off_hold_something_up() {
    let object = |finalizers: &[&str]| -> PersistentVolume {
        let meta = json!({"name": "x", "finalizers": finalizers, "deletionTimestamp": "2026-02-13T14:35:13Z"});
        serde_json::from_value(json!({"metadata": meta, "spec": {}})).expect("an object")
    };
    assert_eq!(of_volume(&object(&["kubernetes.io/pv-protection"])), None);
    let held = of_volume(&object(&["kubernetes.io/pv-protection", "example.com/hold"])).expect("held");
    assert_eq!(held.why, "PersistentVolume x is held by the finalizer example.com/hold");
    assert!(matches!(held.offer, Some(Offer::ReleaseFinalizer { finalizer, .. }) if finalizer == "example.com/hold"));
    let disk = of_volume(&object(&["external-attacher/csi-example-com"])).expect("held");
    assert_eq!(disk.offer, None, "only the driver can let go of a disk");
}

#[test]
fn a_pod_is_forgotten_only_where_its_node_does_not_answer() {
    let pod: Pod = serde_json::from_value(json!({"metadata": {"name": "p"}})).expect("a pod");
    let node = |ready: &str| -> Node {
        serde_json::from_value(json!({"status": {"conditions": [{"type": "Ready", "status": ready}]}})).expect("a node")
    };
    assert_eq!(of_pod(&pod, "one", Some(&node("True"))).offer, None);
    for away in [Some(node("Unknown")), None] {
        let held = of_pod(&pod, "one", away.as_ref());
        assert!(matches!(held.offer, Some(Offer::ForgetPod { .. })), "{held:?}");
    }
}

#[test]
fn an_api_that_is_down_and_a_finalizer_of_the_namespace_are_named() {
    let there: Namespace = serde_json::from_value(json!({
        "metadata": {"name": "store-x", "finalizers": ["example.com/namespace-auth"]},
        "spec": {"finalizers": ["kubernetes", "example.com/hold"]},
        "status": {"conditions": [
            {"type": "NamespaceDeletionDiscoveryFailure", "status": "True", "message": "metrics.k8s.io/v1beta1: unavailable"},
            {"type": "NamespaceFinalizersRemaining", "status": "True", "message": "told by the objects themselves"},
        ]},
    }))
    .expect("a namespace");
    let told: Vec<String> = of_namespace(&there).into_iter().map(|hold_up| hold_up.why).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[2].contains("example.com/namespace-auth"), "{told:?}");
    assert!(told[0].ends_with("metrics.k8s.io/v1beta1: unavailable"), "{told:?}");
    assert!(told[1].contains("example.com/hold"), "{told:?}");
}

#[test]
fn the_cause_is_what_can_be_done_something_about() {
    let plain = HoldUp { why: "A pod ends slowly".to_owned(), advice: "Wait.".to_owned(), offer: None };
    let kept = of_volume(&volume("Released", "Retain")).expect("kept");
    let ProvisionError::Failed(failure) = give_up(vec![plain, kept], "nothing".to_owned()) else { panic!("final") };
    assert_eq!(failure.reason, Reason::RemovalStuck);
    assert!(failure.cause.starts_with("The persistent volume") && failure.offer.is_some(), "{failure:?}");
    assert_eq!(failure.evidence.lines().count(), 2);
}
