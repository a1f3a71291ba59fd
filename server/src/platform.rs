//! Puts the parts together: the one place that knows all of them.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use app::{model::Limits, service::Stores};
use axum::{Router, middleware};
use leptos::config::LeptosOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{
        AccountService, SessionLimits,
        oidc::{Provider, ProviderSettings},
    },
    addresses::Addresses,
    audit::AuditLog,
    checks::Checks,
    clock::Clock,
    db::{Database, installation},
    domains::Domains,
    entropy::Entropy,
    events::Doorbell,
    gateway::{self, Gateway},
    http::{self, HttpState, RateLimits, Rates, TrustedProxies},
    isolation::IsolationProbe,
    jobs::{Deadlines, Runner},
    metrics::Metrics,
    pool::Pool,
    provisioner::Provisioner,
    reconcile::{Care, Reconciler},
    store_client::StoreClient,
    stores::StoreService,
    strays::StrayWatch,
};

/// What the platform is made of, apart from what it makes itself.
pub struct Parts {
    /// Tells the time.
    pub clock: Clock,
    /// Gives ids.
    pub entropy: Entropy,
    /// Makes and removes stores.
    pub provisioner: Arc<dyn Provisioner>,
    /// Reaches the stores for the gateway; none where stores are only pretended.
    pub store_client: Option<StoreClient>,
    /// How often somebody may ask.
    pub rates: Rates,
    /// Another service where people sign in.
    pub provider: Option<ProviderSettings>,
    /// Asks the DNS about domains of the owners'.
    pub domains: Domains,
    /// Proxies whose word on who asks is taken.
    pub proxies: TrustedProxies,
    /// How long sessions last.
    pub session_limits: SessionLimits,
    /// How much a member may use.
    pub limits: Limits,
    /// Where stores are opened, and what the dashboard answers to.
    pub addresses: Addresses,
    /// Installs that may run at once.
    pub max_parallel_installs: u32,
    /// Finished stores that are to wait for somebody.
    pub spare_stores: u32,
    /// How long jobs may take.
    pub deadlines: Deadlines,
    /// How stores are cared for once they are ready.
    pub care: Care,
    /// Where the built front end is, and how its files are called.
    pub leptos: LeptosOptions,
}

/// A platform that runs.
pub struct Platform {
    /// Everything that the server answers: the dashboard at its own host, and the stores at theirs.
    pub router: Router,
    /// The same, for code: as the platform itself, which may do everything.
    pub stores: Arc<dyn Stores>,
    /// The users.
    pub accounts: AccountService,
    /// Who did what.
    pub audit: AuditLog,
    /// Ends the live streams, which would otherwise keep the server from stopping.
    pub stop_streams: CancellationToken,
    /// The database, for tests that look behind the doors.
    pub db: Database,
    runner: Runner,
    running: JoinHandle<()>,
    caring: JoinHandle<()>,
    pooling: JoinHandle<()>,
    stop_caring: CancellationToken,
}

impl Platform {
    /// Opens the database and begins to work on what is queued in it.
    ///
    /// # Errors
    /// The database cannot be used, or the scheme of the stores' addresses is none.
    pub async fn start(database: &Path, parts: Parts) -> anyhow::Result<Self> {
        let doorbell = Doorbell::default();
        let db = Database::open(database, doorbell.clone()).await?;
        let installation = installation::id(&mut *db.read().await?).await?;
        parts.provisioner.belong_to(&installation);
        let is_demo = parts.provisioner.is_fake();
        let metrics = Metrics::new(parts.provisioner.requests());
        let checks = Checks::default();
        let strays = StrayWatch::new(
            db.clone(),
            parts.clock.clone(),
            Arc::clone(&parts.provisioner),
            &installation,
            metrics.clone(),
        );
        let isolation =
            IsolationProbe { db: db.clone(), clock: parts.clock.clone(), provisioner: Arc::clone(&parts.provisioner) };
        let runner = Runner::new(
            metrics.clone(),
            db.clone(),
            parts.clock.clone(),
            Arc::clone(&parts.provisioner),
            checks.clone(),
            parts.max_parallel_installs,
            parts.deadlines,
        );
        let reconciler = Reconciler {
            db: db.clone(),
            clock: parts.clock.clone(),
            provisioner: Arc::clone(&parts.provisioner),
            runner: runner.clone(),
            checks: checks.clone(),
            strays: strays.clone(),
            isolation: isolation.clone(),
            metrics: metrics.clone(),
            care: parts.care,
        };
        let audit = AuditLog::new(db.clone(), parts.clock.clone());
        let accounts = AccountService::new(
            db.clone(),
            parts.clock.clone(),
            parts.entropy.clone(),
            parts.addresses.dashboard(),
            parts.session_limits,
        );
        let pool = Pool::new(
            db.clone(),
            parts.clock.clone(),
            parts.entropy.clone(),
            parts.addresses.clone(),
            Arc::clone(&parts.provisioner),
            parts.deadlines,
            parts.spare_stores,
        );
        let service = Arc::new(StoreService::new(
            db.clone(),
            parts.clock,
            parts.entropy,
            parts.addresses.clone(),
            runner.clone(),
            parts.provisioner,
            checks,
            strays,
            isolation,
            parts.domains,
            pool.clone(),
            parts.limits,
        ));
        let stores: Arc<dyn Stores> = Arc::clone(&service) as Arc<dyn Stores>;
        let stop_streams = CancellationToken::new();
        let gateway = Gateway::new(parts.addresses.clone(), parts.store_client, Arc::clone(&stores))
            .with_context(|| format!("{:?} is no scheme", parts.addresses.scheme()))?;
        let provider = parts.provider.map(|settings| Provider::new(settings, &parts.addresses.dashboard()));
        let dashboard = http::router(HttpState {
            is_demo,
            provider: provider.transpose()?,
            stores: Arc::clone(&stores),
            service,
            accounts: accounts.clone(),
            audit: audit.clone(),
            db: db.clone(),
            doorbell,
            stop: stop_streams.clone(),
            addresses: parts.addresses,
            metrics,
            rates: RateLimits::new(parts.rates),
            installs_limit: parts.max_parallel_installs,
            leptos: parts.leptos,
        });
        // Outside of everything else: what is for a store is neither limited nor compressed as the dashboard is.
        let router = Router::new()
            .fallback_service(dashboard)
            .layer(middleware::from_fn_with_state(gateway, gateway::route))
            .layer(middleware::from_fn_with_state(parts.proxies, http::visitor::note));
        let running = tokio::spawn({
            let runner = runner.clone();
            async move { runner.run().await }
        });
        let stop_caring = CancellationToken::new();
        let caring = tokio::spawn(reconciler.run(stop_caring.clone()));
        let pooling = tokio::spawn(pool.run(stop_caring.clone()));
        Ok(Self { router, stores, accounts, audit, stop_streams, db, runner, running, caring, pooling, stop_caring })
    }

    /// Lets go of running jobs, which go on after the next start, and closes the database.
    pub async fn stop(self) {
        self.stop_streams.cancel();
        self.stop_caring.cancel();
        self.runner.stop();
        if let Err(error) = self.caring.await {
            tracing::error!(%error, "the care for stores ended badly");
        }
        if let Err(error) = self.pooling.await {
            tracing::error!(%error, "the keeping of the pool ended badly");
        }
        if let Err(error) = self.running.await {
            tracing::error!(%error, "the runner ended badly");
        }
        self.runner.finish().await;
        self.db.close().await;
    }
}
