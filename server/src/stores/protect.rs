//! Protection against deletion.

use app::{
    error::AppError,
    model::{EventKind, Level, Status, Store, StoreId},
};

use super::StoreService;
use crate::db::stores;

impl StoreService {
    /// Protects a living store, or no longer; that becomes an event where it changes something.
    pub(super) async fn set_protected(&self, id: &StoreId, protected: bool) -> Result<Store, AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        if matches!(store.status, Status::Deleting | Status::Deleted) {
            return Err(AppError::Conflict { reason: format!("It is too late: the store is {}.", store.status) });
        }
        if store.protected == protected {
            return Ok(store);
        }
        stores::set_protected(change.connection(), id, protected).await.map_err(self.db_error())?;
        let text = if protected { "Protected against deletion" } else { "No longer protected against deletion" };
        change
            .record(id, self.clock.now(), Level::Info, EventKind::ProtectionChanged, text)
            .await
            .map_err(self.db_error())?;
        change.commit().await.map_err(self.db_error())?;
        Ok(Store { protected, ..store })
    }
}
