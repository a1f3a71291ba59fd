//! Bad luck and wrong settings: each has its cause in words, and what is mended goes on.

use std::fs;

use app::model::{Reason, Step};
use server::provisioner::{ProvisionError, Provisioner as _, cluster::ClusterConfig};
use tempfile::TempDir;

use crate::support::{TestCluster, TestStore, cluster};

#[tokio::test]
async fn a_missing_image_is_named_and_a_retry_with_the_right_one_goes_on() {
    let Some(cluster) = cluster("a_missing_image_is_named_and_a_retry_with_the_right_one_goes_on") else { return };
    let mut config = cluster.config();
    // Nobody listens there, and nothing leaves the machine.
    config.image = "127.0.0.1:9/urumi/store:missing".to_owned();
    let store = TestStore::with(&cluster, config);
    store.run_all(&[Step::Namespace]).await;
    let failure = store.fail(Step::Database).await;
    assert!(failure.cause.contains("127.0.0.1:9/urumi/store:missing"), "{failure:?}");
    assert!(failure.advice.contains("--image"), "{failure:?}");
    assert_eq!((failure.step, failure.reason), (Some(Step::Database), Reason::ImageUnavailable));
    let findings = store.provisioner.autopsy(&store.spec.id).await.expect("asked");
    let about = |name: &str| findings.iter().find(|finding| finding.about == name).map(|finding| finding.text.clone());
    let pods = about("Pods").expect("pods");
    assert!(pods.contains("PodScheduled") || pods.contains("on the node"), "{pods}");
    assert!(pods.contains("ErrImagePull") || pods.contains("ImagePullBackOff"), "{pods}");
    assert!(
        about("Events of the cluster").is_some_and(|told| told.contains("127.0.0.1:9/urumi/store:missing")),
        "{findings:?}"
    );
    assert!(about("Quota").is_some_and(|told| told.contains("pods: ")), "{findings:?}");
    assert!(about("Volume claims").is_some_and(|told| told.contains("data-store-database-0 is ")), "{findings:?}");

    let mut store = store.reconfigured(cluster.config());
    store.run_all(&Step::ALL).await;
    store.delete().await;
    assert_eq!(store.remains(), Vec::<String>::new());
}

#[tokio::test]
async fn a_quota_that_is_too_small_is_named_and_a_retry_with_a_larger_one_goes_on() {
    let Some(cluster) = cluster("a_quota_that_is_too_small_is_named_and_a_retry_with_a_larger_one_goes_on") else {
        return;
    };
    let values = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
    fs::write(values.path(), "quota: {hard: {pods: \"0\"}}\n").expect("written");
    let mut config = cluster.config();
    config.chart_values.push(values.path().to_owned());
    let store = TestStore::with(&cluster, config);
    store.run_all(&[Step::Namespace]).await;
    let failure = store.fail(Step::Database).await;
    assert!(failure.cause.contains("exceeded quota"), "{failure:?}");
    assert_eq!(failure.reason, Reason::Quota);
    assert!(failure.advice.contains("quota"), "{failure:?}");

    let mut store = store.reconfigured(cluster.config());
    store.run_all(&[Step::Namespace, Step::Database, Step::Wordpress]).await;
    store.delete().await;
}

/// A cluster whose chart of a store is one template, in a folder that goes with the first of the two.
fn with_chart(cluster: &TestCluster, template: &str) -> (TempDir, ClusterConfig) {
    let chart = tempfile::tempdir().expect("a folder");
    for folder in ["templates", "sizes"] {
        fs::create_dir(chart.path().join(folder)).expect("a folder");
    }
    fs::write(chart.path().join("Chart.yaml"), "apiVersion: v2\nname: odd\nversion: 0.0.1\n").expect("written");
    fs::write(chart.path().join("sizes/small.yaml"), "").expect("written");
    fs::write(chart.path().join("templates/a.yaml"), template).expect("written");
    let mut config = cluster.config();
    config.chart = chart.path().to_owned();
    config.chart_values.clear();
    (chart, config)
}

