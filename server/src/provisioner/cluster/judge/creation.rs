//! Pods that the cluster refuses to create: quotas, limits, security rules.

use app::model::{Component, Reason};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::{api::core::v1::Event as ClusterEvent, apimachinery::pkg::apis::meta::v1::ObjectMeta};

use super::{Observed, Problem, events_about, is_past, latest_event, name, one_line};
use crate::provisioner::cluster::{apply::REPAIRED_AT, observed::time_of};

/// How long a refusal that does not pass by itself may be the last word, when nobody tries again.
const REFUSAL_GRACE: SignedDuration = SignedDuration::from_secs(20);

/// Right after the namespace was made, its service account and the quota's figures may be missing for a moment, and for longer when the
/// API server was just away: a refusal of any other kind that is older than this is not one of those.
const MOMENTARY_GRACE: SignedDuration = SignedDuration::from_secs(60);

/// What a controller hears whose own view of the cluster lags behind, as after a restart of the API server, and what an API server says
/// that has trouble of its own. It passes, however long it takes.
const PASSING: [&str; 5] = ["already exists", "etcdserver", "connection refused", "timed out", "Internal error"];

/// How long a refusal that does not pass by itself must have been said again and again. What the API server knows of a
/// quota that was just raised lags behind, so the first refusals may be out of date. Controllers try again after 5 ms
/// and then after twice as long each time, so the try after 5.1 s decides; times of the cluster are whole seconds.
const LASTING_GRACE: SignedDuration = SignedDuration::from_secs(4);

/// Refusals that do not pass by themselves, by what their messages hold.
const LASTING: [&str; 5] =
    ["exceeded quota", "violates PodSecurity", "usage per Container", "usage per Pod", "must specify"];

/// An admission webhook that is down says the same things, and for long.
const WEBHOOK: &str = "failed calling webhook";

/// The reason of the events that tell of a refusal.
const REASONS: &[&str] = &["FailedCreate"];

/// What a controller was told when it should have created a pod.
struct Refusal {
    message: String,
    /// When this attempt's first refusal can have been.
    since: Timestamp,
    /// When it was said last.
    last: Timestamp,
    /// Whether it is a state that holds now, and not something that was said.
    stands: bool,
}

/// A refusal to create the component's pod, while it has none.
pub fn find_problem(observed: &Observed, component: Component, now: Timestamp) -> Option<Problem> {
    if observed.newest_pod(component).is_some() {
        return None;
    }
    let refusal = refusal(observed, component)?;
    if !refusal.is_final(now) {
        return None;
    }
    let message = refusal.message;
    let (reason, advice) = if message.contains("exceeded quota") {
        let advice = "Raise the store's quota in the chart's values (or lower what its pods request), then retry.";
        (Reason::Quota, advice)
    } else if message.contains("violates PodSecurity") {
        (Reason::NotAllowed, "Make the chart's pods fit the namespace's Pod Security level, then retry.")
    } else {
        (Reason::NotAllowed, "Make the chart's pods fit the limits that are named, then retry.")
    };
    Some(Problem {
        reason,
        cause: format!("The cluster refuses to create the {} pod: {}.", name(component), one_line(&message)),
        advice: advice.to_owned(),
        evidence: Vec::new(),
        log: None,
    })
}

impl Refusal {
    /// Whether it will not pass by itself.
    fn is_final(&self, now: Timestamp) -> bool {
        let says = |parts: &[&str]| parts.iter().any(|part| self.message.contains(part));
        if says(&PASSING) && !self.message.contains(WEBHOOK) {
            return false;
        }
        if !says(&LASTING) {
            return is_past(Some(self.last), MOMENTARY_GRACE, now);
        }
        let seen = if self.stands { now } else { self.last };
        // A controller that failed often before this attempt tries again late: what it heard once must do then.
        seen.duration_since(self.since) >= LASTING_GRACE || is_past(Some(self.since), REFUSAL_GRACE, now)
    }
}

/// The newest refusal that somebody heard who should have created the pod.
fn refusal(observed: &Observed, component: Component) -> Option<Refusal> {
    let owners = observed
        .present(&observed.stateful_sets, component)
        .map(|set| ("StatefulSet", &set.metadata))
        .chain(observed.present(&observed.jobs, component).map(|job| ("Job", &job.metadata)));
    for (kind, owner) in owners {
        let name = owner.name.as_deref().unwrap_or_default();
        if let Some((message, last)) = latest_event(observed, kind, name, REASONS) {
            // The record of an event may be older than the attempt: the cluster counts on where it was removed.
            let first = events_about(observed, kind, name, REASONS).filter_map(first_time_of).min();
            let since = first.unwrap_or(last).max(begin_of(owner));
            return Some(Refusal { message: message.to_owned(), since, last, stands: false });
        }
    }
    // A deployment repeats what its replica set was told.
    observed.present(&observed.deployments, component).find_map(|deployment| {
        let conditions = deployment.status.as_ref()?.conditions.as_ref()?;
        let refused = conditions
            .iter()
            .find(|c| c.type_.as_deref() == Some("ReplicaFailure") && c.status.as_deref() == Some("True"))?;
        let last = refused.last_transition_time.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0);
        let since = last.max(begin_of(&deployment.metadata));
        Some(Refusal { message: refused.message.clone().unwrap_or_default(), since, last, stands: true })
    })
}

/// When the attempt began for this workload: when it was made, or applied over the remains of a failed attempt.
fn begin_of(owner: &ObjectMeta) -> Timestamp {
    let made = owner.creation_timestamp.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0);
    let repaired = owner.annotations.as_ref().and_then(|all| all.get(REPAIRED_AT)?.parse().ok());
    repaired.map_or(made, |repaired: Timestamp| repaired.max(made))
}

fn first_time_of(event: &ClusterEvent) -> Option<Timestamp> {
    event.first_timestamp.as_ref().map(|time| time.0).or_else(|| time_of(event))
}
