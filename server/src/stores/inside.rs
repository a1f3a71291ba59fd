//! What can be asked of a store that is ready: whether it sells, and how to get in.

use std::{sync::Arc, time::Duration};

use app::{
    error::AppError,
    model::{
        CheckReport, Component, Credentials, EventKind, IsolationReport, Level, SignInLink, Status, Store, StoreId,
    },
    service::LogLines,
};
use tracing::Instrument as _;

use super::{StoreService, refusals::no_pod};
use crate::{
    db::{
        Change, care,
        jobs::{self, JobKind},
    },
    isolation::ProbeError,
    provisioner::{CheckVerdict, ProvisionError, StoreSpec},
};

/// Most log lines in one answer.
const MAX_LOG_LINES: u32 = 5_000;

/// How long somebody who asked for an order check waits for it. It takes about a second, and is not cut off.
const CHECK_PATIENCE: Duration = Duration::from_secs(60);

/// How long a page waits for what the cluster says of a store. It takes some hundredths of a second.
pub(super) const LOOK_PATIENCE: Duration = Duration::from_secs(3);

impl StoreService {
    /// A store that is open, as the provisioner knows it.
    async fn open_store(&self, id: &StoreId, closed: &str) -> Result<StoreSpec, AppError> {
        let store = self.find(id).await?;
        if !matches!(store.status, Status::Ready | Status::Degraded) {
            return Err(AppError::Conflict { reason: format!("{closed}: the store is {}.", store.status) });
        }
        Ok(StoreSpec::from(store))
    }

    async fn record(&self, id: &StoreId, level: Level, kind: EventKind, text: &str) -> Result<(), AppError> {
        let mut change = self.db.change().await.map_err(self.db_error())?;
        change.record(id, self.clock.now(), level, kind, text).await.map_err(self.db_error())?;
        change.commit().await.map_err(self.db_error())
    }

    /// A look into the cluster that a page waits for.
    pub(super) async fn look<T>(
        &self,
        look: impl Future<Output = Result<T, ProvisionError>> + Send,
    ) -> Result<T, AppError> {
        match tokio::time::timeout(LOOK_PATIENCE, look).await {
            Ok(seen) => seen.map_err(|error| self.cluster_error(&error)),
            Err(_) => {
                let reason = format!("It did not answer within {} s.", LOOK_PATIENCE.as_secs());
                Err(AppError::ClusterUnavailable { reason })
            }
        }
    }

    /// The last lines of a component's log.
    pub(super) async fn last_log_lines(
        &self,
        id: &StoreId,
        component: Component,
        lines: u32,
    ) -> Result<String, AppError> {
        self.find(id).await?;
        let log = self.provisioner.logs(id, component, lines.clamp(1, MAX_LOG_LINES)).await;
        log.map_err(|error| self.cluster_error(&error))?.ok_or_else(|| no_pod(component))
    }

    /// The same, and those that follow.
    pub(super) async fn follow_log_lines(
        &self,
        id: &StoreId,
        component: Component,
        lines: u32,
    ) -> Result<LogLines, AppError> {
        self.find(id).await?;
        let log = self.provisioner.follow_logs(id, component, lines.clamp(1, MAX_LOG_LINES)).await;
        log.map_err(|error| self.cluster_error(&error))?.ok_or_else(|| no_pod(component))
    }

    /// The credentials, noted before they are handed out.
    pub(super) async fn show_credentials(&self, id: &StoreId) -> Result<Credentials, AppError> {
        let spec = self.open_store(id, "There is nothing to sign in to").await?;
        let credentials = self.provisioner.credentials(&spec).await.map_err(|error| self.cluster_error(&error))?;
        let credentials = credentials.ok_or_else(no_secret)?;
        self.record(id, Level::Info, EventKind::CredentialsShown, "The credentials were shown").await?;
        Ok(credentials)
    }

