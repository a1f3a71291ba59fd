//! Makes and removes stores somewhere: in a Kubernetes cluster, or nowhere (for tests and load figures).
//!
//! A provisioner runs one [`Step`] at a time and remembers nothing between them: the job that calls it keeps the
//! checkpoints, so every step must be safe to run again.

pub mod chart;
pub mod cluster;
pub mod fake;

use app::{
    model::{
        Attempt, ClusterHealth, Component, Content, Credentials, DomainName, Edition, Failure, Finding, Object, Offer,
        Pods, Reason, SignInLink, Size, Step, Store, StoreId, StoreName,
    },
    service::LogLines,
};
use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use tokio::sync::mpsc;

/// What a provisioner needs to know about a store.
#[derive(Clone, Debug)]
pub struct StoreSpec {
    /// Its id; the namespace is `store-<id>`.
    pub id: StoreId,
    /// The shop's title.
    pub name: StoreName,
    /// The shop's address, with scheme and port, without a slash at the end.
    pub url: String,
    /// Its address without a domain of its own, likewise.
    pub first_url: String,
    /// The domain of its own, if it has one.
    pub domain: Option<DomainName>,
    /// How much it may use.
    pub size: Size,
    /// What is in it at first.
    pub content: Content,
    /// Whether it is nobody's yet, which its namespace is marked with until it is.
    pub is_spare: bool,
}

impl From<Store> for StoreSpec {
    fn from(store: Store) -> Self {
        let Store { id, name, url, first_url, domain, size, content, .. } = store;
        Self { id, name, url, first_url, domain, size, content, is_spare: false }
    }
}

/// What a finished step found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// One sentence for the store's history.
    pub text: String,
    /// Told by the step that learns it.
    pub edition: Option<Edition>,
}

/// How an order check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOutcome {
    /// Whether the store did what it is there for.
    pub verdict: CheckVerdict,
    /// What it did, or what it answered; one sentence.
    pub text: String,
}

/// Whether a store did what it is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckVerdict {
    /// It did.
    Passed,
    /// It answered, and did not.
    Failed,
    /// It did not answer, so that nothing is known of it.
    Unreached,
}

/// What could be reached from inside of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isolated {
    /// Network policies in its namespace.
    pub policies: u32,
    /// What was tried, the store's own database first.
    pub attempts: Vec<Attempt>,
}

/// What a look at an open store found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// What is not as it should be; empty when all is well.
    pub faults: Vec<Fault>,
    /// What may settle by itself within seconds, such as a pod that starts anew: half a sentence with a capital.
    pub unsettled: Option<String>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Of which kind.
    pub reason: Reason,
    /// What, one sentence.
    pub cause: String,
    /// What to do, one sentence.
    pub advice: String,
    /// What was seen. May be empty.
    pub evidence: String,
    /// What helps.
    pub remedy: Remedy,
}

impl Fault {
    /// The shop is elsewhere than it should be.
    #[must_use]
    pub fn outdated_address(url: &str) -> Self {
        Self {
            reason: Reason::AddressOutdated,
            cause: format!("The shop has not moved to {url} yet."),
            advice: "Urumi moves it by itself.".to_owned(),
            evidence: String::new(),
            remedy: Remedy::Apply,
        }
    }
}

impl From<Fault> for Failure {
    fn from(Fault { reason, cause, advice, evidence, .. }: Fault) -> Self {
        Self::new(reason, None, cause, advice).with_evidence(evidence)
    }
}

/// What helps against a fault; the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// Applying everything again, which is safe.
    Apply,
    /// Time, or a person.
    Wait,
    /// Nothing: data is gone.
    Lost,
}

/// Something was seen in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// Something of a store changed.
    Changed {
        /// Which.
        store: StoreId,
        /// Whether it is one of the objects that the platform applied, and not only how they are doing.
        deep: bool,
    },
    /// The watch was interrupted, so that anything may have changed.
    Anything,
}

/// What is seen, as it happens. It never ends.
pub type Sightings = futures::stream::BoxStream<'static, Sighting>;

/// Something in the cluster that was made for a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// The store's id.
    pub id: StoreId,
    /// Its namespace, where there is one.
    pub namespace: Option<Object>,
    /// Persistent volumes that are or were claimed from it.
    pub volumes: Vec<Object>,
    /// The installation that made the namespace, where it says so.
    pub installation: Option<String>,
    /// When the namespace was made.
    pub created_at: Option<Timestamp>,
    /// Whether the namespace is being deleted.
    pub is_leaving: bool,
    /// Whether the namespace is marked as that of a store that is nobody's yet (true), or was handed over to somebody (false); none where it
    /// says neither.
    pub is_spare: Option<bool>,
}

