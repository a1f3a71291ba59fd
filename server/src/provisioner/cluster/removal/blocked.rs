//! What holds up a removal: finalizers, pods whose node does not answer, APIs that are down, volumes that are kept. And the one thing
//! that can be done about each.

use std::time::Duration;

use app::model::{Failure, Offer, Reason, StoreId, Target};
use futures::{StreamExt as _, stream};
use k8s_openapi::api::core::v1::{Namespace, Node, PersistentVolume, Pod};
use kube::{
    Api, Client, ResourceExt as _,
    api::{ApiResource, DynamicObject, ListParams},
    discovery::{self, ApiGroup, Scope, verbs},
};
use tokio::time::{Instant, sleep};

use super::{message_of, namespace, phase_of, tell, volumes_of};
use crate::{
    kubernetes::{Trouble, within},
    provisioner::{Notes, ProvisionError},
};

/// Before the first look: a removal that nothing holds up takes 5 to 10 s.
const LOOK_AFTER: Duration = Duration::from_secs(12);

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(4);

/// How long the same thing may hold up a removal before it is given up, where something can be done about it. Controllers that clean
/// up outside of the cluster, such as those of load balancers, take up to a minute.
const PATIENCE: Duration = Duration::from_secs(60);

/// Finalizers that Kubernetes takes off by itself once whatever uses the object is gone; they hold nothing up by themselves.
const KUBERNETES_OWN: [&str; 5] = [
    "kubernetes.io/pvc-protection",
    "kubernetes.io/pv-protection",
    "foregroundDeletion",
    "orphan",
    "batch.kubernetes.io/job-tracking",
];

/// Finalizers behind which there is a disk that only its driver can let go, or a snapshot that is being taken of it.
const OF_DRIVERS: [&str; 4] =
    ["external-attacher/", "external-provisioner.", "kubernetes.io/pv-controller", "snapshot.storage.kubernetes.io/"];

/// Lists that are asked for at once.
const AT_ONCE: usize = 8;

/// Something that holds up a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HoldUp {
    /// What and why, half a sentence with a capital.
    pub why: String,
    /// What a person can do, one sentence.
    pub advice: String,
    /// What the platform can do.
    pub offer: Option<Offer>,
}

/// Watches a removal that goes on, tells what holds it up, and comes back only when that stood for too long.
pub(super) async fn watch(client: &Client, id: &StoreId, notes: &Notes) -> ProvisionError {
    sleep(LOOK_AFTER).await;
    let mut standing: Vec<(HoldUp, Instant)> = Vec::new();
    let mut kinds = Vec::new();
    loop {
        match find(client, id, &mut kinds).await {
            Ok(found) => {
                standing.retain(|(known, _)| found.contains(known));
                for hold_up in found {
                    if !standing.iter().any(|(known, _)| *known == hold_up) {
                        tell(notes, hold_up.why.clone());
                        standing.push((hold_up, Instant::now()));
                    }
                }
            }
            Err(trouble) => tracing::debug!(%trouble, "what holds up a removal cannot be asked"),
        }
        let is_over = |(hold_up, since): &(HoldUp, Instant)| hold_up.offer.is_some() && since.elapsed() >= PATIENCE;
        if standing.iter().any(is_over) {
            return give_up(standing.into_iter().map(|(hold_up, _)| hold_up).collect(), String::new());
        }
        sleep(LOOK_EVERY).await;
    }
}

/// The failure of a removal that is held up; `otherwise` is the cause where nothing is known to hold it up.
pub(super) fn give_up(mut hold_ups: Vec<HoldUp>, otherwise: String) -> ProvisionError {
    // What can be done something about comes first.
    hold_ups.sort_by_key(|hold_up| hold_up.offer.is_none());
    let evidence: Vec<String> = hold_ups.iter().map(|hold_up| hold_up.why.clone()).collect();
    let (cause, advice, offer) = match hold_ups.into_iter().next() {
        Some(first) => (format!("{}.", first.why), first.advice, first.offer),
        None => (otherwise, "Look at the evidence and delete the store again.".to_owned(), None),
    };
    let failure = Failure::new(Reason::RemovalStuck, None, cause, advice).with_evidence(evidence.join("\n"));
    ProvisionError::Failed(Box::new(Failure { offer, ..failure }))
}

