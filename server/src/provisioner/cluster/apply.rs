//! The chart's objects into the cluster: forced server-side apply, several at once, each under a timeout.

use app::model::{Step, StoreId};
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ResourceQuota;
use kube::{
    Api, Client, ResourceExt as _,
    api::{Patch, PatchParams},
    core::{DynamicObject, TypeMeta},
    runtime::wait::await_condition,
};

use super::{fail, failure_of};
use crate::{
    kubernetes::{FIELD_MANAGER, Kind, Kubernetes, Trouble, within},
    provisioner::ProvisionError,
};

/// Requests at once. The API server takes many more; this keeps one store from crowding out the others.
const PARALLEL: usize = 8;

/// How long the quota's figures may take to be those of the chart. Until then pods and claims are refused for a moment; controllers
/// try again by themselves, so going on without is only slower.
const QUOTA_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// What pods and claims depend on, applied before them.
const FIRST: [&str; 7] =
    ["ResourceQuota", "LimitRange", "NetworkPolicy", "ServiceAccount", "Secret", "ConfigMap", "Service"];

/// Set on workloads that are applied over the remains of a failed attempt, so that controllers look at them at once
/// and not when their backoff ends.
pub(super) const REPAIRED_AT: &str = "urumi.dev/repaired-at";

/// An object and how the cluster serves its kind.
pub(super) struct Resolved {
    object: DynamicObject,
    kind: Kind,
}

/// Finds out how the cluster serves each object, and that each stays inside the store's namespace.
///
/// # Errors
/// [`ProvisionError::Failed`] for a kind that the cluster does not know, or an object outside the namespace.
pub(super) async fn resolve(
    kubernetes: &Kubernetes,
    id: &StoreId,
    objects: Vec<DynamicObject>,
) -> Result<Vec<Resolved>, ProvisionError> {
    let step = Some(Step::Namespace);
    let mut resolved = Vec::with_capacity(objects.len());
    for object in objects {
        let types = object.types.clone().unwrap_or_default();
        let kind = kubernetes.kind(&types).await.map_err(|trouble| failure_of(step, trouble))?;
        let Some(kind) = kind else {
            let told = format!("The chart holds a {}, which this cluster does not know.", describe(&types));
            return Err(fail(
                step,
                told,
                "Use a cluster that serves this kind, or change the chart, then retry.",
                String::new(),
            ));
        };
        let elsewhere = object.namespace().is_some_and(|namespace| namespace != id.namespace());
        if !kind.namespaced || elsewhere {
            let told = format!(
                "The chart holds the {} {:?} outside the store's namespace, where deleting the store would leave it.",
                types.kind,
                object.name_any()
            );
            return Err(fail(
                step,
                told,
                "Keep the chart's objects inside the release's namespace, then retry.",
                String::new(),
            ));
        }
        resolved.push(Resolved { object, kind });
    }
    Ok(resolved)
}

/// The names of the objects of this kind.
pub(super) fn names(objects: &[Resolved], kind: &str) -> Vec<String> {
    let of_kind = objects.iter().filter(|object| object.kind.resource.kind == kind);
    of_kind.map(|object| object.object.name_any()).collect()
}

/// Applies everything and says how many objects there were.
///
/// # Errors
/// [`Trouble`] with the first object that was not taken.
pub(super) async fn apply(
    client: &Client,
    id: &StoreId,
    objects: Vec<Resolved>,
    repaired_at: Option<Timestamp>,
) -> Result<usize, Trouble> {
    let count = objects.len();
    let (first, mut then): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_first);
    apply_all(client, id, &first).await?;
    await_quota(client, id, &first).await;
    if let Some(at) = repaired_at {
        for Resolved { object, .. } in &mut then {
            object.annotations_mut().insert(REPAIRED_AT.to_owned(), at.to_string());
        }
    }
    apply_all(client, id, &then).await?;
    Ok(count)
}

async fn apply_all(client: &Client, id: &StoreId, objects: &[Resolved]) -> Result<(), Trouble> {
    let requests: Vec<_> = objects.iter().map(|object| apply_one(client, id, object).boxed()).collect();
    stream::iter(requests).buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await.map(drop)
}

async fn apply_one(client: &Client, id: &StoreId, Resolved { object, kind }: &Resolved) -> Result<(), Trouble> {
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), &id.namespace(), &kind.resource);
    let name = object.name_any();
    let params = PatchParams::apply(FIELD_MANAGER).force();
    let applied = within(api.patch(&name, &params, &Patch::Apply(object))).await;
    applied.map(drop).map_err(|trouble| trouble.about(&format!("{} {name}", kind.resource.kind)))
}

async fn await_quota(client: &Client, id: &StoreId, applied: &[Resolved]) {
    for Resolved { object, .. } in applied.iter().filter(|object| object.kind.resource.kind == "ResourceQuota") {
        let api: Api<ResourceQuota> = Api::namespaced(client.clone(), &id.namespace());
        let name = object.name_any();
        // After a retry the figures of the former attempt are still there for a moment, and they are what counts.
        let has_figures = |quota: Option<&ResourceQuota>| {
            let wanted = quota.and_then(|quota| quota.spec.as_ref()?.hard.as_ref());
            wanted.is_some() && wanted == quota.and_then(|quota| quota.status.as_ref()?.hard.as_ref())
        };
        match tokio::time::timeout(QUOTA_PATIENCE, await_condition(api, &name, has_figures)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::debug!(%error, quota = name, "the quota could not be watched"),
            Err(_) => tracing::debug!(quota = name, "the quota has no figures yet"),
        }
    }
}

fn is_first(resolved: &Resolved) -> bool {
    FIRST.contains(&resolved.kind.resource.kind.as_str())
}

fn describe(types: &TypeMeta) -> String {
    format!("{} of {}", types.kind, types.api_version)
}
