//! Doing one thing until it succeeds, fails for good, runs out of time, or is cancelled.

use std::time::Duration;

use app::model::{EventKind, Failure, Level, Reason};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{Shared, budget::Budget};
use crate::{
    db::jobs::{self, Job},
    metrics::ClusterError,
    provisioner::{Notes, ProvisionError},
};

/// Between two looks at whether a cluster that was away is back.
const LOOK_FOR_CLUSTER: Duration = Duration::from_secs(2);

/// How often the API server may say that the platform is not allowed something before that is believed: right after its start it has
/// not read yet who is allowed what.
const BELIEVED_REFUSALS: u32 = 5;

/// How an attempt ended.
pub(super) enum Attempt<T> {
    /// With success.
    Done(T),
    /// For good, without success.
    Failed(Box<Failure>),
    /// Its time was used up: while it ran, or between two tries, the last of which met this error.
    TimedOut(Option<String>),
    /// Somebody else decided about the store, or the process ends.
    Cancelled,
}

/// How the wait for a cluster ended.
enum Wait {
    /// It answers again.
    Over,
    /// It had been answering all the time.
    NotAway,
    /// Somebody else decided about the store, or the process ends.
    Cancelled,
}

impl Shared {
    /// Runs `operation` until it is done, with growing pauses after errors that may pass. What it notes becomes events. While the
    /// cluster does not answer it waits, and nothing is taken off the budget.
    ///
    /// # Errors
    /// Notes could not be written.
    pub(super) async fn attempt<T, F>(
        &self,
        job: &Job,
        token: &CancellationToken,
        budget: &mut Budget,
        operation: impl Fn(Notes) -> F,
    ) -> sqlx::Result<Attempt<T>>
    where
        F: Future<Output = Result<T, ProvisionError>>,
    {
        let (sender, mut notes) = mpsc::unbounded_channel();
        let mut backoff = self.deadlines.first_backoff;
        let mut last_error: Option<String> = None;
        let mut refusals = 0;
        let outcome = loop {
            let begun = Instant::now();
            let end = begun + budget.left();
            let mut run = std::pin::pin!(operation(sender.clone()));
            let result = loop {
                tokio::select! {
                    // What the operation answers comes before the end of its time, when both are there.
                    biased;
                    result = &mut run => break Some(result),
                    () = token.cancelled() => return Ok(Attempt::Cancelled),
                    () = tokio::time::sleep_until(end) => break None,
                    Some(note) = notes.recv() => self.note(job, Level::Info, note).await?,
                }
            };
            let error = match result {
                Some(Err(ProvisionError::Away(error))) => {
                    self.metrics.failed_try(ClusterError::Away);
                    match self.wait_for_cluster(job, token, &error).await? {
                        Wait::Over => continue,
                        Wait::Cancelled => return Ok(Attempt::Cancelled),
                        // It answers others, so that this is work which does not succeed.
                        Wait::NotAway => format!("{error:#}"),
                    }
                }
                Some(Err(ProvisionError::Retry(error))) => {
                    self.metrics.failed_try(ClusterError::Passing);
                    format!("{error:#}")
                }
                Some(Err(ProvisionError::Failed(failure)))
                    if failure.reason == Reason::NotAuthorized && refusals < BELIEVED_REFUSALS =>
                {
                    refusals += 1;
                    failure.cause.trim_end_matches('.').to_owned()
                }
                ended => {
                    budget.spend(begun.elapsed());
                    break match ended {
                        Some(Ok(value)) => Attempt::Done(value),
                        Some(Err(ProvisionError::Failed(failure))) => Attempt::Failed(failure),
                        _ => Attempt::TimedOut(None),
                    };
                }
            };
            // The same error again is not news.
            if last_error.as_ref() != Some(&error) {
                tracing::warn!(%error, "trying again");
                self.note(job, Level::Warning, format!("{error}; trying again")).await?;
            }
            last_error = Some(error);
            let is_over = tokio::select! {
                biased;
                () = token.cancelled() => return Ok(Attempt::Cancelled),
                () = tokio::time::sleep_until(end) => true,
                () = tokio::time::sleep(backoff) => false,
            };
            budget.spend(begun.elapsed());
            if is_over {
                break Attempt::TimedOut(last_error);
            }
            backoff = (backoff * 2).min(self.deadlines.longest_backoff);
        };
        while let Ok(note) = notes.try_recv() {
            self.note(job, Level::Info, note).await?;
        }
        Ok(outcome)
    }

    /// Waits until the cluster answers again, and says so meanwhile.
    ///
    /// # Errors
    /// It cannot be written that the job waits.
    async fn wait_for_cluster(
        &self,
        job: &Job,
        token: &CancellationToken,
        error: &anyhow::Error,
    ) -> sqlx::Result<Wait> {
        if self.provisioner.health().await.reachable {
            return Ok(Wait::NotAway);
        }
        let why = format!("{error:#}");
        tracing::warn!(%why, "waiting for the cluster");
        self.note_waiting(job, Some(&why), Level::Warning, format!("{why}; waiting until the cluster answers")).await?;
        loop {
            let pause = self.deadlines.longest_backoff.min(LOOK_FOR_CLUSTER);
            let look = async {
                tokio::time::sleep(pause).await;
                self.provisioner.health().await.reachable
            };
            tokio::select! {
                () = token.cancelled() => return Ok(Wait::Cancelled),
                reachable = look => if reachable { break },
            }
        }
        self.note_waiting(job, None, Level::Info, "The cluster answers again".to_owned()).await?;
        Ok(Wait::Over)
    }

    /// Writes what a job waits for, or that it goes on, with an event.
    async fn note_waiting(&self, job: &Job, what: Option<&str>, level: Level, text: String) -> sqlx::Result<()> {
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::set_waiting(change.connection(), job.id, what).await?;
        change.record(&job.store_id, self.clock.now(), level, EventKind::Note, text).await?;
        change.commit().await
    }

    /// Writes an event of a job that still runs.
    async fn note(&self, job: &Job, level: Level, text: String) -> sqlx::Result<()> {
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        change.record(&job.store_id, self.clock.now(), level, EventKind::Note, text).await?;
        change.commit().await
    }
}
