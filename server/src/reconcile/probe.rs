//! What can be reached from inside of stores, tried now and then.

use super::Reconciler;
use crate::{isolation::ProbeError, provisioner::StoreSpec};

impl Reconciler {
    /// Tries what can be reached from inside of a store that is well, where it is time for that.
    pub(super) async fn probe(&self, store: &StoreSpec) -> sqlx::Result<()> {
        let Some(every) = self.care.probe_every else { return Ok(()) };
        if !self.isolation.is_due(&store.id, every).await? {
            return Ok(());
        }
        match self.isolation.run(store).await {
            Ok(_) => Ok(()),
            Err(ProbeError::Database(error)) => Err(error),
            // It is tried again with the next look.
            Err(ProbeError::Cluster(error)) => {
                tracing::warn!(%error, store.id = %store.id, "what can be reached from inside of a store could not be tried");
                Ok(())
            }
        }
    }
}
