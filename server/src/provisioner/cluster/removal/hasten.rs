//! What makes a deletion quick. It is all done without this too, later, by the namespace controller.

use std::{convert::Infallible, time::Duration};

use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        apps::v1::{Deployment, StatefulSet},
        batch::v1::Job,
        core::v1::{PersistentVolumeClaim, Pod},
    },
};
use kube::{
    Api, Client, Resource, ResourceExt as _,
    api::{DeleteParams, ListParams, Preconditions},
};
use serde::de::DeserializeOwned;

use super::super::judge;
use crate::kubernetes::{Trouble, within};

/// Seconds that pods get to end. Their data is removed with them, so there is nothing to save.
const POD_GRACE_SECONDS: u32 = 1;

/// How long a pod in which nothing runs may still be there, and how often that is looked at. The kubelet removes pods
/// that run within their grace; one that never started can take it more than a minute.
const REAP_AFTER: Duration = Duration::from_millis(2500);

/// Starts at once what the namespace controller starts after 5 s, so that it then finds an empty namespace.
pub async fn empty(client: &Client, namespace: &str) {
    let background = DeleteParams::background();
    tokio::join!(
        delete_all::<Deployment>(client, namespace, &background),
        delete_all::<StatefulSet>(client, namespace, &background),
        delete_all::<Job>(client, namespace, &background),
    );
    let quick = DeleteParams::default().grace_period(POD_GRACE_SECONDS);
    tokio::join!(
        delete_all::<Pod>(client, namespace, &quick),
        delete_all::<PersistentVolumeClaim>(client, namespace, &background),
    );
}

/// Takes pods that are being removed, and in which nothing runs, out of the API. Goes on until it is dropped.
pub async fn reap_idle_pods(client: &Client, namespace: &str) -> Infallible {
    loop {
        tokio::time::sleep(REAP_AFTER).await;
        if let Err(trouble) = reap(client, namespace).await {
            tracing::debug!(%trouble, namespace, "left to the kubelet");
        }
    }
}

async fn reap(client: &Client, namespace: &str) -> Result<(), Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    for pod in within(pods.list(&ListParams::default())).await? {
        if pod.metadata.deletion_timestamp.is_none() || !judge::is_idle(&pod) {
            continue;
        }
        let only_this = Preconditions { uid: pod.uid(), resource_version: None };
        let now = DeleteParams::default().grace_period(0).preconditions(only_this);
        match within(pods.delete(&pod.name_any(), &now)).await {
            Err(trouble) if trouble.is_absence() || trouble.is_status(409) => {}
            other => drop(other?),
        }
    }
    Ok(())
}

async fn delete_all<K>(client: &Client, namespace: &str, params: &DeleteParams)
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + std::fmt::Debug + DeserializeOwned,
{
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    if let Err(trouble) = within(api.delete_collection(params, &ListParams::default())).await {
        tracing::debug!(%trouble, kind = %K::kind(&()), namespace, "left to the namespace controller");
    }
}
