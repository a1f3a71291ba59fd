//! What failed, and what can be done about it.

use app::{
    error::AppError,
    model::{EventKind, FailedAttempt, Level, Status, Store, StoreId},
    service::Stores as _,
};

use super::StoreService;
use crate::db::failures;

/// Most failures in one answer.
const MAX_FAILURES: u32 = 50;

impl StoreService {
    /// The latest failures, newest first.
    pub(super) async fn read_failures(&self, id: &StoreId) -> Result<Vec<FailedAttempt>, AppError> {
        self.find(id).await?;
        let mut read = self.db.read().await.map_err(self.db_error())?;
        failures::latest(&mut read, id, MAX_FAILURES).await.map_err(self.db_error())
    }

    /// Does what the store's failure offers, notes it, and deletes again.
    pub(super) async fn take_up(&self, id: &StoreId) -> Result<Store, AppError> {
        let store = self.find(id).await?;
        let offer = store.failure.filter(|_| store.status == Status::Failed).and_then(|failure| failure.offer);
        let Some(offer) = offer else {
            return Err(AppError::Conflict {
                reason: "There is nothing that was offered, or not any more.".to_owned(),
            });
        };
        if store.protected {
            return Err(AppError::Conflict {
                reason: format!("{} is protected against deletion. Take the protection off first.", store.name),
            });
        }
        self.provisioner.take_up(id, &offer).await.map_err(|error| self.cluster_error(&error))?;
        let text = offer.label();
        self.record(id, Level::Warning, EventKind::OfferTaken, &format!("Asked for: {text}")).await?;
        self.delete(id).await
    }
}
