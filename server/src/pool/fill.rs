//! Making and removing one spare.

use std::time::Duration;

use app::model::{Content, Edition, Size, Step, StoreId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{PoolError, Shared};
use crate::{
    db::spares::{self, Spare},
    provisioner::{ProvisionError, StoreSpec},
};

/// The shop's title as long as it is nobody's. It is not empty, since a shop has one.
const NAME: &str = "Ready-made store";

/// How often it is looked whether somebody waits for an install by now.
const LOOK_FOR_OTHERS: Duration = Duration::from_millis(250);

impl Shared {
    /// Writes down that a spare is to be made: whatever becomes of it in the cluster is known to be one.
    pub(super) async fn begin(&self, recipe: &str) -> Result<(), PoolError> {
        let id = self.entropy.store_id();
        let url = self.addresses.of(&id, None);
        let mut change = self.db.change().await?;
        spares::insert(change.connection(), &id, recipe, &url, self.clock.now()).await?;
        change.commit().await?;
        Ok(())
    }

    /// Makes a spare, unless somebody comes to wait for an install: then it is gone on with later.
    pub(super) async fn fill(&self, spare: &Spare, stop: &CancellationToken) -> Result<(), PoolError> {
        let spec = spec_of(&spare.id, &spare.url);
        let begun = self.clock.now();
        let made = tokio::select! {
            made = self.make(&spec) => made,
            others = self.wait_for_others() => return others,
            () = stop.cancelled() => return Ok(()),
        };
        match made {
            Ok((edition, proof)) => {
                let mut change = self.db.change().await?;
                spares::finish(change.connection(), &spare.id, edition, &proof, self.clock.now()).await?;
                let seconds = self.clock.now().duration_since(begun).as_secs_f64();
                tracing::info!(store.id = %spare.id, seconds, proof, "a spare store is ready");
                change.commit().await?;
                Ok(())
            }
            // What passes by itself is waited for.
            Err(error @ PoolError::Cluster(ProvisionError::Away(_) | ProvisionError::Retry(_))) => Err(error),
            Err(error) => {
                // Another one is made from nothing: that is simpler than to find out what is wrong with this one.
                let mut change = self.db.change().await?;
                spares::dismiss(change.connection(), &spare.id).await?;
                change.commit().await?;
                Err(error)
            }
        }
    }

    /// Every step of an install. Its order is the proof.
    async fn make(&self, spec: &StoreSpec) -> Result<(Option<Edition>, String), PoolError> {
        let (notes, mut told) = mpsc::unbounded_channel();
        let (mut edition, mut proof) = (None, String::new());
        for step in Step::ALL {
            let run = self.provisioner.run_step(step, spec, &notes);
            let report = tokio::time::timeout(self.deadlines.step, run)
                .await
                .map_err(|_| PoolError::TooSlow(format!("The step \"{}\" of a spare store", step.label())))??;
            edition = report.edition.or(edition);
            proof = report.text;
            while let Ok(note) = told.try_recv() {
                tracing::debug!(store.id = %spec.id, note, "a spare store is being made");
            }
        }
        Ok((edition, proof))
    }

    /// Ends when somebody waits for an install.
    async fn wait_for_others(&self) -> Result<(), PoolError> {
        while self.is_idle().await? {
            tokio::time::sleep(LOOK_FOR_OTHERS).await;
        }
        Ok(())
    }

    /// Removes a spare, and forgets it once nothing of it is left.
    pub(super) async fn remove(&self, spare: &Spare, stop: &CancellationToken) -> Result<(), PoolError> {
        let mut change = self.db.change().await?;
        // Nobody may be given it any more; and where somebody was, it is no spare, and stays.
        let is_ours = spares::dismiss(change.connection(), &spare.id).await?;
        change.commit().await?;
        if !is_ours {
            return Ok(());
        }
        self.db.doorbell().pool_changed();
        let (notes, _nobody) = mpsc::unbounded_channel();
        let spec = spec_of(&spare.id, &spare.url);
        tokio::select! {
            removed = tokio::time::timeout(self.deadlines.delete, self.provisioner.delete(&spec, &notes)) => {
                removed.map_err(|_| PoolError::TooSlow("The removal of a spare store".to_owned()))??;
            }
            () = stop.cancelled() => return Ok(()),
        }
        let mut change = self.db.change().await?;
        spares::remove(change.connection(), &spare.id).await?;
        change.commit().await?;
        tracing::info!(store.id = %spare.id, "a spare store is removed");
        Ok(())
    }
}

fn spec_of(id: &StoreId, url: &str) -> StoreSpec {
    StoreSpec {
        id: id.clone(),
        name: NAME.parse().expect("it is a name"),
        url: url.to_owned(),
        first_url: url.to_owned(),
        domain: None,
        size: Size::Small,
        content: Content::Demo,
        is_spare: true,
    }
}
