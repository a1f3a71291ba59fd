//! Whether a step is done, can still succeed, or has failed: decided from what is seen, without asking anybody.

mod bootstrap;
mod creation;
mod open;
mod pods;
mod volumes;

use app::model::{Component, Edition, Failure, Reason, Step};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::{
    apps::v1::StatefulSet,
    core::v1::{Event, Pod},
};
use kube::ResourceExt as _;

pub use bootstrap::{
    Outcome, explain_line, is_complete as is_complete_job, is_failed as is_failed_job, is_lost, outcome_of, reason_of,
    report,
};
pub use open::{broken_secret, examine, lost_namespace, lost_secret};
pub use pods::{containers, describe, is_hanging, is_idle, is_ready};

use super::observed::{Observed, time_of};
use crate::provisioner::StepReport;

/// The label that says from which template of its `StatefulSet` a pod was made.
const REVISION_LABEL: &str = "controller-revision-hash";

/// How many of the cluster's warnings a failure shows.
const SHOWN_EVENTS: usize = 6;

/// What is to be thought of a step.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// It can still succeed.
    Waiting {
        /// For what, half a sentence such as "the database pod is being created".
        why: String,
    },
    /// It is done.
    Done(StepReport),
    /// It cannot succeed any more without somebody's help.
    Failed(Problem),
}

/// Why a step cannot succeed.
#[derive(Debug, PartialEq)]
pub struct Problem {
    /// Of which kind.
    pub reason: Reason,
    /// The cause, one sentence.
    pub cause: String,
    /// What to do, one sentence.
    pub advice: String,
    /// What was seen, line by line.
    pub evidence: Vec<String>,
    /// The pod whose last log lines belong to the evidence.
    pub log: Option<LogSource>,
}

/// A container's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSource {
    /// The pod's name.
    pub pod: String,
    /// The container's name.
    pub container: String,
    /// The log of the run before the present one.
    pub previous: bool,
}

/// Judges a step from what is seen of the store at the time `now`.
#[must_use]
pub fn judge(observed: &Observed, step: Step, now: Timestamp) -> Verdict {
    match finish(observed, step) {
        Some(Verdict::Failed(problem)) => return Verdict::Failed(with_events(problem, observed)),
        Some(verdict) => return verdict,
        None => {}
    }
    for component in needs(observed, step) {
        if let Some(problem) = find_problem(observed, *component, now) {
            return Verdict::Failed(with_events(problem, observed));
        }
    }
    Verdict::Waiting { why: explain_wait(observed, step) }
}

/// The end of the step, when what it waits for has come to its end.
fn finish(observed: &Observed, step: Step) -> Option<Verdict> {
    let text = match step {
        Step::Database => {
            let mut sets = observed.present(&observed.stateful_sets, Component::Database);
            let pod = observed.newest_pod(Component::Database);
            let answers = sets.any(|set| is_stateful_set_ready(set) || pod.is_some_and(|pod| has_started(pod, set)));
            answers.then_some("The database answers")
        }
        Step::Wordpress => {
            let running = observed.newest_pod(Component::Wordpress).is_some_and(pods::is_running);
            running.then_some("The WordPress pod runs")
        }
        Step::Woocommerce => return bootstrap::finish(observed),
        Step::Storefront => {
            let ready = observed.newest_pod(Component::Wordpress).is_some_and(pods::is_ready);
            ready.then_some("The WordPress pod is ready")
        }
        // These two are not waited for by watching.
        Step::Namespace | Step::Checkout => Some("There is nothing to wait for"),
    };
    text.map(|text| Verdict::Done(StepReport { text: text.to_owned(), edition: None }))
}

/// The components without which the step cannot succeed.
fn needs(observed: &Observed, step: Step) -> &'static [Component] {
    match step {
        // Without a job it is the web server that is asked.
        Step::Woocommerce if observed.newest_job(Component::Bootstrap).is_none() => {
            &[Component::Wordpress, Component::Database]
        }
        Step::Namespace | Step::Checkout => &[],
        Step::Database => &[Component::Database],
        Step::Wordpress | Step::Storefront => &[Component::Wordpress, Component::Database],
        Step::Woocommerce => &[Component::Bootstrap, Component::Database],
    }
}

/// The first thing found that keeps the component from working.
fn find_problem(observed: &Observed, component: Component, now: Timestamp) -> Option<Problem> {
    creation::find_problem(observed, component, now)
        .or_else(|| volumes::find_problem(observed, component, now))
        .or_else(|| pods::find_problem(observed, component, now))
}

