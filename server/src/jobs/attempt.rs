//! Doing one thing until it succeeds, fails for good, runs out of time, or is cancelled.

use std::time::Duration;

use app::model::{EventKind, Failure, Level};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use super::Shared;
use crate::{
    db::jobs::{self, Job},
    provisioner::{Notes, ProvisionError},
};

/// How an attempt ended.
pub(super) enum Attempt<T> {
    /// With success.
    Done(T),
    /// For good, without success.
    Failed(Box<Failure>),
    /// The deadline came: while it ran, or between two tries, the last of which met this error.
    TimedOut(Option<String>),
    /// Somebody else decided about the store, or the process ends.
    Cancelled,
}

impl Shared {
    /// Runs `operation` until it is done, with growing pauses after errors that may pass. What it notes becomes events.
    ///
    /// # Errors
    /// Notes could not be written.
    pub(super) async fn attempt<T, F>(
        &self,
        job: &Job,
        token: &CancellationToken,
        deadline: Duration,
        operation: impl Fn(Notes) -> F,
    ) -> sqlx::Result<Attempt<T>>
    where
        F: Future<Output = Result<T, ProvisionError>>,
    {
        let (sender, mut notes) = mpsc::unbounded_channel();
        let end = Instant::now() + deadline;
        let mut backoff = self.deadlines.first_backoff;
        let mut last_error: Option<String> = None;
        let outcome = loop {
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
            match result {
                None => break Attempt::TimedOut(None),
                Some(Ok(value)) => break Attempt::Done(value),
                Some(Err(ProvisionError::Failed(failure))) => break Attempt::Failed(failure),
                Some(Err(ProvisionError::Retry(error))) => {
                    let error = format!("{error:#}");
                    // The same error again is not news.
                    if last_error.as_ref() != Some(&error) {
                        tracing::warn!(%error, "trying again");
                        self.note(job, Level::Warning, format!("{error}; trying again")).await?;
                    }
                    last_error = Some(error);
                }
            }
            tokio::select! {
                biased;
                () = token.cancelled() => return Ok(Attempt::Cancelled),
                () = tokio::time::sleep_until(end) => break Attempt::TimedOut(last_error),
                () = tokio::time::sleep(backoff) => {}
            }
            backoff = (backoff * 2).min(self.deadlines.longest_backoff);
        };
        while let Ok(note) = notes.try_recv() {
            self.note(job, Level::Info, note).await?;
        }
        Ok(outcome)
    }

    /// Writes an event of a job that still runs.
    async fn note(&self, job: &Job, level: Level, text: String) -> sqlx::Result<()> {
        let mut change = self.db.change().await?;
        if jobs::is_running(change.connection(), job.id).await? {
            change.record(&job.store_id, self.clock.now(), level, EventKind::Note, text).await?;
            change.commit().await?;
        }
        Ok(())
    }
}
