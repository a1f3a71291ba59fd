//! The only place with rules: what may be asked of a store, by whom and when. Both doors end here.

pub mod acting;
mod changing;
mod create;
mod detail;
mod domain;
mod failures;
mod fleet;
mod health;
mod inside;
mod limits;
mod protect;
mod refusals;
mod strays;

use std::sync::Arc;

use app::{
    error::AppError,
    model::{
        CheckReport, ClusterHealth, Component, Counts, Credentials, DomainReport, Event, EventKind, FailedAttempt,
        Health, IsolationReport, Level, Limits, NewStore, Object, Pods, PoolState, Quota, SignInLink, Slug, Status,
        Store, StoreDetail, StoreId, StorePage, StoreQuery, StrayRemoval, Strays, Used,
    },
    service::{LogLines, Stores},
};
use async_trait::async_trait;
use jiff::Timestamp;
use tokio::{sync::Mutex, time::Instant};

use self::refusals::sentence;
use crate::{
    access::Reach,
    addresses::Addresses,
    checks::Checks,
    clock::Clock,
    db::{
        Change, Database, addresses, events,
        jobs::{self, JobKind},
        steps, stores,
    },
    domains::Domains,
    entropy::Entropy,
    faults::Faults,
    http::span,
    isolation::IsolationProbe,
    jobs::Runner,
    pool::Pool,
    provisioner::{ProvisionError, Provisioner},
    strays::StrayWatch,
};

/// Most events in one answer.
const MAX_EVENTS: u32 = 1_000;

/// The platform's rules over its database, its runner and its cluster.
pub struct StoreService {
    db: Database,
    clock: Clock,
    entropy: Entropy,
    faults: Faults,
    addresses: Addresses,
    runner: Runner,
    provisioner: Arc<dyn Provisioner>,
    checks: Checks,
    strays: StrayWatch,
    isolation: IsolationProbe,
    domains: Domains,
    pool: Pool,
    /// What members may have where nothing else is said of them.
    limits: Limits,
    /// What the cluster said of its health, and when. Locked while it is asked, so that it is asked once.
    cluster_health: Mutex<Option<(Instant, ClusterHealth)>>,
}

impl StoreService {
    /// Puts the parts together.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "each is another part")]
    pub fn new(
        db: Database,
        clock: Clock,
        entropy: Entropy,
        addresses: Addresses,
        runner: Runner,
        provisioner: Arc<dyn Provisioner>,
        checks: Checks,
        strays: StrayWatch,
        isolation: IsolationProbe,
        domains: Domains,
        pool: Pool,
        limits: Limits,
    ) -> Self {
        Self {
            faults: Faults::new(entropy.clone()),
            cluster_health: Mutex::default(),
            db,
            clock,
            entropy,
            addresses,
            runner,
            provisioner,
            checks,
            strays,
            isolation,
            domains,
            pool,
            limits,
        }
    }

    fn db_error(&self) -> impl Fn(sqlx::Error) -> AppError + '_ {
        |error| self.faults.of_database(&error)
    }

    async fn find(&self, id: &StoreId) -> Result<Store, AppError> {
        span::note_store(id);
        let mut read = self.db.read().await.map_err(self.db_error())?;
        let store = stores::find(&mut read, id).await.map_err(self.db_error())?;
        store.ok_or_else(|| AppError::no_store(id.as_str()))
    }

    /// The store as a change sees it, which nobody else can alter meanwhile.
    async fn find_in(&self, change: &mut Change, id: &StoreId) -> Result<Store, AppError> {
        span::note_store(id);
        let store = stores::find(change.connection(), id).await.map_err(self.db_error())?;
        store.ok_or_else(|| AppError::no_store(id.as_str()))
    }

    fn cluster_error(&self, error: &ProvisionError) -> AppError {
        tracing::warn!(%error, "the cluster could not be asked");
        AppError::ClusterUnavailable { reason: sentence(&error.to_string()) }
    }
}

/// As the platform itself, which may do everything. What people may is in [`acting`].
#[async_trait]
impl Stores for StoreService {
    async fn create(&self, request: NewStore, idempotency_key: Option<String>) -> Result<Store, AppError> {
        self.create_store(None, request, idempotency_key).await
    }

    async fn list(&self, query: StoreQuery) -> Result<StorePage, AppError> {
        self.list_within(Reach::All, query).await
    }

    async fn counts(&self) -> Result<Counts, AppError> {
        self.counts_within(Reach::All).await
    }

    async fn get(&self, id: &StoreId) -> Result<StoreDetail, AppError> {
        self.read_detail(id).await
    }

    async fn resident_by_id(&self, id: &StoreId) -> Result<Option<(StoreId, Status)>, AppError> {
        let mut read = self.db.read().await.map_err(self.db_error())?;
        let status = stores::status_of(&mut read, id).await.map_err(self.db_error())?;
        Ok(status.map(|status| (id.clone(), status)))
    }

    async fn resident_by_slug(&self, slug: &Slug) -> Result<Option<(StoreId, Status)>, AppError> {
        let mut read = self.db.read().await.map_err(self.db_error())?;
        addresses::resident_by_slug(&mut read, slug).await.map_err(self.db_error())
    }

    async fn resident_by_domain(&self, host: &str) -> Result<Option<(StoreId, Status)>, AppError> {
        let mut read = self.db.read().await.map_err(self.db_error())?;
        addresses::resident_by_domain(&mut read, host).await.map_err(self.db_error())
    }

    fn address_at(&self, label: &str) -> String {
        self.addresses.at(label)
    }

