//! Removing a store and seeing it gone: its namespace by uid, and each persistent volume that was claimed from it.

mod blocked;
mod hasten;
mod take_up;

use std::{pin::pin, time::Duration};

use app::model::StoreId;
use futures::{FutureExt as _, StreamExt as _, future};
use k8s_openapi::api::core::v1::{Namespace, PersistentVolume};
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, ListParams, Preconditions},
    runtime::{WatchStreamExt as _, watcher::watch_object},
};
use tokio::time::{Instant, sleep, timeout, timeout_at};

pub(super) use take_up::take_up;

use super::{failure_of, namespace, tell};
use crate::{
    kubernetes::{Trouble, within},
    provisioner::{Notes, ProvisionError},
};

/// How long the cluster may take. It takes 5 to 10 s: the namespace controller waits 5 s before it begins.
const PATIENCE: Duration = Duration::from_secs(150);

/// Before a second look where nothing was found: a request of a provision that was just cancelled may still arrive.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the cluster may say that it could not remove a volume. Provisioners try again by themselves.
const FAILED_PATIENCE: Duration = Duration::from_secs(30);

/// What was seen gone.
#[derive(Default)]
struct Gone {
    namespace: bool,
    volumes: usize,
}

/// Removes everything of the store; the sentence sums up.
///
/// # Errors
/// [`ProvisionError::Failed`] names what is left and what holds it.
pub(super) async fn remove(client: &Client, id: &StoreId, notes: &Notes) -> Result<String, ProvisionError> {
    let name = id.namespace();
    let gone = async {
        tokio::select! {
            result = remove_all(client, id, notes) => result,
            never = hasten::reap_idle_pods(client, &name) => match never {},
            held_up = blocked::watch(client, id, notes) => Err(held_up),
        }
    };
    match timeout(PATIENCE, gone).await {
        Ok(Ok(gone)) => Ok(sum_up(&name, &gone)),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(explain(client, id).await),
    }
}

/// Removes and awaits what is found, until a last look finds nothing.
async fn remove_all(client: &Client, id: &StoreId, notes: &Notes) -> Result<Gone, ProvisionError> {
    let trouble = |trouble| failure_of(None, trouble);
    let begun = Instant::now();
    let mut gone = Gone::default();
    let mut looked_again = false;
    loop {
        let (found, mut volumes) =
            tokio::try_join!(namespace::find(client, id), volumes_of(client, id)).map_err(trouble)?;
        match &found {
            Some(foreign) if !namespace::is_ours(foreign, id) => {
                let name = foreign.name_any();
                tell(notes, format!("The namespace {name} does not belong to this store and is left alone"));
                return Ok(gone);
            }
            Some(ours) => {
                delete_namespace(client, ours).await.map_err(trouble)?;
                hasten::empty(client, &ours.name_any()).await;
                // A claim may have got its volume between the look and the deletion. Its end is awaited with the others.
                for volume in volumes_of(client, id).await.map_err(trouble)? {
                    if !volumes.iter().any(|known| known.uid() == volume.uid()) {
                        volumes.push(volume);
                    }
                }
            }
            None if volumes.is_empty() && (looked_again || gone.namespace || gone.volumes > 0) => return Ok(gone),
            None if volumes.is_empty() => {
                looked_again = true;
                sleep(LOOK_AGAIN).await;
            }
            None => {}
        }
        let namespace_gone = async {
            match &found {
                Some(there) => await_namespace(client, there, begun, notes).await,
                None => Ok(()),
            }
        };
        let waits: Vec<_> = volumes.iter().map(|volume| await_volume(client, volume, begun, notes).boxed()).collect();
        future::try_join(namespace_gone, future::try_join_all(waits)).await?;
        gone.namespace |= found.is_some();
        gone.volumes += volumes.len();
    }
}

/// The persistent volumes that claims of the store are or were bound to.
pub(super) async fn volumes_of(client: &Client, id: &StoreId) -> Result<Vec<PersistentVolume>, Trouble> {
    let api: Api<PersistentVolume> = Api::all(client.clone());
    let mut volumes = within(api.list(&ListParams::default())).await?.items;
    let namespace = id.namespace();
    volumes.retain(|volume| {
        let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
        claim.is_some_and(|claim| claim.namespace.as_ref() == Some(&namespace))
    });
    Ok(volumes)
}

async fn delete_namespace(client: &Client, there: &Namespace) -> Result<(), Trouble> {
    let api: Api<Namespace> = Api::all(client.clone());
    let only_this = Preconditions { uid: there.uid(), resource_version: None };
    match within(api.delete(&there.name_any(), &DeleteParams::default().preconditions(only_this))).await {
        // Gone, another one already, or being deleted already.
        Err(trouble) if trouble.is_absence() || trouble.is_status(409) => Ok(()),
        other => other.map(drop),
    }
}

async fn await_namespace(
    client: &Client,
    there: &Namespace,
    begun: Instant,
    notes: &Notes,
) -> Result<(), ProvisionError> {
    let (name, uid) = (there.name_any(), there.uid().unwrap_or_default());
    let mut seen = pin!(watch_object(Api::<Namespace>::all(client.clone()), &name).default_backoff());
    while let Some(change) = seen.next().await {
        match change {
            Ok(Some(present)) if present.uid().as_ref() == Some(&uid) => {}
            Ok(_) => break,
            // The watch begins again by itself; the patience above bounds it.
            Err(error) => tracing::debug!(%error, namespace = name, "the watch begins again"),
        }
    }
    tell(notes, format!("Namespace {name} (uid {uid}) gone after {:.1} s", begun.elapsed().as_secs_f64()));
    Ok(())
}

