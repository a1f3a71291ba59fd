//! Verdicts on built objects, as a cluster shows them.

mod bootstrap;
mod creation;
mod pods;

use app::model::Step;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    batch::v1::Job,
    core::v1::{Event as ClusterEvent, PersistentVolumeClaim, Pod},
};
use kube::runtime::watcher::Event;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::provisioner::cluster::observed::Change;

/// When everything in these tests was made.
const BIRTH: &str = "2026-02-13T14:00:00Z";

/// So many seconds after [`BIRTH`].
fn after(seconds: i64) -> Timestamp {
    BIRTH.parse::<Timestamp>().expect("a time") + SignedDuration::from_secs(seconds)
}

fn object<K: DeserializeOwned>(value: Value) -> K {
    serde_json::from_value(value).expect("a Kubernetes object")
}

fn meta(name: &str, component: &str) -> Value {
    json!({
        "name": name, "uid": format!("uid-{name}"), "creationTimestamp": BIRTH, "generation": 1,
        "labels": {"app.kubernetes.io/component": component},
    })
}

/// A pod with one container in this state.
fn pod(component: &str, phase: &str, state: Value) -> Value {
    let container = json!({
        "name": "main", "image": "urumi/store:1", "imageID": "", "ready": false, "restartCount": 0, "state": state,
    });
    json!({
        "metadata": meta(&format!("{component}-0"), component),
        "spec": {"containers": [{"name": "main"}]},
        "status": {"phase": phase, "containerStatuses": [container]},
    })
}

fn waiting(reason: &str, message: &str) -> Value {
    json!({"waiting": {"reason": reason, "message": message}})
}

fn seen_pod(value: Value) -> Change {
    Change::Pod(Event::Apply(object::<Pod>(value)).into())
}

fn seen_job(value: Value) -> Change {
    Change::Job(Event::Apply(object::<Job>(value)).into())
}

fn seen_stateful_set(value: Value) -> Change {
    Change::StatefulSet(Event::Apply(object::<StatefulSet>(value)).into())
}

fn seen_deployment(value: Value) -> Change {
    Change::Deployment(Event::Apply(object::<Deployment>(value)).into())
}

fn seen_claim(value: Value) -> Change {
    Change::Claim(Event::Apply(object::<PersistentVolumeClaim>(value)).into())
}

/// A warning of the cluster, so many seconds after everything was made.
fn warning(kind: &str, name: &str, reason: &str, message: &str, seconds: i64) -> Change {
    let value = json!({
        "metadata": {"name": format!("{name}.{reason}.{seconds}"), "uid": format!("{name}{reason}{seconds}")},
        "involvedObject": {"kind": kind, "name": name},
        "type": "Warning", "reason": reason, "message": message, "lastTimestamp": after(seconds).to_string(),
    });
    Change::Event(Event::Apply(object::<ClusterEvent>(value)).into())
}

fn database_set(status: Value) -> Value {
    json!({
        "metadata": meta("store-database", "database"),
        "spec": {
            "replicas": 1, "serviceName": "x", "selector": {}, "template": {"spec": {"containers": []}},
        },
        "status": status,
    })
}

fn verdict(changes: Vec<Change>, step: Step, seconds: i64) -> Verdict {
    judge(&Observed::of(changes), step, after(seconds))
}

fn problem(changes: Vec<Change>, step: Step, seconds: i64) -> Problem {
    match verdict(changes, step, seconds) {
        Verdict::Failed(problem) => problem,
        other => panic!("it should have failed: {other:?}"),
    }
}

fn wait(changes: Vec<Change>, step: Step, seconds: i64) -> String {
    match verdict(changes, step, seconds) {
        Verdict::Waiting { why } => why,
        other => panic!("it should wait: {other:?}"),
    }
}

fn done(changes: Vec<Change>, step: Step) -> StepReport {
    match verdict(changes, step, 1) {
        Verdict::Done(report) => report,
        other => panic!("it should be done: {other:?}"),
    }
}