fn explain_wait(observed: &Observed, step: Step) -> String {
    let Some(component) = needs(observed, step).first() else { return "nothing".to_owned() };
    match observed.newest_pod(*component) {
        Some(pod) => pods::explain_wait(pod, *component),
        None => format!("the {} pod does not exist yet", name(*component)),
    }
}

/// Whether every replica of the newest template is ready.
fn is_stateful_set_ready(set: &StatefulSet) -> bool {
    let wanted = set.spec.replicas.unwrap_or(1);
    set.status.as_ref().is_some_and(|status| {
        status.observed_generation >= set.metadata.generation
            && status.ready_replicas.unwrap_or(0) >= wanted
            && (status.update_revision == status.current_revision || status.updated_replicas.unwrap_or(0) >= wanted)
    })
}

/// Whether the pod is of the newest template and its start-up probe was answered: older clusters call it ready a while later.
fn has_started(pod: &Pod, set: &StatefulSet) -> bool {
    let revision = pod.labels().get(REVISION_LABEL);
    let is_newest = set.status.as_ref().is_some_and(|status| {
        status.observed_generation >= set.metadata.generation && status.update_revision.as_ref() == revision
    });
    is_newest && revision.is_some() && pods::has_started(pod)
}

/// Adds the cluster's latest warnings to the evidence.
fn with_events(mut problem: Problem, observed: &Observed) -> Problem {
    problem.evidence.extend(warnings(observed));
    problem
}

/// The cluster's latest warnings, one line each, oldest first.
#[must_use]
pub fn warnings(observed: &Observed) -> Vec<String> {
    let events = observed.recent_events();
    let mut lines: Vec<String> = events
        .into_iter()
        .rev()
        .filter(|event| event.type_.as_deref() == Some("Warning"))
        .take(SHOWN_EVENTS)
        .map(|event| {
            let object = &event.involved_object;
            let (kind, name) = (object.kind.as_deref().unwrap_or("?"), object.name.as_deref().unwrap_or("?"));
            let (reason, message) = (event.reason.as_deref().unwrap_or("?"), event.message.as_deref().unwrap_or(""));
            format!("Warning {reason} on {kind} {name}: {}", one_line(message))
        })
        .collect();
    lines.reverse();
    lines
}

/// The events of these reasons about this object, oldest first.
fn events_about<'a>(
    observed: &'a Observed,
    kind: &str,
    name: &str,
    reasons: &[&str],
) -> impl DoubleEndedIterator<Item = &'a Event> {
    observed.recent_events().into_iter().filter(move |event| {
        event.involved_object.kind.as_deref() == Some(kind)
            && event.involved_object.name.as_deref() == Some(name)
            && event.reason.as_deref().is_some_and(|reason| reasons.contains(&reason))
    })
}

/// The newest event of this reason about this object.
fn latest_event<'a>(observed: &'a Observed, kind: &str, name: &str, reasons: &[&str]) -> Option<(&'a str, Timestamp)> {
    let event = events_about(observed, kind, name, reasons).next_back()?;
    Some((event.message.as_deref().unwrap_or(""), time_of(event).unwrap_or(Timestamp::UNIX_EPOCH)))
}

/// Whether more than `grace` has passed since `start`.
fn is_past(start: Option<Timestamp>, grace: SignedDuration, now: Timestamp) -> bool {
    start.is_some_and(|start| now.duration_since(start) > grace)
}

/// When the pod came to be.
fn birth_of(pod: &Pod) -> Option<Timestamp> {
    pod.metadata.creation_timestamp.as_ref().map(|time| time.0)
}

/// The component's name in a sentence.
#[must_use]
pub fn name(component: Component) -> &'static str {
    match component {
        Component::Wordpress => "WordPress",
        Component::Database => "database",
        Component::Bootstrap => "bootstrap",
    }
}

/// A message of the cluster in one line, without the full stop at its end.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

impl Problem {
    /// The failure that a person sees, with these log lines.
    #[must_use]
    pub fn into_failure(self, step: Step, log: Option<&str>) -> Failure {
        let mut evidence = self.evidence;
        if let (Some(source), Some(log)) = (&self.log, log.map(str::trim).filter(|log| !log.is_empty())) {
            evidence.push(format!("Last log lines of {}:\n{log}", source.pod));
        }
        Failure::new(self.reason, Some(step), self.cause, self.advice).with_evidence(evidence.join("\n"))
    }
}

impl Outcome {
    /// What kind of site the bootstrap made.
    #[must_use]
    pub fn edition(&self) -> Edition {
        if self.woocommerce.is_some() { Edition::Shop } else { Edition::WordpressOnly }
    }
}

#[cfg(test)]
mod tests;
