//! How a connection to a store's web server is opened.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use app::model::{Component, StoreId};
use futures::future::BoxFuture;
use hyper::Uri;
use k8s_openapi::api::core::v1::{Pod, Service};
use kube::{Api, ResourceExt as _, api::ListParams};
use tokio::{net::TcpStream, time::Instant};

use super::stream::StoreStream;
use crate::{
    config::StoreAccess,
    kubernetes::{COMPONENT_LABEL, Kubernetes, REQUEST_TIMEOUT, Trouble, within},
};

/// The port of the store's web server, on its Service and in its pod.
const PORT: u16 = 8080;

/// How long a connection inside the cluster may take. It takes a millisecond, or the pod is gone; or the node was just learning where the Service
/// leads, and then the first packet is lost for good and another connection is opened at once.
const CONNECT_TIMEOUTS: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(2750)];

/// How long the address of a store's Service is believed. After a deletion by others the cluster may give the address to
/// another store's Service.
const KEEP_ADDRESS: Duration = Duration::from_secs(30);

/// Opens connections to stores. Clones share what they know.
#[derive(Clone)]
pub struct Connector {
    way: Arc<Way>,
    /// Takes web servers that are not ready yet, of this image and no other.
    unready_of: Option<Arc<str>>,
}

enum Way {
    Direct { kubernetes: Kubernetes, known: Mutex<HashMap<StoreId, (SocketAddr, Instant)>> },
    PortForward { kubernetes: Kubernetes },
    Fixed(SocketAddr),
}

/// There is no connection to the store.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is not one of a store.
    #[error("{0:?} is not the address of a store")]
    NoStore(String),
    /// The store has no web server that takes requests.
    #[error("the store has no web server that is ready")]
    NotReady,
    /// Its web server cannot be reached.
    #[error("the store's web server at {address} cannot be reached: {reason}")]
    Refused {
        /// Where it was looked for.
        address: SocketAddr,
        /// What the operating system said.
        reason: String,
    },
    /// The cluster cannot be asked where the store is.
    #[error("{0}")]
    Cluster(#[from] Trouble),
    /// The API server does not forward to the pod.
    #[error("the cluster does not forward to the pod {pod}: {reason}")]
    NotForwarded {
        /// The pod.
        pod: String,
        /// What the API server said.
        reason: String,
    },
}

impl Connector {
    /// To the stores of a cluster.
    #[must_use]
    pub fn to_cluster(kubernetes: Kubernetes, access: StoreAccess) -> Self {
        Self::by(match access {
            StoreAccess::Direct => Way::Direct { kubernetes, known: Mutex::default() },
            StoreAccess::PortForward => Way::PortForward { kubernetes },
        })
    }

    /// Always to this address, whichever store is asked for: where there is no cluster.
    #[must_use]
    pub fn to_address(address: SocketAddr) -> Self {
        Self::by(Way::Fixed(address))
    }

    fn by(way: Way) -> Self {
        Self { way: Arc::new(way), unready_of: None }
    }

    /// The same to web servers that are not ready yet: to the newest pod, past the Service. Only to those of this image, since one of another
    /// is about to be replaced.
    #[must_use]
    pub fn to_unready(&self, image: &str) -> Self {
        Self { way: Arc::clone(&self.way), unready_of: Some(image.into()) }
    }

    pub(super) fn forget(&self, id: &StoreId) {
        if let Way::Direct { known, .. } = &*self.way {
            known.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        }
    }

    async fn connect(&self, uri: &Uri) -> Result<StoreStream, ConnectError> {
        let host = uri.host().unwrap_or_default();
        let id = StoreId::from_namespace(host);
        let id = id.ok_or_else(|| ConnectError::NoStore(host.to_owned()))?;
        match &*self.way {
            Way::Fixed(address) => open(*address).await,
            Way::PortForward { kubernetes } => {
                forward(kubernetes, &id, find_pod(kubernetes, &id, self.unready_of.as_deref()).await?).await
            }
            Way::Direct { kubernetes, .. } if self.unready_of.is_some() => {
                open(
                    address_of(&find_pod(kubernetes, &id, self.unready_of.as_deref()).await?)
                        .ok_or(ConnectError::NotReady)?,
                )
                .await
            }
            Way::Direct { kubernetes, known } => {
                let cached = known.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied();
                if let Some((address, _)) = cached.filter(|(_, found_at)| found_at.elapsed() < KEEP_ADDRESS) {
                    if let Ok(stream) = open(address).await {
                        return Ok(stream);
                    }
                    self.forget(&id);
                }
                let found_at = Instant::now();
                let address = find_service(kubernetes, &id).await?;
                let stream = open(address).await?;
                known.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (address, found_at));
                Ok(stream)
            }
        }
    }
}

