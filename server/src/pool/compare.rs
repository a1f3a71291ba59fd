//! What the database knows of spares against what the cluster says.

use super::{PoolError, Shared};
use crate::db::{installation, spares, stores};

impl Shared {
    /// The database may be a copy of an earlier day, put back by hand. A spare of then may be somebody's by now, which its namespace
    /// tells: it is forgotten, so that nobody gets it and it is not removed. One that the copy does not know is nobody's, and goes.
    pub(super) async fn compare(&self) -> Result<(), PoolError> {
        let residents = self.provisioner.residents().await?;
        let mut change = self.db.change().await?;
        let installation = installation::id(change.connection()).await?;
        for resident in residents.iter().filter(|resident| resident.namespace.is_some()) {
            let id = &resident.id;
            let is_known = spares::is_one(change.connection(), id).await?;
            if is_known && !resident.is_spare {
                tracing::warn!(store.id = %id, "a store of the pool is somebody's that the database does not know: it is left alone");
                spares::remove(change.connection(), id).await?;
            }
            let is_ours = resident.installation.as_ref() == Some(&installation);
            if !is_known && resident.is_spare && is_ours && stores::find(change.connection(), id).await?.is_none() {
                tracing::info!(store.id = %id, "a store of the pool is not known any more: it is removed");
                spares::insert_leaving(change.connection(), id, &self.addresses.of(id, None), self.clock.now()).await?;
            }
        }
        change.commit().await?;
        Ok(())
    }
}
