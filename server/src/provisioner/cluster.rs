//! Stores in a real Kubernetes cluster: the chart applied, watched until it sells, and removed without a trace.

mod apply;
mod autopsy;
mod claims;
mod examine;
mod exec;
mod fullness;
mod install;
mod inventory;
mod isolation;
mod judge;
mod logs;
mod namespace;
mod observed;
mod pods;
mod removal;
mod residents;
mod secret;
mod setup;
mod shop;
mod sightings;
mod usage;
mod volumes;
mod wait;
mod wreckage;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, OnceLock, atomic::AtomicBool},
    time::Duration,
};

use app::{
    model::{
        ClusterHealth, Component, Credentials, Failure, Finding, Object, Offer, Pods, Reason, SignInLink, Step, StoreId,
    },
    service::LogLines,
};
use async_trait::async_trait;
use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, api::ListParams};
use prometheus_client::metrics::counter::Counter;

use super::{
    CheckOutcome, Examination, Isolated, Notes, ProvisionError, Provisioner, Resident, Sightings, StepReport,
    StoreSpec,
    chart::{Chart, ChartError},
};
use crate::{
    clock::Clock,
    config::StoreAccess,
    entropy::Entropy,
    kubernetes::{Kubernetes, KubernetesConfig, Trouble, within},
    order_check::Cart,
    store_client::{Connector, StoreClient},
};

/// How long the question whether the cluster answers may take: somebody looks at a page meanwhile.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// Everything that has to be known to make stores in a cluster.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// The kubeconfig file; without one, the service account of the pod that this server runs in.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it.
    pub context: Option<String>,
    /// The folder of the store's chart.
    pub chart: PathBuf,
    /// Values files for it, each over those before it.
    pub chart_values: Vec<PathBuf>,
    /// The store image's full reference.
    pub image: String,
    /// How the stores' web servers are reached.
    pub access: StoreAccess,
    /// The helm program.
    pub helm: PathBuf,
    /// Percent of a volume that may be used before that is told.
    pub volume_limit: u8,
}

/// Makes stores in one cluster.
pub struct Cluster {
    kubernetes: Kubernetes,
    chart: Chart,
    /// Whether the chart could be used the last time.
    chart_is_proven: AtomicBool,
    store_client: StoreClient,
    /// To web servers that are not ready yet.
    unready_client: StoreClient,
    /// Of stores that are about to be checked.
    carts: Mutex<HashMap<StoreId, Cart>>,
    clock: Clock,
    entropy: Entropy,
    volume_limit: u8,
    /// What the namespaces that it makes are marked with.
    installation: OnceLock<String>,
}

impl Cluster {
    /// A provisioner for this cluster. It is not connected yet, so that a cluster that is away, or settings that are
    /// wrong, fail the stores that need it and not the server.
    #[must_use]
    pub fn new(config: ClusterConfig, clock: Clock, entropy: Entropy) -> Self {
        let ClusterConfig { kubeconfig, context, chart, chart_values, image, access, helm, volume_limit } = config;
        let kubernetes = Kubernetes::new(KubernetesConfig { kubeconfig, context });
        let store_client = StoreClient::new(Connector::to_cluster(kubernetes.clone(), access));
        let unready_client = store_client.to_unready(&image);
        let chart = Chart { helm, path: chart, values: chart_values, image };
        Self {
            kubernetes,
            chart,
            chart_is_proven: AtomicBool::new(false),
            store_client,
            unready_client,
            carts: Mutex::default(),
            clock,
            entropy,
            volume_limit,
            installation: OnceLock::new(),
        }
    }

    /// The client that reaches this cluster's stores; its connections are shared with the order check.
    #[must_use]
    pub fn store_client(&self) -> StoreClient {
        self.store_client.clone()
    }

    /// After an error the next attempt begins with a new connection: the old one may be what is wrong.
    async fn reconnect_after<T>(&self, result: &Result<T, ProvisionError>) {
        if result.is_err() {
            self.kubernetes.forget().await;
        }
    }

    /// The cluster's version, once it has answered something that it has to look up: an API server without its database tells its
    /// version and nothing else.
    async fn ask_health(&self) -> Result<String, Trouble> {
        let version = self.kubernetes.ask_version().await?;
        let namespaces: Api<Namespace> = Api::all(self.kubernetes.client().await?);
        let one = ListParams::default().limit(1);
        let asked = within(namespaces.list_metadata(&one)).await.map(|_| version);
        if asked.is_err() {
            self.kubernetes.forget().await;
        }
        asked
    }
}

#[async_trait]
impl Provisioner for Cluster {
    async fn run_step(&self, step: Step, store: &StoreSpec, notes: &Notes) -> Result<StepReport, ProvisionError> {
        let result = match step {
            Step::Namespace => self.apply_store(store, notes).await,
            Step::Database => self.wait_or_ask(step, setup::DATABASE, "The database answers", store, notes).await,
            Step::Wordpress => self.wait_or_ask(step, setup::ALIVE, "The WordPress pod runs", store, notes).await,
            Step::Woocommerce => self.bootstrap(store, notes).await,
            Step::Storefront => self.visit_storefront(store).await,
            Step::Checkout => self.hand_over(store, notes).await,
        };
        self.reconnect_after(&result).await;
        result
    }