#[test]
fn an_empty_namespace_is_waited_for() {
    assert_eq!(wait(vec![], Step::Database, 0), "the database pod does not exist yet");
    assert_eq!(wait(vec![], Step::Wordpress, 0), "the WordPress pod does not exist yet");
    assert_eq!(wait(vec![], Step::Woocommerce, 0), "the WordPress pod does not exist yet");
    let job = json!({"metadata": meta("boot", "bootstrap")});
    assert_eq!(wait(vec![seen_job(job)], Step::Woocommerce, 0), "the bootstrap pod does not exist yet");
}

#[test]
fn a_database_is_done_when_the_replica_of_the_newest_template_is_ready() {
    let ready = json!({"replicas": 1, "readyReplicas": 1, "observedGeneration": 1});
    assert_eq!(done(vec![seen_stateful_set(database_set(ready))], Step::Database).text, "The database answers");
    for status in [
        json!({"replicas": 1, "readyReplicas": 0, "observedGeneration": 1}),
        json!({"replicas": 1, "readyReplicas": 1, "observedGeneration": 0}),
        json!({"replicas": 1, "readyReplicas": 1, "observedGeneration": 1, "currentRevision": "a", "updateRevision": "b"}),
    ] {
        wait(vec![seen_stateful_set(database_set(status))], Step::Database, 0);
    }
}

#[test]
fn a_database_answers_once_the_newest_pod_has_started() {
    let status = json!({"replicas": 1, "observedGeneration": 1, "currentRevision": "b", "updateRevision": "b"});
    let seen = |started: Value, revision: &str| {
        let mut pod = pod("database", "Running", json!({"running": {}}));
        pod["status"]["containerStatuses"][0]["started"] = started;
        pod["metadata"]["labels"]["controller-revision-hash"] = json!(revision);
        vec![seen_stateful_set(database_set(status.clone())), seen_pod(pod)]
    };
    assert_eq!(done(seen(json!(true), "b"), Step::Database).text, "The database answers");
    for (started, revision) in [(json!(false), "b"), (Value::Null, "b"), (json!(true), "a")] {
        wait(seen(started, revision), Step::Database, 0);
    }
}

#[test]
fn a_failure_shows_the_clusters_latest_warnings_and_the_log() {
    let changes = vec![
        seen_pod(pod("database", "Pending", waiting("ErrImageNeverPull", "not there"))),
        warning("Pod", "database-0", "Later", "second\nline", 2),
        warning("Pod", "database-0", "Earlier", "first.", 1),
    ];
    let mut problem = problem(changes, Step::Database, 3);
    let last = &problem.evidence[problem.evidence.len() - 2..];
    assert_eq!(last, ["Warning Earlier on Pod database-0: first", "Warning Later on Pod database-0: second line"]);

    problem.log = Some(LogSource { pod: "database-0".to_owned(), container: "main".to_owned(), previous: true });
    let failure = problem.into_failure(Step::Database, Some("the last line\n"));
    assert!(failure.evidence.ends_with("Last log lines of database-0:\nthe last line"), "{}", failure.evidence);
    assert_eq!(failure.step, Some(Step::Database));
}

#[test]
fn a_claim_that_nobody_fulfils_fails_after_its_grace() {
    let claim = json!({
        "metadata": meta("data-database-0", "database"), "spec": {}, "status": {"phase": "Pending"},
    });
    let told = "no persistent volumes available for this claim and no storage class is set";
    let changes = || {
        vec![seen_claim(claim.clone()), warning("PersistentVolumeClaim", "data-database-0", "FailedBinding", told, 1)]
    };
    wait(changes(), Step::Database, 50);
    let problem = problem(changes(), Step::Database, 61);
    assert_eq!(problem.cause, format!("The database gets no volume: {told}."));
    assert!(problem.advice.contains("StorageClass"));
    // Without a word about it, it waits for its pod's place.
    wait(vec![seen_claim(claim)], Step::Database, 600);
}
