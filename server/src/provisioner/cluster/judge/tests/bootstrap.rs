//! The job that installs the shop.

use super::*;

fn job(condition: Value) -> Value {
    json!({
        "metadata": meta("boot", "bootstrap"),
        "spec": {"activeDeadlineSeconds": 120, "template": {"spec": {"containers": []}}},
        "status": {"conditions": [condition]},
    })
}

fn complete() -> Change {
    seen_job(job(json!({"type": "Complete", "status": "True"})))
}

fn failed(reason: &str) -> Change {
    let message = "Job has reached the specified backoff limit";
    seen_job(job(json!({"type": "Failed", "status": "True", "reason": reason, "message": message})))
}

fn ended(exit_code: i32, message: &str) -> Value {
    let phase = if exit_code == 0 { "Succeeded" } else { "Failed" };
    pod("bootstrap", phase, json!({"terminated": {"exitCode": exit_code, "message": message}}))
}

const SHOP: &str =
    r#"{"wordpress":"6.8.7","woocommerce":"10.0.2","product":{"id":12,"name":"Mug","path":"/product/mug/"}}"#;

#[test]
fn a_shop_is_told_with_its_versions() {
    let report = done(vec![complete(), seen_pod(ended(0, SHOP))], Step::Woocommerce);
    assert_eq!(report.text, "WooCommerce 10.0.2 on WordPress 6.8.7 installed");
    assert_eq!(report.edition, Some(Edition::Shop));
}

#[test]
fn an_image_without_woocommerce_is_told_as_no_shop() {
    let message = r#"{"wordpress":"6.8.7","woocommerce":null,"product":null}"#;
    let report = done(vec![complete(), seen_pod(ended(0, message))], Step::Woocommerce);
    assert_eq!(report.text, "WordPress 6.8.7 installed; the image holds no WooCommerce: WordPress only, no shop");
    assert_eq!(report.edition, Some(Edition::WordpressOnly));
}

#[test]
fn a_failure_has_the_bootstraps_own_reason_and_log() {
    let told = "bootstrap: product FAILED: the picture cannot be written";
    let changes = vec![failed("BackoffLimitExceeded"), seen_pod(ended(1, told))];
    let problem = problem(changes, Step::Woocommerce, 1);
    assert_eq!(problem.cause, "The installation of the shop failed at \"product\": the picture cannot be written.");
    let log = LogSource { pod: "bootstrap-0".to_owned(), container: "main".to_owned(), previous: false };
    assert_eq!(problem.log, Some(log));
    assert!(problem.evidence.contains(&"Pod bootstrap-0: main ended with exit code 1".to_owned()));
}

#[test]
fn a_time_limit_is_named() {
    let problem = problem(vec![failed("DeadlineExceeded")], Step::Woocommerce, 1);
    assert_eq!(problem.cause, "The installation of the shop did not finish within its limit of 120 s.");
    assert!(problem.advice.contains("overloaded"));
}

#[test]
fn a_failure_without_a_word_is_still_a_failure() {
    let problem = problem(vec![failed("BackoffLimitExceeded"), seen_pod(ended(137, ""))], Step::Woocommerce, 1);
    assert_eq!(problem.cause, "The installation of the shop ended without success and without saying why.");
}

#[test]
fn an_outcome_that_cannot_be_read_is_a_failure() {
    let garbled = problem(vec![complete(), seen_pod(ended(0, "all is well"))], Step::Woocommerce, 1);
    assert!(garbled.cause.ends_with("it left \"all is well\"."), "{}", garbled.cause);
    let gone = problem(vec![complete()], Step::Woocommerce, 1);
    assert!(gone.cause.ends_with("its pod is gone."), "{}", gone.cause);
}

#[test]
fn an_outcome_is_lost_with_its_pod_or_its_text() {
    let is_lost_with = |pods: &[Value]| {
        let pods: Vec<Pod> = pods.iter().cloned().map(object).collect();
        is_lost(pods.iter())
    };
    assert!(is_lost_with(&[]));
    assert!(is_lost_with(&[ended(0, "all is well")]));
    assert!(!is_lost_with(&[ended(0, SHOP)]));
    assert!(!is_lost_with(&[pod("bootstrap", "Running", json!({"running": {}}))]));
}

#[test]
fn a_job_that_is_seen_complete_before_its_pod_is_waited_for() {
    let running = pod("bootstrap", "Running", json!({"running": {}}));
    assert_eq!(wait(vec![complete(), seen_pod(running)], Step::Woocommerce, 1), "the bootstrap is at work");
}

#[test]
fn the_newest_job_counts() {
    let mut newer = job(json!({"type": "Complete", "status": "True"}));
    newer["metadata"]["name"] = "boot-2".into();
    newer["metadata"]["creationTimestamp"] = after(10).to_string().into();
    let changes = vec![failed("BackoffLimitExceeded"), seen_job(newer), seen_pod(ended(0, SHOP))];
    done(changes, Step::Woocommerce);
}

#[test]
fn the_outcome_is_that_of_the_newest_pod_that_succeeded() {
    let mut failed = ended(1, "bootstrap: x FAILED: y");
    failed["metadata"]["creationTimestamp"] = after(10).to_string().into();
    let pods = [object::<Pod>(ended(0, SHOP)), object::<Pod>(failed)];
    let outcome = outcome_of(pods.iter()).expect("one").expect("readable");
    assert_eq!(outcome.product.map(|product| (product.id, product.name)), Some((12, "Mug".to_owned())));
    assert_eq!(outcome_of([].iter()), None);
}
