//! The provision job: one step after the other, each with a checkpoint before and after.

use app::model::{During, EventKind, Failure, Finding, Level, Reason, Status, Step};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{Shared, budget::Budget, step::Ended};
use crate::{
    autopsy,
    db::{
        Change, care,
        failures::{self, NewFailure},
        jobs::{self, Job, JobEnd, JobKind},
        steps, stores,
    },
    provisioner::{StepReport, StoreSpec},
};

/// How far a provision came in one step.
enum Next {
    /// The step is finished and written.
    GoOn,
    /// Nothing more is to be done by this task.
    Stop,
}

/// Marks the store of a claimed job as being provisioned. The change is the one of the claim, so both happen or neither.
pub(super) async fn note_claim(change: &mut Change, job: &Job, at: Timestamp) -> sqlx::Result<()> {
    let text = if job.attempts == 1 && job.kind == JobKind::Adopt {
        "A store from the pool becomes this one"
    } else if job.attempts == 1 {
        "Store provisioning started"
    } else {
        "The platform was restarted; provisioning goes on from the step that it had reached"
    };
    match stores::move_to(change.connection(), &job.store_id, Status::Provisioning, at).await {
        // A job that goes on after a restart finds its store provisioning already.
        Ok(_) | Err(stores::MoveError::Illegal(_)) => {}
        Err(stores::MoveError::Database(error)) => return Err(error),
    }
    change.record(&job.store_id, at, Level::Info, EventKind::JobStarted, text).await
}

