//! How the platform itself is doing.

use std::time::Duration;

use app::{
    error::AppError,
    model::{ClusterHealth, Health, PoolState},
};
use tokio::time::Instant;

use super::StoreService;
use crate::db::jobs::{self, JobKind};

/// How long what the cluster said of its health is passed on: pages ask with every change, the cluster need not answer so
/// often.
const HEALTH_IS_FRESH: Duration = Duration::from_secs(5);

impl StoreService {
    /// Whether the cluster answers, and what is installed and queued.
    pub(super) async fn read_health(&self) -> Result<Health, AppError> {
        let (installing, queued) = {
            let mut read = self.db.read().await.map_err(self.db_error())?;
            jobs::load(&mut read, JobKind::Provision).await.map_err(self.db_error())?
        };
        Ok(Health {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cluster: self.cluster_health().await,
            installing,
            queued,
            max_parallel_installs: self.runner.max_parallel_installs(),
            pool: self.read_pool().await?,
        })
    }

    pub(super) async fn read_pool(&self) -> Result<PoolState, AppError> {
        self.pool.state().await.map_err(self.db_error())
    }

    async fn cluster_health(&self) -> ClusterHealth {
        let mut known = self.cluster_health.lock().await;
        if let Some((at, health)) = &*known
            && at.elapsed() < HEALTH_IS_FRESH
        {
            return health.clone();
        }
        let health = self.provisioner.health().await;
        *known = Some((Instant::now(), health.clone()));
        health
    }
}