#[tokio::test]
async fn a_chart_that_does_not_render_fails_the_store_in_helms_words() {
    let Some(cluster) = cluster("a_chart_that_does_not_render_fails_the_store_in_helms_words") else { return };
    let (_chart, config) = with_chart(&cluster, "{{ fail \"no luck\" }}");
    let store = TestStore::with(&cluster, config);
    let failure = store.fail(Step::Namespace).await;
    assert!(
        failure.cause.starts_with("The chart does not render: ") && failure.cause.contains("no luck"),
        "{failure:?}"
    );
    assert_eq!(store.remains(), Vec::<String>::new());
}

#[tokio::test]
async fn an_object_that_the_cluster_does_not_know_or_that_leaves_the_namespace_is_refused() {
    let Some(cluster) = cluster("an_object_that_the_cluster_does_not_know_or_that_leaves_the_namespace_is_refused")
    else {
        return;
    };
    let cases = [
        ("apiVersion: example.com/v1\nkind: Unicorn\nmetadata: {name: x}\n", "which this cluster does not know"),
        ("apiVersion: v1\nkind: Unicorn\nmetadata: {name: x}\n", "which this cluster does not know"),
        ("apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: x}\n", "outside the store's namespace"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: default}\n", "outside the store's namespace"),
    ];
    for (template, cause) in cases {
        let (_chart, config) = with_chart(&cluster, template);
        let store = TestStore::with(&cluster, config);
        let failure = store.fail(Step::Namespace).await;
        assert!(failure.cause.contains(cause), "{failure:?}");
        assert_eq!(store.remains(), Vec::<String>::new(), "nothing is made before everything is known to fit");
    }
}

#[tokio::test]
async fn a_namespace_of_somebody_else_is_neither_taken_nor_deleted() {
    let Some(cluster) = cluster("a_namespace_of_somebody_else_is_neither_taken_nor_deleted") else { return };
    let mut store = TestStore::new(&cluster);
    let namespace = store.spec.id.namespace();
    cluster.kubectl(&["create", "namespace", &namespace]);
    let failure = store.fail(Step::Namespace).await;
    assert!(failure.cause.contains("does not belong to this store"), "{failure:?}");
    let (summary, _) = store.delete().await;
    assert_eq!(summary, "Nothing of the store was in the cluster");
    assert_eq!(store.remains(), [format!("namespace/{namespace}")]);
    cluster.kubectl(&["delete", "namespace", &namespace, "--wait=false"]);
}

#[tokio::test]
async fn a_namespace_that_is_being_deleted_is_left_alone_until_it_is_gone() {
    let Some(cluster) = cluster("a_namespace_that_is_being_deleted_is_left_alone_until_it_is_gone") else { return };
    let mut store = TestStore::new(&cluster);
    store.run_all(&[Step::Namespace]).await;
    cluster.kubectl(&["delete", "namespace", &store.spec.id.namespace(), "--wait=false"]);
    match store.run(Step::Namespace).await {
        Err(ProvisionError::Retry(error)) => assert!(error.to_string().contains("still being deleted"), "{error}"),
        other => panic!("it should be tried again: {other:?}"),
    }
    store.delete().await;
}

#[tokio::test]
async fn a_wrong_context_or_kubeconfig_fails_in_words_and_health_says_the_same() {
    let Some(cluster) = cluster("a_wrong_context_or_kubeconfig_fails_in_words_and_health_says_the_same") else {
        return;
    };
    let mut config = cluster.config();
    config.context = Some("nowhere".to_owned());
    let store = TestStore::with(&cluster, config);
    let failure = store.fail(Step::Namespace).await;
    assert!(failure.cause.contains("nowhere") && failure.cause.contains(&cluster.context), "{failure:?}");
    let health = store.provisioner.health().await;
    assert!(!health.reachable && health.detail == failure.cause, "{health:?}");

    let mut config = cluster.config();
    config.kubeconfig = Some("/nowhere/kubeconfig".into());
    let failure = TestStore::with(&cluster, config).fail(Step::Namespace).await;
    assert!(failure.cause.contains("/nowhere/kubeconfig"), "{failure:?}");

    let health = TestStore::new(&cluster).provisioner.health().await;
    assert!(health.reachable && health.detail.starts_with("Kubernetes v1."), "{health:?}");
}
