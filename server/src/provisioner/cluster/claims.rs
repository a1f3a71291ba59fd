//! Which volume claims a store became ready with. A claim of the same name that came later is empty, whoever made it: the controller of
//! a stateful set makes missing ones anew.

use std::collections::BTreeMap;

use app::model::StoreId;
use k8s_openapi::api::core::v1::{Namespace, PersistentVolumeClaim};
use kube::{
    Api, Client, ResourceExt as _,
    api::{ListParams, Patch, PatchParams},
};
use serde_json::json;

use crate::kubernetes::{STORE_LABEL, Trouble, within};

/// The annotation of the namespace that keeps them: a JSON object of names and uids.
pub(super) const CLAIMS: &str = "urumi.dev/claims";

/// Names and uids.
pub(super) type Claims = BTreeMap<String, String>;

/// What the namespace keeps; none where nothing was kept, or somebody took it off.
pub(super) fn kept(namespace: &Namespace) -> Option<Claims> {
    serde_json::from_str(namespace.annotations().get(CLAIMS)?).ok()
}

/// The names and uids of those of these claims that are the store's own and stay.
pub(super) fn of<'a>(claims: impl Iterator<Item = &'a PersistentVolumeClaim>, id: &StoreId) -> Claims {
    let is_own =
        |claim: &&PersistentVolumeClaim| claim.labels().get(STORE_LABEL).is_some_and(|label| label == id.as_str());
    let own = claims.filter(is_own).filter(|claim| claim.metadata.deletion_timestamp.is_none());
    own.filter_map(|claim| Some((claim.name_any(), claim.uid()?))).collect()
}

/// Keeps those that the store has now.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn keep_present(client: &Client, id: &StoreId) -> Result<(), Trouble> {
    let api: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), &id.namespace());
    let ours = ListParams::default().labels(&format!("{STORE_LABEL}={id}"));
    let found = within(api.list(&ours)).await?;
    keep(client, id, &of(found.iter(), id)).await
}

/// Keeps these.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn keep(client: &Client, id: &StoreId, claims: &Claims) -> Result<(), Trouble> {
    let api: Api<Namespace> = Api::all(client.clone());
    let text = json!(claims).to_string();
    let patch = Patch::Merge(json!({ "metadata": { "annotations": { CLAIMS: text } } }));
    within(api.patch_metadata(&id.namespace(), &PatchParams::default(), &patch)).await.map(drop)
}
