//! Checks, before the server starts, that the programs and files a real cluster needs are there.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{self, Path, PathBuf},
    time::Duration,
};

use anyhow::{anyhow, bail};
use tokio::time::timeout;

use crate::provisioner::{chart::helm_command, cluster::ClusterConfig};

/// How the version of a usable Helm begins: the charts are tested with Helm 4.
const HELM_VERSION: &str = "v4.";

/// How long Helm may take to print its version. It takes 0.1 s; the rest is for a machine that is busy.
const HELM_TIMEOUT: Duration = Duration::from_secs(30);

/// The Helm program to use: the one that was named, else the first usable one in `PATH` or where `dev/up` puts it.
///
/// # Errors
/// None of them is an executable Helm 4. The error names each with what is wrong with it, and what to do.
pub async fn find_helm(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let (programs, missing): (Vec<_>, Vec<_>) =
        helm_places(named, |name| env::var_os(name)).into_iter().partition(|place| is_program(place));
    let mut faults = Vec::new();
    for program in programs {
        match helm_version(&program).await {
            Ok(version) => {
                tracing::info!(program = %program.display(), version, "found Helm");
                return Ok(program);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() && missing.is_empty() {
        faults.push("PATH names no folder".to_owned());
    }
    if !missing.is_empty() {
        let missing = missing.iter().map(|place| place.display().to_string()).collect::<Vec<_>>();
        faults.push(format!("there is no program at {}", missing.join(", ")));
    }
    bail!(
        "Helm 4 is needed to render the stores' chart, and no usable one was found: {}. Install Helm 4 \
         (https://helm.sh/docs/intro/install), or name the program with --helm (URUMI_HELM).",
        faults.join("; ")
    )
}

/// Where Helm may be, in the order of preference.
fn helm_places(named: Option<&Path>, variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let program = named.unwrap_or(Path::new("helm"));
    if program.components().count() > 1 {
        return vec![path::absolute(program).unwrap_or_else(|_| program.to_owned())];
    }
    let mut places = Vec::new();
    let folders = variable("PATH").unwrap_or_default();
    let in_path = env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    let in_cache = cache(variable).filter(|_| named.is_none());
    for folder in in_path.chain(in_cache.map(|cache| cache.join("bin"))) {
        let place = folder.join(program);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// The folder where `dev/up` keeps what it downloads, by the rule of `dev/lib.sh`.
fn cache(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_user = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    folder("URUMI_CACHE").or_else(|| Some(of_user()?.join("urumi")))
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

/// The version of a Helm program, or why it cannot be used.
async fn helm_version(program: &Path) -> Result<String, String> {
    let name = program.display();
    let mut command = helm_command(program);
    command.args(["version", "--template", "{{.Version}}"]);
    let output = timeout(HELM_TIMEOUT, command.output())
        .await
        .map_err(|_| format!("{name} did not print its version within {} s", HELM_TIMEOUT.as_secs()))?
        .map_err(|error| format!("{name} does not run ({error})"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let complaint = complaint.lines().next().unwrap_or_default();
        return Err(format!("{name} does not run ({}: {complaint})", output.status));
    }
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if version.starts_with(HELM_VERSION) { Ok(version) } else { Err(format!("{name} has version {version:?}, not 4")) }
}

/// Checks that the files can be read that say what a store is and which cluster to use.
///
/// # Errors
/// One cannot. The error names its path and the flag that names another.
pub fn check_files(config: &ClusterConfig) -> anyhow::Result<()> {
    let chart = config.chart.join("Chart.yaml");
    check_file("The stores' chart", &chart, "Name the chart's folder with --chart (URUMI_CHART)")?;
    for file in &config.chart_values {
        check_file("The values file", file, "Name another with --chart-values (URUMI_CHART_VALUES)")?;
    }
    match &config.kubeconfig {
        Some(file) => check_file("The kubeconfig", file, "Name another with --kubeconfig (URUMI_KUBECONFIG)"),
        None => kube::Config::incluster().map(drop).map_err(|error| {
            anyhow!(
                "No cluster is named, and this is not a pod of one ({error}). Name the cluster with --kubeconfig and \
                 --context (URUMI_KUBECONFIG, URUMI_CONTEXT)."
            )
        }),
    }
}

fn check_file(what: &str, file: &Path, remedy: &str) -> anyhow::Result<()> {
    // The path is often relative to the folder that the server was started in.
    let file = path::absolute(file).unwrap_or_else(|_| file.to_owned());
    fs::read(&file).map(drop).map_err(|error| anyhow!("{what} {} cannot be read ({error}). {remedy}.", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where Helm is looked for with these variables.
    fn places(named: Option<&str>, variables: &[(&str, &str)]) -> Vec<String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let places = helm_places(named.map(Path::new), variable);
        places.iter().map(|place| place.to_str().expect("text").to_owned()).collect()
    }

    #[test]
    fn a_named_helm_is_the_only_one_that_is_looked_for() {
        let variables = [("PATH", "/usr/bin:/bin"), ("HOME", "/home/ada")];
        assert_eq!(places(Some("/opt/helm-4"), &variables), ["/opt/helm-4"]);
        assert_eq!(places(Some("helm-4"), &variables), ["/usr/bin/helm-4", "/bin/helm-4"]);
        let here = env::current_dir().expect("a folder").join("tools/helm");
        assert_eq!(places(Some("tools/helm"), &variables), [here.to_str().expect("text")]);
    }

    #[test]
    fn without_a_name_helm_is_looked_for_in_path_and_then_where_dev_up_puts_it() {
        let path = ("PATH", "/usr/bin::/bin:/usr/bin");
        let (home, xdg) = (("HOME", "/home/ada"), ("XDG_CACHE_HOME", "/var/cache/ada"));
        let found = |variables: &[(&str, &str)]| places(None, variables);
        assert_eq!(found(&[path, home]), ["/usr/bin/helm", "/bin/helm", "/home/ada/.cache/urumi/bin/helm"]);
        assert_eq!(found(&[home, xdg]), ["/var/cache/ada/urumi/bin/helm"]);
        assert_eq!(found(&[home, xdg, ("URUMI_CACHE", "/srv/urumi")]), ["/srv/urumi/bin/helm"]);
        assert_eq!(found(&[home, ("XDG_CACHE_HOME", ""), ("URUMI_CACHE", "")]), ["/home/ada/.cache/urumi/bin/helm"]);
        assert_eq!(found(&[]), Vec::<String>::new());
    }

    #[test]
    fn only_an_executable_file_is_a_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("helm");
        assert!(!is_program(&file) && !is_program(folder.path()));
        fs::write(&file, "").expect("written");
        assert!(!is_program(&file));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("changed");
        assert!(is_program(&file));
    }
}
