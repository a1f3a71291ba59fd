//! What the database knows of spares against what the cluster says.

use super::{PoolError, Shared};
use crate::db::spares::{self, SpareState};

impl Shared {
    /// The database may be a copy of an earlier day, put back by hand. A spare of then may be somebody's by now, which its namespace
    /// tells: it is forgotten, so that nobody gets it and it is not removed. One that is gone cannot be handed out. Spares that the copy does
    /// not know are told of like everything else that belongs to no store, and removed by a person.
    pub(super) async fn compare(&self) -> Result<(), PoolError> {
        let residents = self.provisioner.residents().await.map_err(PoolError::Unknown)?;
        let mut change = self.db.change().await?;
        for spare in spares::all(change.connection()).await? {
            let namespace = residents.iter().find(|there| there.id == spare.id && there.namespace.is_some());
            if namespace.is_some_and(|there| there.is_spare == Some(false)) {
                tracing::warn!(store.id = %spare.id, "a store of the pool is somebody's, whom the database does not know: it is left alone");
                spares::remove(change.connection(), &spare.id).await?;
            } else if spare.state == SpareState::Ready && namespace.is_none_or(|there| there.is_leaving) {
                tracing::warn!(store.id = %spare.id, "a store of the pool is not there any more");
                spares::dismiss(change.connection(), &spare.id).await?;
            }
        }
        change.commit().await?;
        Ok(())
    }
}
