//! How a change of a store is made and ended.

use app::{
    error::AppError,
    model::{Status, Store, StoreId},
};
use tracing::Instrument as _;

use super::{StoreService, refusals::sentence};
use crate::db::{
    Change,
    stores::{self, MoveError},
};

impl StoreService {
    pub(super) async fn move_in(&self, change: &mut Change, id: &StoreId, to: Status) -> Result<(), AppError> {
        match stores::move_to(change.connection(), id, to, self.clock.now()).await {
            Ok(_) => Ok(()),
            Err(MoveError::Illegal(reason)) => Err(AppError::Conflict { reason: sentence(&reason.to_string()) }),
            Err(MoveError::Database(error)) => Err(self.db_error()(error)),
        }
    }

    /// Commits a change that queued a job, ends what works on the store before the job `ends`, and answers with the store
    /// as the change leaves it, whatever becomes of it right after.
    pub(super) async fn commit_and_wake(
        &self,
        mut change: Change,
        id: &StoreId,
        ends: Option<i64>,
    ) -> Result<Store, AppError> {
        let changed = self.find_in(&mut change, id).await?;
        let (runner, store) = (self.runner.clone(), id.clone());
        // A task of its own: a client that hangs up must not come between the commit and what follows from it.
        let commit = async move {
            change.commit().await?;
            if let Some(job) = ends {
                runner.cancel_before(&store, job);
            }
            runner.wake();
            Ok::<(), sqlx::Error>(())
        };
        tokio::spawn(commit.in_current_span())
            .await
            .map_err(|error| self.faults.internal(error))?
            .map_err(self.db_error())?;
        Ok(changed)
    }
}
