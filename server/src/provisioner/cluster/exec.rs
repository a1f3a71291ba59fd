//! A short program in a container, and what it prints.

use std::time::Duration;

use app::model::StoreId;
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client, api::AttachParams};
use tokio::{io::AsyncReadExt as _, time::timeout};

use crate::kubernetes::Trouble;

/// Most bytes of an answer, which is some short lines.
const MAX_ANSWER: u64 = 4_096;

/// Runs a program in a container of a store, and gives what it prints within `patience`.
///
/// # Errors
/// [`Trouble`] with the cluster, or no answer in time.
pub(super) async fn run<T: Into<String> + std::fmt::Debug>(
    client: &Client,
    id: &StoreId,
    pod: &str,
    container: &str,
    command: impl IntoIterator<Item = T> + std::fmt::Debug,
    patience: Duration,
) -> Result<String, Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let params = AttachParams::default().container(container).stdin(false).stderr(false).stdout(true);
    let run = async {
        let mut process = pods.exec(pod, command, &params).await?;
        let mut told = String::new();
        if let Some(output) = process.stdout() {
            output.take(MAX_ANSWER).read_to_string(&mut told).await.map_err(kube::Error::ReadEvents)?;
        }
        Ok::<String, kube::Error>(told)
    };
    Ok(timeout(patience, run).await.map_err(|_| Trouble::passing(format!("{pod} did not answer")))??)
}
