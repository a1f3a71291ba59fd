//! The first and the last step: everything of the chart applied, and the store handed over.

use std::sync::atomic::Ordering;

use app::model::Step;

use super::{Cluster, apply, claims, failure_of, namespace, secret, wreckage};
use crate::provisioner::{Notes, ProvisionError, StepReport, StoreSpec};

impl Cluster {
    /// Makes the namespace and applies everything of the chart.
    pub(super) async fn apply_store(&self, store: &StoreSpec, notes: &Notes) -> Result<StepReport, ProvisionError> {
        let fail = |trouble| failure_of(Some(Step::Namespace), trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        let there = async {
            let before = namespace::ensure(&client, store, self.installation.get()).await?;
            let secret = secret::ensure(&client, &store.id, &self.entropy).await.map_err(fail)?;
            Ok((before, secret))
        };
        // Nothing is made for a chart that cannot be used; one that could be before need not be waited for.
        let (objects, (before, secret)) = if self.chart_is_proven.swap(false, Ordering::Relaxed) {
            tokio::try_join!(self.rendered(store, &client), there)?
        } else {
            (self.rendered(store, &client).await?, there.await?)
        };
        self.chart_is_proven.store(true, Ordering::Relaxed);
        // What an older version applied does not say which Secret it was; a new one is another one in any case.
        let has_new_passwords = before.has_other_secret(&secret.uid) || (secret.is_new && before.is_any());
        let applied = namespace::Applied::of(&objects, secret.uid);
        let jobs = apply::names(&objects, "Job");
        let cleared = wreckage::clear_before(&client, &store.id, &jobs, has_new_passwords, notes).await;
        let wreckage = cleared.map_err(fail)?;
        let repaired_at = wreckage.is_found().then(|| self.clock.now());
        let count = apply::apply(&client, &store.id, objects, repaired_at).await.map_err(fail)?;
        wreckage.clear_after(&client, &store.id, notes).await.map_err(fail)?;
        namespace::set_applied(&client, &store.id, &applied).await.map_err(fail)?;
        let text = format!("Namespace {} with {count} objects applied", store.id.namespace());
        Ok(StepReport { text, edition: None })
    }

    /// Places the order after which the store is handed over, once visitors reach it as they will, with the volumes that it has now: it is
    /// never to have others.
    pub(super) async fn hand_over(&self, store: &StoreSpec, notes: &Notes) -> Result<StepReport, ProvisionError> {
        let report = self.check_checkout(store).await?;
        if self.await_service(store).await.is_err() {
            // What keeps the pod from being ready is told by this.
            self.wait_for(Step::Storefront, store, notes).await?;
            self.await_service(store).await?;
        }
        let fail = |trouble| failure_of(Some(Step::Checkout), trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        claims::keep_present(&client, &store.id).await.map_err(fail)?;
        Ok(report)
    }
}
