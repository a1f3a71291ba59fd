//! The repair job: everything of a degraded store is applied again and looked at again, and an order proves that it sells.

use std::time::Instant;

use app::model::{EventKind, Failure, Level, Status, Step};
use tokio_util::sync::CancellationToken;

use super::{Shared, attempt::Attempt, budget::Budget, provision::moved, step::Ended};
use crate::{
    db::{
        care,
        jobs::{self, Job, JobEnd},
        stores,
    },
    provisioner::{Remedy, StoreSpec},
};

/// What a repair goes through. The last step of a provision is left out: it buys the demo product, which the owner may have sold
/// or removed since.
const STEPS: [Step; 5] = [Step::Namespace, Step::Database, Step::Wordpress, Step::Woocommerce, Step::Storefront];

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
            let text = "Repair started: everything is applied again";
            change.record(&job.store_id, self.clock.now(), Level::Info, EventKind::JobStarted, text).await?;
            change.commit().await?;
        }
        let mut whole = Budget::new(self.deadlines.provision);
        // Whoever asked for it, and whatever happened since: an empty shop is not put where data was.
        let mut budget = whole.part(self.deadlines.step);
        let look = |_notes| async move { self.provisioner.examine(spec, false).await };
        match self.attempt(job, token, &mut budget, look).await? {
            Attempt::Done(seen) => {
                if let Some(lost) = seen.faults.into_iter().find(|fault| fault.remedy == Remedy::Lost) {
                    return self.leave_degraded(job, lost.into()).await;
                }
            }
            Attempt::Cancelled => return Ok(()),
            Attempt::Failed(failure) => return self.leave_degraded(job, *failure).await,
            Attempt::TimedOut(error) => return self.leave_degraded(job, unfinished(&error.unwrap_or_default())).await,
        }
        for step in STEPS {
            let wrong = match self.run_step(job, spec, step, token, &mut whole).await? {
                Ended::Done(_) => continue,
                Ended::Cancelled => return Ok(()),
                Ended::Failed(failure) => failure,
            };
            return self.leave_degraded(job, wrong).await;
        }
        let mut budget = whole.part(self.deadlines.step);
        let check = |_notes| async move { self.provisioner.check(spec).await };
        match self.attempt(job, token, &mut budget, check).await? {
            Attempt::Done(outcome) if outcome.passed => self.finish_repair(job, &outcome.text, begun).await,
            Attempt::Done(outcome) => self.leave_degraded(job, unsold(&outcome.text)).await,
            Attempt::Cancelled => Ok(()),
            Attempt::Failed(failure) => self.leave_degraded(job, *failure).await,
            Attempt::TimedOut(error) => self.leave_degraded(job, unfinished(&error.unwrap_or_default())).await,
        }
    }

    async fn finish_repair(&self, job: &Job, proof: &str, begun: Instant) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Succeeded, now).await?;
        if moved(stores::move_to(change.connection(), &job.store_id, Status::Ready, now).await)? {
            care::set_checked(change.connection(), &job.store_id, Some(now)).await?;
            let text = format!("Ready again after a repair of {:.1} s: {proof}", begun.elapsed().as_secs_f64());
            change.record(&job.store_id, now, Level::Info, EventKind::Recovered, text).await?;
        }
        change.commit().await?;
        self.metrics.ended(job.kind, "succeeded", job.queued_at, now);
        Ok(())
    }

    /// Ends a repair that did not help.
    pub(super) async fn leave_degraded(&self, job: &Job, wrong: Failure) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Failed, now).await?;
        let wrong = Failure { step: None, ..wrong };
        care::degrade(&mut change, &job.store_id, &wrong, false, now).await?;
        change.commit().await?;
        self.metrics.ended(job.kind, "failed", job.queued_at, now);
        Ok(())
    }
}

/// The shop answers and does not sell.
pub(crate) fn unsold(told: &str) -> Failure {
    Failure {
        step: None,
        cause: format!("{}.", told.trim_end_matches('.')),
        advice: "Look at the WordPress pod's log and at what was changed in the shop last, such as a plugin or a payment method."
            .to_owned(),
        evidence: String::new(),
    }
}

fn unfinished(told: &str) -> Failure {
    Failure {
        step: None,
        cause: format!("The repair came to no end: {}.", told.trim_end_matches('.')),
        advice: "It is tried again by itself. When that does not help, look at the pods.".to_owned(),
        evidence: String::new(),
    }
}