impl Shared {
    /// Runs the steps that are not finished yet, then makes the store ready; or failed, with its reason.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn provision(&self, job: &Job, token: &CancellationToken) -> sqlx::Result<()> {
        let (store, finished) = {
            let mut read = self.db.read().await?;
            let Some(store) = stores::find(&mut read, &job.store_id).await? else { return Ok(()) };
            let steps = steps::of_store(&mut read, &job.store_id).await?;
            let finished: Vec<Step> = steps.into_iter().filter(|s| s.finished_at.is_some()).map(|s| s.step).collect();
            (store, finished)
        };
        let created_at = store.created_at;
        let spec = StoreSpec::from(store);
        let mut budget = Budget::new(self.deadlines.provision);
        for step in Step::ALL.into_iter().filter(|step| !finished.contains(step)) {
            match self.provision_step(job, &spec, step, token, &mut budget).await? {
                Next::GoOn => {}
                Next::Stop => return Ok(()),
            }
        }
        self.finish_provision(job, created_at).await
    }

    async fn provision_step(
        &self,
        job: &Job,
        spec: &StoreSpec,
        step: Step,
        token: &CancellationToken,
        whole: &mut Budget,
    ) -> sqlx::Result<Next> {
        let started_at = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(Next::Stop) };
        steps::start(change.connection(), &job.store_id, step, started_at).await?;
        let edition = stores::find(change.connection(), &job.store_id).await?.and_then(|store| store.edition);
        let text = step.sentence(edition);
        change.record(&job.store_id, started_at, Level::Info, EventKind::StepStarted, text).await?;
        change.commit().await?;

        let failure = match self.run_step(job, spec, step, token, whole).await? {
            Ended::Done(report) => return self.finish_step(job, step, started_at, report).await,
            Ended::Cancelled => return Ok(Next::Stop),
            Ended::Failed(failure) => failure,
        };
        if job.kind == JobKind::Adopt {
            self.give_up_adoption(job, &failure).await?;
        } else {
            self.fail(job, token, failure).await?;
        }
        Ok(Next::Stop)
    }

    /// Has a store that could not be taken from the pool made like any other, from what is there of it.
    async fn give_up_adoption(&self, job: &Job, failure: &Failure) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Failed, now).await?;
        steps::forget(change.connection(), &job.store_id).await?;
        jobs::enqueue(change.connection(), &job.store_id, JobKind::Provision, now).await?;
        let told = failure.cause.trim_end_matches('.');
        let text =
            format!("{told}; the store from the pool is of no use like that, and is made to its end like any other");
        change.record(&job.store_id, now, Level::Warning, EventKind::Note, text).await?;
        change.commit().await?;
        self.metrics.ended(job.kind, "failed", job.queued_at, now);
        self.wake.notify_one();
        Ok(())
    }

    async fn finish_step(
        &self,
        job: &Job,
        step: Step,
        started_at: Timestamp,
        report: StepReport,
    ) -> sqlx::Result<Next> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(Next::Stop) };
        steps::finish(change.connection(), &job.store_id, step, now).await?;
        if let Some(edition) = report.edition {
            stores::set_edition(change.connection(), &job.store_id, edition).await?;
        }
        let text = format!("{} ({})", report.text, seconds(now.duration_since(started_at)));
        change.record(&job.store_id, now, Level::Info, EventKind::StepFinished, text).await?;
        change.commit().await?;
        self.metrics.finished(step, now.duration_since(started_at));
        Ok(Next::GoOn)
    }

    async fn finish_provision(&self, job: &Job, created_at: Timestamp) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Succeeded, now).await?;
        if moved(stores::move_to(change.connection(), &job.store_id, Status::Ready, now).await)? {
            // One from the pool sold before it was anybody's: the next order that is placed to see whether stores sell is its own.
            if job.kind != JobKind::Adopt {
                care::set_checked(change.connection(), &job.store_id, now).await?;
            }
            let text =
                format!("Store marked Ready, {} after it was asked for", seconds(now.duration_since(created_at)));
            change.record(&job.store_id, now, Level::Info, EventKind::Ready, text).await?;
        }
        change.commit().await?;
        self.metrics.ended(job.kind, "succeeded", job.queued_at, now);
        Ok(())
    }

    /// Ends a job without success, with the reason kept with its store, and what was to be seen of it.
    pub(super) async fn fail(&self, job: &Job, token: &CancellationToken, failure: Failure) -> sqlx::Result<()> {
        let Some(findings) = self.autopsy(job, token).await else { return Ok(()) };
        self.fail_with(job, failure, &findings).await
    }

    async fn fail_with(&self, job: &Job, failure: Failure, findings: &[Finding]) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Failed, now).await?;
        // What was found of a deleted store could not be removed: its tombstone stays, and tells that.
        let is_tombstone = stores::status_of(change.connection(), &job.store_id).await? == Some(Status::Deleted);
        if is_tombstone || moved(stores::move_to(change.connection(), &job.store_id, Status::Failed, now).await)? {
            stores::set_failure(change.connection(), &job.store_id, &failure).await?;
            let during = if job.kind == JobKind::Delete { During::Delete } else { During::Provision };
            let kept = NewFailure { during, failure: &failure, findings };
            failures::keep(change.connection(), &job.store_id, kept, now).await?;
            change.record(&job.store_id, now, Level::Error, EventKind::Failed, failure.cause).await?;
        }
        change.commit().await?;
        self.metrics.ended(job.kind, "failed", job.queued_at, now);
        self.metrics.failed(failure.reason);
        Ok(())
    }

    /// What is to be seen of the job's store; none when somebody else decided about it meanwhile, or the process ends.
    pub(super) async fn autopsy(&self, job: &Job, token: &CancellationToken) -> Option<Vec<Finding>> {
        tokio::select! {
            findings = autopsy::take(&*self.provisioner, &job.store_id) => Some(findings),
            () = token.cancelled() => None,
        }
    }

    /// Ends a job whose task panicked. Nothing is looked at: that may be what panics.
    pub(super) async fn fail_after_panic(&self, job: &Job) {
        let failure = Failure::new(
            Reason::PlatformFault,
            self.step_of(job).await,
            "The platform made a mistake of its own while it worked on this store.",
            "The platform's log has the details. Retry, or delete the store.",
        );
        let ended = match job.kind {
            JobKind::Repair | JobKind::Readdress => self.leave_degraded_with(job, failure, &[]).await,
            JobKind::Provision | JobKind::Adopt | JobKind::Delete => self.fail_with(job, failure, &[]).await,
        };
        if let Err(error) = ended {
            tracing::error!(%error, "the panicked job could not be marked failed");
        }
    }

    /// The step that a provision is at; none for other jobs.
    async fn step_of(&self, job: &Job) -> Option<Step> {
        if !matches!(job.kind, JobKind::Provision | JobKind::Adopt) {
            return None;
        }
        let find = async { stores::find(&mut *self.db.read().await?, &job.store_id).await };
        match find.await {
            Ok(store) => store.and_then(|store| store.step).or(Some(Step::Namespace)),
            Err(error) => {
                tracing::error!(%error, "the step of the panicked job cannot be read");
                Some(Step::Namespace)
            }
        }
    }

    /// A change on behalf of a job; none when the job was cancelled meanwhile, since then others decide about the store.
    pub(super) async fn change_of(&self, job: &Job) -> sqlx::Result<Option<Change>> {
        let mut change = self.db.change().await?;
        let running = jobs::is_running(change.connection(), job.id).await?;
        Ok(running.then_some(change))
    }
}

/// Whether a status was changed. Where it could not be, the job is out of step with its store: a bug, told in the log,
/// and the store keeps what it has.
pub(super) fn moved(result: Result<Status, stores::MoveError>) -> sqlx::Result<bool> {
    match result {
        Ok(_) => Ok(true),
        Err(stores::MoveError::Illegal(error)) => {
            tracing::error!(%error, "the job does not fit its store");
            Ok(false)
        }
        Err(stores::MoveError::Database(error)) => Err(error),
    }
}

/// A duration for people, to a tenth of a second.
pub(super) fn seconds(duration: SignedDuration) -> String {
    app::time::duration(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}
