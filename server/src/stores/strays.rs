//! What is in the cluster and belongs to no store: its removal is that of a store.

use app::{
    error::AppError,
    model::{Content, EventKind, Level, Origin, Size, Status, Store, StoreId, StoreName, Stray, StrayRemoval, Strays},
};

use super::{StoreService, inside::LOOK_PATIENCE};
use crate::db::{
    Change, care,
    jobs::{self, JobKind},
    stores::{self, NewRow},
};

impl StoreService {
    /// Looks for strays now, for as long as somebody waits for a page.
    pub(super) async fn look_for_strays(&self) -> Result<Strays, AppError> {
        match tokio::time::timeout(LOOK_PATIENCE, self.strays.look()).await {
            Ok(found) => found.map_err(self.db_error()),
            Err(_) => {
                let trouble = format!("It did not answer within {} s.", LOOK_PATIENCE.as_secs());
                Ok(Strays { trouble: Some(trouble), ..self.strays.known() })
            }
        }
    }

    /// Takes a stray over as a store that is being deleted; of a deleted store it extends history and receipt.
    pub(super) async fn remove_found(&self, id: &StoreId, removal: StrayRemoval) -> Result<Store, AppError> {
        let Strays { found, trouble, .. } = self.strays.look().await.map_err(self.db_error())?;
        if let Some(reason) = trouble {
            return Err(AppError::ClusterUnavailable { reason });
        }
        let Some(stray) = found.into_iter().find(|stray| stray.id == *id) else {
            return self
                .find(id)
                .await
                .ok()
                .filter(|store| store.status == Status::Deleting)
                .ok_or_else(|| AppError::no_stray(id));
        };
        if let Origin::Other { installation } = &stray.origin
            && removal.taken_from.as_ref() != Some(installation)
        {
            return Err(AppError::Conflict {
                reason: format!(
                    "It was made by the installation {installation}. Name that one to take it away from it."
                ),
            });
        }
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let known = stores::find(change.connection(), id).await.map_err(self.db_error())?;
        match known.map(|store| store.status) {
            // Somebody else was faster.
            Some(Status::Deleting) => return self.find_in(&mut change, id).await,
            Some(Status::Deleted) if care::has_job(change.connection(), id).await.map_err(self.db_error())? => {
                return self.find_in(&mut change, id).await;
            }
            Some(Status::Deleted) => {}
            Some(_) => return Err(AppError::no_stray(id)),
            None => self.adopt(&mut change, &stray).await?,
        }
        let text = "Found in the cluster without a store; its removal was asked for";
        change
            .record(id, self.clock.now(), Level::Warning, EventKind::DeleteRequested, text)
            .await
            .map_err(self.db_error())?;
        self.queue_removal(change, id).await
    }

    /// Queues the removal of what is in the cluster of a store whose status says already that it goes, or has gone.
    pub(super) async fn queue_removal(&self, mut change: Change, id: &StoreId) -> Result<Store, AppError> {
        if care::has_job(change.connection(), id).await.map_err(self.db_error())? {
            return self.find_in(&mut change, id).await;
        }
        let now = self.clock.now();
        let job = jobs::enqueue(change.connection(), id, JobKind::Delete, now).await.map_err(self.db_error())?;
        self.commit_and_wake(change, id, Some(job)).await
    }

    /// Writes a store for what was found, so that its removal has a page, a history and a receipt.
    async fn adopt(&self, change: &mut Change, stray: &Stray) -> Result<(), AppError> {
        let name: StoreName = format!("Found {}", stray.id).parse()?;
        let row = NewRow {
            id: &stray.id,
            name: &name,
            slug: None,
            size: Size::default(),
            content: Content::default(),
            url: &self.addresses.of(&stray.id, None),
            owner: None,
            created_at: stray.created_at.unwrap_or_else(|| self.clock.now()),
            idempotency_key: None,
        };
        stores::insert(change.connection(), row).await.map_err(self.db_error())?;
        self.move_in(change, &stray.id, Status::Deleting).await
    }
}