async fn open(address: SocketAddr) -> Result<StoreStream, ConnectError> {
    let refused = |reason: String| ConnectError::Refused { address, reason };
    for limit in CONNECT_TIMEOUTS {
        if let Ok(opened) = tokio::time::timeout(limit, TcpStream::connect(address)).await {
            let stream = opened.map_err(|error| refused(error.to_string()))?;
            stream.set_nodelay(true).map_err(|error| refused(error.to_string()))?;
            return Ok(stream.into());
        }
    }
    Err(refused(format!("no answer within {} s", CONNECT_TIMEOUTS.iter().sum::<Duration>().as_secs())))
}

fn wordpress() -> ListParams {
    ListParams::default().labels(&format!("{COMPONENT_LABEL}={}", Component::Wordpress.as_str()))
}

/// The address of the store's Service inside the cluster.
async fn find_service(kubernetes: &Kubernetes, id: &StoreId) -> Result<SocketAddr, ConnectError> {
    let client = kubernetes.client().await?;
    let services: Api<Service> = Api::namespaced(client, &id.namespace());
    let found = within(services.list(&wordpress())).await?.items;
    let address = |service: &Service| {
        let ip: IpAddr = service.spec.as_ref()?.cluster_ip.as_ref()?.parse().ok()?;
        Some(SocketAddr::new(ip, PORT))
    };
    found.iter().find_map(address).ok_or(ConnectError::NotReady)
}

/// The store's newest pod that is ready; or that has this image, ready or not.
async fn find_pod(kubernetes: &Kubernetes, id: &StoreId, unready_of: Option<&str>) -> Result<Pod, ConnectError> {
    let client = kubernetes.client().await?;
    let pods: Api<Pod> = Api::namespaced(client, &id.namespace());
    // What the API server has in memory: it is asked often while a pod starts.
    let staying = within(pods.list(&wordpress().match_any())).await?.items.into_iter().filter(|pod| {
        let is_wanted = unready_of.map_or_else(|| is_ready(pod), |image| has_image(pod, image));
        pod.metadata.deletion_timestamp.is_none() && is_wanted
    });
    staying.max_by_key(|pod| pod.creation_timestamp().map(|time| time.0)).ok_or(ConnectError::NotReady)
}

fn address_of(pod: &Pod) -> Option<SocketAddr> {
    let ip: IpAddr = pod.status.as_ref()?.pod_ip.as_ref()?.parse().ok()?;
    Some(SocketAddr::new(ip, PORT))
}

/// A stream through the API server to the pod.
async fn forward(kubernetes: &Kubernetes, id: &StoreId, pod: Pod) -> Result<StoreStream, ConnectError> {
    let client = kubernetes.client().await?;
    let pods: Api<Pod> = Api::namespaced(client, &id.namespace());
    let pod = pod.name_any();
    let refused = |reason: String| ConnectError::NotForwarded { pod: pod.clone(), reason };
    let mut forwarder = tokio::time::timeout(REQUEST_TIMEOUT, pods.portforward(&pod, &[PORT]))
        .await
        .map_err(|_| refused(format!("no answer within {} s", REQUEST_TIMEOUT.as_secs())))?
        .map_err(|error| refused(error.to_string()))?;
    // The task behind the stream ends with it.
    forwarder.take_stream(PORT).map(Into::into).ok_or_else(|| refused("it gave no stream".to_owned()))
}

fn has_image(pod: &Pod, image: &str) -> bool {
    let containers = pod.spec.as_ref().map(|spec| spec.containers.as_slice()).unwrap_or_default();
    containers.iter().any(|container| container.image.as_deref() == Some(image))
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    conditions.iter().any(|c| c.type_ == "Ready" && c.status == "True")
}

impl tower::Service<Uri> for Connector {
    type Response = StoreStream;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<StoreStream, ConnectError>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect(&uri).await })
    }
}