    async fn events(&self, id: &StoreId, after: i64, limit: u32) -> Result<Vec<Event>, AppError> {
        self.find(id).await?;
        let mut read = self.db.read().await.map_err(self.db_error())?;
        events::of_store(&mut read, id, after, limit.min(MAX_EVENTS)).await.map_err(self.db_error())
    }

    async fn retry(&self, id: &StoreId) -> Result<Store, AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        if store.status == Status::Degraded {
            return self.ask_for_repair(change, store).await;
        }
        if store.status != Status::Failed {
            return Err(AppError::Conflict {
                reason: format!("Only a failed store can be retried; this one is {}.", store.status),
            });
        }
        let last_job = jobs::newest_kind(change.connection(), id).await.map_err(self.db_error())?;
        if last_job == Some(JobKind::Delete) {
            return Err(AppError::Conflict {
                reason: "What failed was its deletion, and parts of it may be gone. Delete it again.".to_owned(),
            });
        }
        let now = self.clock.now();
        self.move_in(&mut change, id, Status::Queued).await?;
        // Everything is applied again, which repairs what was edited or removed and takes up a mended chart or image; and
        // every step is looked at again, since it may not be done any more. One that is takes milliseconds.
        steps::forget(change.connection(), id).await.map_err(self.db_error())?;
        jobs::enqueue(change.connection(), id, JobKind::Provision, now).await.map_err(self.db_error())?;
        change
            .record(id, now, Level::Info, EventKind::RetryRequested, "A retry was asked for")
            .await
            .map_err(self.db_error())?;
        self.commit_and_wake(change, id, None).await
    }

    async fn delete(&self, id: &StoreId) -> Result<Store, AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        let store = self.find_in(&mut change, id).await?;
        if matches!(store.status, Status::Deleting | Status::Deleted) {
            return Ok(store);
        }
        if store.protected {
            return Err(AppError::Conflict {
                reason: format!("{} is protected against deletion. Take the protection off first.", store.name),
            });
        }
        let now = self.clock.now();
        self.move_in(&mut change, id, Status::Deleting).await?;
        jobs::cancel(change.connection(), id, now).await.map_err(self.db_error())?;
        // Free at once, whatever becomes of the deletion: there is nothing to visit any more.
        addresses::set_domain(change.connection(), id, None).await.map_err(self.db_error())?;
        let job = jobs::enqueue(change.connection(), id, JobKind::Delete, now).await.map_err(self.db_error())?;
        change
            .record(id, now, Level::Info, EventKind::DeleteRequested, "Deletion was asked for")
            .await
            .map_err(self.db_error())?;
        self.commit_and_wake(change, id, Some(job)).await
    }

    async fn take_up_offer(&self, id: &StoreId) -> Result<Store, AppError> {
        self.take_up(id).await
    }

    async fn failures(&self, id: &StoreId) -> Result<Vec<FailedAttempt>, AppError> {
        self.read_failures(id).await
    }

    async fn strays(&self) -> Result<Strays, AppError> {
        Ok(self.strays.known())
    }

    async fn find_strays(&self) -> Result<Strays, AppError> {
        self.look_for_strays().await
    }

    async fn remove_stray(&self, id: &StoreId, removal: StrayRemoval) -> Result<Store, AppError> {
        self.remove_found(id, removal).await
    }

    async fn protect(&self, id: &StoreId, protected: bool) -> Result<Store, AppError> {
        self.set_protected(id, protected).await
    }

    async fn look_up_domain(&self, id: &StoreId, domain: &str) -> Result<DomainReport, AppError> {
        self.report_on_domain(id, domain).await
    }

    async fn set_domain(&self, id: &StoreId, domain: &str) -> Result<Store, AppError> {
        self.move_to_domain(id, domain).await
    }

    async fn remove_domain(&self, id: &StoreId) -> Result<Store, AppError> {
        self.move_to_first_address(id).await
    }

    async fn credentials(&self, id: &StoreId) -> Result<Credentials, AppError> {
        self.show_credentials(id).await
    }

    async fn sign_in_link(&self, id: &StoreId) -> Result<SignInLink, AppError> {
        self.make_sign_in_link(id).await
    }

    async fn check(&self, id: &StoreId) -> Result<CheckReport, AppError> {
        self.check_order(id).await
    }

    async fn probe_isolation(&self, id: &StoreId) -> Result<IsolationReport, AppError> {
        self.test_isolation(id).await
    }

    async fn pods(&self, id: &StoreId) -> Result<Pods, AppError> {
        self.find(id).await?;
        self.look(self.provisioner.pods(id)).await
    }

    async fn inventory(&self, id: &StoreId) -> Result<Vec<Object>, AppError> {
        self.find(id).await?;
        self.look(self.provisioner.inventory(id)).await
    }

    async fn logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<String, AppError> {
        self.last_log_lines(id, component, lines).await
    }

    async fn follow_logs(&self, id: &StoreId, component: Component, lines: u32) -> Result<LogLines, AppError> {
        self.follow_log_lines(id, component, lines).await
    }

    async fn quota(&self) -> Result<Quota, AppError> {
        // The platform has no stores of its own.
        Ok(Quota { limits: None, usual: self.limits, used: Used::default() })
    }

    async fn health(&self) -> Result<Health, AppError> {
        self.read_health().await
    }

    async fn pool(&self) -> Result<PoolState, AppError> {
        self.read_pool().await
    }

    fn newest_event(&self) -> i64 {
        self.db.newest_event()
    }

    fn pool_changes(&self) -> u64 {
        self.db.doorbell().pool_changes()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
