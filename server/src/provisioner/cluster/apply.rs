//! The chart's objects into the cluster: forced server-side apply, several at once, each under a timeout.

use app::model::{Reason, Step, StoreId};
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ResourceQuota;
use kube::{
    Api, Client, ResourceExt as _,
    api::{Patch, PatchParams},
    core::{DynamicObject, TypeMeta},
    runtime::wait::await_condition,
};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

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

/// What pods depend on, applied before them.
const FIRST: [&str; 7] =
    ["ResourceQuota", "LimitRange", "NetworkPolicy", "ServiceAccount", "Secret", "ConfigMap", "Service"];

/// What pods keep their data in.
const CLAIM: &str = "PersistentVolumeClaim";

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
                Reason::ChartUnusable,
                step,
                told,
                "Use a cluster that serves this kind, or change the chart, then retry.",
                "",
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
                Reason::ChartUnusable,
                step,
                told,
                "Keep the chart's objects inside the release's namespace, then retry.",
                "",
            ));
        }
        resolved.push(Resolved { object, kind });
    }
    Ok(resolved)
}

impl Resolved {
    /// Whether it is of this kind.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.resource.kind == kind
    }

    /// Its kind and name.
    pub(super) fn describe(&self) -> String {
        format!("{} {}", self.kind.resource.kind, self.object.name_any())
    }

    fn api(&self, client: &Client, id: &StoreId) -> Api<DynamicObject> {
        Api::namespaced_with(client.clone(), &id.namespace(), &self.kind.resource)
    }
}

/// Stands for everything that is to be applied: what was applied with the same one was the same.
pub(super) fn fingerprint(objects: &[Resolved]) -> String {
    let mut hash = Sha256::new();
    for Resolved { object, .. } in objects {
        // Maps are sorted, so that equal objects have equal texts. What cannot be written as JSON cannot be applied either.
        hash.update(serde_json::to_vec(object).unwrap_or_default());
    }
    format!("{:x}", hash.finalize())
}

/// How an object differs from what was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// It is not there, or on its way out.
    Missing {
        /// Its kind and name.
        what: String,
    },
    /// Applying it would change it.
    Changed {
        /// Its kind and name.
        what: String,
        /// The first thing that would change.
        how: String,
    },
}

/// Asks what applying an object would change, without doing it.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn compare(client: &Client, id: &StoreId, wanted: &Resolved) -> Result<Option<Difference>, Trouble> {
    let (api, name, what) = (wanted.api(client, id), wanted.object.name_any(), wanted.describe());
    let Some(there) = present(&api, &name).await? else { return Ok(Some(Difference::Missing { what })) };
    let params = PatchParams::apply(FIELD_MANAGER).force().dry_run();
    let applied = match within(api.patch(&name, &params, &Patch::Apply(&wanted.object))).await {
        Ok(applied) => applied,
        // What can no longer be applied over it was changed where it must not be.
        Err(trouble) if trouble.is_status(422) => {
            return Ok(Some(Difference::Changed { what, how: trouble.to_string() }));
        }
        Err(trouble) => return Err(trouble.about(&what)),
    };
    Ok(difference(&comparable(there), &comparable(applied), "").map(|how| Difference::Changed { what, how }))
}

/// Asks whether an object is there, whatever it is like.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn look_for(client: &Client, id: &StoreId, wanted: &Resolved) -> Result<Option<Difference>, Trouble> {
    let there = present(&wanted.api(client, id), &wanted.object.name_any()).await?;
    Ok(there.is_none().then(|| Difference::Missing { what: wanted.describe() }))
}

/// The object, unless it is not there or on its way out.
async fn present(api: &Api<DynamicObject>, name: &str) -> Result<Option<DynamicObject>, Trouble> {
    let there = within(api.get_opt(name)).await?;
    Ok(there.filter(|there| there.metadata.deletion_timestamp.is_none()))
}

/// An object without what changes with every write.
fn comparable(mut object: DynamicObject) -> Value {
    object.metadata.managed_fields = None;
    object.metadata.resource_version = None;
    object.metadata.generation = None;
    object.annotations_mut().remove(REPAIRED_AT);
    let mut value = serde_json::to_value(object).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("status");
    }
    value
}

/// The first place in which two objects differ.
fn difference(there: &Value, applied: &Value, path: &str) -> Option<String> {
    match (there, applied) {
        (Value::Object(there), Value::Object(applied)) => {
            let names = there.keys().chain(applied.keys().filter(|name| !there.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let value = |object: &Map<String, Value>| object.get(name).cloned().unwrap_or_default();
                difference(&value(there), &value(applied), &path)
            })
        }
        (Value::Array(there), Value::Array(applied)) if there.len() == applied.len() => {
            let mut pairs = there.iter().zip(applied).enumerate();
            pairs.find_map(|(index, (there, applied))| difference(there, applied, &format!("{path}[{index}]")))
        }
        _ if there == applied => None,
        _ => Some(format!("{path} is {there} and was applied as {applied}")),
    }
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
    // A pod whose claim has no volume yet when a place is looked for is looked at again a second later. So claims come first, and get
    // theirs while the quota is waited for.
    let (claims, others): (Vec<_>, Vec<_>) = objects.into_iter().partition(|object| object.is(CLAIM));
    let (first, mut then): (Vec<_>, Vec<_>) = others.into_iter().partition(is_first);
    apply_all(client, id, &claims).await?;
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

async fn apply_one(client: &Client, id: &StoreId, wanted: &Resolved) -> Result<(), Trouble> {
    let params = PatchParams::apply(FIELD_MANAGER).force();
    let patch = Patch::Apply(&wanted.object);
    let applied = within(wanted.api(client, id).patch(&wanted.object.name_any(), &params, &patch)).await;
    applied.map(drop).map_err(|trouble| trouble.about(&wanted.describe()))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named_with_its_place() {
        let there = json!({"spec": {"replicas": 0, "ports": [{"port": 80}]}, "kind": "X"});
        assert_eq!(difference(&there, &there, ""), None);
        let cases = [
            (
                json!({"spec": {"replicas": 1, "ports": [{"port": 80}]}, "kind": "X"}),
                "spec.replicas is 0 and was applied as 1",
            ),
            (
                json!({"spec": {"replicas": 0, "ports": [{"port": 81}]}, "kind": "X"}),
                "spec.ports[0].port is 80 and was applied as 81",
            ),
            (
                json!({"spec": {"replicas": 0, "ports": []}, "kind": "X"}),
                "spec.ports is [{\"port\":80}] and was applied as []",
            ),
            (json!({"spec": {"replicas": 0}, "kind": "X"}), "spec.ports is [{\"port\":80}] and was applied as null"),
            (
                json!({"spec": {"replicas": 0, "ports": [{"port": 80}]}, "kind": "X", "more": 1}),
                "more is null and was applied as 1",
            ),
        ];
        for (applied, told) in cases {
            assert_eq!(difference(&there, &applied, "").as_deref(), Some(told));
        }
    }

    #[test]
    fn what_changes_with_every_write_is_no_difference() {
        let object = |version: &str, annotations: Value| -> DynamicObject {
            serde_json::from_value(json!({
                "metadata": {"name": "x", "resourceVersion": version, "annotations": annotations},
                "status": {"seen": version},
            }))
            .expect("an object")
        };
        let before = comparable(object("1", json!({"a": "b"})));
        let after = comparable(object("2", json!({"a": "b", REPAIRED_AT: "2026-02-13T14:35:13Z"})));
        assert_eq!(difference(&before, &after, ""), None);
    }
}
