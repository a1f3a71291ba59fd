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

#[test]
fn an_exceeded_quota_fails_at_once() {
    let problem = problem(refused(QUOTA, 1), Step::Database, 1);
    assert!(
        problem.cause.starts_with("The cluster refuses to create the database pod: create Pod"),
        "{}",
        problem.cause
    );
    assert!(problem.cause.ends_with("limited: pods=0."), "{}", problem.cause);
    assert!(problem.advice.starts_with("Raise the store's quota"));
}

#[test]
fn what_is_missing_only_right_after_the_namespace_was_made_gets_time() {
    for message in [
        "pods \"x\" is forbidden: error looking up service account a/default: serviceaccount \"default\" not found",
        "pods \"x\" is forbidden: status unknown for quota: store, resources: pods",
    ] {
        wait(refused(message, 1), Step::Database, 10);
        assert!(problem(refused(message, 1), Step::Database, 22).cause.contains("forbidden"), "{message}");
    }
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
    let changes = vec![seen_job(job), warning("Job", "boot", "FailedCreate", told, 1)];
    let found = problem(changes, Step::Woocommerce, 1);
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
    let found = problem(vec![seen_deployment(deployment)], Step::Wordpress, 1);
    assert!(found.cause.contains("usage per Container is 64Mi"), "{}", found.cause);
}