/// Why a step or a deletion did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The cluster does not answer. The job waits until it does, however long that is.
    #[error("{0:#}")]
    Away(#[source] anyhow::Error),
    /// It may pass by itself: a conflict, throttling, a shop that does not answer yet. The job tries again, with backoff.
    #[error("{0:#}")]
    Retry(#[source] anyhow::Error),
    /// It will not pass by itself. The job fails with this cause.
    #[error("{}", .0.cause)]
    Failed(Box<Failure>),
}

/// Where a provisioner tells what it sees within a step, to be kept as events. Sentences for people.
pub type Notes = mpsc::UnboundedSender<String>;

/// Makes and removes stores.
///
/// Every method may be cancelled by dropping its future, at any point.
#[async_trait]
pub trait Provisioner: Send + Sync + 'static {
    /// Runs one step to its end. It waits by watching and ends early when success has become impossible; the caller
    /// sets the deadline.
    async fn run_step(&self, step: Step, store: &StoreSpec, notes: &Notes) -> Result<StepReport, ProvisionError>;

    /// What is in the way of a step that took too long: conditions, waiting reasons, last log lines. For a person. An error
    /// when the cluster cannot be asked.
    async fn explain_delay(&self, step: Step, store: &StoreSpec) -> Result<Failure, ProvisionError>;

    /// Everything of the store that is to be seen now: pods, claims, quota, the cluster's events, last log lines. For a person who
    /// wants to know why something failed. A store of which nothing is there has no findings.
    async fn autopsy(&self, id: &StoreId) -> Result<Vec<Finding>, ProvisionError>;

    /// Does what a failed deletion offered.
    async fn take_up(&self, id: &StoreId, offer: &Offer) -> Result<(), ProvisionError>;

    /// Looks at an open store, without buying anything: whether what was applied is there, as it was applied (only when `deep`), and
    /// does what it is there for.
    async fn examine(&self, store: &StoreSpec, deep: bool) -> Result<Examination, ProvisionError>;

    /// Everything in the cluster that was made for any store, whoever made it.
    async fn residents(&self) -> Result<Vec<Resident>, ProvisionError>;

    /// Says which installation this is, to be written on the namespaces that are made from now on. Called once, at the start.
    fn belong_to(&self, installation: &str);

    /// Watches everything of every store from now on.
    fn watch(&self) -> Sightings;

    /// Removes everything of the store and returns only when it was seen gone, persistent volumes included. Each object
    /// seen gone is told in `notes`. A store of which nothing is there is a success. The sentence sums up.
    async fn delete(&self, store: &StoreSpec, notes: &Notes) -> Result<String, ProvisionError>;

    /// How to sign in to the store's administration; none while there is no such store in the cluster.
    async fn credentials(&self, store: &StoreSpec) -> Result<Option<Credentials>, ProvisionError>;

    /// Places an order in the store as it is now, reads it back and removes it; where there is no shop, signs in. That the store
    /// does not take the order, or does not answer, is an outcome; an error is that the cluster could not be asked about it.
    async fn check(&self, store: &StoreSpec) -> Result<CheckOutcome, ProvisionError>;

    /// A link that signs the owner in to the store's administration once; none while there is no such store in the cluster.
    async fn sign_in_link(&self, store: &StoreSpec) -> Result<Option<SignInLink>, ProvisionError>;

    /// The store's pods; an empty list while it has none.
    async fn pods(&self, id: &StoreId) -> Result<Pods, ProvisionError>;

    /// Everything of the store that is in the cluster: its namespace, the objects in it, and its persistent volumes.
    async fn inventory(&self, id: &StoreId) -> Result<Vec<Object>, ProvisionError>;

    /// Tries from inside of the store what can be reached, of the store `other` too where there is one.
    async fn probe_isolation(&self, store: &StoreSpec, other: Option<&StoreId>) -> Result<Isolated, ProvisionError>;

    /// The last `lines` log lines of the component's newest pod; none while it has no pod.
    async fn logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<Option<String>, ProvisionError>;

    /// The same, and every line that follows until the container ends; none while there is no pod.
    async fn follow_logs(
        &self,
        id: &StoreId,
        component: Component,
        lines: u32,
    ) -> Result<Option<LogLines>, ProvisionError>;

    /// Counts the requests that are asked of the cluster.
    fn requests(&self) -> Counter;

    /// Stands for everything that a store is made from: it changes when the chart, its values or the image do.
    async fn recipe(&self) -> Result<String, ProvisionError>;

    /// Whether the cluster answers.
    async fn health(&self) -> ClusterHealth;

    /// True when there is no cluster and stores are only simulated. Constant, so that it needs no answer of a cluster.
    fn is_fake(&self) -> bool {
        false
    }
}
