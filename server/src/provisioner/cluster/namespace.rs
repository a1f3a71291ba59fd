//! The namespace of a store: made with its labels, never taken from somebody else.

use app::model::{Step, StoreId};
use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client, ResourceExt as _,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::{fail, failure_of};
use crate::{
    kubernetes::{FIELD_MANAGER, STORE_LABEL, Trouble, within},
    provisioner::{ProvisionError, StoreSpec},
};

/// The value of `app.kubernetes.io/managed-by` on what the platform makes.
pub(super) const MANAGED_BY: &str = "urumi";

/// The annotation that says what was applied last, as [`apply::fingerprint`](super::apply::fingerprint) has it.
pub(super) const APPLIED: &str = "urumi.dev/applied";

/// Writes down what was applied.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn set_applied(client: &Client, id: &StoreId, fingerprint: &str) -> Result<(), Trouble> {
    let api: Api<Namespace> = Api::all(client.clone());
    let patch = Patch::Merge(json!({ "metadata": { "annotations": { APPLIED: fingerprint } } }));
    within(api.patch(&id.namespace(), &PatchParams::default(), &patch)).await.map(drop)
}

/// The store's namespace as it is; none while there is none.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn find(client: &Client, id: &StoreId) -> Result<Option<Namespace>, Trouble> {
    let api: Api<Namespace> = Api::all(client.clone());
    within(api.get_opt(&id.namespace())).await
}

/// Whether the platform made the namespace, for this store.
pub(super) fn is_ours(namespace: &Namespace, id: &StoreId) -> bool {
    namespace.labels().get(STORE_LABEL).is_some_and(|label| label == id.as_str())
}

/// Makes the namespace, or makes sure that the one that is there is the store's own and stays.
///
/// # Errors
/// [`ProvisionError::Failed`] when it belongs to somebody else, [`ProvisionError::Retry`] while it is being deleted.
pub(super) async fn ensure(client: &Client, store: &StoreSpec) -> Result<(), ProvisionError> {
    let step = Some(Step::Namespace);
    let name = store.id.namespace();
    if let Some(there) = find(client, &store.id).await.map_err(|trouble| failure_of(step, trouble))? {
        if there.metadata.deletion_timestamp.is_some() {
            let told = format!("The namespace {name} of an earlier attempt is still being deleted");
            return Err(ProvisionError::Retry(anyhow::Error::msg(told)));
        }
        if !is_ours(&there, &store.id) {
            return Err(fail(
                step,
                format!("There is a namespace {name} that does not belong to this store."),
                format!(
                    "Look at who made it (`kubectl get namespace {name} --show-labels`); remove it, or create another store."
                ),
                String::new(),
            ));
        }
    }
    let namespace = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "labels": {
                STORE_LABEL: store.id.as_str(),
                "app.kubernetes.io/managed-by": MANAGED_BY,
                "app.kubernetes.io/part-of": "urumi",
                // Everything of a store runs without privileges; a chart that asks for more is refused by the cluster.
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        },
    });
    let api: Api<Namespace> = Api::all(client.clone());
    let params = PatchParams::apply(FIELD_MANAGER).force();
    within(api.patch(&name, &params, &Patch::Apply(&namespace))).await.map_err(|trouble| failure_of(step, trouble))?;
    Ok(())
}
