//! The namespace of a store: made with its labels, never taken from somebody else.

use app::model::{Reason, Step, StoreId};
use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client, ResourceExt as _,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::{
    apply::{self, Resolved},
    fail, failure_of,
    judge::Outcome,
};
use crate::{
    kubernetes::{FIELD_MANAGER, STORE_LABEL, Trouble, within},
    provisioner::{ProvisionError, StoreSpec},
};

/// The value of `app.kubernetes.io/managed-by` on what the platform makes.
pub(super) const MANAGED_BY: &str = "urumi";

/// The label that says which installation made it.
pub(super) const INSTALLATION_LABEL: &str = "urumi.dev/installation";

/// The label that says whether the store is nobody's yet: `true` from the beginning of a spare, `false` from the first bootstrap of one that is
/// somebody's.
pub(super) const SPARE_LABEL: &str = "urumi.dev/spare";

/// The annotation that says what was applied last, as [`apply::fingerprint`] has it.
const APPLIED: &str = "urumi.dev/applied";

/// The annotation that names what was applied last: kinds and names, separated by commas.
const OBJECTS: &str = "urumi.dev/objects";

/// The annotation that says which Secret the pods were started with: its uid.
const SECRET: &str = "urumi.dev/secret";

/// The annotation that says at which address the shop is since its last bootstrap.
const ADDRESS: &str = "urumi.dev/address";

/// The annotation that says what the last bootstrap made, as [`Outcome`] is written.
const OUTCOME: &str = "urumi.dev/outcome";

/// What was applied to a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Applied {
    /// Stands for all of it.
    pub fingerprint: String,
    /// Each object, as [`Resolved::describe`] has it.
    pub objects: Vec<String>,
    /// The uid of the Secret whose passwords the pods were started with.
    pub secret: String,
    /// Where the shop is since its last bootstrap.
    pub address: String,
}

impl Applied {
    /// What is applied when these are, to pods with the passwords of this Secret.
    pub(super) fn of(objects: &[Resolved], secret: String) -> Self {
        let names = objects.iter().map(Resolved::describe).collect();
        Self { fingerprint: apply::fingerprint(objects), objects: names, secret, address: String::new() }
    }

    /// Whether anything was.
    pub(super) fn is_any(&self) -> bool {
        !self.fingerprint.is_empty()
    }

    /// Whether the pods were started with the passwords of another Secret than this one. Nothing is known of what older versions made.
    pub(super) fn has_other_secret(&self, uid: &str) -> bool {
        !self.secret.is_empty() && self.secret != uid
    }

    /// Whether the shop is elsewhere. What older versions made, which noted nothing, is at its first address.
    pub(super) fn has_other_address(&self, store: &StoreSpec) -> bool {
        let known = if self.address.is_empty() { &store.first_url } else { &self.address };
        *known != store.url
    }

    /// What the namespace says; nothing where it says nothing.
    pub(super) fn read(namespace: &Namespace) -> Self {
        let text = |name| namespace.annotations().get(name).map(String::as_str).unwrap_or_default();
        let objects = text(OBJECTS).split(',').filter(|object| !object.is_empty()).map(str::to_owned).collect();
        Self {
            fingerprint: text(APPLIED).to_owned(),
            objects,
            secret: text(SECRET).to_owned(),
            address: text(ADDRESS).to_owned(),
        }
    }
}

/// Writes down what was applied.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn set_applied(client: &Client, id: &StoreId, applied: &Applied) -> Result<(), Trouble> {
    let api: Api<Namespace> = Api::all(client.clone());
    let annotations =
        json!({ APPLIED: applied.fingerprint, OBJECTS: applied.objects.join(","), SECRET: applied.secret });
    let patch = Patch::Merge(json!({ "metadata": { "annotations": annotations } }));
    within(api.patch(&id.namespace(), &PatchParams::default(), &patch)).await.map(drop)
}

/// Writes down what a bootstrap made, where the shop is since, and whether it is somebody's.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn set_made(client: &Client, store: &StoreSpec, outcome: &Outcome) -> Result<(), Trouble> {
    let api: Api<Namespace> = Api::all(client.clone());
    let annotations = json!({ ADDRESS: store.url, OUTCOME: json!(outcome).to_string() });
    let labels = json!({ SPARE_LABEL: store.is_spare.to_string() });
    let patch = Patch::Merge(json!({ "metadata": { "annotations": annotations, "labels": labels } }));
    within(api.patch_metadata(&store.id.namespace(), &PatchParams::default(), &patch)).await.map(drop)
}

/// The store's namespace as it is; none while there is none.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn find(client: &Client, id: &StoreId) -> Result<Option<Namespace>, Trouble> {
    let api: Api<Namespace> = Api::all(client.clone());
    within(api.get_opt(&id.namespace())).await
}

/// What the last bootstrap made; none where it was not written down: older versions did not.
pub(super) fn outcome(namespace: &Namespace) -> Option<Outcome> {
    serde_json::from_str(namespace.annotations().get(OUTCOME)?).ok()
}

/// Whether the platform made the namespace, for this store.
pub(super) fn is_ours(namespace: &Namespace, id: &StoreId) -> bool {
    namespace.labels().get(STORE_LABEL).is_some_and(|label| label == id.as_str())
}

/// Marks a namespace of a store that is known with its installation, where an older version made it.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn mark(client: &Client, there: &Namespace, installation: &str) -> Result<(), Trouble> {
    if there.labels().contains_key(INSTALLATION_LABEL) {
        return Ok(());
    }
    let api: Api<Namespace> = Api::all(client.clone());
    let patch = Patch::Merge(json!({ "metadata": { "labels": { INSTALLATION_LABEL: installation } } }));
    within(api.patch_metadata(&there.name_any(), &PatchParams::default(), &patch)).await.map(drop)
}

/// Makes the namespace, or makes sure that the one that is there is the store's own and stays. Answers with what was applied to it
/// before.
///
/// # Errors
/// [`ProvisionError::Failed`] when it belongs to somebody else, [`ProvisionError::Retry`] while it is being deleted.
pub(super) async fn ensure(
    client: &Client,
    store: &StoreSpec,
    installation: Option<&String>,
) -> Result<Applied, ProvisionError> {
    let step = Some(Step::Namespace);
    let name = store.id.namespace();
    let mut before = Applied::default();
    if let Some(there) = find(client, &store.id).await.map_err(|trouble| failure_of(step, trouble))? {
        if there.metadata.deletion_timestamp.is_some() {
            let told = format!("The namespace {name} of an earlier attempt is still being deleted");
            return Err(ProvisionError::Retry(anyhow::Error::msg(told)));
        }
        if !is_ours(&there, &store.id) {
            return Err(fail(
                Reason::ClusterRefuses,
                step,
                format!("There is a namespace {name} that does not belong to this store."),
                format!(
                    "Look at who made it (`kubectl get namespace {name} --show-labels`); remove it, or create another store."
                ),
                "",
            ));
        }
        before = Applied::read(&there);
    }
    let mut namespace = json!({
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
    if store.is_spare {
        namespace["metadata"]["labels"][SPARE_LABEL] = json!("true");
    }
    if let Some(installation) = installation {
        namespace["metadata"]["labels"][INSTALLATION_LABEL] = json!(installation);
    }
    let api: Api<Namespace> = Api::all(client.clone());
    let params = PatchParams::apply(FIELD_MANAGER).force();
    within(api.patch(&name, &params, &Patch::Apply(&namespace))).await.map_err(|trouble| failure_of(step, trouble))?;
    Ok(before)
}
