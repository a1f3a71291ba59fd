//! What is in the cluster and belongs to no store, looked for at the start and now and then.

use std::sync::{Arc, Mutex, PoisonError};

use app::model::{Origin, Status, Stray, Strays};
use tokio::sync::Mutex as AsyncMutex;

use crate::{
    clock::Clock,
    db::{Database, spares, stores},
    metrics::Metrics,
    provisioner::{ProvisionError, Provisioner, Resident},
};

/// Looks for strays and remembers what it found. Clones are the same.
#[derive(Clone)]
pub struct StrayWatch {
    db: Database,
    clock: Clock,
    provisioner: Arc<dyn Provisioner>,
    /// What this installation's namespaces are marked with.
    installation: Arc<str>,
    metrics: Metrics,
    known: Arc<Mutex<Strays>>,
    /// One look at a time, so that none that began earlier has the last word.
    turn: Arc<AsyncMutex<()>>,
}

/// Why it could not be looked.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error(transparent)]
    Cluster(#[from] ProvisionError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl StrayWatch {
    /// Nothing was looked for yet.
    #[must_use]
    pub fn new(
        db: Database,
        clock: Clock,
        provisioner: Arc<dyn Provisioner>,
        installation: &str,
        metrics: Metrics,
    ) -> Self {
        Self {
            db,
            clock,
            provisioner,
            installation: installation.into(),
            metrics,
            known: Arc::default(),
            turn: Arc::default(),
        }
    }

    /// What was found last.
    #[must_use]
    pub fn known(&self) -> Strays {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks now, and answers with what was found; with what was found before and why, where that does not succeed.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn look(&self) -> sqlx::Result<Strays> {
        let _turn = self.turn.lock().await;
        let found = self.find().await;
        let now = self.clock.now();
        match found {
            Ok(found) => {
                self.forget_what_is_over(&found).await?;
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                if found.len() != known.found.len() {
                    tracing::info!(strays = found.len(), "what belongs to no store was counted");
                }
                self.metrics.found_strays(found.iter().filter(|stray| !stray.is_of_others()).count());
                *known = Strays { found, looked_at: Some(now), trouble: None };
            }
            Err(LookError::Cluster(error)) => {
                self.known.lock().unwrap_or_else(PoisonError::into_inner).trouble = Some(format!("{error:#}"));
            }
            Err(LookError::Database(error)) => return Err(error),
        }
        Ok(self.known())
    }

    /// Forgets why something of a deleted store could not be removed, once nothing of it is there any more.
    async fn forget_what_is_over(&self, found: &[Stray]) -> sqlx::Result<()> {
        let mut over = stores::failed_tombstones(&mut *self.db.read().await?).await?;
        over.retain(|id| !found.iter().any(|stray| stray.id == *id));
        if over.is_empty() {
            return Ok(());
        }
        let mut change = self.db.change().await?;
        for id in &over {
            stores::forget_failure(change.connection(), id).await?;
        }
        change.commit().await
    }

    /// Whatever is there on both sides of a look into the database: a store may have come or gone in between.
    async fn find(&self) -> Result<Vec<Stray>, LookError> {
        let before = self.unknown(self.provisioner.residents().await?).await?;
        if before.is_empty() {
            return Ok(before);
        }
        let now = self.unknown(self.provisioner.residents().await?).await?;
        Ok(now.into_iter().filter(|stray| before.iter().any(|earlier| earlier.id == stray.id)).collect())
    }

    /// Those of which the database knows no living store.
    async fn unknown(&self, residents: Vec<Resident>) -> sqlx::Result<Vec<Stray>> {
        let mut read = self.db.read().await?;
        let mut strays = Vec::new();
        for resident in residents {
            // One that is nobody's yet is no stray: it waits for somebody, or is being made or removed.
            if spares::is_one(&mut read, &resident.id).await? {
                continue;
            }
            let store = stores::find(&mut read, &resident.id).await?;
            if store.as_ref().is_some_and(|store| store.status != Status::Deleted) {
                continue;
            }
            let Resident { id, namespace, volumes, installation, created_at, is_leaving, is_spare: _ } = resident;
            let origin = match installation {
                None => Origin::Unmarked,
                Some(installation) if *installation == *self.installation => Origin::Ours,
                Some(installation) => Origin::Other { installation },
            };
            let tombstone = store.map(|store| store.name);
            strays.push(Stray { id, namespace, volumes, origin, created_at, is_leaving, tombstone });
        }
        Ok(strays)
    }
}
