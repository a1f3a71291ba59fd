//! Everything that is to be seen of a store when something failed, taken before anything is cleaned up.

use app::model::{Component, Finding, StoreId};
use k8s_openapi::{
    api::core::v1::{ContainerStatus, Event as ClusterEvent, Pod, ResourceQuota},
    apimachinery::pkg::api::resource::Quantity,
};
use kube::{Api, Client, ResourceExt as _, api::ListParams};

use super::{
    Cluster, judge, logs, namespace,
    observed::{Observed, time_of},
    removal,
};
use crate::kubernetes::{Trouble, within};

/// The cluster's events that are kept, the newest of them.
const EVENTS: usize = 30;

/// Log lines of each component that are kept.
const LOG_LINES: u32 = 40;

/// Most characters of one finding: a log line may be long.
const MAX_LENGTH: usize = 12_000;

impl Cluster {
    /// What is to be seen of the store now, without what there is nothing to say about.
    ///
    /// # Errors
    /// [`Trouble`] with the cluster; that a log cannot be read is a finding.
    pub(super) async fn findings(&self, id: &StoreId) -> Result<Vec<Finding>, Trouble> {
        let client = self.kubernetes.client().await?;
        // What is in somebody else's namespace is nobody's business here.
        let Some(there) = namespace::find(&client, id).await?.filter(|there| namespace::is_ours(there, id)) else {
            return Ok(Vec::new());
        };
        let observed = self.look(id).await?;
        let quotas: Api<ResourceQuota> = Api::namespaced(client.clone(), &id.namespace());
        let quotas = within(quotas.list(&ListParams::default())).await?.items;
        let mut findings = vec![
            finding("Namespace", removal::blockers(&there)),
            finding("Pods", observed.pods.all().flat_map(describe_pod).collect()),
            finding("Volume claims", observed.claims.all().map(describe_claim).collect()),
            finding("Quota", quotas.iter().flat_map(describe_quota).collect()),
            finding("Events of the cluster", describe_events(&observed)),
        ];
        for component in Component::ALL {
            findings.push(last_lines(&client, id, component).await);
        }
        findings.retain(|finding| !finding.text.trim().is_empty());
        Ok(findings)
    }
}

fn finding(about: &str, lines: Vec<String>) -> Finding {
    Finding { about: about.to_owned(), text: cut(&lines.join("\n")) }
}

/// The end of a text is what it came to.
fn cut(text: &str) -> String {
    let length = text.chars().count();
    if length <= MAX_LENGTH {
        return text.to_owned();
    }
    format!("(cut)\n{}", text.chars().skip(length - MAX_LENGTH).collect::<String>())
}

async fn last_lines(client: &Client, id: &StoreId, component: Component) -> Finding {
    let log = match logs::of_component(client, id, component, LOG_LINES).await {
        Ok(log) => without_addresses(&log.unwrap_or_default()),
        Err(trouble) => format!("It cannot be read: {trouble}"),
    };
    finding(&format!("Log: {}", judge::name(component)), vec![log])
}

/// A log without the network addresses of a shop's visitors: it is kept for long.
fn without_addresses(log: &str) -> String {
    let is_in_address = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
    let mut kept = String::with_capacity(log.len());
    let mut rest = log;
    while let Some(start) = rest.find(is_in_address) {
        let length = rest[start..].find(|c| !is_in_address(c)).unwrap_or(rest.len() - start);
        let (before, word) = (&rest[..start], &rest[start..start + length]);
        let is_address = word.trim_end_matches([':', '.']).parse::<std::net::IpAddr>().is_ok();
        kept.push_str(before);
        kept.push_str(if is_address { "(address)" } else { word });
        rest = &rest[start + length..];
    }
    kept + rest
}

/// A pod with the conditions that do not hold, and what its containers wait for and last died of.
fn describe_pod(pod: &Pod) -> Vec<String> {
    let mut lines = vec![judge::describe(pod)];
    let status = pod.status.as_ref();
    if let Some(node) = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()) {
        lines.push(format!("  on the node {node}"));
    }
    for condition in status.and_then(|status| status.conditions.as_deref()).unwrap_or_default() {
        let why = [condition.reason.as_deref(), condition.message.as_deref()].into_iter().flatten();
        let why: Vec<&str> = why.filter(|text| !text.is_empty()).collect();
        if condition.status != "True" && !why.is_empty() {
            lines.push(format!("  {} is {}: {}", condition.type_, condition.status, why.join(": ")));
        }
    }
    lines.extend(judge::containers(pod).flat_map(describe_container));
    lines
}

