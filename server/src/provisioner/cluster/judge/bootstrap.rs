//! The bootstrap that installs the shop: what it made, or why it failed.

use app::model::{Component, Reason};
use k8s_openapi::api::{
    batch::v1::Job,
    core::v1::{ContainerStateTerminated, Pod},
};
use kube::ResourceExt as _;
use serde::{Deserialize, Serialize};

use super::{LogSource, Observed, Problem, Verdict, one_line};
use crate::provisioner::StepReport;

/// How a bootstrap begins its last words to which the database did not answer as it should.
const DATABASE_FAILED: &str = "bootstrap: database FAILED";

/// What the bootstrap made, as its pod's termination message or its answer tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// WordPress' version.
    pub wordpress: String,
    /// WooCommerce's version; none when the image holds none.
    pub woocommerce: Option<String>,
    /// The demo product.
    pub product: Option<Product>,
}

/// The demo product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its id in WooCommerce.
    pub id: u64,
    /// Its name, as visitors see it.
    pub name: String,
    /// The path of its page.
    pub path: String,
}

/// Done when the job is complete, failed when it has failed, none while it works.
pub fn finish(observed: &Observed) -> Option<Verdict> {
    let job = observed.newest_job(Component::Bootstrap)?;
    if let Some((reason, message)) = condition(job, "Failed") {
        return Some(Verdict::Failed(explain_failure(observed, job, reason, message)));
    }
    condition(job, "Complete")?;
    match outcome_of(observed.present(&observed.pods, Component::Bootstrap)) {
        Some(Ok(outcome)) => Some(Verdict::Done(report(&outcome))),
        Some(Err(told)) => Some(Verdict::Failed(unreadable(observed, &format!("it left {told:?}")))),
        // The job's status can be seen before its pod's.
        None if observed.newest_pod(Component::Bootstrap).is_some() => None,
        None => Some(Verdict::Failed(unreadable(observed, "its pod is gone"))),
    }
}

/// What the newest successful bootstrap pod among these left; the text itself where it cannot be read.
#[must_use]
pub fn outcome_of<'a>(pods: impl Iterator<Item = &'a Pod>) -> Option<Result<Outcome, String>> {
    let ended = pods.filter_map(|pod| Some((pod, last_end(pod)?.1)));
    let succeeded = ended.filter(|(_, end)| end.exit_code == 0);
    let (_, end) = succeeded.max_by_key(|(pod, _)| pod.creation_timestamp().map(|time| time.0))?;
    let message = end.message.as_deref().unwrap_or("");
    Some(serde_json::from_str(message).map_err(|_| message.to_owned()))
}

/// Whether a complete job with these pods cannot tell any more what it made.
#[must_use]
pub fn is_lost<'a>(pods: impl Iterator<Item = &'a Pod> + Clone) -> bool {
    match outcome_of(pods.clone()) {
        Some(outcome) => outcome.is_err(),
        // The job's status can be seen before its pod's.
        None => pods.count() == 0,
    }
}

/// Whether the job has ended without success.
#[must_use]
pub fn is_failed(job: &Job) -> bool {
    condition(job, "Failed").is_some()
}

/// Whether the job has ended with success.
#[must_use]
pub fn is_complete(job: &Job) -> bool {
    condition(job, "Complete").is_some()
}

/// What is told of a bootstrap that succeeded.
#[must_use]
pub fn report(outcome: &Outcome) -> StepReport {
    let text = match &outcome.woocommerce {
        Some(version) => format!("WooCommerce {version} on WordPress {} installed", outcome.wordpress),
        None => format!(
            "WordPress {} installed; the image holds no WooCommerce: WordPress only, no shop",
            outcome.wordpress
        ),
    };
    StepReport { text, edition: Some(outcome.edition()) }
}

