//! What one store is, as Kubernetes objects: `chart/store` rendered by the real Helm. No chart logic here.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context as _;
use app::model::{Content, DomainName};
use kube::core::DynamicObject;
use serde::Deserialize as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::process::Command;

use super::StoreSpec;
use crate::addresses::host_of_url;

/// How long Helm may take. It takes 0.1 s; the rest is for a machine that is busy.
const RENDER_TIMEOUT: Duration = Duration::from_secs(30);

/// The user that the bootstrap gives each store's administration.
pub const ADMIN_USER: &str = "admin";

/// The Secret that the platform makes for each store, which the chart is told to use.
pub const SECRET_NAME: &str = "store-credentials";

/// The chart of a store and what is the same for each of them.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The helm program.
    pub helm: PathBuf,
    /// The folder of the chart.
    pub path: PathBuf,
    /// Values files, each over those before it.
    pub values: Vec<PathBuf>,
    /// The store image's full reference.
    pub image: String,
}

/// How large the volumes are that a store has already.
///
/// They stay as they are, whatever its size means by now: a claim cannot shrink, not every storage lets it grow, and what a
/// `StatefulSet` asks for can never be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VolumeSizes {
    /// Plugins, themes and uploads, such as `2Gi`.
    pub wordpress: Option<String>,
    /// The database.
    pub database: Option<String>,
}

/// The chart could not be made into objects.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The helm program could not be started.
    #[error("The Helm program {program} could not be started: {reason}.")]
    NoHelm {
        /// What was tried.
        program: String,
        /// What the operating system said.
        reason: std::io::Error,
    },
    /// Helm refused the chart or the values.
    #[error("The chart does not render: {0}.")]
    Refused(String),
    /// Helm hung.
    #[error("Helm did not finish within {} s.", RENDER_TIMEOUT.as_secs())]
    TooSlow,
    /// What Helm wrote is not a list of Kubernetes objects.
    #[error("What the chart renders to cannot be read: {0:#}.")]
    Unreadable(anyhow::Error),
    /// The values could not be handed to Helm.
    #[error("The values for Helm could not be written: {0}.")]
    NoValues(std::io::Error),
}

impl ChartError {
    /// What to do about it, one sentence.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NoHelm { .. } => {
                "Install Helm 4 at that path, or start the server with --helm (URUMI_HELM) naming another, then retry."
            }
            Self::Refused(_) | Self::Unreadable(_) => {
                "Correct the chart or its values files (`helm template` shows the same), then retry."
            }
            Self::TooSlow => "The machine is overloaded; retry when it is not.",
            Self::NoValues(_) => "Make room in the machine's temporary folder, then retry.",
        }
    }
}

impl Chart {
    /// The objects of one store for a cluster of this version, such as `v1.20.2`.
    ///
    /// # Errors
    /// [`ChartError`] with Helm's own words.
    pub async fn render(
        &self,
        store: &StoreSpec,
        volumes: &VolumeSizes,
        kube_version: &str,
    ) -> Result<Vec<DynamicObject>, ChartError> {
        let values = self.write_values(store, volumes).map_err(ChartError::NoValues)?;
        let mut helm = helm_command(&self.helm);
        helm.args(["template", "store"]).arg(&self.path);
        helm.args(["--namespace", &store.id.namespace(), "--kube-version", kube_version]);
        helm.args(["--include-crds=false", "--skip-tests"]);
        for file in &self.values {
            helm.arg("--values").arg(file);
        }
        // After those of the place: a size means what the pages say of it.
        helm.arg("--values").arg(self.path.join("sizes").join(store.size.as_str()).with_extension("yaml"));
        helm.arg("--values").arg(values.path());
        let output = tokio::time::timeout(RENDER_TIMEOUT, helm.output())
            .await
            .map_err(|_| ChartError::TooSlow)?
            .map_err(|reason| ChartError::NoHelm { program: self.helm.display().to_string(), reason })?;
        if !output.status.success() {
            return Err(ChartError::Refused(readable(&String::from_utf8_lossy(&output.stderr))));
        }
        parse(&output.stdout).map_err(ChartError::Unreadable)
    }