fn describe_container(container: &ContainerStatus) -> Vec<String> {
    let name = &container.name;
    let waiting = container.state.as_ref().and_then(|state| state.waiting.as_ref()).map(|waiting| {
        let (reason, message) = (waiting.reason.as_deref().unwrap_or("?"), waiting.message.as_deref().unwrap_or(""));
        format!("  {name} waits: {reason} {message}").trim_end().to_owned()
    });
    let ends = [("ended", container.state.as_ref()), ("last ended", container.last_state.as_ref())];
    let ends = ends.into_iter().filter_map(|(word, state)| {
        let end = state?.terminated.as_ref()?;
        let at = end.finished_at.as_ref().map(|at| format!(" at {}", at.0)).unwrap_or_default();
        let (reason, message) = (end.reason.as_deref().unwrap_or("?"), end.message.as_deref().unwrap_or(""));
        let told = format!("  {name} {word}{at}: {reason}, exit code {} {message}", end.exit_code);
        Some(told.trim_end().to_owned())
    });
    waiting.into_iter().chain(ends).collect()
}

fn describe_claim(claim: &k8s_openapi::api::core::v1::PersistentVolumeClaim) -> String {
    let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or("Unknown");
    let spec = claim.spec.as_ref();
    let volume = spec.and_then(|spec| spec.volume_name.as_deref()).unwrap_or("no volume yet");
    let class = spec.and_then(|spec| spec.storage_class_name.as_deref()).unwrap_or("none");
    format!("{} is {phase}: {volume}, storage class {class}", claim.name_any())
}

/// What is used of each limit.
fn describe_quota(quota: &ResourceQuota) -> Vec<String> {
    let Some(status) = &quota.status else { return Vec::new() };
    let used = |name: &str| status.used.as_ref().and_then(|used| used.get(name)).map_or("?", |Quantity(used)| used);
    let hard = status.hard.iter().flatten();
    hard.map(|(name, Quantity(hard))| format!("{name}: {} of {hard}", used(name))).collect()
}

fn describe_events(observed: &Observed) -> Vec<String> {
    let events = observed.recent_events();
    events.into_iter().rev().take(EVENTS).rev().map(describe_event).collect()
}

fn describe_event(event: &ClusterEvent) -> String {
    let at = time_of(event).map(|at| format!("{at} ")).unwrap_or_default();
    let object = &event.involved_object;
    let (kind, name) = (object.kind.as_deref().unwrap_or("?"), object.name.as_deref().unwrap_or("?"));
    let times = event.count.filter(|count| *count > 1).map(|count| format!(" ({count} times)")).unwrap_or_default();
    let (level, reason) = (event.type_.as_deref().unwrap_or("?"), event.reason.as_deref().unwrap_or("?"));
    let message = judge::one_line(event.message.as_deref().unwrap_or(""));
    format!("{at}{level} {reason} on {kind} {name}{times}: {message}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_is_told_with_what_does_not_hold_and_what_it_died_of() {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": {"name": "db-0"},
            "spec": {"nodeName": "one", "containers": []},
            "status": {
                "phase": "Running",
                "conditions": [
                    {"type": "PodScheduled", "status": "True"},
                    {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "unready: [db]"},
                ],
                "containerStatuses": [{
                    "name": "db", "ready": false, "restartCount": 2, "image": "x", "imageID": "x",
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 20s"}},
                    "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-02-13T14:35:13Z"}},
                }],
            },
        }))
        .expect("a pod");
        assert_eq!(
            describe_pod(&pod),
            [
                "Pod db-0 is Running: db CrashLoopBackOff, 2 restarts",
                "  on the node one",
                "  Ready is False: ContainersNotReady: unready: [db]",
                "  db waits: CrashLoopBackOff back-off 20s",
                "  db last ended at 2026-02-13T14:35:13Z: OOMKilled, exit code 137",
            ]
        );
    }

    #[test]
    fn a_quota_is_told_as_what_is_used_of_what() {
        let quota: ResourceQuota = serde_json::from_value(json!({
            "status": {"hard": {"pods": "8", "requests.cpu": "1"}, "used": {"pods": "8"}},
        }))
        .expect("a quota");
        assert_eq!(describe_quota(&quota), ["pods: 8 of 8", "requests.cpu: ? of 1"]);
    }

    #[test]
    fn the_addresses_of_visitors_are_not_kept() {
        let log = "203.0.113.9 - - [13/Feb/2026:14:35:13] \"GET /shop HTTP/1.1\" 200\nfrom 2001:db8::1, WordPress 6.9.1 at 14:35:13";
        let kept = "(address) - - [13/Feb/2026:14:35:13] \"GET /shop HTTP/1.1\" 200\nfrom (address), WordPress 6.9.1 at 14:35:13";
        assert_eq!(without_addresses(log), kept);
    }

    #[test]
    fn of_a_long_text_the_end_is_kept() {
        let kept = cut(&"é".repeat(MAX_LENGTH + 5));
        assert_eq!(kept.chars().count(), MAX_LENGTH + "(cut)\n".len());
        assert_eq!(cut("short"), "short");
    }
}
