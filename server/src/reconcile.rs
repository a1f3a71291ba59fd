//! Care for stores after they became ready: what is in the cluster is compared with what should be, at the start, when
//! something changes there, and now and then; and each store has to sell now and then.
//!
//! It decides about stores that are ready or degraded only. Whoever has a job is looked after by that job.

mod check;
mod decide;
mod probe;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use app::model::{During, Failure, Status, Store, StoreId};
use futures::StreamExt as _;
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use self::{
    check::Unreached,
    decide::{Decision, decide},
};
use crate::{
    autopsy,
    checks::Checks,
    clock::Clock,
    db::{Database, care, failures::NewFailure, stores},
    isolation::IsolationProbe,
    jobs::Runner,
    metrics::Metrics,
    provisioner::{Examination, ProvisionError, Provisioner, Sighting, StoreSpec},
    strays::StrayWatch,
};

/// How the care goes about.
#[derive(Clone, Copy, Debug)]
pub struct Care {
    /// Between two looks at every store.
    pub look_every: Duration,
    /// Between two order checks of a store.
    pub check_every: Duration,
    /// Between two order checks of the fleet, however many stores are due.
    pub check_pause: Duration,
    /// Between two tries of what can be reached from inside of a store; none where nobody tries unasked.
    pub probe_every: Option<Duration>,
    /// After a change in the cluster before the store is looked at: changes come in crowds.
    pub settle: Duration,
    /// How long a store may be unsettled, such as with a pod that is not ready, before that is a fault.
    pub patience: Duration,
    /// Before a store that did not recover is tried again; doubled each time, ten times this at most.
    pub try_again: Duration,
}

impl Default for Care {
    fn default() -> Self {
        Self {
            look_every: Duration::from_secs(300),
            check_every: Duration::from_secs(3_600),
            check_pause: Duration::from_secs(5),
            probe_every: Some(Duration::from_secs(24 * 3_600)),
            settle: Duration::from_secs(2),
            patience: Duration::from_secs(30),
            try_again: Duration::from_secs(60),
        }
    }
}

/// Looks at once. Each is some requests to the API server.
const AT_ONCE: usize = 4;

/// Between two looks at what is due.
const BEAT: Duration = Duration::from_millis(250);

/// The part of the platform that cares.
#[derive(Clone)]
pub struct Reconciler {
    /// Intent and history.
    pub db: Database,
    /// Tells the time.
    pub clock: Clock,
    /// Looks into the cluster.
    pub provisioner: Arc<dyn Provisioner>,
    /// Runs repairs.
    pub runner: Runner,
    /// The turns of order checks.
    pub checks: Checks,
    /// Looks for what belongs to no store.
    pub strays: StrayWatch,
    /// Tries what can be reached from inside of stores.
    pub isolation: IsolationProbe,
    /// Counts the order checks.
    pub metrics: Metrics,
    /// How it goes about.
    pub care: Care,
}

/// What is remembered of a store between looks.
#[derive(Clone, Debug)]
struct Due {
    at: Instant,
    deep: bool,
}

/// What is remembered of stores that are not well.
#[derive(Clone, Debug, Default)]
struct Memory {
    /// Since when something is unsettled.
    unsettled: Option<Instant>,
    /// When it is tried again to make it ready, and how long the wait before that was.
    next_try: Option<(Instant, Duration)>,
}

/// How a look ended: what is to be remembered, and when to look again.
type Looked = (StoreId, Memory, Option<Again>);

/// When to look again.
#[derive(Clone, Copy, Debug)]
struct Again {
    after: Duration,
    deep: bool,
}

