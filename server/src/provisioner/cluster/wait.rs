//! Waiting for a step by watching, and saying what is in the way of one that takes too long.

use std::time::Duration;

use app::model::{Failure, Reason, Step, StoreId};
use futures::StreamExt as _;
use kube::runtime::watcher;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{
    Cluster, failure_of,
    judge::{self, LogSource, Problem, Verdict},
    logs,
    observed::{Observed, watch},
};
use crate::{
    kubernetes::Trouble,
    provisioner::{Notes, ProvisionError, StepReport, StoreSpec},
};

/// How often a verdict is looked at again when nothing changes: grace times end without a change.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the same wait goes on before it is told. A good install takes less.
const TELL_AFTER: Duration = Duration::from_secs(8);

/// How long watches may fail before the attempt is given up; each begins again by itself until then.
const WATCH_PATIENCE: Duration = Duration::from_secs(20);

/// How long a look at everything may take when a delay is explained.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// Log lines in the evidence of a failure.
const EVIDENCE_LINES: u32 = 20;

impl Cluster {
    /// Watches the store until the step is done or has failed for good.
    pub(super) async fn wait_for(
        &self,
        step: Step,
        store: &StoreSpec,
        notes: &Notes,
    ) -> Result<StepReport, ProvisionError> {
        let client = self.kubernetes.client().await.map_err(|trouble| failure_of(Some(step), trouble))?;
        let mut changes = watch(&client, &store.id.namespace());
        let mut observed = Observed::default();
        let mut ticks = interval(LOOK_AGAIN);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = WaitNotes::default();
        let mut failing_since = None;
        loop {
            tokio::select! {
                change = changes.next() => match change {
                    Some(Ok(change)) => {
                        failing_since = None;
                        observed.take(change);
                    }
                    Some(Err(error)) => {
                        let since = *failing_since.get_or_insert_with(Instant::now);
                        judge_watch(error, since).map_err(|trouble| failure_of(Some(step), trouble))?;
                    }
                    None => return Err(ProvisionError::Retry(anyhow::anyhow!("The watches of the cluster ended"))),
                },
                _ = ticks.tick() => {}
            }
            if !observed.is_complete() {
                continue;
            }
            match judge::judge(&observed, step, self.clock.now()) {
                Verdict::Done(report) => return Ok(report),
                Verdict::Failed(problem) => return Err(self.explain_problem(step, store, problem).await),
                Verdict::Waiting { why } => told.take(why, notes),
            }
        }
    }

    async fn explain_problem(&self, step: Step, store: &StoreSpec, problem: Problem) -> ProvisionError {
        let log = self.last_lines(store, problem.log.as_ref()).await;
        ProvisionError::Failed(Box::new(problem.into_failure(step, log.as_deref())))
    }

    /// What is in the way of a step that took too long.
    ///
    /// # Errors
    /// The cluster cannot be asked.
    pub(super) async fn explain(&self, step: Step, store: &StoreSpec) -> Result<Failure, ProvisionError> {
        let late = |why: &str| {
            let cause = format!("The step \"{}\" took too long: {why}.", step.label());
            let advice = "Look at the evidence and the pods' logs; when the cluster was only slow, retry.";
            Failure::new(Reason::TookTooLong, Some(step), cause, advice)
        };
        let observed = self.look(&store.id).await.map_err(|trouble| failure_of(Some(step), trouble))?;
        let warnings = || judge::warnings(&observed).join("\n");
        Ok(match judge::judge(&observed, step, self.clock.now()) {
            Verdict::Failed(problem) => {
                let log = self.last_lines(store, problem.log.as_ref()).await;
                problem.into_failure(step, log.as_deref())
            }
            Verdict::Done(report) => late(&app::words::lower_first(&report.text)).with_evidence(warnings()),
            Verdict::Waiting { why } => late(&why).with_evidence(warnings()),
        })
    }

    /// Everything of the store as it is now.
    pub(super) async fn look(&self, id: &StoreId) -> Result<Observed, Trouble> {
        let client = self.kubernetes.client().await?;
        let mut changes = watch(&client, &id.namespace());
        let mut observed = Observed::default();
        let listed = async {
            while !observed.is_complete() {
                match changes.next().await {
                    Some(Ok(change)) => observed.take(change),
                    Some(Err(error)) => return Err(trouble_of(error)),
                    None => break,
                }
            }
            Ok(())
        };
        timeout(LOOK_TIMEOUT, listed)
            .await
            .map_err(|_| Trouble::Away { cause: "The cluster did not answer in time.".to_owned() })??;
        Ok(observed)
    }

    /// The log lines that belong to a failure. That they cannot be read must not hide the failure itself.
    async fn last_lines(&self, store: &StoreSpec, source: Option<&LogSource>) -> Option<String> {
        let source = source?;
        let client = self.kubernetes.client().await.ok()?;
        match logs::of_container(&client, &store.id, source, EVIDENCE_LINES).await {
            Ok(log) => log,
            Err(trouble) => Some(format!("(the log cannot be read: {trouble})")),
        }
    }
}

/// Whether failing watches still have time to recover.
fn judge_watch(error: watcher::Error, since: Instant) -> Result<(), Trouble> {
    match trouble_of(error) {
        Trouble::Away { .. } | Trouble::Passing { .. } if since.elapsed() < WATCH_PATIENCE => Ok(()),
        trouble => Err(trouble),
    }
}

fn trouble_of(error: watcher::Error) -> Trouble {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => error.into(),
        watcher::Error::WatchError(status) => kube::Error::Api(status).into(),
        watcher::Error::NoResourceVersion => Trouble::passing("The cluster's answer to a watch cannot be used."),
    }
}

/// Tells a wait once, when it has gone on for a while.
#[derive(Default)]
struct WaitNotes {
    present: Option<(String, Instant)>,
    told: bool,
}

impl WaitNotes {
    fn take(&mut self, why: String, notes: &Notes) {
        match &self.present {
            Some((present, since)) if *present == why => {
                if !self.told && since.elapsed() >= TELL_AFTER {
                    self.told = true;
                    // Nobody listens any more when the job was cancelled, and then this future is about to be dropped.
                    drop(notes.send(format!("Still waiting: {why}")));
                }
            }
            _ => {
                self.present = Some((why, Instant::now()));
                self.told = false;
            }
        }
    }
}
