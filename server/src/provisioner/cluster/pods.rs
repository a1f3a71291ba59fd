//! The pods of a store as a person sees them, with what they use where the cluster measures it.

use std::time::Duration;

use app::model::{Container, Pod as SeenPod, Pods, StoreId, Usage};
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::{Api, Client, ResourceExt as _, api::ListParams};
use tokio::time::timeout;

use super::{
    judge,
    usage::{self, Measured},
};
use crate::kubernetes::{Trouble, within};

/// How long the measurement may take, which takes some hundredths of a second; a page waits for it.
const MEASURE_PATIENCE: Duration = Duration::from_secs(1);

/// The pods of the store, by name.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn of_store(client: &Client, id: &StoreId) -> Result<Pods, Trouble> {
    let namespace = id.namespace();
    let api: Api<Pod> = Api::namespaced(client.clone(), &namespace);
    let found = within(api.list(&ListParams::default())).await?.items;
    // A node that does not answer is when pods are looked at: what cannot be measured hides none of them.
    let measured = match timeout(MEASURE_PATIENCE, usage::measure(client, &namespace, &found)).await {
        Ok(Ok(measured)) => measured,
        Ok(Err(trouble)) => {
            tracing::warn!(%trouble, namespace, "what pods use cannot be measured");
            None
        }
        Err(_) => {
            tracing::warn!(namespace, "what pods use was not told in time");
            None
        }
    };
    let mut pods: Vec<SeenPod> = found.iter().map(|pod| see(pod, measured.as_ref())).collect();
    pods.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Pods { measured: measured.is_some(), pods })
}

fn see(pod: &Pod, measured: Option<&Measured>) -> SeenPod {
    let status = pod.status.as_ref();
    let containers = status.and_then(|status| status.container_statuses.as_deref()).unwrap_or_default();
    let succeeded = status.and_then(|status| status.phase.as_deref()) == Some("Succeeded");
    SeenPod {
        name: pod.name_any(),
        phase: phase_of(pod, containers),
        healthy: succeeded || judge::is_ready(pod),
        restarts: containers.iter().map(|container| u32::try_from(container.restart_count).unwrap_or(0)).sum(),
        last_end: containers.iter().find_map(last_end),
        created_at: pod.creation_timestamp().map(|time| time.0),
        containers: containers_of(pod, measured),
    }
}

/// What `kubectl get pods` says of a pod: more telling than its phase.
fn phase_of(pod: &Pod, containers: &[ContainerStatus]) -> String {
    if pod.metadata.deletion_timestamp.is_some() {
        return "Terminating".to_owned();
    }
    let waiting = containers.iter().find_map(|container| {
        let state = container.state.as_ref()?;
        let waiting = state.waiting.as_ref().and_then(|waiting| waiting.reason.clone());
        waiting.or_else(|| state.terminated.as_ref().and_then(|end| end.reason.clone()))
    });
    let phase = pod.status.as_ref().and_then(|status| status.reason.clone().or_else(|| status.phase.clone()));
    waiting.or(phase).unwrap_or_else(|| "Unknown".to_owned())
}

fn last_end(container: &ContainerStatus) -> Option<String> {
    let end = container.last_state.as_ref()?.terminated.as_ref()?;
    let reason = end.reason.as_deref().unwrap_or("ended");
    Some(format!("{reason} (exit code {})", end.exit_code))
}

/// What each container uses and may use; the chart leaves none of them without limits.
fn containers_of(pod: &Pod, measured: Option<&Measured>) -> Vec<Container> {
    let containers = pod.spec.as_ref().map(|spec| spec.containers.as_slice()).unwrap_or_default();
    let see = |container: &k8s_openapi::api::core::v1::Container| {
        let limits = container.resources.as_ref().and_then(|resources| resources.limits.as_ref());
        let limit = limits.map_or_else(Usage::default, |limits| usage::read(limits.get("cpu"), limits.get("memory")));
        let name = container.name.clone();
        let usage = measured.and_then(|measured| measured.get(&(pod.name_any(), name.clone())).copied());
        Container { name, usage, limit }
    };
    containers.iter().map(see).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_is_seen_with_its_restarts_and_its_limits() {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": {"name": "store-database-0", "creationTimestamp": "2026-02-13T14:35:13Z"},
            "spec": {"containers": [
                {"name": "a", "resources": {"limits": {"cpu": "1", "memory": "384Mi"}}},
                {"name": "b", "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}}},
            ]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [
                {"name": "a", "image": "", "imageID": "", "ready": true, "restartCount": 2, "state": {"running": {}},
                 "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}},
                {"name": "b", "image": "", "imageID": "", "ready": true, "restartCount": 1, "state": {"running": {}}},
            ]},
        }))
        .expect("a pod");
        let seen = see(&pod, None);
        assert_eq!((seen.restarts, seen.healthy, seen.phase.as_str()), (3, true, "Running"));
        assert_eq!(seen.last_end.as_deref(), Some("OOMKilled (exit code 137)"));
        let limits: Vec<Usage> = seen.containers.iter().map(|container| container.limit).collect();
        let mib = 1024 * 1024;
        assert_eq!(limits, [Usage { cpu_milli: 1000, memory: 384 * mib }, Usage { cpu_milli: 500, memory: 256 * mib }]);
        assert!(seen.containers.iter().all(|container| container.usage.is_none()));

        let usage = Usage { cpu_milli: 7, memory: 5 };
        let measured = [(("store-database-0".to_owned(), "b".to_owned()), usage)].into();
        assert_eq!(see(&pod, Some(&measured)).containers[1].usage, Some(usage));
    }

    #[test]
    fn what_a_container_waits_for_says_more_than_the_phase() {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": {"name": "one"},
            "status": {"phase": "Running", "containerStatuses": [
                {"name": "a", "image": "", "imageID": "", "ready": false, "restartCount": 5,
                 "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
            ]},
        }))
        .expect("a pod");
        let seen = see(&pod, None);
        assert_eq!((seen.phase.as_str(), seen.healthy), ("CrashLoopBackOff", false));
    }
}
