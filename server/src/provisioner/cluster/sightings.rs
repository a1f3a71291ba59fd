//! Watching every store at once: only who changed, not what, so that a large fleet costs little memory.

use std::{
    fmt::Debug,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use app::model::StoreId;
use futures::{StreamExt as _, future, stream, stream::BoxStream};
use k8s_openapi::{
    api::{
        apps::v1::{Deployment, StatefulSet},
        core::v1::{LimitRange, Namespace, PersistentVolumeClaim, Pod, ResourceQuota, Secret, Service},
        networking::v1::NetworkPolicy,
    },
    serde::de::DeserializeOwned,
};
use kube::{
    Api, Client, Resource,
    core::PartialObjectMeta,
    runtime::{WatchStreamExt as _, watcher},
};
use tokio_util::sync::CancellationToken;

use crate::{
    kubernetes::{Kubernetes, STORE_LABEL},
    provisioner::{Sighting, Sightings},
};

/// Before a cluster that cannot be watched is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// Errors in a row after which all watches begin anew, with the connection that everything else uses by then.
const ERRORS: u32 = 8;

/// What is seen of all stores. It goes on by itself after errors, and never ends.
pub(super) fn watch(kubernetes: Kubernetes) -> Sightings {
    stream::repeat(())
        .then(move |()| {
            let kubernetes = kubernetes.clone();
            async move {
                match kubernetes.client().await {
                    Ok(client) => {
                        let renew = stream::once(async move {
                            // What broke the watches may be the connection.
                            kubernetes.forget().await;
                            Sighting::Anything
                        });
                        watch_all(&client).chain(renew).boxed()
                    }
                    Err(trouble) => {
                        tracing::debug!(%trouble, "the stores cannot be watched");
                        tokio::time::sleep(RETRY).await;
                        stream::empty().boxed()
                    }
                }
            }
        })
        .flatten()
        .boxed()
}

/// Every kind that is watched, until their watches fail again and again.
fn watch_all(client: &Client) -> BoxStream<'static, Sighting> {
    let broken = CancellationToken::new();
    let sightings = stream::select_all([
        watch_kind::<Namespace>(client, true, &broken),
        watch_kind::<Deployment>(client, true, &broken),
        watch_kind::<StatefulSet>(client, true, &broken),
        watch_kind::<Service>(client, true, &broken),
        watch_kind::<PersistentVolumeClaim>(client, true, &broken),
        watch_kind::<NetworkPolicy>(client, true, &broken),
        watch_kind::<ResourceQuota>(client, true, &broken),
        watch_kind::<LimitRange>(client, true, &broken),
        watch_kind::<Secret>(client, true, &broken),
        watch_kind::<Pod>(client, false, &broken),
    ]);
    sightings.take_until(broken.cancelled_owned()).boxed()
}

fn watch_kind<K>(client: &Client, deep: bool, broken: &CancellationToken) -> BoxStream<'static, Sighting>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + 'static,
{
    let labelled = watcher::Config::default().labels(STORE_LABEL);
    let changes = watcher(Api::<PartialObjectMeta<K>>::all(client.clone()), labelled).default_backoff();
    let errors = AtomicU32::new(0);
    let broken = broken.clone();
    let sightings = changes.filter_map(move |change| {
        if change.is_ok() {
            errors.store(0, Ordering::Relaxed);
        }
        future::ready(match change {
            Ok(watcher::Event::Apply(object) | watcher::Event::Delete(object)) => sight(&object, deep),
            // Something may have been missed before it began, for the first time or anew.
            Ok(watcher::Event::InitDone) => Some(Sighting::Anything),
            Ok(watcher::Event::Init | watcher::Event::InitApply(_)) => None,
            Err(error) => {
                tracing::debug!(%error, kind = %K::kind(&()), "a watch begins again");
                if errors.fetch_add(1, Ordering::Relaxed) >= ERRORS {
                    broken.cancel();
                }
                None
            }
        })
    });
    sightings.boxed()
}

fn sight<K>(object: &PartialObjectMeta<K>, deep: bool) -> Option<Sighting> {
    let store: StoreId = object.metadata.labels.as_ref()?.get(STORE_LABEL)?.parse().ok()?;
    Some(Sighting::Changed { store, deep })
}
