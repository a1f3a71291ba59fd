//! The runner: claims jobs from the queue and runs them, so many at a time, with deadlines and cancellation.
//!
//! The queue is in the database; what is in memory here (which task works for which store) is only for waking,
//! cancelling and waiting, and is built anew after a restart.

mod attempt;
mod budget;
mod delete;
mod provision;
mod readdress;
mod repair;
mod step;

pub(crate) use repair::unsold;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::model::StoreId;
use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument as _;

use crate::{
    checks::Checks,
    clock::Clock,
    db::{
        Database,
        jobs::{self, Job, JobKind},
    },
    metrics::Metrics,
    provisioner::Provisioner,
};

/// How many deletions run at once: each one mostly waits for Kubernetes.
const MAX_PARALLEL_DELETES: u32 = 4;

/// How many repairs run at once: they go beside the installs, which people wait for.
const MAX_PARALLEL_REPAIRS: u32 = 2;

/// How many moves to another address run at once: likewise.
const MAX_PARALLEL_MOVES: u32 = 2;

/// How often the runner looks at the queue although nobody woke it: only needed when a wake-up got lost to an error.
const IDLE_LOOK: Duration = Duration::from_secs(5);

/// How long jobs get to let go when the process stops: they only have to notice.
const LET_GO: Duration = Duration::from_secs(10);

/// How many stores from the pool become somebody's at once: each is two requests.
const MAX_PARALLEL_ADOPTIONS: u32 = 4;

/// How long a job may take and how often it tries again. Only working time counts: not the wait for a place, not the wait for a
/// cluster that does not answer, and not what an earlier process spent on it.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// For each provision step: the slowest of them, the bootstrap on a busy machine, takes about a minute.
    pub step: Duration,
    /// For a whole provision: all six steps on a machine that is busy take two minutes.
    pub provision: Duration,
    /// For a repair, and for a move to another address: it applies what is missing, waits until the pods are ready, and buys. An install from nothing takes no longer.
    pub repair: Duration,
    /// For a deletion: Kubernetes gives pods their grace period and then detaches volumes.
    pub delete: Duration,
    /// The wait after the first failed try; doubled after each further one.
    pub first_backoff: Duration,
    /// The longest wait between two tries.
    pub longest_backoff: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            step: Duration::from_secs(300),
            provision: Duration::from_secs(900),
            repair: Duration::from_secs(300),
            delete: Duration::from_secs(300),
            first_backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(10),
        }
    }
}

/// Runs the jobs. Clones are handles to the same runner.
#[derive(Clone)]
pub struct Runner(Arc<Shared>);

struct Shared {
    metrics: Metrics,
    db: Database,
    clock: Clock,
    provisioner: Arc<dyn Provisioner>,
    /// The turns of order checks.
    checks: Checks,
    max_parallel_installs: u32,
    deadlines: Deadlines,
    wake: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
    running: Mutex<Running>,
}

/// The tasks of this process.
#[derive(Default)]
struct Running {
    by_kind: HashMap<JobKind, u32>,
    /// How to cancel the newest task of a store.
    cancel: HashMap<StoreId, (i64, CancellationToken)>,
    /// One task at a time per store: a deletion waits until the installation that it cancelled has let go.
    turns: HashMap<StoreId, Arc<AsyncMutex<()>>>,
}

impl Runner {
    /// A runner that does nothing until [`run`](Self::run).
    #[must_use]
    pub fn new(
        metrics: Metrics,
        db: Database,
        clock: Clock,
        provisioner: Arc<dyn Provisioner>,
        checks: Checks,
        max_parallel_installs: u32,
        deadlines: Deadlines,
    ) -> Self {
        Self(Arc::new(Shared {
            metrics,
            db,
            clock,
            provisioner,
            checks,
            max_parallel_installs,
            deadlines,
            wake: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            running: Mutex::default(),
        }))
    }

    /// How many installs may run at once.
    #[must_use]
    pub fn max_parallel_installs(&self) -> u32 {
        self.0.max_parallel_installs
    }

    /// Says that a job was queued.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Makes the task that works for this store let go, unless it is that of the job `next` or a later one. Its job must
    /// have been cancelled in the database before.
    pub fn cancel_before(&self, store: &StoreId, next: i64) {
        if let Some((job, token)) = self.0.lock().cancel.get(store)
            && *job < next
        {
            token.cancel();
        }
    }

    /// Claims and runs jobs until [`stop`](Self::stop). Jobs that were interrupted by the end of a former process go first.
    pub async fn run(&self) {
        loop {
            if let Err(error) = self.0.requeue_interrupted().await {
                tracing::error!(%error, "interrupted jobs could not be put back into the queue");
                tokio::select! {
                    () = tokio::time::sleep(IDLE_LOOK) => continue,
                    () = self.0.stop.cancelled() => return,
                }
            }
            break;
        }
        while !self.0.stop.is_cancelled() {
            if let Err(error) = self.claim_what_fits().await {
                tracing::error!(%error, "the queue could not be read");
            }
            tokio::select! {
                () = self.0.wake.notified() => {}
                () = tokio::time::sleep(IDLE_LOOK) => {}
                () = self.0.stop.cancelled() => {}
            }
        }
    }

