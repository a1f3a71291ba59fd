//! A look at an open store: whether what was applied is there as it was applied, and works.

use app::model::Reason;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::Namespace;
use kube::Client;

use super::{
    Cluster,
    apply::{self, Difference, Resolved},
    claims, failure_of, fullness, judge,
    namespace::{self, Applied},
    refuse_chart,
    secret::{self, StoreSecret, Unusable},
    volumes,
};
use crate::provisioner::{Examination, Fault, ProvisionError, Remedy, StoreSpec, chart::SECRET_NAME};

/// Objects that are compared at once.
const PARALLEL: usize = 8;

impl Cluster {
    /// What is wrong with an open store; when `deep`, also whether its objects are there and as they were applied.
    pub(super) async fn examine_store(&self, store: &StoreSpec, deep: bool) -> Result<Examination, ProvisionError> {
        let trouble = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(trouble)?;
        let Some(there) = namespace::find(&client, &store.id).await.map_err(trouble)? else {
            return Ok(only(judge::lost_namespace(format!("The namespace {} is gone.", store.id.namespace()))));
        };
        if there.metadata.deletion_timestamp.is_some() {
            let cause = format!("Somebody deleted the namespace {}.", store.id.namespace());
            return Ok(only(judge::lost_namespace(cause)));
        }
        let secret = secret::read(&client, &store.id).await.map_err(trouble)?;
        if let Some(installation) = self.installation.get().filter(|_| deep) {
            namespace::mark(&client, &there, installation).await.map_err(trouble)?;
        }
        let observed = self.look(&store.id).await.map_err(trouble)?;
        let kept = claims::kept(&there);
        let mut seen = judge::examine(&observed, kept.as_ref(), self.clock.now());
        seen.faults.extend(fault_of_secret(&secret, &Applied::read(&there)));
        if Applied::read(&there).has_other_address(store) {
            seen.faults.push(Fault::outdated_address(&store.url));
        }
        if deep && seen.faults.iter().all(|fault| fault.remedy != Remedy::Lost) {
            let differences = self.differences(&client, store, &there).await?;
            seen.faults.extend(differences.into_iter().map(describe));
            seen.faults.extend(fullness::find_full(&client, &store.id, &observed, self.volume_limit).await);
            if kept.is_none() && seen.faults.is_empty() && seen.unsettled.is_none() {
                // It was made before they were kept, or its volumes were restored: those that it has are the ones to keep.
                let present = claims::of(observed.claims.all(), &store.id);
                claims::keep(&client, &store.id, &present).await.map_err(trouble)?;
            }
        }
        Ok(seen)
    }

    /// The objects of the chart, as this server would apply them.
    pub(super) async fn rendered(&self, store: &StoreSpec, client: &Client) -> Result<Vec<Resolved>, ProvisionError> {
        let trouble = |trouble| failure_of(Some(app::model::Step::Namespace), trouble);
        let version = self.kubernetes.version().await.map_err(trouble)?;
        let volumes = volumes::sizes(client, &store.id).await.map_err(trouble)?;
        let objects = self.chart.render(store, &volumes, &version).await.map_err(refuse_chart)?;
        apply::resolve(&self.kubernetes, &store.id, objects).await
    }

    /// What differs from what was applied. Where that was done with another chart or image, only what of it is missing.
    async fn differences(
        &self,
        client: &Client,
        store: &StoreSpec,
        there: &Namespace,
    ) -> Result<Vec<Difference>, ProvisionError> {
        let objects = self.rendered(store, client).await?;
        let applied = Applied::read(there);
        let is_same = applied.fingerprint == apply::fingerprint(&objects);
        // A job that has done its work is of no more use.
        let compared = objects.iter().filter(|object| !object.is("Job"));
        let compared = compared.filter(|object| is_same || applied.objects.contains(&object.describe()));
        let compared: Vec<_> = compared
            .map(|object| match is_same {
                true => apply::compare(client, &store.id, object).boxed(),
                false => apply::look_for(client, &store.id, object).boxed(),
            })
            .collect();
        let found: Vec<Option<Difference>> = stream::iter(compared)
            .buffered(PARALLEL)
            .try_collect()
            .await
            .map_err(|trouble| failure_of(None, trouble))?;
        Ok(found.into_iter().flatten().collect())
    }
}

/// What is wrong with the passwords.
fn fault_of_secret(secret: &Result<StoreSecret, Unusable>, applied: &Applied) -> Option<Fault> {
    match secret {
        Ok(secret) if applied.has_other_secret(&secret.uid) => Some(judge::lost_secret(format!(
            "The Secret {SECRET_NAME} is another one than the pods were started with."
        ))),
        Ok(_) => None,
        Err(gone @ Unusable::Gone) => Some(judge::lost_secret(gone.to_string())),
        Err(broken @ Unusable::Without(_)) => Some(judge::broken_secret(broken.to_string())),
    }
}

/// Nothing else is worth looking at.
fn only(fault: Fault) -> Examination {
    Examination { faults: vec![fault], unsettled: None }
}

fn describe(difference: Difference) -> Fault {
    let (cause, evidence) = match difference {
        Difference::Missing { what } => (format!("The {what} is missing."), String::new()),
        Difference::Changed { what, how } => {
            (format!("The {what} was changed by somebody else."), format!("{what}: {how}"))
        }
    };
    Fault {
        reason: Reason::ObjectsChanged,
        cause,
        advice: "Urumi applies it again by itself. Change the chart or its values instead of the objects.".to_owned(),
        evidence,
        remedy: Remedy::Apply,
    }
}
