//! Pods that exist but do not work: images, placement, configuration, crashes.

use app::model::{Component, Reason};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{ContainerStateWaiting, ContainerStatus, Pod};
use kube::ResourceExt as _;

use super::{LogSource, Observed, Problem, birth_of, is_past, latest_event, name, one_line};

/// A registry may fail once; the kubelet tries again after 10 s.
const PULL_GRACE: SignedDuration = SignedDuration::from_secs(15);

/// A pod may find no place until another one is gone or its volume is bound.
const PLACE_GRACE: SignedDuration = SignedDuration::from_secs(30);

/// A `Secret` or `ConfigMap` may be applied a moment after the pod that uses it.
const CONFIG_GRACE: SignedDuration = SignedDuration::from_secs(15);

/// Restarts after which a crashing container is given up: one crash may be the database's start being slow.
const CRASHES: i32 = 2;

/// What registries and container runtimes say when trying again does not help.
const NO_SUCH_IMAGE: [&str; 7] =
    ["not found", "NotFound", "does not exist", "denied", "nauthorized", "authorization failed", "manifest unknown"];

/// What keeps the component's newest pod from working.
pub fn find_problem(observed: &Observed, component: Component, now: Timestamp) -> Option<Problem> {
    let pod = observed.newest_pod(component)?;
    let mut problem = find_unplaced(pod, component, now)
        .or_else(|| containers(pod).find_map(|c| find_bad_container(observed, pod, c, component, now)))?;
    problem.evidence.insert(0, describe(pod));
    Some(problem)
}

fn find_unplaced(pod: &Pod, component: Component, now: Timestamp) -> Option<Problem> {
    let placed = condition(pod, "PodScheduled")?;
    let since = placed.last_transition_time.as_ref().map(|time| time.0);
    let unplaced = placed.status == "False" && placed.reason.as_deref() == Some("Unschedulable");
    if !unplaced || !is_past(since, PLACE_GRACE, now) {
        return None;
    }
    let told = one_line(placed.message.as_deref().unwrap_or("it does not say why"));
    Some(Problem {
        reason: Reason::NoPlace,
        cause: format!("The cluster has no place for the {} pod: {told}.", name(component)),
        advice:
            "Free or add what is named (nodes, memory, CPU, volumes), or delete stores that are not needed, then retry."
                .to_owned(),
        evidence: Vec::new(),
        log: None,
    })
}

fn find_bad_container(
    observed: &Observed,
    pod: &Pod,
    container: &ContainerStatus,
    component: Component,
    now: Timestamp,
) -> Option<Problem> {
    let waiting = container.state.as_ref()?.waiting.as_ref()?;
    let who = name(component);
    let old = |grace| is_past(birth_of(pod), grace, now);
    let (reason, cause, advice, log) = match waiting.reason.as_deref()? {
        "ErrImageNeverPull" | "InvalidImageName" => {
            (Reason::ImageUnavailable, image_cause(container, waiting, None), IMAGE_ADVICE, None)
        }
        "ErrImagePull" | "ImagePullBackOff" => {
            let told = latest_event(observed, "Pod", &pod.name_any(), &["Failed"]).map(|(message, _)| message);
            let told = told.filter(|message| message.contains("pull"));
            let text = format!("{} {}", waiting.message.as_deref().unwrap_or(""), told.unwrap_or(""));
            if !NO_SUCH_IMAGE.iter().any(|part| text.contains(part)) && !old(PULL_GRACE) {
                return None;
            }
            (Reason::ImageUnavailable, image_cause(container, waiting, told), IMAGE_ADVICE, None)
        }
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" if old(CONFIG_GRACE) => {
            let told = one_line(waiting.message.as_deref().unwrap_or("it does not say why"));
            let cause = format!("The {who} container cannot be started: {told}.");
            (
                Reason::CannotStart,
                cause,
                "Correct the chart or its values where they name what is missing, then retry.",
                None,
            )
        }
        // A job counts its pod's failures itself.
        "CrashLoopBackOff" if component != Component::Bootstrap && container.restart_count >= CRASHES => {
            let log = LogSource { pod: pod.name_any(), container: container.name.clone(), previous: true };
            let (reason, how) = crash_cause(container);
            let times = container.restart_count;
            let cause =
                format!("The {who} container \"{}\" crashes again and again ({times} times): {how}.", container.name);
            (reason, cause, "Read its last log lines below, mend what they name, then retry.", Some(log))
        }
        _ => return None,
    };
    Some(Problem { reason, cause, advice: advice.to_owned(), evidence: Vec::new(), log })
}

const IMAGE_ADVICE: &str = "Make the image available to the cluster's nodes (`dev/image` builds and imports it locally), or \
                            name one that exists with --image (URUMI_IMAGE), then retry.";