    /// Claims no more jobs and makes those that run let go; they stay in the database as running and go on after the
    /// next start. [`run`](Self::run) ends soon after.
    pub fn stop(&self) {
        self.0.stop.cancel();
    }

    /// Waits until every task has let go, for [`LET_GO`] at most. For when [`run`](Self::run) has ended.
    pub async fn finish(&self) {
        self.0.tasks.close();
        if tokio::time::timeout(LET_GO, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some jobs did not let go in time; they go on after the next start");
        }
    }

    async fn claim_what_fits(&self) -> sqlx::Result<()> {
        for (kind, limit) in [
            (JobKind::Adopt, MAX_PARALLEL_ADOPTIONS),
            (JobKind::Delete, MAX_PARALLEL_DELETES),
            (JobKind::Provision, self.0.max_parallel_installs),
            (JobKind::Repair, MAX_PARALLEL_REPAIRS),
            (JobKind::Readdress, MAX_PARALLEL_MOVES),
        ] {
            while self.0.running_of(kind) < limit && !self.0.stop.is_cancelled() {
                let mut change = self.0.db.change().await?;
                let Some(job) = jobs::claim(change.connection(), kind, self.0.clock.now()).await? else { break };
                if matches!(kind, JobKind::Provision | JobKind::Adopt) {
                    provision::note_claim(&mut change, &job, self.0.clock.now()).await?;
                }
                change.commit().await?;
                if job.attempts == 1 {
                    self.0.metrics.claimed(job.kind, job.queued_at, self.0.clock.now());
                }
                self.spawn(job);
            }
        }
        Ok(())
    }

    fn spawn(&self, job: Job) {
        let shared = Arc::clone(&self.0);
        let token = self.0.stop.child_token();
        let turn = shared.admit(&job, token.clone());
        let span = tracing::info_span!("job", job.id = job.id, job.kind = job.kind.as_str(), store.id = %job.store_id);
        let work = async move {
            {
                let _turn = turn.lock().await;
                // A panic is a bug in one job; it must not end the others, nor leave this one running for ever.
                let run = tokio::spawn(Arc::clone(&shared).run(job.clone(), token).in_current_span());
                if let Err(error) = run.await {
                    tracing::error!(%error, "the job panicked");
                    shared.fail_after_panic(&job).await;
                }
            }
            shared.dismiss(&job, &turn);
            shared.wake.notify_one();
        };
        self.0.tasks.spawn(work.instrument(span));
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Running> {
        // No code that can panic runs under this lock.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running_of(&self, kind: JobKind) -> u32 {
        self.lock().by_kind.get(&kind).copied().unwrap_or(0)
    }

    /// Enters a job's task; answers with its store's turn.
    fn admit(&self, job: &Job, token: CancellationToken) -> Arc<AsyncMutex<()>> {
        let mut running = self.lock();
        *running.by_kind.entry(job.kind).or_default() += 1;
        // A store has one active job, so an earlier task works for a job that was cancelled.
        if let Some((_, earlier)) = running.cancel.insert(job.store_id.clone(), (job.id, token)) {
            earlier.cancel();
        }
        Arc::clone(running.turns.entry(job.store_id.clone()).or_default())
    }

    /// Strikes a job's task off.
    fn dismiss(&self, job: &Job, turn: &Arc<AsyncMutex<()>>) {
        let mut running = self.lock();
        if let Some(count) = running.by_kind.get_mut(&job.kind) {
            *count = count.saturating_sub(1);
        }
        if running.cancel.get(&job.store_id).is_some_and(|(id, _)| *id == job.id) {
            running.cancel.remove(&job.store_id);
        }
        // Two are this task's and the map's: nobody waits for the turn.
        if Arc::strong_count(turn) <= 2 {
            running.turns.remove(&job.store_id);
        }
    }

    async fn requeue_interrupted(&self) -> sqlx::Result<()> {
        let mut change = self.db.change().await?;
        let count = jobs::requeue_interrupted(change.connection()).await?;
        change.commit().await?;
        if count > 0 {
            tracing::info!(jobs = count, "jobs that were interrupted go on");
        }
        Ok(())
    }

    /// Runs a job to its end. What it has reached is in the database, so after a fault of the database it is begun again.
    async fn run(self: Arc<Self>, job: Job, token: CancellationToken) {
        loop {
            let result = match job.kind {
                JobKind::Provision | JobKind::Adopt => self.provision(&job, &token).await,
                JobKind::Delete => self.delete(&job, &token).await,
                JobKind::Repair => self.repair(&job, &token).await,
                JobKind::Readdress => self.readdress(&job, &token).await,
            };
            let Err(error) = result else { return };
            tracing::error!(%error, "the job's progress could not be written; trying again");
            tokio::select! {
                () = tokio::time::sleep(IDLE_LOOK) => {}
                () = token.cancelled() => return,
            }
        }
    }
}