async fn await_volume(
    client: &Client,
    there: &PersistentVolume,
    begun: Instant,
    notes: &Notes,
) -> Result<(), ProvisionError> {
    let (name, uid) = (there.name_any(), there.uid().unwrap_or_default());
    let mut seen = pin!(watch_object(Api::<PersistentVolume>::all(client.clone()), &name).default_backoff());
    let mut failed: Option<(Instant, PersistentVolume)> = None;
    loop {
        let change = match &failed {
            Some((since, volume)) => match timeout_at(*since + FAILED_PATIENCE, seen.next()).await {
                Ok(change) => change,
                Err(_) => return Err(refuse_failed(volume)),
            },
            None => seen.next().await,
        };
        match change {
            Some(Ok(Some(present))) if present.uid().as_ref() == Some(&uid) => {
                refuse_kept(&present)?;
                let since = failed.map_or_else(Instant::now, |(since, _)| since);
                failed = (phase_of(&present) == Some("Failed")).then_some((since, present));
            }
            Some(Ok(_)) | None => break,
            Some(Err(error)) => tracing::debug!(%error, volume = name, "the watch begins again"),
        }
    }
    tell(notes, format!("PersistentVolume {name} (uid {uid}) gone after {:.1} s", begun.elapsed().as_secs_f64()));
    Ok(())
}

/// A volume that nobody will remove is not worth waiting for.
fn refuse_kept(volume: &PersistentVolume) -> Result<(), ProvisionError> {
    match blocked::of_volume(volume) {
        Some(kept) if blocked::is_kept(volume) || blocked::is_reserved(volume) => {
            Err(blocked::give_up(vec![kept], String::new()))
        }
        _ => Ok(()),
    }
}

fn refuse_failed(volume: &PersistentVolume) -> ProvisionError {
    blocked::give_up(blocked::of_volume(volume).into_iter().collect(), String::new())
}

fn phase_of(volume: &PersistentVolume) -> Option<&str> {
    volume.status.as_ref()?.phase.as_deref()
}

fn message_of(volume: &PersistentVolume) -> String {
    volume.status.as_ref().and_then(|status| status.message.clone()).unwrap_or_default()
}

/// What is left when the patience is over, and what holds it.
async fn explain(client: &Client, id: &StoreId) -> ProvisionError {
    let (found, volumes) = match tokio::try_join!(namespace::find(client, id), volumes_of(client, id)) {
        Ok(looked) => looked,
        Err(trouble) => return failure_of(None, trouble),
    };
    // That it cannot be said what holds it must not hide that it is held.
    let hold_ups = blocked::find(client, id, &mut Vec::new()).await.unwrap_or_else(|trouble| {
        tracing::warn!(%trouble, store.id = %id, "what holds up a removal cannot be asked");
        Vec::new()
    });
    let namespace = found.iter().map(|there| format!("the namespace {}", there.name_any()));
    let volumes = volumes.iter().map(|volume| format!("the persistent volume {}", volume.name_any()));
    let left: Vec<String> = namespace.chain(volumes).collect();
    let cause = format!("After {} s there is still {}.", PATIENCE.as_secs(), left.join(" and "));
    let conditions = found.iter().flat_map(blockers).collect::<Vec<_>>().join("\n");
    match blocked::give_up(hold_ups, cause) {
        ProvisionError::Failed(failure) => {
            let evidence = format!("{}\n{conditions}", failure.evidence).trim().to_owned();
            ProvisionError::Failed(Box::new(failure.with_evidence(evidence)))
        }
        other => other,
    }
}

/// What the namespace's conditions say is in the way.
pub(super) fn blockers(namespace: &Namespace) -> Vec<String> {
    let conditions = namespace.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let holding = conditions.iter().filter(|condition| condition.status == "True");
    holding.map(|condition| format!("{}: {}", condition.type_, condition.message.as_deref().unwrap_or(""))).collect()
}

fn sum_up(name: &str, gone: &Gone) -> String {
    let volumes = match gone.volumes {
        0 => None,
        1 => Some("1 persistent volume".to_owned()),
        several => Some(format!("{several} persistent volumes")),
    };
    let namespace = gone.namespace.then(|| format!("Namespace {name}"));
    let parts: Vec<String> = namespace.into_iter().chain(volumes).collect();
    if parts.is_empty() {
        return "Nothing of the store was in the cluster".to_owned();
    }
    format!("{} seen gone", parts.join(" and "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_holds_a_namespace_is_read_from_its_conditions() {
        let namespace: Namespace = serde_json::from_value(json!({"status": {"conditions": [
            {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "fine"},
            {"type": "NamespaceFinalizersRemaining", "status": "True", "message": "example/hold in 1 resource instances"},
        ]}}))
        .expect("a namespace");
        assert_eq!(blockers(&namespace), ["NamespaceFinalizersRemaining: example/hold in 1 resource instances"]);
    }

    #[test]
    fn the_summary_counts_what_was_there() {
        assert_eq!(
            sum_up("store-x", &Gone { namespace: true, volumes: 2 }),
            "Namespace store-x and 2 persistent volumes seen gone"
        );
        assert_eq!(sum_up("store-x", &Gone { namespace: false, volumes: 1 }), "1 persistent volume seen gone");
        assert_eq!(sum_up("store-x", &Gone::default()), "Nothing of the store was in the cluster");
    }
}