impl Reconciler {
    /// Cares until the token is cancelled.
    pub async fn run(self, stop: CancellationToken) {
        let mut sightings = self.provisioner.watch();
        let mut due: HashMap<StoreId, Due> = HashMap::new();
        let mut memories: HashMap<StoreId, Memory> = HashMap::new();
        let mut looking: HashSet<StoreId> = HashSet::new();
        let mut looks: JoinSet<Looked> = JoinSet::new();
        let mut checks: JoinSet<Option<StoreId>> = JoinSet::new();
        let mut searches: JoinSet<sqlx::Result<()>> = JoinSet::new();
        let unreached = Unreached::default();
        let [mut beat, mut sweep, mut check] = [BEAT, self.care.look_every, self.care.check_pause].map(|period| {
            let mut ticks = interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Some(sighting) = sightings.next() => match sighting {
                    Sighting::Changed { store, deep } => mark(&mut due, store, self.care.settle, deep),
                    // Each of several watches says so when it begins.
                    Sighting::Anything => sweep.reset_after(self.care.settle),
                },
                _ = sweep.tick() => {
                    if searches.is_empty() {
                        let strays = self.strays.clone();
                        searches.spawn(async move { strays.look().await.map(drop) });
                    }
                    self.mark_all(&mut due, &mut memories).await;
                }
                Some(searched) = searches.join_next(), if !searches.is_empty() => match searched {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::error!(%error, "what belongs to no store could not be looked for"),
                    Err(error) => tracing::error!(%error, "the search for what belongs to no store ended badly"),
                },
                _ = check.tick(), if checks.is_empty() => {
                    checks.spawn(self.clone().check_next(unreached.clone()));
                }
                Some(checked) = checks.join_next(), if !checks.is_empty() => match checked {
                    // What failed a check is looked at, which queues its repair.
                    Ok(Some(failed)) => mark(&mut due, failed, Duration::ZERO, true),
                    Ok(None) => {}
                    Err(error) => tracing::error!(%error, "an order check ended badly"),
                },
                Some(looked) = looks.join_next(), if !looks.is_empty() => match looked {
                    Ok((id, memory, again)) => {
                        looking.remove(&id);
                        if let Some(Again { after, deep }) = again {
                            mark(&mut due, id.clone(), after, deep);
                        }
                        memories.insert(id, memory);
                    }
                    // Nothing says which store it was, so that all are looked at.
                    Err(error) => {
                        tracing::error!(%error, "a look at a store ended badly");
                        looking.clear();
                        sweep.reset_after(self.care.try_again);
                    }
                },
                _ = beat.tick() => {
                    let now = Instant::now();
                    let mut ready: Vec<(Instant, StoreId)> = due
                        .iter()
                        .filter(|(id, due)| due.at <= now && !looking.contains(*id))
                        .map(|(id, due)| (due.at, id.clone()))
                        .collect();
                    // Who has waited longest comes first.
                    ready.sort();
                    for (_, id) in ready.into_iter().take(AT_ONCE.saturating_sub(looks.len())) {
                        let deep = due.remove(&id).is_some_and(|due| due.deep);
                        let memory = memories.remove(&id).unwrap_or_default();
                        looking.insert(id.clone());
                        looks.spawn(self.clone().look(id, memory, deep));
                    }
                }
            }
        }
    }

    /// A look at every open store is due. Of others nothing need be remembered.
    async fn mark_all(&self, due: &mut HashMap<StoreId, Due>, memories: &mut HashMap<StoreId, Memory>) {
        let open = async { care::open_stores(&mut *self.db.read().await?).await };
        match open.await {
            Ok(stores) => {
                memories.retain(|id, _| stores.contains(id));
                stores.into_iter().for_each(|id| mark(due, id, Duration::ZERO, true));
            }
            Err(error) => tracing::error!(%error, "the open stores could not be read"),
        }
    }

    /// Looks at a store and does what follows from it.
    async fn look(self, id: StoreId, memory: Memory, deep: bool) -> Looked {
        match self.look_at(&id, memory.clone(), deep).await {
            Ok((memory, again)) => (id, memory, again),
            Err(error) => {
                tracing::error!(%error, store.id = %id, "what is wrong with a store could not be written");
                (id, memory, Some(Again { after: self.care.try_again, deep: true }))
            }
        }
    }