fn image_cause(container: &ContainerStatus, waiting: &ContainerStateWaiting, told: Option<&str>) -> String {
    let told = told.or(waiting.message.as_deref()).map(one_line).unwrap_or_default();
    let reason = waiting.reason.as_deref().unwrap_or("?");
    if told.is_empty() {
        format!("The image {} cannot be used: {reason}.", container.image)
    } else {
        format!("The image {} cannot be used: {reason}: {told}.", container.image)
    }
}

fn crash_cause(container: &ContainerStatus) -> (Reason, String) {
    let end = container.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    match end {
        Some(end) if end.reason.as_deref() == Some("OOMKilled") => {
            (Reason::OutOfMemory, "it needs more memory than its limit".to_owned())
        }
        Some(end) => (Reason::Crashes, format!("it ends with exit code {}", end.exit_code)),
        None => (Reason::Crashes, "it does not say how".to_owned()),
    }
}

/// What a pod that has no problem is waiting for.
pub fn explain_wait(pod: &Pod, component: Component) -> String {
    let who = name(component);
    if condition(pod, "PodScheduled").is_some_and(|placed| placed.status == "False") {
        return format!("the {who} pod waits for a place in the cluster");
    }
    let waiting = containers(pod).find_map(|c| c.state.as_ref()?.waiting.as_ref()?.reason.clone());
    match waiting.as_deref() {
        Some("ContainerCreating" | "PodInitializing") => format!("the {who} pod is being created"),
        Some(reason) => format!("the {who} pod waits: {reason}"),
        None if component == Component::Bootstrap => "the bootstrap is at work".to_owned(),
        None if is_running(pod) => format!("the {who} pod runs but is not ready yet"),
        None => format!("the {who} pod is starting"),
    }
}

/// Whether all its containers run.
pub fn is_running(pod: &Pod) -> bool {
    let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_deref()).unwrap_or_default();
    !statuses.is_empty() && statuses.iter().all(|s| s.state.as_ref().is_some_and(|state| state.running.is_some()))
}

/// Whether the start-up probes of all of its containers were answered.
pub fn has_started(pod: &Pod) -> bool {
    let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_deref()).unwrap_or_default();
    !statuses.is_empty() && statuses.iter().all(|status| status.started == Some(true))
}

/// Whether one of its containers, or its placement, waits for something that an earlier attempt got wrong.
pub fn is_hanging(pod: &Pod) -> bool {
    const MOMENTARY: [&str; 2] = ["ContainerCreating", "PodInitializing"];
    let reason = |container: &ContainerStatus| container.state.as_ref()?.waiting.as_ref()?.reason.clone();
    let stuck = containers(pod).filter_map(reason).any(|reason| !MOMENTARY.contains(&reason.as_str()));
    let unplaced = condition(pod, "PodScheduled").is_some_and(|placed| placed.status == "False");
    pod.metadata.deletion_timestamp.is_none() && (stuck || unplaced)
}

/// Whether nothing of it runs.
pub fn is_idle(pod: &Pod) -> bool {
    containers(pod).all(|container| container.state.as_ref().is_none_or(|state| state.running.is_none()))
}

/// Whether it takes requests.
pub fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready").is_some_and(|ready| ready.status == "True")
}

/// Phase and containers of a pod in one line.
pub fn describe(pod: &Pod) -> String {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or("Unknown");
    let parts: Vec<String> = containers(pod)
        .map(|container| {
            let state = container.state.as_ref();
            let waiting = state.and_then(|state| state.waiting.as_ref()).and_then(|waiting| waiting.reason.as_deref());
            let ended = state.and_then(|state| state.terminated.as_ref()).map(|end| format!("ended {}", end.exit_code));
            let told = waiting.map(ToOwned::to_owned).or(ended).unwrap_or_else(|| "running".to_owned());
            let ready = if container.ready { ", ready" } else { "" };
            format!("{} {told}{ready}, {} restarts", container.name, container.restart_count)
        })
        .collect();
    format!(
        "Pod {} is {phase}: {}",
        pod.name_any(),
        if parts.is_empty() { "no container yet".to_owned() } else { parts.join("; ") }
    )
}

fn condition<'a>(pod: &'a Pod, name: &str) -> Option<&'a k8s_openapi::api::core::v1::PodCondition> {
    pod.status.as_ref()?.conditions.as_ref()?.iter().find(|condition| condition.type_ == name)
}

/// How its containers are, init containers first: they run first.
pub fn containers(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let status = pod.status.as_ref();
    let init = status.and_then(|status| status.init_container_statuses.as_deref()).unwrap_or_default();
    let main = status.and_then(|status| status.container_statuses.as_deref()).unwrap_or_default();
    init.iter().chain(main)
}