/// Reason and message of a condition that holds.
fn condition<'a>(job: &'a Job, name: &str) -> Option<(&'a str, &'a str)> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    let holds = conditions.iter().find(|condition| condition.type_ == name && condition.status == "True")?;
    Some((holds.reason.as_deref().unwrap_or(""), holds.message.as_deref().unwrap_or("")))
}

/// The container that ended last in the pod, in its present or its former run.
fn last_end(pod: &Pod) -> Option<(&str, &ContainerStateTerminated, bool)> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    statuses.iter().find_map(|status| {
        let now = status.state.as_ref().and_then(|state| state.terminated.as_ref());
        let before = status.last_state.as_ref().and_then(|state| state.terminated.as_ref());
        Some((status.name.as_str(), now.or(before)?, now.is_none()))
    })
}

fn explain_failure(observed: &Observed, job: &Job, reason: &str, message: &str) -> Problem {
    let pods = observed.present(&observed.pods, Component::Bootstrap);
    let newest = pods
        .filter_map(|pod| last_end(pod).map(|end| (pod, end)))
        .filter(|(_, (_, end, _))| end.exit_code != 0)
        .max_by_key(|(pod, _)| pod.creation_timestamp().map(|time| time.0));
    let mut evidence = vec![format!("Job {}: {reason}: {}", job.name_any(), one_line(message))];
    let mut log = None;
    let mut told = None;
    if let Some((pod, (container, end, previous))) = newest {
        evidence.push(format!("Pod {}: {container} ended with exit code {}", pod.name_any(), end.exit_code));
        log = Some(LogSource { pod: pod.name_any(), container: container.to_owned(), previous });
        told = end.message.as_deref().map(one_line).filter(|message| !message.is_empty());
    }
    let kind = match &told {
        Some(line) => reason_of(line),
        None if reason == "DeadlineExceeded" => Reason::TookTooLong,
        None => Reason::BootstrapFailed,
    };
    let cause = match (reason, told) {
        (_, Some(told)) => explain_line(&told),
        ("DeadlineExceeded", None) => {
            let limit = job.spec.as_ref().and_then(|spec| spec.active_deadline_seconds);
            let limit =
                limit.map_or_else(|| "its time limit".to_owned(), |seconds| format!("its limit of {seconds} s"));
            format!("The installation of the shop did not finish within {limit}.")
        }
        (_, None) => "The installation of the shop ended without success and without saying why.".to_owned(),
    };
    let advice = if reason == "DeadlineExceeded" {
        "Look at the bootstrap's and the database's logs; when the cluster was overloaded, retry."
    } else {
        "Look at the bootstrap's log, mend what it names, then retry: it goes on from where it is."
    };
    Problem { reason: kind, cause, advice: advice.to_owned(), evidence, log }
}

/// Of which kind a failure is that a bootstrap tells in its last line.
#[must_use]
pub fn reason_of(line: &str) -> Reason {
    if line.starts_with(DATABASE_FAILED) { Reason::DatabaseRefused } else { Reason::BootstrapFailed }
}

/// `bootstrap: <step> FAILED: <reason>` as a sentence.
#[must_use]
pub fn explain_line(line: &str) -> String {
    let parts = line.strip_prefix("bootstrap: ").and_then(|rest| rest.split_once(" FAILED: "));
    match parts {
        Some((step, reason)) => format!("The installation of the shop failed at \"{step}\": {reason}."),
        None => format!("The installation of the shop failed: {line}."),
    }
}

fn unreadable(observed: &Observed, what: &str) -> Problem {
    let log = observed.newest_pod(Component::Bootstrap).and_then(|pod| {
        let (container, _, previous) = last_end(pod)?;
        Some(LogSource { pod: pod.name_any(), container: container.to_owned(), previous })
    });
    Problem {
        reason: Reason::BootstrapFailed,
        cause: format!("The installation of the shop ended, but what it made is not known: {what}."),
        advice: "Retry: the bootstrap runs again and reports; where it does not, chart and image do not fit."
            .to_owned(),
        evidence: Vec::new(),
        log,
    }
}
