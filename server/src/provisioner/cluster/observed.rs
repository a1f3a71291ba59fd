//! What is seen of one store in the cluster, kept up to date by watches.

use std::collections::BTreeMap;

use app::model::Component;
use futures::{Stream, StreamExt as _, stream};
use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    batch::v1::Job,
    core::v1::{Event as ClusterEvent, PersistentVolumeClaim, Pod},
};
use kube::{
    Api, Client, Resource, ResourceExt as _,
    runtime::{WatchStreamExt as _, watcher},
};
use serde::de::DeserializeOwned;

use crate::kubernetes::COMPONENT_LABEL;

/// Everything in a store's namespace that tells how it is doing.
#[derive(Debug, Default)]
pub struct Observed {
    pub(super) pods: Kept<Pod>,
    pub(super) jobs: Kept<Job>,
    pub(super) stateful_sets: Kept<StatefulSet>,
    pub(super) deployments: Kept<Deployment>,
    pub(super) claims: Kept<PersistentVolumeClaim>,
    pub(super) events: Kept<ClusterEvent>,
}

/// The objects of one kind by name.
#[derive(Debug)]
pub struct Kept<K> {
    objects: BTreeMap<String, K>,
    arriving: BTreeMap<String, K>,
    complete: bool,
}

/// One thing that a watch told.
pub enum Change {
    /// About pods.
    Pod(Box<watcher::Event<Pod>>),
    /// About jobs.
    Job(Box<watcher::Event<Job>>),
    /// About stateful sets.
    StatefulSet(Box<watcher::Event<StatefulSet>>),
    /// About deployments.
    Deployment(Box<watcher::Event<Deployment>>),
    /// About volume claims.
    Claim(Box<watcher::Event<PersistentVolumeClaim>>),
    /// About the cluster's own events.
    Event(Box<watcher::Event<ClusterEvent>>),
}

/// Watches a namespace. The stream never ends; after an error it goes on by itself, with backoff.
pub fn watch(client: &Client, namespace: &str) -> impl Stream<Item = Result<Change, watcher::Error>> + Send + use<> {
    stream::select_all([
        changes(client, namespace, Change::Pod),
        changes(client, namespace, Change::Job),
        changes(client, namespace, Change::StatefulSet),
        changes(client, namespace, Change::Deployment),
        changes(client, namespace, Change::Claim),
        changes(client, namespace, Change::Event),
    ])
}

fn changes<K>(
    client: &Client,
    namespace: &str,
    wrap: fn(Box<watcher::Event<K>>) -> Change,
) -> stream::BoxStream<'static, Result<Change, watcher::Error>>
where
    K: Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
        + Clone
        + std::fmt::Debug
        + DeserializeOwned
        + Send
        + 'static,
{
    let api = Api::<K>::namespaced(client.clone(), namespace);
    watcher(api, watcher::Config::default())
        .default_backoff()
        .map(move |event| event.map(|event| wrap(Box::new(event))))
        .boxed()
}

impl Observed {
    /// Takes one change in.
    pub fn take(&mut self, change: Change) {
        match change {
            Change::Pod(event) => self.pods.take(*event),
            Change::Job(event) => self.jobs.take(*event),
            Change::StatefulSet(event) => self.stateful_sets.take(*event),
            Change::Deployment(event) => self.deployments.take(*event),
            Change::Claim(event) => self.claims.take(*event),
            Change::Event(event) => self.events.take(*event),
        }
    }

    /// Whether each kind was listed once, so that what is not seen is not there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.pods.complete
            && self.jobs.complete
            && self.stateful_sets.complete
            && self.deployments.complete
            && self.claims.complete
            && self.events.complete
    }

    /// The component's newest pod that is not being removed.
    #[must_use]
    pub fn newest_pod(&self, component: Component) -> Option<&Pod> {
        self.present(&self.pods, component).max_by_key(|pod| pod.creation_timestamp().map(|time| time.0))
    }

    /// The component's newest job.
    #[must_use]
    pub fn newest_job(&self, component: Component) -> Option<&Job> {
        self.present(&self.jobs, component).max_by_key(|job| job.creation_timestamp().map(|time| time.0))
    }

    /// The cluster's events, oldest first.
    #[must_use]
    pub fn recent_events(&self) -> Vec<&ClusterEvent> {
        let mut events: Vec<_> = self.events.all().collect();
        events.sort_by_key(|event| time_of(event));
        events
    }

    /// The objects of one kind that belong to the component and are not being removed.
    pub(super) fn present<'a, K: Resource>(
        &'a self,
        kept: &'a Kept<K>,
        component: Component,
    ) -> impl Iterator<Item = &'a K> {
        kept.all().filter(move |object| {
            let meta = object.meta();
            meta.deletion_timestamp.is_none()
                && object.labels().get(COMPONENT_LABEL).is_some_and(|label| label == component.as_str())
        })
    }
}

/// When an event last happened.
#[must_use]
pub fn time_of(event: &ClusterEvent) -> Option<jiff::Timestamp> {
    let micro = event.event_time.as_ref().map(|time| time.0);
    event.last_timestamp.as_ref().or(event.first_timestamp.as_ref()).map(|time| time.0).or(micro)
}

impl<K> Default for Kept<K> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), arriving: BTreeMap::new(), complete: false }
    }
}

impl<K: Resource> Kept<K> {
    fn take(&mut self, event: watcher::Event<K>) {
        match event {
            watcher::Event::Init => self.arriving.clear(),
            watcher::Event::InitApply(object) => {
                self.arriving.insert(object.name_any(), object);
            }
            watcher::Event::InitDone => {
                self.objects = std::mem::take(&mut self.arriving);
                self.complete = true;
            }
            watcher::Event::Apply(object) => {
                self.objects.insert(object.name_any(), object);
            }
            watcher::Event::Delete(object) => {
                self.objects.remove(&object.name_any());
            }
        }
    }

    /// Every object, by name.
    pub fn all(&self) -> impl Iterator<Item = &K> {
        self.objects.values()
    }
}

#[cfg(test)]
impl Observed {
    /// What would be seen if these were there.
    pub fn of(changes: impl IntoIterator<Item = Change>) -> Self {
        let mut observed = Self::default();
        for change in changes {
            observed.take(change);
        }
        observed
    }
}
