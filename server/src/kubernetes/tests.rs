//! The words for a cluster that cannot be used.

use std::io::Write as _;

use super::*;

const KUBECONFIG: &str = "\
apiVersion: v1
kind: Config
current-context: here
clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]
users: [{name: u, user: {}}]
contexts: [{name: here, context: {cluster: c, user: u}}, {name: there, context: {cluster: c, user: u}}]
";

fn connection(text: &str, context: Option<&str>) -> (tempfile::NamedTempFile, Kubernetes) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    let config = KubernetesConfig { kubeconfig: Some(file.path().to_owned()), context: context.map(ToOwned::to_owned) };
    (file, Kubernetes::new(config))
}

async fn trouble(text: &str, context: Option<&str>) -> Trouble {
    let (_file, kubernetes) = connection(text, context);
    kubernetes.client().await.err().expect("trouble")
}

#[tokio::test]
async fn a_missing_context_is_answered_with_those_that_exist() {
    let trouble = trouble(KUBECONFIG, Some("elsewhere")).await;
    assert!(matches!(trouble, Trouble::Lasting { .. }));
    assert_eq!(trouble.to_string(), "The kubeconfig has no context \"elsewhere\"; it has here, there.");
}

#[tokio::test]
async fn a_file_that_is_not_a_kubeconfig_is_lasting_trouble() {
    let trouble = trouble("- just\n- a list\n", None).await;
    assert!(matches!(trouble, Trouble::Lasting { .. }), "{trouble}");
    assert!(trouble.to_string().starts_with("The kubeconfig cannot be used: "), "{trouble}");
}

#[tokio::test]
async fn a_kubeconfig_that_is_not_there_is_named() {
    let config = KubernetesConfig { kubeconfig: Some("/nowhere/kubeconfig".into()), context: None };
    let trouble = Kubernetes::new(config).client().await.err().expect("trouble");
    assert!(trouble.to_string().contains("/nowhere/kubeconfig"), "{trouble}");
}

#[tokio::test]
async fn a_cluster_that_is_not_running_may_come_back() {
    let trouble = trouble(KUBECONFIG, Some("here")).await;
    assert!(matches!(trouble, Trouble::Away { .. }));
    assert!(trouble.to_string().starts_with("The cluster refuses connections"), "{trouble}");
}

#[test]
fn a_certificate_that_does_not_fit_is_lasting_trouble() {
    let told = std::io::Error::other("invalid peer certificate: UnknownIssuer");
    let trouble = Trouble::from(kube::Error::Service(told.into()));
    assert!(matches!(trouble, Trouble::Lasting { .. }), "{trouble}");
    assert!(trouble.to_string().starts_with("The cluster's certificate does not fit the kubeconfig: "), "{trouble}");
}

#[tokio::test]
async fn among_several_contexts_none_is_guessed() {
    let trouble = trouble(KUBECONFIG, None).await;
    assert_eq!(trouble.to_string(), "The kubeconfig has several contexts or none: here, there.");
}

#[test]
fn only_want_of_a_right_is_want_of_a_right() {
    let answered = |code, message: &str| {
        let status = kube::core::Status { code, message: message.to_owned(), ..kube::core::Status::default() };
        Trouble::from(kube::Error::Api(Box::new(status))).is_unauthorized()
    };
    assert!(answered(401, "Unauthorized"));
    assert!(answered(403, "namespaces is forbidden: User \"urumi\" cannot create resource \"namespaces\""));
    assert!(!answered(403, "pods \"x\" is forbidden: exceeded quota: store"));
    assert!(!answered(404, "not found"));
}