/// Everything that holds up the store's removal now. `kinds` are filled when they are first needed.
///
/// # Errors
/// [`Trouble`] with the cluster. What can be asked is told although something else cannot.
pub(super) async fn find(client: &Client, id: &StoreId, kinds: &mut Vec<ApiResource>) -> Result<Vec<HoldUp>, Trouble> {
    let mut found = Vec::new();
    if let Some(there) = namespace::find(client, id).await?
        && namespace::is_ours(&there, id)
    {
        found.extend(of_namespace(&there));
        if kinds.is_empty() {
            *kinds = all_kinds(client).await?;
        }
        found.extend(of_objects(client, id, kinds).await);
        found.extend(of_pods(client, id).await?);
    }
    found.extend(volumes_of(client, id).await?.iter().filter_map(of_volume));
    Ok(found)
}

/// What the namespace's conditions say that is not about an object in it.
fn of_namespace(there: &Namespace) -> Vec<HoldUp> {
    let conditions = there.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let holds = conditions.iter().filter(|condition| {
        let about_apis = ["NamespaceDeletionDiscoveryFailure", "NamespaceDeletionGroupVersionParsingFailure"];
        condition.status == "True" && about_apis.contains(&condition.type_.as_str())
    });
    let apis = holds.map(|condition| HoldUp {
        why: format!(
            "An API of the cluster does not answer, without which Kubernetes deletes no namespace: {}",
            condition.message.as_deref().unwrap_or("it does not say which").trim_end_matches('.')
        ),
        advice: "Mend what serves that API, or remove its APIService (`kubectl get apiservices`), then delete the store again."
            .to_owned(),
        offer: None,
    });
    let finalizers = there.spec.as_ref().and_then(|spec| spec.finalizers.as_deref()).unwrap_or_default();
    let finalizers = finalizers.iter().filter(|finalizer| *finalizer != "kubernetes").chain(there.finalizers());
    let foreign = finalizers.map(|finalizer| HoldUp {
        why: format!("The namespace {} is held by the finalizer {finalizer}", there.name_any()),
        advice: "Ask whoever put it there to let go.".to_owned(),
        offer: None,
    });
    apis.chain(foreign).collect()
}

/// Objects in the namespace that are being deleted and have a finalizer that is not Kubernetes' own.
async fn of_objects(client: &Client, id: &StoreId, kinds: &[ApiResource]) -> Vec<HoldUp> {
    let lists = kinds.iter().cloned().map(|kind| async move {
        let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), &id.namespace(), &kind);
        match within(api.list_metadata(&ListParams::default())).await {
            Ok(found) => found
                .items
                .iter()
                .filter(|object| object.metadata.deletion_timestamp.is_some())
                .flat_map(|object| held(&kind, object))
                .collect(),
            // One kind that cannot be listed hides nothing of the others.
            Err(trouble) => {
                tracing::debug!(%trouble, kind = kind.kind, "left out of what holds up a removal");
                Vec::new()
            }
        }
    });
    stream::iter(lists).buffered(AT_ONCE).collect::<Vec<Vec<HoldUp>>>().await.concat()
}

/// Every kind whose objects live in namespaces, as far as the cluster says: an API that is down hides only its own.
async fn all_kinds(client: &Client) -> Result<Vec<ApiResource>, Trouble> {
    let groups = within(client.list_api_groups()).await?.groups.into_iter().map(|group| group.name);
    let groups = groups.chain([ApiGroup::CORE_GROUP.to_owned()]).map(|name| async move {
        match within(discovery::group(client, &name)).await {
            Ok(group) => group.recommended_resources(),
            Err(trouble) => {
                tracing::debug!(%trouble, group = name, "left out of what holds up a removal");
                Vec::new()
            }
        }
    });
    let groups: Vec<Vec<_>> = stream::iter(groups).buffered(AT_ONCE).collect().await;
    let listed = groups.into_iter().flatten();
    let listed = listed.filter(|(_, can)| can.scope == Scope::Namespaced && can.supports_operation(verbs::LIST));
    Ok(listed.map(|(kind, _)| kind).collect())
}

