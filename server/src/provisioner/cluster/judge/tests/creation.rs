//! Pods that the cluster refuses to create.

use super::*;

const QUOTA: &str = "create Pod database-0 in StatefulSet store-database failed error: pods \"database-0\" is forbidden: \
                     exceeded quota: store, requested: pods=1, used: pods=0, limited: pods=0";

fn refused(message: &str, seconds: i64) -> Vec<Change> {
    vec![
        seen_stateful_set(database_set(json!({"replicas": 0}))),
        warning("StatefulSet", "store-database", "FailedCreate", message, seconds),
    ]
}

/// A refusal that was heard first and last at these times.
fn repeated(message: &str, first: i64, last: i64) -> Change {
    let value = json!({
        "metadata": {"name": "again", "uid": "again"},
        "involvedObject": {"kind": "StatefulSet", "name": "store-database"}, "type": "Warning",
        "reason": "FailedCreate", "message": message, "firstTimestamp": after(first).to_string(),
        "lastTimestamp": after(last).to_string(),
    });
    Change::Event(Event::Apply(object::<ClusterEvent>(value)).into())
}

#[test]
fn an_exceeded_quota_fails_when_it_is_still_exceeded_seconds_later() {
    let set = || seen_stateful_set(database_set(json!({"replicas": 0})));
    wait(vec![set(), repeated(QUOTA, 1, 3)], Step::Database, 6);
    let problem = problem(vec![set(), repeated(QUOTA, 1, 5)], Step::Database, 6);
    assert!(
        problem.cause.starts_with("The cluster refuses to create the database pod: create Pod"),
        "{}",
        problem.cause
    );
    assert!(problem.cause.ends_with("limited: pods=0."), "{}", problem.cause);
    assert!(problem.advice.starts_with("Raise the store's quota"));
}

#[test]
fn the_first_refusal_after_a_repair_may_be_out_of_date() {
    let mut set = database_set(json!({"replicas": 0}));
    set["metadata"]["annotations"] = json!({"urumi.dev/repaired-at": after(100).to_string()});
    let changes = |last| vec![seen_stateful_set(set.clone()), repeated(QUOTA, 1, last)];
    wait(changes(100), Step::Database, 101);
    // The controller tries again late, and hears it no more; or hears it again; or never tries.
    wait(changes(101), Step::Database, 118);
    problem(changes(105), Step::Database, 105);
    problem(changes(101), Step::Database, 121);
}

#[test]
fn what_is_missing_only_right_after_the_namespace_was_made_gets_time() {
    for message in [
        "pods \"x\" is forbidden: error looking up service account a/default: serviceaccount \"default\" not found",
        "pods \"x\" is forbidden: status unknown for quota: store, resources: pods",
    ] {
        wait(refused(message, 1), Step::Database, 60);
        assert!(problem(refused(message, 1), Step::Database, 62).cause.contains("forbidden"), "{message}");
    }
}

#[test]
fn what_a_controller_hears_that_lags_behind_is_never_final() {
    let told = "create Pod database-0 in StatefulSet store-database failed error: failed to create PVC data-database-0: \
                persistentvolumeclaims \"data-database-0\" already exists";
    wait(refused(told, 1), Step::Database, 280);
    let webhook = "Internal error occurred: failed calling webhook \"x.example.com\": connection refused";
    assert!(problem(refused(webhook, 1), Step::Database, 62).cause.contains("x.example.com"));
}

#[test]
fn a_refusal_before_the_pod_came_is_history() {
    let mut changes = refused(QUOTA, 1);
    changes.push(seen_pod(pod("database", "Pending", waiting("ContainerCreating", ""))));
    wait(changes, Step::Database, 60);
}

#[test]
fn a_job_and_a_deployment_are_refused_in_their_own_ways() {
    let job = json!({"metadata": meta("boot", "bootstrap"), "spec": {"template": {"spec": {"containers": []}}}});
    let told = "pods \"boot-1\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true";
    let changes = vec![
        seen_job(job),
        warning("Job", "boot", "FailedCreate", told, 1),
        warning("Job", "boot", "FailedCreate", told, 11),
    ];
    let found = problem(changes, Step::Woocommerce, 11);
    assert!(found.cause.starts_with("The cluster refuses to create the bootstrap pod"), "{}", found.cause);
    assert!(found.advice.contains("Pod Security"));

    let deployment = json!({
        "metadata": meta("store-wordpress", "wordpress"),
        "spec": {"selector": {}, "template": {"spec": {"containers": []}}},
        "status": {"conditions": [{
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "lastTransitionTime": BIRTH,
            "message": "pods is forbidden: maximum memory usage per Container is 64Mi, but limit is 128Mi",
        }]},
    });
    wait(vec![seen_deployment(deployment.clone())], Step::Wordpress, 3);
    let found = problem(vec![seen_deployment(deployment)], Step::Wordpress, 4);
    assert!(found.cause.contains("usage per Container is 64Mi"), "{}", found.cause);
}
