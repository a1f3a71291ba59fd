//! The pool: some finished stores that are nobody's yet, so that whoever asks for one has it at once.
//!
//! They are made while nobody waits for an install, and made anew when the chart, its values or the image are others.

mod compare;
mod decide;
mod fill;

use std::{
    future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::model::{Content, EventKind, NewStore, PoolState, Size};
use tokio::sync::{
    Notify,
    broadcast::{self, error::RecvError},
};
use tokio_util::sync::CancellationToken;

use self::decide::{Next, decide};
use crate::{
    addresses::Addresses,
    clock::Clock,
    db::{
        Change, Database, jobs,
        jobs::JobKind,
        spares::{self, Spare, SpareState},
    },
    entropy::Entropy,
    events::Written,
    jobs::Deadlines,
    provisioner::{ProvisionError, Provisioner},
};

/// Fallback poll interval: nothing tells of a changed chart or image.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// How long nothing is tried after something went wrong.
const TRY_AGAIN: Duration = Duration::from_secs(60);

/// Makes and removes spares, and hands them out. Clones are the same.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    db: Database,
    clock: Clock,
    entropy: Entropy,
    addresses: Addresses,
    provisioner: Arc<dyn Provisioner>,
    deadlines: Deadlines,
    /// How many are to wait.
    size: u32,
    wake: Notify,
    /// Whether what the database knows was compared with what is in the cluster: after a start, before one is handed out or removed.
    is_compared: AtomicBool,
    /// What a store is made from now; none where that cannot be told, and then none is handed out.
    recipe: Mutex<Option<String>>,
    /// Why the last try to make or remove one came to nothing.
    trouble: Mutex<Option<String>>,
}

/// Why there is no better news.
#[derive(Debug, thiserror::Error)]
enum PoolError {
    #[error("it is not known which stores of the pool are there: {0}")]
    Unknown(ProvisionError),
    #[error(transparent)]
    Cluster(#[from] ProvisionError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("{0} took too long")]
    TooSlow(String),
}

impl Pool {
    /// A pool of this size that does nothing until [`run`](Self::run).
    #[must_use]
    pub fn new(
        db: Database,
        clock: Clock,
        entropy: Entropy,
        addresses: Addresses,
        provisioner: Arc<dyn Provisioner>,
        deadlines: Deadlines,
        size: u32,
    ) -> Self {
        Self(Arc::new(Shared {
            db,
            clock,
            entropy,
            addresses,
            provisioner,
            deadlines,
            size,
            wake: Notify::new(),
            is_compared: AtomicBool::new(false),
            recipe: Mutex::default(),
            trouble: Mutex::default(),
        }))
    }

    /// Takes a spare for what was asked for, in the change that makes it somebody's; none where it has to be made.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn take(&self, change: &mut Change, wanted: &NewStore) -> sqlx::Result<Option<Spare>> {
        if wanted.size != Size::Small || wanted.content != Content::Demo {
            return Ok(None);
        }
        let recipe = self.0.recipe.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match recipe {
            Some(recipe) => spares::take(change.connection(), &recipe).await,
            None => Ok(None),
        }
    }

    /// Says that a spare was taken.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// How many wait, and what is going on.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn state(&self) -> sqlx::Result<PoolState> {
        let spares = spares::all(&mut *self.0.db.read().await?).await?;
        let count =
            |state| u32::try_from(spares.iter().filter(|spare| spare.state == state).count()).unwrap_or(u32::MAX);
        Ok(PoolState {
            size: self.0.size,
            ready: count(SpareState::Ready),
            filling: count(SpareState::Filling),
            leaving: count(SpareState::Leaving),
            trouble: self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        })
    }

    /// Keeps the pool until the token is cancelled. What it was at then is gone on with after the next start.
    pub async fn run(self, stop: CancellationToken) {
        let mut events = self.0.db.doorbell().listen();
        loop {
            let pause = match self.0.do_next(&stop).await {
                Ok(true) => {
                    self.0.db.doorbell().pool_changed();
                    continue;
                }
                Ok(false) => LOOK_AGAIN,
                Err(error) => {
                    tracing::warn!(%error, "the pool could not be kept");
                    self.0.note(Some(error.to_string()));
                    // Until it is known what is there, none is handed out.
                    if matches!(error, PoolError::Unknown(_)) { LOOK_AGAIN } else { TRY_AGAIN }
                }
            };
            tokio::select! {
                () = self.0.wake.notified(), if pause == LOOK_AGAIN => {}
                () = installs_may_be_over(&mut events), if pause == LOOK_AGAIN => {}
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

/// Waits for an event after which the queue of installs may be empty.
async fn installs_may_be_over(events: &mut broadcast::Receiver<Arc<Written>>) {
    loop {
        match events.recv().await {
            Ok(written) => {
                let kind = written.event.kind;
                if matches!(kind, EventKind::Ready | EventKind::Failed | EventKind::DeleteRequested) {
                    return;
                }
            }
            // It may have been among those that were missed.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => future::pending().await,
        }
    }
}

impl Shared {
    /// Does one thing, if there is one to be done now; answers whether there was.
    async fn do_next(&self, stop: &CancellationToken) -> Result<bool, PoolError> {
        if stop.is_cancelled() {
            return Ok(false);
        }
        let spares = spares::all(&mut *self.db.read().await?).await?;
        if spares.is_empty() && self.size == 0 {
            return Ok(false);
        }
        if !self.is_compared.load(Ordering::Relaxed) {
            self.compare().await?;
            self.is_compared.store(true, Ordering::Relaxed);
            self.note(None);
            // What was read before is outdated.
            return Ok(true);
        }
        let recipe = self.provisioner.recipe().await;
        *self.recipe.lock().unwrap_or_else(PoisonError::into_inner) = recipe.as_ref().ok().cloned();
        let recipe = recipe?;
        match decide(&spares, &recipe, self.size, self.is_idle().await?) {
            Next::Remove(spare) => self.remove(spare, stop).await?,
            Next::Fill(spare) => self.fill(spare, stop).await?,
            Next::Begin => self.begin(&recipe).await?,
            Next::Nothing => {
                if spares.len() == usize::try_from(self.size).unwrap_or(usize::MAX) {
                    self.note(None);
                }
                return Ok(false);
            }
        }
        self.note(None);
        Ok(true)
    }

    /// Whether nobody waits for an install.
    async fn is_idle(&self) -> sqlx::Result<bool> {
        let mut read = self.db.read().await?;
        for kind in [JobKind::Provision, JobKind::Adopt] {
            if jobs::load(&mut read, kind).await? != (0, 0) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn note(&self, trouble: Option<String>) {
        let mut noted = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if *noted != trouble {
            *noted = trouble;
            self.db.doorbell().pool_changed();
        }
    }
}
