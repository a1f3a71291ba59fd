//! Doing what a failed removal offered: exactly to the object that it was about, and only while that object still asks for it.

use app::model::{Offer, StoreId, Target};
use k8s_openapi::api::core::v1::{PersistentVolume, Pod};
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, DynamicObject, Patch, PatchParams, Preconditions},
    core::TypeMeta,
};
use serde_json::json;

use crate::kubernetes::{Kubernetes, Trouble, within};

/// Does it. What is gone already, or is another object by now, is left as it is.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(in super::super) async fn take_up(
    kubernetes: &Kubernetes,
    client: &Client,
    id: &StoreId,
    offer: &Offer,
) -> Result<(), Trouble> {
    let done = match offer {
        Offer::ReleaseFinalizer { object, finalizer } => release(kubernetes, client, id, object, finalizer).await,
        Offer::ForgetPod { object } => forget(client, id, object).await,
        Offer::ReclaimVolume { object } => reclaim(client, id, object).await,
    };
    match done {
        Err(trouble) if trouble.is_absence() => Ok(()),
        other => other,
    }
}

async fn release(
    kubernetes: &Kubernetes,
    client: &Client,
    id: &StoreId,
    object: &Target,
    finalizer: &str,
) -> Result<(), Trouble> {
    let types = TypeMeta { api_version: object.api_version.clone(), kind: object.kind.clone() };
    let Some(kind) = kubernetes.kind(&types).await? else { return Ok(()) };
    let api: Api<DynamicObject> = if kind.namespaced {
        Api::namespaced_with(client.clone(), &id.namespace(), &kind.resource)
    } else {
        Api::all_with(client.clone(), &kind.resource)
    };
    let there = within(api.get_metadata(&object.name)).await?;
    // Outside of the namespace only what was the store's: its volumes, whose uid the failure kept.
    if there.uid().as_ref() != Some(&object.uid) || there.metadata.deletion_timestamp.is_none() {
        return Ok(());
    }
    let kept: Vec<&String> = there.finalizers().iter().filter(|kept| *kept != finalizer).collect();
    // With the version that was read, so that a finalizer that was put there meanwhile is not lost.
    let patch = json!({ "metadata": { "finalizers": kept, "resourceVersion": there.resource_version() } });
    within(api.patch_metadata(&object.name, &PatchParams::default(), &Patch::Merge(patch))).await.map(drop)
}

async fn forget(client: &Client, id: &StoreId, object: &Target) -> Result<(), Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let only_this = Preconditions { uid: Some(object.uid.clone()), resource_version: None };
    let now = DeleteParams::default().grace_period(0).preconditions(only_this);
    match within(pods.delete(&object.name, &now)).await {
        Err(trouble) if trouble.is_status(409) => Ok(()),
        other => other.map(drop),
    }
}

async fn reclaim(client: &Client, id: &StoreId, object: &Target) -> Result<(), Trouble> {
    let volumes: Api<PersistentVolume> = Api::all(client.clone());
    let there = within(volumes.get(&object.name)).await?;
    let claim = there.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
    let is_ours = claim.is_some_and(|claim| claim.namespace.as_ref() == Some(&id.namespace()));
    if there.uid().as_ref() != Some(&object.uid) || !is_ours {
        return Ok(());
    }
    let patch = json!({
        "metadata": { "resourceVersion": there.resource_version() },
        "spec": { "persistentVolumeReclaimPolicy": "Delete" },
    });
    within(volumes.patch(&object.name, &PatchParams::default(), &Patch::Merge(patch))).await.map(drop)
}