    /// Stands for the chart with its values and the image: the same as long as none of them changes.
    ///
    /// # Errors
    /// [`ChartError::Unreadable`], when a file cannot be read.
    pub async fn recipe(&self) -> Result<String, ChartError> {
        let chart = self.clone();
        let read = tokio::task::spawn_blocking(move || chart.read_recipe()).await;
        read.map_err(|error| ChartError::Unreadable(error.into()))?.map_err(ChartError::Unreadable)
    }

    fn read_recipe(&self) -> anyhow::Result<String> {
        let mut files = self.values.clone();
        let mut folders = vec![self.path.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
                let path = entry?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        let mut hash = Sha256::new();
        hash.update(self.image.as_bytes());
        for file in files {
            let content = fs::read(&file).with_context(|| file.display().to_string())?;
            hash.update(Sha256::digest(content));
        }
        Ok(format!("{:x}", hash.finalize()))
    }

    /// A file, because values on the command line can be seen by everybody on the machine and have their own syntax.
    fn write_values(&self, store: &StoreSpec, volumes: &VolumeSizes) -> std::io::Result<NamedTempFile> {
        let mut values = json!({
            "store": {
                "id": store.id.as_str(),
                "name": store.name.as_str(),
                "url": store.first_url,
                "domain": store.domain.as_ref().map_or("", DomainName::as_str),
                "adminUser": ADMIN_USER,
                "adminEmail": admin_email(store),
                "demo": store.content == Content::Demo,
            },
            "image": { "reference": self.image },
            "credentials": { "existingSecret": SECRET_NAME },
            // Where there is a prepared shop, asking for what is left to do is quicker than a pod that does it.
            "bootstrap": { "by": "platform" },
        });
        for (part, size) in [("wordpress", &volumes.wordpress), ("database", &volumes.database)] {
            if let Some(size) = size {
                values[part]["storage"]["size"] = json!(size);
            }
        }
        let mut file = NamedTempFile::with_suffix(".yaml")?;
        // JSON is YAML, and leaves no question how a name is quoted.
        file.write_all(values.to_string().as_bytes())?;
        Ok(file)
    }
}

/// Runs Helm, without arguments yet.
pub(crate) fn helm_command(program: &Path) -> Command {
    let mut helm = Command::new(program);
    // The one secret that may be in the server's environment is none of its business.
    helm.env_remove("URUMI_ADMINISTRATOR_PASSWORD");
    helm.stdin(Stdio::null()).kill_on_drop(true);
    helm
}

/// The first mail address of the store's owner. Not at the domain: the owner may have written another since, and it would be set again.
#[must_use]
pub fn admin_email(store: &StoreSpec) -> String {
    format!("{ADMIN_USER}@{}", host_of_url(&store.first_url))
}

/// Helm's complaint in one line, without the prefix that every complaint has.
fn readable(stderr: &str) -> String {
    let lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("Use --debug"));
    let told = lines.collect::<Vec<_>>().join(" ");
    told.trim_start_matches("Error: ").trim_end_matches('.').to_owned()
}

/// The objects in a file of several YAML documents. Empty documents come from templates that are switched off.
fn parse(yaml: &[u8]) -> anyhow::Result<Vec<DynamicObject>> {
    let mut objects = Vec::new();
    for document in serde_norway::Deserializer::from_slice(yaml) {
        let value = Value::deserialize(document).context("it is not YAML")?;
        if value.is_null() {
            continue;
        }
        let name = value.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("without a name").to_owned();
        let object: DynamicObject = serde_json::from_value(value).with_context(|| format!("the object {name}"))?;
        anyhow::ensure!(object.types.is_some(), "the object {name} has no kind");
        objects.push(object);
    }
    anyhow::ensure!(!objects.is_empty(), "it is empty");
    Ok(objects)
}

#[cfg(test)]
mod tests;
