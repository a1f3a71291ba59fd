//! The delete job: everything of the store is removed and seen gone, or the store says why not.

use anyhow::anyhow;
use app::model::{EventKind, Failure, Level, Object, Reason, Status};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{
    Shared,
    attempt::Attempt,
    budget::Budget,
    provision::{moved, seconds},
};
use crate::{
    db::{
        jobs::{self, Job, JobEnd},
        receipts, stores,
    },
    provisioner::{ProvisionError, StoreSpec},
};

impl Shared {
    /// Removes the store and leaves its tombstone.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn delete(&self, job: &Job, token: &CancellationToken) -> sqlx::Result<()> {
        let Some(store) = stores::find(&mut *self.db.read().await?, &job.store_id).await? else { return Ok(()) };
        // Something of a deleted store was found after all: its tombstone stays, and tells how that ended.
        let is_tombstone = store.status == Status::Deleted;
        let spec = StoreSpec::from(store);
        let started_at = self.clock.now();
        let mut budget = Budget::new(self.deadlines.delete);
        let spec = &spec;
        // What is there is kept before anything of it goes, and looked for again afterwards, and after a restart.
        let run = |notes| async move {
            let found = self.provisioner.inventory(&spec.id).await?;
            self.keep_inventory(job, &found).await?;
            let summary = self.provisioner.delete(spec, &notes).await?;
            let left = self.provisioner.inventory(&spec.id).await?;
            self.keep_inventory(job, &left).await?;
            match left.first() {
                None => Ok(summary),
                Some(left) => Err(ProvisionError::Retry(anyhow!("{} {} is still there", left.kind, left.name))),
            }
        };
        let failure = match self.attempt(job, token, &mut budget, run).await? {
            Attempt::Done(summary) => {
                let now = self.clock.now();
                let Some(mut change) = self.change_of(job).await? else { return Ok(()) };
                jobs::finish(change.connection(), job.id, JobEnd::Succeeded, now).await?;
                let is_gone = is_tombstone
                    || moved(stores::move_to(change.connection(), &job.store_id, Status::Deleted, now).await)?;
                if is_gone {
                    // A tombstone keeps its status, with which a failure would have gone.
                    stores::forget_failure(change.connection(), &job.store_id).await?;
                    let text = format!("{summary} ({})", seconds(now.duration_since(started_at)));
                    change.record(&job.store_id, now, Level::Info, EventKind::Deleted, text).await?;
                }
                change.commit().await?;
                self.metrics.ended(job.kind, "succeeded", job.queued_at, now);
                return Ok(());
            }
            Attempt::Cancelled => return Ok(()),
            Attempt::Failed(failure) => *failure,
            Attempt::TimedOut(last_error) => {
                let cause = match last_error {
                    Some(error) => format!("The store could not be deleted: {error}."),
                    None => format!("The store was not gone {} s after its deletion began.", budget.used_seconds()),
                };
                Failure::new(
                    Reason::RemovalStuck,
                    None,
                    cause,
                    "Look at what the events name as left, then delete again.",
                )
            }
        };
        self.fail(job, token, Failure { step: None, ..failure }).await
    }

    /// Writes down what is there. In a task of its own: the attempt that this is part of stands still while a note is written, and
    /// there is one connection that writes.
    async fn keep_inventory(&self, job: &Job, found: &[Object]) -> Result<(), ProvisionError> {
        let (db, store, found, at) = (self.db.clone(), job.store_id.clone(), found.to_vec(), self.clock.now());
        let keep = async move {
            let mut change = db.change().await?;
            receipts::keep(change.connection(), &store, &found, at).await?;
            change.commit().await
        };
        let kept = tokio::spawn(keep.in_current_span()).await.map_err(|error| ProvisionError::Retry(error.into()))?;
        kept.map_err(|error: sqlx::Error| ProvisionError::Retry(error.into()))
    }
}
