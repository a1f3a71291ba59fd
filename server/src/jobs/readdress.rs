//! The readdress job: an open store is brought to the address that was chosen for it, and an order proves that it sells there.

use std::time::Instant;

use app::model::{EventKind, Level, Status, Step};
use tokio_util::sync::CancellationToken;

use super::{Shared, attempt::Attempt, budget::Budget, provision::moved};
use crate::{
    db::{
        care,
        jobs::{self, Job, JobEnd},
        stores,
    },
    provisioner::{Notes, ProvisionError, StoreSpec},
};

impl Shared {
    /// Moves the store; or degrades it with what is wrong, and then its repair moves it.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn readdress(&self, job: &Job, token: &CancellationToken) -> sqlx::Result<()> {
        let Some(store) = stores::find(&mut *self.db.read().await?, &job.store_id).await? else { return Ok(()) };
        let spec = StoreSpec::from(store);
        let spec = &spec;
        let begun = Instant::now();
        if let Some(mut change) = self.change_of(job).await? {
            let text = format!("The shop moves to {}", spec.url);
            change.record(&job.store_id, self.clock.now(), Level::Info, EventKind::JobStarted, text).await?;
            change.commit().await?;
        }
        let mut budget = Budget::new(self.deadlines.repair);
        let apply = |notes| async move { self.apply_address(spec, &notes).await };
        match self.attempt(job, token, &mut budget, apply).await? {
            Attempt::Done(()) => {}
            ended => return self.end_repair(job, token, ended).await,
        }
        if let Some(proof) = self.settle_and_prove(job, spec, token, &mut budget).await? {
            self.finish_readdress(job, spec, &proof, begun).await?;
        }
        Ok(())
    }

    /// The Ingress gets the host, and the bootstrap writes the address into the database; pods need not start anew. Where data is gone,
    /// nothing is applied: an empty shop in its place would only hide that.
    async fn apply_address(&self, spec: &StoreSpec, notes: &Notes) -> Result<(), ProvisionError> {
        self.refuse_lost(spec).await?;
        self.provisioner.run_step(Step::Namespace, spec, notes).await?;
        self.provisioner.run_step(Step::Woocommerce, spec, notes).await.map(drop)
    }

    async fn finish_readdress(&self, job: &Job, spec: &StoreSpec, proof: &str, begun: Instant) -> sqlx::Result<()> {
        let now = self.clock.now();
        let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
        jobs::finish(change.connection(), job.id, JobEnd::Succeeded, now).await?;
        let text = format!("The shop is at {} after {:.1} s: {proof}", spec.url, begun.elapsed().as_secs_f64());
        change.record(&job.store_id, now, Level::Info, EventKind::AddressChanged, text).await?;
        // Whatever was wrong before was looked for, too.
        if stores::status_of(change.connection(), &job.store_id).await? == Some(Status::Degraded)
            && moved(stores::move_to(change.connection(), &job.store_id, Status::Ready, now).await)?
        {
            let text = "Ready again: nothing that was wrong is wrong any more";
            change.record(&job.store_id, now, Level::Info, EventKind::Recovered, text).await?;
        }
        care::set_checked(change.connection(), &job.store_id, now).await?;
        change.commit().await?;
        self.metrics.ended(job.kind, "succeeded", job.queued_at, now);
        Ok(())
    }
}
