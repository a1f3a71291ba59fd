//! Log lines of a store's pods.

use app::{
    model::{Component, StoreId},
    service::LogLines,
};
use futures::{AsyncBufReadExt as _, StreamExt as _, future::ready, stream};
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client, ResourceExt as _,
    api::{ListParams, LogParams},
};

use super::judge::LogSource;
use crate::kubernetes::{COMPONENT_LABEL, Trouble, within};

/// Names the container that matters among several, as `kubectl logs` reads it.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// Most bytes of one answer: a line may be long, a page should not be.
const MAX_BYTES: i64 = 1024 * 1024;

/// Most bytes of the WordPress pod's log in which the lines of a bootstrap are looked for: it is the first that is done there.
const SETUP_BYTES: i64 = 256 * 1024;

/// How a line of a bootstrap begins.
const SETUP_LINE: &str = "bootstrap: ";

/// The last lines of the component's newest pod; none while it has no pod. A bootstrap without a pod is what the web server did.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn of_component(
    client: &Client,
    id: &StoreId,
    component: Component,
    lines: u32,
) -> Result<Option<String>, Trouble> {
    let Some(pod) = newest_pod(client, id, component).await? else {
        let told = of_setup(client, id, component, lines).await?;
        return Ok(told.map(|lines| lines.into_iter().map(|line| line + "\n").collect()));
    };
    let container = main_container(&pod);
    let source = |previous| LogSource { pod: pod.name_any(), container: container.clone(), previous };
    let present = of_container(client, id, &source(false), lines).await?;
    if present.as_ref().is_some_and(|log| !log.is_empty()) {
        return Ok(present);
    }
    let former = of_container(client, id, &source(true), lines).await?;
    Ok(Some(former.or(present).unwrap_or_default()))
}

/// The last lines of the component's newest pod and those that follow; none while it has no pod, or one that has not started.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn follow(
    client: &Client,
    id: &StoreId,
    component: Component,
    lines: u32,
) -> Result<Option<LogLines>, Trouble> {
    let Some(pod) = newest_pod(client, id, component).await? else {
        let told = of_setup(client, id, component, lines).await?;
        // There is nothing to come, and nothing to ask again for.
        return Ok(told.map(|lines| stream::iter(lines).chain(stream::pending()).boxed()));
    };
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let params = LogParams {
        container: Some(main_container(&pod)).filter(|name| !name.is_empty()),
        follow: true,
        tail_lines: Some(i64::from(lines)),
        ..LogParams::default()
    };
    match within(pods.log_stream(&pod.name_any(), &params)).await {
        // A line that cannot be read ends the log, as does the end of the connection: whoever follows asks again.
        Ok(log) => {
            Ok(Some(log.lines().take_while(|line| ready(line.is_ok())).filter_map(|line| ready(line.ok())).boxed()))
        }
        Err(trouble) if trouble.is_status(400) || trouble.is_absence() => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// What the web server said while it made a prepared shop this store's; none for other components, or while there is no web server.
async fn of_setup(
    client: &Client,
    id: &StoreId,
    component: Component,
    lines: u32,
) -> Result<Option<Vec<String>>, Trouble> {
    if component != Component::Bootstrap {
        return Ok(None);
    }
    let Some(pod) = newest_pod(client, id, Component::Wordpress).await? else { return Ok(None) };
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let container = Some(main_container(&pod)).filter(|name| !name.is_empty());
    let params = LogParams { container, limit_bytes: Some(SETUP_BYTES), ..LogParams::default() };
    match within(pods.logs(&pod.name_any(), &params)).await {
        Ok(log) => {
            let told: Vec<&str> = log.lines().filter(|line| line.starts_with(SETUP_LINE)).collect();
            if told.is_empty() {
                // It has not begun, or it was so long ago that its lines are gone.
                return Ok(None);
            }
            let last = told.len().saturating_sub(usize::try_from(lines).unwrap_or(usize::MAX));
            Ok(Some(told[last..].iter().map(|line| (*line).to_owned()).collect()))
        }
        Err(trouble) if trouble.is_status(400) || trouble.is_absence() => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

async fn newest_pod(client: &Client, id: &StoreId, component: Component) -> Result<Option<Pod>, Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let selector = ListParams::default().labels(&format!("{COMPONENT_LABEL}={}", component.as_str()));
    let found = within(pods.list(&selector)).await?.items;
    Ok(found.into_iter().max_by_key(|pod| pod.creation_timestamp().map(|time| time.0)))
}

/// The last lines of one container; none when it has not run.
///
/// # Errors
/// [`Trouble`] with the cluster.
pub(super) async fn of_container(
    client: &Client,
    id: &StoreId,
    source: &LogSource,
    lines: u32,
) -> Result<Option<String>, Trouble> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &id.namespace());
    let params = LogParams {
        container: Some(source.container.clone()).filter(|name| !name.is_empty()),
        previous: source.previous,
        tail_lines: Some(i64::from(lines)),
        limit_bytes: Some(MAX_BYTES),
        ..LogParams::default()
    };
    match within(pods.logs(&source.pod, &params)).await {
        Ok(log) => Ok(Some(log)),
        // 400: the container has not started, or there was no run before this one. 404: the pod has just gone.
        Err(trouble) if trouble.is_status(400) || trouble.is_absence() => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// The container that the pod names as its main one, else its first.
fn main_container(pod: &Pod) -> String {
    let named = pod.annotations().get(DEFAULT_CONTAINER).cloned();
    let first = pod.spec.as_ref().and_then(|spec| spec.containers.first()).map(|container| container.name.clone());
    named.or(first).unwrap_or_default()
}
