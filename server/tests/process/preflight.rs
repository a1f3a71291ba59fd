//! What the server needs for a real cluster, and says before it starts.

use std::{path::Path, process::Command};

use crate::server::{Server, refusal};

/// A program that prints this version, as Helm does.
fn helm(folder: &Path, version: &str) -> String {
    let file = folder.join("helm").to_str().expect("text").to_owned();
    // Not written by this process: a child that another test starts meanwhile would hold it open, and it could not run.
    let script = r#"printf '#!/bin/sh\necho %s\n' "$1" > "$0" && chmod +x "$0""#;
    assert!(Command::new("sh").args(["-c", script, &file, version]).status().expect("sh runs").success());
    file
}

#[tokio::test]
async fn without_helm_it_refuses_to_start_and_names_where_it_looked() {
    let told = refusal(&[], &[("PATH", "/nowhere/bin:/nowhere/sbin"), ("HOME", "/nowhere/home")]).await;
    let places = "/nowhere/bin/helm, /nowhere/sbin/helm, /nowhere/home/.cache/urumi/bin/helm";
    assert!(told.starts_with("error: Helm 4 is needed"), "{told}");
    assert!(told.contains(places) && told.contains("Install Helm 4") && told.contains("--helm (URUMI_HELM)"), "{told}");
    let told = refusal(&["--helm", "/nowhere/helm"], &[("PATH", "/usr/bin:/bin")]).await;
    assert!(told.contains("there is no program at /nowhere/helm."), "{told}");
}

#[tokio::test]
async fn a_helm_that_is_another_version_or_does_not_run_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = helm(folder.path(), "v3.19.0");
    let told = refusal(&[], &[("URUMI_HELM", &old)]).await;
    assert!(told.contains(&format!("{old} has version \"v3.19.0\", not 4")), "{told}");
    let told = refusal(&["--helm", "/bin/false"], &[]).await;
    assert!(told.contains("/bin/false does not run (exit status: 1"), "{told}");
}

#[tokio::test]
async fn a_file_that_is_missing_is_named_with_its_path_and_its_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    let helm = helm(folder.path(), "v4.1.4");
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/../chart/store");
    let values = format!("{chart}/values-local.yaml");
    let all = ["--helm", &helm, "--chart", chart, "--chart-values", &values, "--kubeconfig", &helm];
    for (flag, missing) in [
        ("--chart", "/nowhere/chart/Chart.yaml"),
        ("--chart-values", "/nowhere/values.yaml"),
        ("--kubeconfig", "/nowhere/kubeconfig"),
    ] {
        let mut args = all;
        let place = args.iter().position(|arg| *arg == flag).expect("it is there");
        args[place + 1] = missing.trim_end_matches("/Chart.yaml");
        let told = refusal(&args, &[]).await;
        let reason = format!("{missing} cannot be read (No such file or directory (os error 2)).");
        assert!(told.contains(&reason) && told.contains(&format!("{flag} (URUMI_")), "{told}");
    }
    let told = refusal(&all[..6], &[]).await;
    assert!(told.contains("No cluster is named") && told.contains("--kubeconfig"), "{told}");
}

#[tokio::test]
async fn a_fake_cluster_needs_no_helm() {
    let server = Server::start(&["--helm", "/nowhere/helm"], &[]).await;
    server.stop().await;
}
