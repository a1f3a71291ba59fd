//! Everything of a store that is in the cluster: its namespace, what the cluster keeps in it, and its volumes.

use app::model::{Object, StoreId};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::{Namespace, PersistentVolume};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{ApiResource, DynamicObject, ListParams},
    core::GroupVersionKind,
};

use super::{namespace, removal::volumes_of};
use crate::kubernetes::{Trouble, within};

/// The kinds that a store is made of, whoever makes them: the chart, its controllers, the cluster. Events are not among them, since
/// they are what is told about the others.
const KINDS: [(&str, &str, &str); 21] = [
    ("apps", "v1", "Deployment"),
    ("apps", "v1", "ReplicaSet"),
    ("apps", "v1", "StatefulSet"),
    ("apps", "v1", "ControllerRevision"),
    ("batch", "v1", "Job"),
    ("", "v1", "Pod"),
    ("", "v1", "Service"),
    ("", "v1", "Endpoints"),
    ("", "v1", "PersistentVolumeClaim"),
    ("", "v1", "Secret"),
    ("", "v1", "ConfigMap"),
    ("", "v1", "ServiceAccount"),
    ("", "v1", "ResourceQuota"),
    ("", "v1", "LimitRange"),
    ("networking.k8s.io", "v1", "NetworkPolicy"),
    ("networking.k8s.io", "v1", "Ingress"),
    ("discovery.k8s.io", "v1", "EndpointSlice"),
    ("cert-manager.io", "v1", "Certificate"),
    ("cert-manager.io", "v1", "CertificateRequest"),
    ("acme.cert-manager.io", "v1", "Order"),
    ("acme.cert-manager.io", "v1", "Challenge"),
];

/// Lists that are asked for at once.
const AT_ONCE: usize = 8;

/// What of the store is there now: the namespace first, volumes last, the rest by kind and name. Nothing, where a namespace of that
/// name belongs to somebody else.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn take(client: &Client, id: &StoreId) -> Result<Vec<Object>, Trouble> {
    let found = namespace::find(client, id).await?;
    if found.as_ref().is_some_and(|found| !namespace::is_ours(found, id)) {
        return Ok(Vec::new());
    }
    let volumes = volumes_of(client, id).await?;
    let mut objects = Vec::new();
    if let Some(found) = &found {
        objects.push(describe(&Namespace::kind(&()), found));
        let lists = stream::iter(KINDS.map(|(group, version, kind)| list(client, id, group, version, kind)));
        let mut inside: Vec<Vec<Object>> = lists.buffer_unordered(AT_ONCE).try_collect().await?;
        inside.sort();
        objects.extend(inside.into_iter().flatten());
    }
    objects.extend(volumes.iter().map(|volume| describe(&PersistentVolume::kind(&()), volume)));
    Ok(objects)
}

async fn list(client: &Client, id: &StoreId, group: &str, version: &str, kind: &str) -> Result<Vec<Object>, Trouble> {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), &id.namespace(), &resource);
    match within(api.list_metadata(&ListParams::default())).await {
        Ok(found) => {
            let mut objects: Vec<Object> = found.items.iter().map(|object| describe(kind, object)).collect();
            objects.sort();
            Ok(objects)
        }
        // A kind that this cluster does not serve.
        Err(trouble) if trouble.is_absence() => Ok(Vec::new()),
        Err(trouble) => Err(trouble),
    }
}

pub(super) fn describe(kind: &str, object: &impl ResourceExt) -> Object {
    Object { kind: kind.to_owned(), name: object.name_any(), uid: object.uid().unwrap_or_default() }
}
