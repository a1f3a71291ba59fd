//! The connection to the cluster: made when it is first needed, and again when it was lost or the settings were mended.

mod trouble;

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use k8s_openapi::apimachinery::pkg::version::Info;
use kube::{
    Client, Config,
    client::ClientBuilder,
    config::{KubeConfigOptions, Kubeconfig},
    core::{ApiResource, GroupVersion, TypeMeta},
    discovery::{self, Scope},
};
use prometheus_client::metrics::counter::Counter;
use tokio::sync::Mutex;
use tower::util::MapRequestLayer;

pub use trouble::Trouble;

/// How long one request to the API server may take. It answers in milliseconds; a slow one is an overloaded one.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// How long connecting may take. The API server is near; longer means that nobody answers there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The label that says which store an object belongs to.
pub const STORE_LABEL: &str = "urumi.dev/store";

/// The label that says which part of a store an object is.
pub const COMPONENT_LABEL: &str = "app.kubernetes.io/component";

/// The name that everything this server writes is written under.
pub const FIELD_MANAGER: &str = "urumi";

/// Which cluster to talk to.
#[derive(Clone, Debug, Default)]
pub struct KubernetesConfig {
    /// The kubeconfig file; without one, the service account of the pod that this server runs in.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it; without one, the only one that it has.
    pub context: Option<String>,
}

/// A connection to one cluster. Clones share it.
#[derive(Clone)]
pub struct Kubernetes {
    config: KubernetesConfig,
    session: Arc<Mutex<Option<Session>>>,
    requests: Counter,
}

/// What is known once the cluster has answered.
#[derive(Clone)]
struct Session {
    client: Client,
    version: String,
    kinds: HashMap<TypeMeta, Kind>,
}

/// How the cluster's API serves a kind of object.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Where it is in the API.
    pub resource: ApiResource,
    /// Whether objects of it live in a namespace.
    pub namespaced: bool,
}

impl Kubernetes {
    /// A connection that is not made yet: it never fails, whatever the settings say.
    #[must_use]
    pub fn new(config: KubernetesConfig) -> Self {
        Self { config, session: Arc::default(), requests: Counter::default() }
    }

    /// Counts the requests that are asked of the API server; a watch is one, and what kube sends again is not counted again.
    #[must_use]
    pub fn requests(&self) -> Counter {
        self.requests.clone()
    }

    /// A client of the cluster, connected before or just now.
    ///
    /// # Errors
    /// [`Trouble`] in words when the kubeconfig is wrong or the cluster does not answer.
    pub async fn client(&self) -> Result<Client, Trouble> {
        Ok(self.session().await?.client)
    }

    /// The cluster's version, such as `v1.20.2`, as it was when the connection was made.
    ///
    /// # Errors
    /// As [`client`](Self::client).
    pub async fn version(&self) -> Result<String, Trouble> {
        Ok(self.session().await?.version)
    }

    /// Asks the cluster for its version now.
    ///
    /// # Errors
    /// As [`client`](Self::client).
    pub async fn ask_version(&self) -> Result<String, Trouble> {
        let client = self.client().await?;
        match within(client.apiserver_version()).await {
            Ok(info) => Ok(name_version(&info)),
            Err(trouble) => {
                self.forget().await;
                Err(trouble)
            }
        }
    }

    /// How the cluster serves the kind; none when it does not.
    ///
    /// # Errors
    /// As [`client`](Self::client).
    pub async fn kind(&self, types: &TypeMeta) -> Result<Option<Kind>, Trouble> {
        let session = self.session().await?;
        if let Some(kind) = session.kinds.get(types) {
            return Ok(Some(kind.clone()));
        }
        let Ok(version) = types.api_version.parse::<GroupVersion>() else { return Ok(None) };
        let group = match within(discovery::pinned_group(&session.client, &version)).await {
            Ok(group) => group,
            Err(trouble) if trouble.is_absence() => return Ok(None),
            Err(trouble) => return Err(trouble),
        };
        let found: HashMap<TypeMeta, Kind> = group
            .versioned_resources(&version.version)
            .into_iter()
            .map(|(resource, capabilities)| {
                let types = TypeMeta { api_version: resource.api_version.clone(), kind: resource.kind.clone() };
                (types, Kind { resource, namespaced: capabilities.scope == Scope::Namespaced })
            })
            .collect();
        let kind = found.get(types).cloned();
        if let Some(session) = self.session.lock().await.as_mut() {
            session.kinds.extend(found);
        }
        Ok(kind)
    }

    /// Forgets the connection, so that the next use reads the settings again: they may have been mended, or the cluster
    /// made anew with other certificates.
    pub async fn forget(&self) {
        *self.session.lock().await = None;
    }

    async fn session(&self) -> Result<Session, Trouble> {
        let mut session = self.session.lock().await;
        if let Some(session) = session.as_ref() {
            return Ok(session.clone());
        }
        let builder = ClientBuilder::try_from(self.load().await?).map_err(Trouble::from)?;
        let requests = self.requests();
        let count = MapRequestLayer::new(move |request| {
            requests.inc();
            request
        });
        let client = builder.with_layer(&count).build();
        let info = within(client.apiserver_version()).await?;
        let made = Session { client, version: name_version(&info), kinds: HashMap::new() };
        tracing::info!(version = made.version, "connected to the cluster");
        Ok(session.insert(made).clone())
    }

    /// The settings for kube. Nothing is guessed: neither `KUBECONFIG` nor a current context is looked at.
    async fn load(&self) -> Result<Config, Trouble> {
        let mut config = match &self.config.kubeconfig {
            None => Config::incluster().map_err(|error| Trouble::no_settings(&error))?,
            Some(path) => {
                let kubeconfig = Kubeconfig::read_from(path).map_err(|error| Trouble::wrong_settings(&error))?;
                let context = Some(self.choose_context(&kubeconfig)?);
                let options = KubeConfigOptions { context, ..KubeConfigOptions::default() };
                Config::from_custom_kubeconfig(kubeconfig, &options)
                    .await
                    .map_err(|error| Trouble::wrong_settings(&error))?
            }
        };
        config.connect_timeout = Some(CONNECT_TIMEOUT);
        Ok(config)
    }

    /// The context that was asked for, or the only one that there is.
    fn choose_context(&self, kubeconfig: &Kubeconfig) -> Result<String, Trouble> {
        let mut there: Vec<&str> = kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect();
        there.sort_unstable();
        match (&self.config.context, there.as_slice()) {
            (Some(wanted), there) if there.contains(&wanted.as_str()) => Ok(wanted.clone()),
            (Some(wanted), there) => Err(Trouble::missing_context(wanted, there)),
            (None, [only]) => Ok((*only).to_owned()),
            (None, there) => Err(Trouble::unnamed_context(there)),
        }
    }
}

/// Runs one request under [`REQUEST_TIMEOUT`].
///
/// # Errors
/// [`Trouble`] in words.
pub async fn within<T>(request: impl Future<Output = Result<T, kube::Error>>) -> Result<T, Trouble> {
    match tokio::time::timeout(REQUEST_TIMEOUT, request).await {
        Ok(answer) => answer.map_err(Trouble::from),
        Err(_) => Err(Trouble::too_slow(REQUEST_TIMEOUT)),
    }
}

fn name_version(info: &Info) -> String {
    info.git_version.clone()
}

#[cfg(test)]
mod tests;
