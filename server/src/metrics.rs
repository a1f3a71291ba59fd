//! How the platform is doing, in the form that Prometheus reads
//! (<https://prometheus.io/docs/specs/om/open_metrics_spec/>). Durations are in seconds.

use std::sync::Arc;

use app::model::{Reason, Status, Step};
use jiff::{SignedDuration, Timestamp};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::db::{
    Database,
    figures::{self, Figures},
    jobs::JobKind,
    spares::SpareState,
};

/// The media type of [`Metrics::render`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the buckets for what takes a good install some seconds and a bad one minutes.
const SECONDS: [f64; 12] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0];

type Labels = Vec<(&'static str, &'static str)>;
type Histograms = Family<Labels, Histogram, fn() -> Histogram>;

/// What is counted and measured. Clones are the same.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    stores: Family<Labels, Gauge>,
    spares: Family<Labels, Gauge>,
    jobs: Family<Labels, Gauge>,
    oldest_queued: Gauge,
    installs_limit: Gauge,
    tasks: Gauge,
    strays: Gauge,
    job_seconds: Histograms,
    step_seconds: Histograms,
    queue_seconds: Histograms,
    cluster_errors: Family<Labels, Counter>,
    order_checks: Family<Labels, Counter>,
    failures: Family<Labels, Counter>,
}

/// What went wrong with a request to the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterError {
    /// Nobody answered.
    Away,
    /// It may pass by itself.
    Passing,
}

impl Metrics {
    /// With everything at nothing, but for the requests to the cluster, which are counted elsewhere.
    #[must_use]
    pub fn new(cluster_requests: Counter) -> Self {
        let histograms = || Histograms::new_with_constructor(|| Histogram::new(SECONDS));
        let (job_seconds, step_seconds, queue_seconds) = (histograms(), histograms(), histograms());
        let [stores, spares, jobs] = [(); 3].map(|()| Family::<Labels, Gauge>::default());
        let [oldest_queued, installs_limit, tasks, strays]: [Gauge; 4] = Default::default();
        let [cluster_errors, order_checks, failures] = [(); 3].map(|()| Family::<Labels, Counter>::default());
        // A counter that appears with its first event hides that event from whoever asks for its increase.
        for kind in ["away", "passing"] {
            drop(cluster_errors.get_or_create(&vec![("kind", kind)]));
        }
        for outcome in ["passed", "failed"] {
            drop(order_checks.get_or_create(&vec![("outcome", outcome)]));
        }
        for reason in Reason::ALL {
            drop(failures.get_or_create(&vec![("reason", reason.as_str())]));
        }
        let mut registry = Registry::with_prefix("urumi");
        registry.register("stores", "Stores by status", Family::clone(&stores));
        registry.register("spare_stores", "Stores that are nobody's yet, by state", Family::clone(&spares));
        registry.register("jobs", "Jobs that wait or run, by kind and state", Family::clone(&jobs));
        registry.register(
            "queue_oldest_seconds",
            "How long the first in the queue of installs waits",
            oldest_queued.clone(),
        );
        registry.register("installs_limit", "Installs that may run at once", installs_limit.clone());
        registry.register("tasks", "Tasks of the server that have not ended", tasks.clone());
        registry.register(
            "strays",
            "What is in the cluster and belongs to no store, as it was seen last",
            strays.clone(),
        );
        registry.register("job_seconds", "From when a job was asked for to its end", Family::clone(&job_seconds));
        registry.register(
            "step_seconds",
            "How long steps of installs took that succeeded",
            Family::clone(&step_seconds),
        );
        registry.register("queue_seconds", "How long jobs waited for their turn", Family::clone(&queue_seconds));
        registry.register("cluster_requests", "Requests that the cluster was asked", cluster_requests);
        registry.register(
            "cluster_errors",
            "Tries that the cluster did not answer or refused",
            Family::clone(&cluster_errors),
        );
        registry.register("failures", "Failures of stores, by reason", Family::clone(&failures));
        registry.register("order_checks", "Order checks of open stores", Family::clone(&order_checks));
        Self(Arc::new(Inner {
            registry,
            stores,
            spares,
            jobs,
            oldest_queued,
            installs_limit,
            tasks,
            strays,
            job_seconds,
            step_seconds,
            queue_seconds,
            cluster_errors,
            order_checks,
            failures,
        }))
    }

    /// A job that was asked for at `queued_at` was claimed for the first time.
    pub fn claimed(&self, kind: JobKind, queued_at: Timestamp, now: Timestamp) {
        observe(&self.0.queue_seconds, vec![("kind", kind.as_str())], now.duration_since(queued_at));
    }

    /// A job that was asked for at `queued_at` came to its end.
    pub fn ended(&self, kind: JobKind, outcome: &'static str, queued_at: Timestamp, now: Timestamp) {
        let labels = vec![("kind", kind.as_str()), ("outcome", outcome)];
        observe(&self.0.job_seconds, labels, now.duration_since(queued_at));
    }

    /// A step of an install succeeded.
    pub fn finished(&self, step: Step, took: SignedDuration) {
        observe(&self.0.step_seconds, vec![("step", step.as_str())], took);
    }

    /// A try did not succeed because of the cluster.
    pub fn failed_try(&self, error: ClusterError) {
        let kind = match error {
            ClusterError::Away => "away",
            ClusterError::Passing => "passing",
        };
        self.0.cluster_errors.get_or_create(&vec![("kind", kind)]).inc();
    }

    /// A store failed or was degraded.
    pub fn failed(&self, reason: Reason) {
        self.0.failures.get_or_create(&vec![("reason", reason.as_str())]).inc();
    }

    /// An order check of an open store ended.
    pub fn checked(&self, passed: bool) {
        let outcome = if passed { "passed" } else { "failed" };
        self.0.order_checks.get_or_create(&vec![("outcome", outcome)]).inc();
    }

    /// So much is in the cluster that belongs to no store.
    pub fn found_strays(&self, number: usize) {
        self.0.strays.set(i64::try_from(number).unwrap_or(i64::MAX));
    }

    /// Everything as text.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn render(&self, db: &Database, installs_limit: u32, now: Timestamp) -> sqlx::Result<String> {
        let Figures { stores, spares, jobs, oldest_install } = figures::read(&mut *db.read().await?).await?;
        let inner = &*self.0;
        for status in Status::ALL {
            let number = stores.get(&status).copied().unwrap_or(0);
            inner.stores.get_or_create(&vec![("status", status.as_str())]).set(number);
        }
        for state in SpareState::ALL {
            let number = spares.get(&state).copied().unwrap_or(0);
            inner.spares.get_or_create(&vec![("state", state.as_str())]).set(number);
        }
        for kind in JobKind::ALL {
            for state in ["queued", "running"] {
                let number = jobs.get(&(kind, state)).copied().unwrap_or(0);
                inner.jobs.get_or_create(&vec![("kind", kind.as_str()), ("state", state)]).set(number);
            }
        }
        let waits = oldest_install.map_or(0, |since| now.duration_since(since).as_secs().max(0));
        inner.oldest_queued.set(waits);
        let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        inner.tasks.set(i64::try_from(tasks).unwrap_or(i64::MAX));
        inner.installs_limit.set(i64::from(installs_limit));
        let mut text = String::new();
        encode(&mut text, &inner.registry).map_err(|error| sqlx::Error::Encode(error.into()))?;
        Ok(text)
    }
}

fn observe(family: &Histograms, labels: Labels, took: SignedDuration) {
    family.get_or_create(&labels).observe(took.as_secs_f64().max(0.0));
}
