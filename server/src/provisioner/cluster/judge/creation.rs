//! Pods that the cluster refuses to create: quotas, limits, security rules.

use app::model::Component;
use jiff::{SignedDuration, Timestamp};
use kube::ResourceExt as _;

use super::{Observed, Problem, is_past, latest_event, name, one_line};

/// Right after the namespace was made, its service account and the quota's figures may be missing for a moment; a
/// refusal older than this is not one of those.
const REFUSAL_GRACE: SignedDuration = SignedDuration::from_secs(20);

/// Refusals that do not pass by themselves, by what their messages hold.
const LASTING: [&str; 5] =
    ["exceeded quota", "violates PodSecurity", "usage per Container", "usage per Pod", "must specify"];

/// A refusal to create the component's pod, while it has none.
pub fn find_problem(observed: &Observed, component: Component, now: Timestamp) -> Option<Problem> {
    if observed.newest_pod(component).is_some() {
        return None;
    }
    let (message, at) = refusal(observed, component)?;
    let lasting = LASTING.iter().any(|part| message.contains(part));
    if !lasting && !is_past(Some(at), REFUSAL_GRACE, now) {
        return None;
    }
    let advice = if message.contains("exceeded quota") {
        "Raise the store's quota in the chart's values (or lower what its pods request), then retry."
    } else if message.contains("violates PodSecurity") {
        "Make the chart's pods fit the namespace's Pod Security level, then retry."
    } else {
        "Make the chart's pods fit the limits that are named, then retry."
    };
    Some(Problem {
        cause: format!("The cluster refuses to create the {} pod: {}.", name(component), one_line(&message)),
        advice: advice.to_owned(),
        evidence: Vec::new(),
        log: None,
    })
}

/// The newest message of who should have created the pod, and when it was said.
fn refusal(observed: &Observed, component: Component) -> Option<(String, Timestamp)> {
    let owners = observed
        .present(&observed.stateful_sets, component)
        .map(|set| ("StatefulSet", set.name_any()))
        .chain(observed.present(&observed.jobs, component).map(|job| ("Job", job.name_any())));
    for (kind, owner) in owners {
        if let Some((message, at)) = latest_event(observed, kind, &owner, &["FailedCreate"]) {
            return Some((message.to_owned(), at));
        }
    }
    // A deployment repeats what its replica set was told.
    observed.present(&observed.deployments, component).find_map(|deployment| {
        let conditions = deployment.status.as_ref()?.conditions.as_ref()?;
        let refused = conditions
            .iter()
            .find(|c| c.type_.as_deref() == Some("ReplicaFailure") && c.status.as_deref() == Some("True"))?;
        let at = refused.last_transition_time.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0);
        Some((refused.message.clone().unwrap_or_default(), at))
    })
}
