//! The repair job: what is missing of a degraded store, or was changed, is applied again, and an order proves that it sells.

use std::time::{Duration, Instant};

use anyhow::anyhow;
use app::model::{During, EventKind, Failure, Finding, Level, Reason, Status, Step};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Shared, attempt::Attempt, budget::Budget, provision::moved};
use crate::{
    db::{
        care,
        failures::NewFailure,
        jobs::{self, Job, JobEnd, JobKind},
        stores,
    },
    provisioner::{CheckOutcome, CheckVerdict, Examination, Notes, ProvisionError, Remedy, StoreSpec},
};

/// Between two looks at whether pods that start anew are ready.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Shared {
    /// Repairs the store and makes it ready again; or keeps it degraded, with what is still wrong.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn repair(&self, job: &Job, token: &CancellationToken) -> sqlx::Result<()> {
        let Some(store) = stores::find(&mut *self.db.read().await?, &job.store_id).await? else { return Ok(()) };
        let spec = StoreSpec::from(store);
        let spec = &spec;
        let begun = Instant::now();
        if let Some(mut change) = self.change_of(job).await? {
            change
                .record(&job.store_id, self.clock.now(), Level::Info, EventKind::JobStarted, "Repair started")
                .await?;
            change.commit().await?;
        }
        let mut budget = Budget::new(self.deadlines.repair);
        let put_back = |notes| async move { self.put_back(spec, &notes).await };
        match self.attempt(job, token, &mut budget, put_back).await? {
            Attempt::Done(()) => {}
            ended => return self.end_repair(job, token, ended).await,
        }
        if let Some(proof) = self.settle_and_prove(job, spec, token, &mut budget).await? {
            self.finish_repair(job, &proof, begun).await?;
        }
        Ok(())
    }

    /// Waits until the store is as it should be, and places an order. Answers with the proof; none where the job has ended without.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn settle_and_prove(
        &self,
        job: &Job,
        spec: &StoreSpec,
        token: &CancellationToken,
        budget: &mut Budget,
    ) -> sqlx::Result<Option<String>> {
        let settle = |_notes| async move { self.settle(spec).await };
        match self.attempt(job, token, budget, settle).await? {
            Attempt::Done(()) => {}
            ended => return self.end_repair(job, token, ended).await.map(|()| None),
        }
        let check = |_notes| async move { self.prove(spec).await };
        match self.attempt(job, token, budget, check).await? {
            Attempt::Done(outcome) if outcome.verdict == CheckVerdict::Passed => return Ok(Some(outcome.text)),
            Attempt::Done(outcome) => self.leave_degraded(job, token, unsold(&outcome.text)).await?,
            ended => self.end_repair(job, token, ended).await?,
        }
        Ok(None)
    }

    /// Applies everything again where something of it is missing or was changed. It looks each time before: whoever asked for it and
    /// whatever happened since, nothing empty is put where data was, and a store that has all it needs is not brought up to date
    /// unasked.
    async fn put_back(&self, spec: &StoreSpec, notes: &Notes) -> Result<(), ProvisionError> {
        let seen = self.refuse_lost(spec).await?;
        if seen.faults.iter().any(|fault| fault.remedy == Remedy::Apply) {
            self.provisioner.run_step(Step::Namespace, spec, notes).await?;
            // A new password, a new address and what a newer image wants are the bootstrap's work. Where it has nothing to do, it says so at once.
            self.provisioner.run_step(Step::Woocommerce, spec, notes).await?;
        }
        Ok(())
    }

    /// What is wrong with the store, where none of it is that data is gone.
    pub(super) async fn refuse_lost(&self, spec: &StoreSpec) -> Result<Examination, ProvisionError> {
        let seen = self.provisioner.examine(spec, true).await?;
        match seen.faults.iter().find(|fault| fault.remedy == Remedy::Lost) {
            Some(lost) => Err(ProvisionError::Failed(Box::new(lost.clone().into()))),
            None => Ok(seen),
        }
    }

    /// Waits until what carries the store is ready, and looks closely once more: an order can go through although something is wrong.
    async fn settle(&self, spec: &StoreSpec) -> Result<(), ProvisionError> {
        let mut deep = false;
        loop {
            let seen = self.provisioner.examine(spec, deep).await?;
            if let Some(fault) = seen.faults.into_iter().next() {
                return Err(ProvisionError::Failed(Box::new(fault.into())));
            }
            if seen.unsettled.is_none() {
                if deep {
                    return Ok(());
                }
                deep = true;
                continue;
            }
            deep = false;
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Places an order, once nobody else does in this store. A store that does not answer may do so later.
    async fn prove(&self, spec: &StoreSpec) -> Result<CheckOutcome, ProvisionError> {
        let turn = loop {
            match self.checks.begin(&spec.id) {
                Some(turn) => break turn,
                None => sleep(LOOK_AGAIN).await,
            }
        };
        let outcome = self.provisioner.check(spec).await;
        drop(turn);
        match outcome? {
            CheckOutcome { verdict: CheckVerdict::Unreached, text } => Err(ProvisionError::Retry(anyhow!(text))),
            outcome => Ok(outcome),
        }
    }

    /// Ends a repair that did not come to its proof.
    pub(super) async fn end_repair<T>(
        &self,
        job: &Job,
        token: &CancellationToken,
        ended: Attempt<T>,
    ) -> sqlx::Result<()> {
        match ended {
            Attempt::Failed(failure) => self.leave_degraded(job, token, *failure).await,
            Attempt::TimedOut(error) => {
                let why = error.unwrap_or_else(|| "a pod does not become ready".to_owned());
                self.leave_degraded(job, token, unfinished(job.kind, &why)).await
            }
            Attempt::Done(_) | Attempt::Cancelled => Ok(()),
        }
    }

    async fn finish_repair(&self, job: &Job, proof: &str, begun: Instant) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Succeeded, now).await?;
        if moved(stores::move_to(change.connection(), &job.store_id, Status::Ready, now).await)? {
            care::set_checked(change.connection(), &job.store_id, now).await?;
            let text = format!("Ready again after a repair of {:.1} s: {proof}", begun.elapsed().as_secs_f64());
            change.record(&job.store_id, now, Level::Info, EventKind::Recovered, text).await?;
        }
        change.commit().await?;
        self.metrics.ended(job.kind, "succeeded", job.queued_at, now);
        Ok(())
    }

    /// Ends a repair that did not help, with what was to be seen of the store.
    async fn leave_degraded(&self, job: &Job, token: &CancellationToken, wrong: Failure) -> sqlx::Result<()> {
        let Some(findings) = self.autopsy(job, token).await else { return Ok(()) };
        self.leave_degraded_with(job, wrong, &findings).await
    }

    pub(super) async fn leave_degraded_with(
        &self,
        job: &Job,
        wrong: Failure,
        findings: &[Finding],
    ) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Failed, now).await?;
        let wrong = Failure { step: None, ..wrong };
        let during = if job.kind == JobKind::Readdress { During::Readdress } else { During::Repair };
        let wrong = NewFailure { during, failure: &wrong, findings };
        care::degrade(&mut change, &job.store_id, wrong, false, now).await?;
        change.commit().await?;
        self.metrics.ended(job.kind, "failed", job.queued_at, now);
        self.metrics.failed(wrong.failure.reason);
        Ok(())
    }
}

/// The shop answers and does not sell.
pub(crate) fn unsold(told: &str) -> Failure {
    Failure::new(
        Reason::OrderCheckFailed,
        None,
        format!("{}.", told.trim_end_matches('.')),
        "Look at the WordPress pod's log and at what was changed in the shop last, such as a plugin or a payment method.",
    )
}

fn unfinished(kind: JobKind, told: &str) -> Failure {
    let what = if kind == JobKind::Readdress { "The move to another address" } else { "The repair" };
    Failure::new(
        Reason::TookTooLong,
        None,
        format!("{what} came to no end: {}.", told.trim_end_matches('.')),
        "It is tried again by itself. When that does not help, look at the pods.",
    )
}
