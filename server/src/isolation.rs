//! Whether stores are apart from each other: tried from inside of each, kept, and told where that is news.

use std::{sync::Arc, time::Duration};

use app::model::{AttemptOutcome, EventKind, IsolationReport, Level, StoreId};

use crate::{
    clock::Clock,
    db::{Database, isolation},
    provisioner::{Isolated, ProvisionError, Provisioner, StoreSpec},
};

/// Tries what can be reached from inside of stores. Clones are the same.
#[derive(Clone)]
pub struct IsolationProbe {
    /// Where reports are kept.
    pub db: Database,
    /// Tells the time.
    pub clock: Clock,
    /// Reaches into stores.
    pub provisioner: Arc<dyn Provisioner>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The cluster or the store could not be asked.
    #[error(transparent)]
    Cluster(#[from] ProvisionError),
    /// The database refuses.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl IsolationProbe {
    /// Whether a store is to be probed: it was not for so long, or there was no other store to reach then and is one now.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn is_due(&self, id: &StoreId, every: Duration) -> sqlx::Result<bool> {
        let mut read = self.db.read().await?;
        let Some(known) = isolation::of_store(&mut read, id).await? else { return Ok(true) };
        if self.clock.now().duration_since(known.at).unsigned_abs() >= every {
            return Ok(true);
        }
        let is_partial = known.attempts.iter().any(|attempt| attempt.outcome == AttemptOutcome::NotTried);
        Ok(is_partial && isolation::neighbour(&mut read, id).await?.is_some())
    }

    /// Probes a store and keeps the report. It becomes an event where the verdict is another one than before.
    ///
    /// # Errors
    /// [`ProbeError`].
    pub async fn run(&self, store: &StoreSpec) -> Result<IsolationReport, ProbeError> {
        let id = &store.id;
        let other = isolation::neighbour(&mut *self.db.read().await?, id).await?;
        let Isolated { policies, attempts } = self.provisioner.probe_isolation(store, other.as_ref()).await?;
        let report = IsolationReport::new(self.clock.now(), policies, attempts);
        let mut change = self.db.change().await?;
        let before = isolation::of_store(change.connection(), id).await?;
        isolation::keep(change.connection(), id, &report).await?;
        if before.is_none_or(|before| before.verdict != report.verdict) {
            change.record(id, report.at, Level::Info, EventKind::IsolationProbed, report.sentence()).await?;
        }
        change.commit().await?;
        Ok(report)
    }
}