    /// A sign-in link, noted before it is handed out.
    pub(super) async fn make_sign_in_link(&self, id: &StoreId) -> Result<SignInLink, AppError> {
        let spec = self.open_store(id, "There is nothing to sign in to").await?;
        let link = self.provisioner.sign_in_link(&spec).await.map_err(|error| match error {
            ProvisionError::Failed(failure) => {
                AppError::Conflict { reason: format!("{} {}", failure.cause, failure.advice) }
            }
            error @ (ProvisionError::Away(_) | ProvisionError::Retry(_)) => self.cluster_error(&error),
        })?;
        let link = link.ok_or_else(no_secret)?;
        self.record(id, Level::Info, EventKind::SignInLinkMade, "A one-time sign-in link was made").await?;
        Ok(link)
    }

    /// Queues the repair of a degraded store, which would be tried by itself later; nothing more where it waits or runs already.
    pub(super) async fn ask_for_repair(&self, mut change: Change, store: Store) -> Result<Store, AppError> {
        let now = self.clock.now();
        if care::has_job(change.connection(), &store.id).await.map_err(self.db_error())? {
            return Ok(store);
        }
        jobs::enqueue(change.connection(), &store.id, JobKind::Repair, now).await.map_err(self.db_error())?;
        change
            .record(&store.id, now, Level::Info, EventKind::RetryRequested, "A repair was asked for")
            .await
            .map_err(self.db_error())?;
        self.commit_and_wake(change, &store.id, None).await
    }

    /// An order check now. Once begun it goes on to its end and is recorded, whether or not somebody still waits for it.
    pub(super) async fn check_order(&self, id: &StoreId) -> Result<CheckReport, AppError> {
        let spec = self.open_store(id, "There is nothing to buy").await?;
        let busy = || AppError::Conflict { reason: "A test order is being placed already.".to_owned() };
        let turn = self.checks.begin(id).ok_or_else(busy)?;
        let (provisioner, db, clock) = (Arc::clone(&self.provisioner), self.db.clone(), self.clock.clone());
        let check = async move {
            let outcome = provisioner.check(&spec).await;
            // Before anybody hears of the outcome, and may ask for the next.
            drop(turn);
            let outcome = outcome?;
            let passed = outcome.verdict == CheckVerdict::Passed;
            let (at, level) = (clock.now(), if passed { Level::Info } else { Level::Warning });
            let kept = async {
                let mut change = db.change().await?;
                change.record(&spec.id, at, level, EventKind::OrderChecked, &*outcome.text).await?;
                change.commit().await
            };
            let report = CheckReport { passed, text: outcome.text.clone(), at };
            Ok::<_, ProvisionError>(kept.await.map(|()| report))
        };
        let check = tokio::spawn(check.in_current_span());
        match tokio::time::timeout(CHECK_PATIENCE, check).await {
            Ok(Ok(Ok(report))) => report.map_err(self.db_error()),
            Ok(Ok(Err(ProvisionError::Failed(failure)))) if failure.reason.is_loss() => {
                Err(AppError::Conflict { reason: format!("{} {}", failure.cause, failure.advice) })
            }
            Ok(Ok(Err(error))) => Err(self.cluster_error(&error)),
            Ok(Err(error)) => Err(self.faults.internal(error)),
            Err(_) => Err(AppError::Conflict {
                reason: "The test order takes its time. The store's history will say how it ended.".to_owned(),
            }),
        }
    }

    /// What can be reached from inside of an open store, tried now.
    pub(super) async fn test_isolation(&self, id: &StoreId) -> Result<IsolationReport, AppError> {
        let spec = self.open_store(id, "Nothing runs in it").await?;
        self.isolation.run(&spec).await.map_err(|error| match error {
            ProbeError::Cluster(error) => self.cluster_error(&error),
            ProbeError::Database(error) => self.db_error()(error),
        })
    }
}

fn no_secret() -> AppError {
    AppError::NotFound { what: "The secret with the store's credentials".to_owned() }
}