/// The finalizers of an object that others have to take off.
fn held(kind: &ApiResource, object: &impl kube::ResourceExt) -> Vec<HoldUp> {
    let foreign = object.finalizers().iter().filter(|finalizer| !KUBERNETES_OWN.contains(&finalizer.as_str()));
    let held = foreign.map(|finalizer| {
        let target = target(kind, object);
        let why = format!("{} {} is held by the finalizer {finalizer}", target.kind, target.name);
        let is_drivers = OF_DRIVERS.iter().any(|driver| finalizer.starts_with(driver));
        HoldUp {
            why,
            advice: "Look after the controller that put it there: it takes its finalizer off once it has cleaned up. When it is gone \
                     for good, nobody else will."
                .to_owned(),
            offer: (!is_drivers)
                .then(|| Offer::ReleaseFinalizer { object: target, finalizer: finalizer.clone() }),
        }
    });
    held.collect()
}

/// Pods that had their time to end and are still there.
async fn of_pods(client: &Client, id: &StoreId) -> Result<Vec<HoldUp>, Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let nodes: Api<Node> = Api::all(client.clone());
    let mut found = Vec::new();
    for pod in within(pods.list(&ListParams::default())).await? {
        let Some(node) = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()) else { continue };
        if pod.metadata.deletion_timestamp.is_none() {
            continue;
        }
        let there = within(nodes.get_opt(node)).await?;
        found.push(of_pod(&pod, node, there.as_ref()));
    }
    Ok(found)
}

fn of_pod(pod: &Pod, name: &str, node: Option<&Node>) -> HoldUp {
    let conditions = node.and_then(|node| node.status.as_ref()?.conditions.as_deref()).unwrap_or_default();
    let answers = conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True");
    let who = pod.name_any();
    if answers {
        return HoldUp {
            why: format!("Pod {who} does not end on the node {name}"),
            advice: "Look at the kubelet of that node.".to_owned(),
            offer: None,
        };
    }
    let what = if node.is_some() { "does not answer" } else { "is gone" };
    HoldUp {
        why: format!("Pod {who} cannot be seen to end: its node {name} {what}"),
        advice: "Bring the node back, or make sure that it is gone for good.".to_owned(),
        offer: Some(Offer::ForgetPod { object: target(&ApiResource::erase::<Pod>(&()), pod) }),
    }
}

/// A persistent volume that stays although its claim is gone.
pub(super) fn of_volume(volume: &PersistentVolume) -> Option<HoldUp> {
    let name = volume.name_any();
    let kind = ApiResource::erase::<PersistentVolume>(&());
    if is_kept(volume) {
        return Some(HoldUp {
            why: format!("The persistent volume {name} is kept: its reclaim policy is Retain"),
            advice: "Remove it here when nobody needs its data any more; a StorageClass with reclaimPolicy Delete avoids this."
                .to_owned(),
            offer: Some(Offer::ReclaimVolume { object: target(&kind, volume) }),
        });
    }
    if is_reserved(volume) {
        return Some(HoldUp {
            why: format!("The persistent volume {name} was made by hand for a claim of this store that never came"),
            advice: format!(
                "Look at what it is for, and remove it with `kubectl delete persistentvolume {name}`: the cluster removes only volumes \
                 that were claimed, and what is stored behind this one stays in any case. Then delete again."
            ),
            offer: None,
        });
    }
    if phase_of(volume) == Some("Failed") {
        return Some(HoldUp {
            why: format!("The cluster could not remove the persistent volume {name}: {}", message_of(volume)),
            advice: "Mend what it names; the cluster tries again by itself.".to_owned(),
            offer: None,
        });
    }
    if volume.metadata.deletion_timestamp.is_some() {
        return held(&kind, volume).into_iter().next();
    }
    None
}

/// Whether nobody will remove the volume.
pub(super) fn is_kept(volume: &PersistentVolume) -> bool {
    let policy = volume.spec.as_ref().and_then(|spec| spec.persistent_volume_reclaim_policy.as_deref());
    phase_of(volume) == Some("Released") && policy == Some("Retain")
}

/// Whether it names a claim and was never claimed: whoever made it did so by hand. One that was claimed keeps the claim's uid.
pub(super) fn is_reserved(volume: &PersistentVolume) -> bool {
    let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
    let is_waiting = matches!(phase_of(volume), Some("Available" | "Pending"));
    is_waiting && claim.is_some_and(|claim| claim.uid.is_none()) && volume.metadata.deletion_timestamp.is_none()
}

fn target(kind: &ApiResource, object: &impl kube::ResourceExt) -> Target {
    Target {
        api_version: kind.api_version.clone(),
        kind: kind.kind.clone(),
        name: object.name_any(),
        uid: object.uid().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
