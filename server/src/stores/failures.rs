//! What failed, and what can be done about it.

use std::sync::Arc;

use app::{
    error::AppError,
    model::{EventKind, FailedAttempt, Level, Status, Store, StoreId},
    service::Stores as _,
};
use tracing::Instrument as _;

use super::StoreService;
use crate::db::failures;

impl StoreService {
    /// The failures that are kept, newest first.
    pub(super) async fn read_failures(&self, id: &StoreId) -> Result<Vec<FailedAttempt>, AppError> {
        self.find(id).await?;
        let mut read = self.db.read().await.map_err(self.db_error())?;
        failures::of_store(&mut read, id).await.map_err(self.db_error())
    }

    /// Notes that somebody wants what the store's failure offers, does it, and deletes again.
    pub(super) async fn take_up(&self, id: &StoreId) -> Result<Store, AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        // What is left of a deleted store may be held up too.
        let has_failed = matches!(store.status, Status::Failed | Status::Deleted);
        let offer = store.failure.filter(|_| has_failed).and_then(|failure| failure.offer);
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
        let text = format!("Asked for: {}", offer.label());
        change
            .record(id, self.clock.now(), Level::Warning, EventKind::OfferTaken, text)
            .await
            .map_err(self.db_error())?;
        change.commit().await.map_err(self.db_error())?;
        // In a task of its own, which a client that hangs up does not end. What follows can be asked for again.
        let (provisioner, store_id) = (Arc::clone(&self.provisioner), id.clone());
        let done = async move { provisioner.take_up(&store_id, &offer).await };
        let done = tokio::spawn(done.in_current_span()).await.map_err(|error| self.faults.internal(error))?;
        done.map_err(|error| self.cluster_error(&error))?;
        match store.status {
            Status::Deleted => self.queue_removal(self.db.change().await.map_err(self.db_error())?, id).await,
            _ => self.delete(id).await,
        }
    }
}
