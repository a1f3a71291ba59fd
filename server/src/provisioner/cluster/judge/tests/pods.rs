//! Pods that exist but do not work.

use super::*;

#[test]
fn an_image_that_can_never_be_had_fails_at_once() {
    for reason in ["ErrImageNeverPull", "InvalidImageName"] {
        let changes = vec![seen_pod(pod("database", "Pending", waiting(reason, "it is not there")))];
        let problem = problem(changes, Step::Database, 0);
        assert_eq!(problem.cause, format!("The image urumi/store:1 cannot be used: {reason}: it is not there."));
        assert!(problem.advice.contains("--image"));
        assert!(problem.evidence[0].starts_with("Pod database-0 is Pending: main "), "{:?}", problem.evidence);
    }
}

#[test]
fn a_registry_that_knows_no_such_image_fails_at_once_in_its_own_words() {
    let changes = vec![
        seen_pod(pod("database", "Pending", waiting("ImagePullBackOff", "Back-off pulling image \"urumi/store:1\""))),
        warning("Pod", "database-0", "Failed", "Failed to pull image \"urumi/store:1\": manifest unknown", 1),
    ];
    let problem = problem(changes, Step::Database, 2);
    assert!(
        problem.cause.ends_with("ImagePullBackOff: Failed to pull image \"urumi/store:1\": manifest unknown."),
        "{}",
        problem.cause
    );
}

#[test]
fn a_registry_that_fails_once_gets_another_chance() {
    let changes = || vec![seen_pod(pod("database", "Pending", waiting("ErrImagePull", "i/o timeout")))];
    assert_eq!(wait(changes(), Step::Database, 5), "the database pod waits: ErrImagePull");
    assert!(problem(changes(), Step::Database, 16).cause.ends_with("ErrImagePull: i/o timeout."));
}

#[test]
fn a_pod_without_a_place_fails_after_its_grace() {
    let mut unplaced = pod("database", "Pending", json!({}));
    unplaced["status"] = json!({"phase": "Pending", "conditions": [{
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/1 nodes are available: 1 Insufficient memory.", "lastTransitionTime": BIRTH,
    }]});
    let changes = || vec![seen_pod(unplaced.clone())];
    assert_eq!(wait(changes(), Step::Database, 29), "the database pod waits for a place in the cluster");
    let problem = problem(changes(), Step::Database, 31);
    assert_eq!(
        problem.cause,
        "The cluster has no place for the database pod: 0/1 nodes are available: 1 Insufficient memory."
    );
}

fn crashing(component: &str, restarts: i32, reason: &str) -> Change {
    let mut pod = pod(component, "Running", waiting("CrashLoopBackOff", "back-off 10s restarting"));
    let container = &mut pod["status"]["containerStatuses"][0];
    container["restartCount"] = restarts.into();
    container["lastState"] = json!({"terminated": {"exitCode": 137, "reason": reason}});
    seen_pod(pod)
}

#[test]
fn a_container_that_crashes_again_and_again_fails_with_the_log_of_its_last_run() {
    wait(vec![crashing("database", 1, "Error")], Step::Database, 10);
    let problem = problem(vec![crashing("database", 2, "Error")], Step::Database, 30);
    assert_eq!(
        problem.cause,
        "The database container \"main\" crashes again and again (2 times): it ends with exit code 137."
    );
    let log = LogSource { pod: "database-0".to_owned(), container: "main".to_owned(), previous: true };
    assert_eq!(problem.log, Some(log));
}

#[test]
fn a_container_that_needs_more_memory_says_so() {
    let problem = problem(vec![crashing("wordpress", 4, "OOMKilled")], Step::Storefront, 60);
    assert!(problem.cause.ends_with("it needs more memory than its limit."), "{}", problem.cause);
}

#[test]
fn a_step_also_fails_by_what_it_stands_on() {
    let database = || vec![crashing("database", 3, "Error")];
    for step in [Step::Wordpress, Step::Woocommerce, Step::Storefront] {
        assert!(problem(database(), step, 60).cause.starts_with("The database container"), "{step}");
    }
    // The bootstrap's own failures are the job's to count.
    wait(vec![crashing("bootstrap", 5, "Error")], Step::Woocommerce, 60);
}

#[test]
fn a_missing_key_of_a_secret_fails_after_its_grace() {
    let told = "couldn't find key x in Secret store-y/store-credentials";
    let changes = || vec![seen_pod(pod("wordpress", "Pending", waiting("CreateContainerConfigError", told)))];
    wait(changes(), Step::Wordpress, 10);
    let cause = problem(changes(), Step::Wordpress, 16).cause;
    assert_eq!(cause, format!("The WordPress container cannot be started: {told}."));
}

#[test]
fn an_init_container_is_judged_like_any_other() {
    let mut pod = pod("wordpress", "Pending", waiting("PodInitializing", ""));
    let mut init = pod["status"]["containerStatuses"][0].clone();
    init["state"] = waiting("InvalidImageName", "what is :: that");
    pod["status"]["initContainerStatuses"] = json!([init]);
    assert!(problem(vec![seen_pod(pod)], Step::Wordpress, 0).cause.contains("InvalidImageName"));
}

#[test]
fn wordpress_is_done_when_every_container_runs_and_its_storefront_when_it_is_ready() {
    let mut running = pod("wordpress", "Running", json!({"running": {}}));
    assert_eq!(done(vec![seen_pod(running.clone())], Step::Wordpress).text, "The WordPress pod runs");
    let why = wait(vec![seen_pod(running.clone())], Step::Storefront, 0);
    assert_eq!(why, "the WordPress pod runs but is not ready yet");
    running["status"]["conditions"] = json!([{"type": "Ready", "status": "True"}]);
    done(vec![seen_pod(running)], Step::Storefront);
    let creating = pod("wordpress", "Pending", waiting("ContainerCreating", ""));
    assert_eq!(wait(vec![seen_pod(creating)], Step::Wordpress, 0), "the WordPress pod is being created");
}

#[test]
fn a_pod_that_is_being_removed_counts_for_nothing() {
    let mut old = pod("database", "Pending", waiting("ErrImageNeverPull", "it is not there"));
    old["metadata"]["deletionTimestamp"] = BIRTH.into();
    assert_eq!(wait(vec![seen_pod(old)], Step::Database, 0), "the database pod does not exist yet");
}

#[test]
fn only_pods_that_wait_for_something_wrong_are_hanging() {
    let hangs = |value: Value| is_hanging(&object::<Pod>(value));
    assert!(hangs(pod("database", "Pending", waiting("ImagePullBackOff", ""))));
    assert!(hangs(pod("database", "Running", waiting("CrashLoopBackOff", ""))));
    assert!(!hangs(pod("database", "Pending", waiting("ContainerCreating", ""))));
    assert!(!hangs(pod("database", "Running", json!({"running": {}}))));
}