    async fn explain_delay(&self, step: Step, store: &StoreSpec) -> Result<Failure, ProvisionError> {
        let result = self.explain(step, store).await;
        self.reconnect_after(&result).await;
        result
    }

    async fn autopsy(&self, id: &StoreId) -> Result<Vec<Finding>, ProvisionError> {
        self.findings(id).await.map_err(|trouble| failure_of(None, trouble))
    }

    async fn take_up(&self, id: &StoreId, offer: &Offer) -> Result<(), ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        removal::take_up(&self.kubernetes, &client, id, offer).await.map_err(fail)
    }

    async fn examine(&self, store: &StoreSpec, deep: bool) -> Result<Examination, ProvisionError> {
        let result = self.examine_store(store, deep).await;
        self.reconnect_after(&result).await;
        result
    }

    async fn residents(&self) -> Result<Vec<Resident>, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        let result = residents::find(&client).await.map_err(fail);
        self.reconnect_after(&result).await;
        result
    }

    fn belong_to(&self, installation: &str) {
        // Called once; what was said first stays.
        let _first = self.installation.set(installation.to_owned());
    }

    fn watch(&self) -> Sightings {
        sightings::watch(self.kubernetes.clone())
    }

    async fn delete(&self, store: &StoreSpec, notes: &Notes) -> Result<String, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        self.store_client.forget(&store.id);
        self.carts().remove(&store.id);
        let result = removal::remove(&client, &store.id, notes).await;
        self.reconnect_after(&result).await;
        result
    }

    async fn credentials(&self, store: &StoreSpec) -> Result<Option<Credentials>, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        let secret = secret::read(&client, &store.id).await.map_err(fail)?;
        Ok(secret.ok().map(|secret| Credentials {
            admin_url: format!("{}/wp-admin/", store.url),
            user: secret.admin_user,
            password: secret.admin_password,
        }))
    }

    async fn check(&self, store: &StoreSpec) -> Result<CheckOutcome, ProvisionError> {
        self.check_now(store).await
    }

    async fn sign_in_link(&self, store: &StoreSpec) -> Result<Option<SignInLink>, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        match secret::read(&client, &store.id).await.map_err(fail)? {
            Ok(secret) => self.make_sign_in_link(store, &secret).await.map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn pods(&self, id: &StoreId) -> Result<Pods, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        pods::of_store(&client, id).await.map_err(fail)
    }

    async fn inventory(&self, id: &StoreId) -> Result<Vec<Object>, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        inventory::take(&client, id).await.map_err(fail)
    }

    async fn probe_isolation(&self, store: &StoreSpec, other: Option<&StoreId>) -> Result<Isolated, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        isolation::probe(&client, &store.id, other).await.map_err(fail)
    }

    async fn follow_logs(
        &self,
        id: &StoreId,
        component: Component,
        lines: u32,
    ) -> Result<Option<LogLines>, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        logs::follow(&client, id, component, lines).await.map_err(fail)
    }

    async fn logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<Option<String>, ProvisionError> {
        let fail = |trouble| failure_of(None, trouble);
        let client = self.kubernetes.client().await.map_err(fail)?;
        logs::of_component(&client, id, component, lines).await.map_err(fail)
    }

    fn requests(&self) -> Counter {
        self.kubernetes.requests()
    }

    async fn recipe(&self) -> Result<String, ProvisionError> {
        self.chart.recipe().await.map_err(refuse_chart)
    }

    async fn health(&self) -> ClusterHealth {
        let (reachable, detail) = match tokio::time::timeout(HEALTH_TIMEOUT, self.ask_health()).await {
            Ok(Ok(version)) => (true, format!("Kubernetes {version}")),
            Ok(Err(trouble)) => (false, trouble.to_string()),
            Err(_) => (false, format!("The cluster did not answer within {} s.", HEALTH_TIMEOUT.as_secs())),
        };
        ClusterHealth { reachable, fake: false, detail }
    }
}

fn tell(notes: &Notes, text: String) {
    // Nobody listens any more when the job was cancelled, and then this future is about to be dropped too.
    drop(notes.send(text));
}

/// Trouble with the cluster during a step, or during something that is not a step.
fn failure_of(step: Option<Step>, trouble: Trouble) -> ProvisionError {
    let plain = |cause: String| anyhow::Error::msg(cause.trim_end_matches('.').to_owned());
    let reason = if trouble.is_unauthorized() { Reason::NotAuthorized } else { Reason::ClusterRefuses };
    match trouble {
        Trouble::Away { cause } => ProvisionError::Away(plain(cause)),
        Trouble::Passing { cause, .. } => ProvisionError::Retry(plain(cause)),
        Trouble::Lasting { cause, advice, .. } => fail(reason, step, cause, advice, ""),
    }
}

/// A failure that does not pass by itself.
fn fail(
    reason: Reason,
    step: Option<Step>,
    cause: impl Into<String>,
    advice: impl Into<String>,
    evidence: impl Into<String>,
) -> ProvisionError {
    ProvisionError::Failed(Box::new(Failure::new(reason, step, cause, advice).with_evidence(evidence)))
}

fn refuse_chart(error: ChartError) -> ProvisionError {
    match error {
        ChartError::TooSlow => ProvisionError::Retry(anyhow::Error::new(error)),
        _ => fail(Reason::ChartUnusable, Some(Step::Namespace), error.to_string(), error.advice(), ""),
    }
}