    async fn look_at(&self, id: &StoreId, memory: Memory, deep: bool) -> sqlx::Result<(Memory, Option<Again>)> {
        let (store, has_job) = {
            let mut read = self.db.read().await?;
            (stores::find(&mut read, id).await?, care::has_job(&mut read, id).await?)
        };
        let Some(store) = store else { return Ok((memory, None)) };
        if has_job || !matches!(store.status, Status::Ready | Status::Degraded) {
            return Ok((Memory { unsettled: None, ..memory }, None));
        }
        let (status, spec) = (store.status, StoreSpec::from(store));
        let seen = match self.examine(&spec, status, deep).await {
            Ok(seen) => seen,
            // A cluster that is away, or settings that are wrong, say nothing about a store.
            Err(error) => {
                tracing::warn!(%error, store.id = %id, "the store could not be looked at");
                return Ok((memory, Some(Again { after: self.care.try_again, deep: true })));
            }
        };
        let unsettled = seen.unsettled.is_some().then(|| memory.unsettled.unwrap_or_else(Instant::now));
        let is_patient = unsettled.is_none_or(|since| since.elapsed() < self.care.patience);
        let memory = Memory { unsettled, ..memory };
        match decide(status, &seen, is_patient) {
            Decision::Leave => {
                if deep {
                    self.probe(&spec).await?;
                }
                Ok((Memory::default(), None))
            }
            // What was applied has just been looked at, or is not what changed.
            Decision::LookAgain => Ok((memory, Some(Again { after: self.care.settle, deep: false }))),
            Decision::Degrade { wrong, repair: false } => {
                self.degrade(id, &wrong, false).await?;
                Ok((memory, Some(Again { after: self.care.try_again, deep: true })))
            }
            Decision::Degrade { wrong, repair: true } => {
                let (memory, may_try, after) = self.next_try(memory);
                self.degrade(id, &wrong, may_try).await?;
                Ok((memory, Some(Again { after, deep: true })))
            }
            Decision::Prove => {
                let (memory, may_try, after) = self.next_try(memory);
                if may_try {
                    self.prove(id).await?;
                }
                Ok((memory, Some(Again { after, deep: true })))
            }
        }
    }

    /// Looks at a store. Where a passing look finds a degraded one still wrong, it looks closely: what is known of it may be graver
    /// than what can be seen in passing.
    async fn examine(&self, spec: &StoreSpec, status: Status, deep: bool) -> Result<Examination, ProvisionError> {
        let seen = self.provisioner.examine(spec, deep).await?;
        if !deep && status == Status::Degraded && !seen.faults.is_empty() {
            return self.provisioner.examine(spec, true).await;
        }
        Ok(seen)
    }

    /// Whether it is time to try to make a store ready, and when it is looked at again.
    fn next_try(&self, memory: Memory) -> (Memory, bool, Duration) {
        let now = Instant::now();
        match memory.next_try {
            Some((at, _)) if now < at => (memory, false, (at - now).min(self.care.try_again)),
            tried => {
                let wait = tried.map_or(self.care.try_again, |(_, wait)| (wait * 2).min(self.care.try_again * 10));
                (Memory { next_try: Some((now + wait, wait)), ..memory }, true, wait)
            }
        }
    }

    /// Keeps what is wrong; where that is news, with what is to be seen of the store before anything is mended.
    async fn degrade(&self, id: &StoreId, wrong: &Failure, repair: bool) -> sqlx::Result<()> {
        let seen = |store: Option<Store>| store.map(|store| (store.status, store.failure));
        let before = seen(stores::find(&mut *self.db.read().await?, id).await?);
        let known = before.as_ref().and_then(|(_, failure)| failure.as_ref());
        let is_news = known.is_none_or(|known| !known.is_like(wrong));
        let findings = if is_news { autopsy::take(&*self.provisioner, id).await } else { Vec::new() };
        let wrong = NewFailure { during: During::Care, failure: wrong, findings: &findings };
        let mut change = self.db.change().await?;
        // Somebody may have taken it in hand while what is to be seen was looked at.
        let is_as_before = seen(stores::find(change.connection(), id).await?) == before;
        if !is_as_before || care::has_job(change.connection(), id).await? {
            return Ok(());
        }
        care::degrade(&mut change, id, wrong, repair, self.clock.now()).await?;
        change.commit().await?;
        if is_news {
            self.metrics.failed(wrong.failure.reason);
        }
        if repair {
            self.runner.wake();
        }
        Ok(())
    }

    /// Queues the repair that ends with an order.
    async fn prove(&self, id: &StoreId) -> sqlx::Result<()> {
        let mut change = self.db.change().await?;
        care::queue_repair(&mut change, id, self.clock.now()).await?;
        change.commit().await?;
        self.runner.wake();
        Ok(())
    }
}

/// A look at the store is due after this time, or earlier when it already is.
fn mark(due: &mut HashMap<StoreId, Due>, id: StoreId, after: Duration, deep: bool) {
    let at = Instant::now() + after;
    let due = due.entry(id).or_insert(Due { at, deep });
    due.at = due.at.min(at);
    due.deep |= deep;
}
