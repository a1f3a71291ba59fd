//! The doorbell: tells the live streams of this process that events were written.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use app::model::Event;
use tokio::sync::{broadcast, watch};

/// An event as every stream sends it.
#[derive(Debug)]
pub struct Written {
    /// The event.
    pub event: Event,
    /// The same as JSON: written once, however many follow.
    pub json: String,
}

impl From<Event> for Written {
    fn from(event: Event) -> Self {
        // It is texts and numbers, which JSON has; were it not so, a message without content would still make pages look.
        let json = serde_json::to_string(&event).unwrap_or_else(|error| {
            tracing::error!(%error, event.id, "an event cannot be written as JSON");
            "{}".to_owned()
        });
        Self { event, json }
    }
}

/// Events a stream may lag behind before it has to read the table again instead.
const CAPACITY: usize = 1024;

/// Rings after each commit that wrote events. Clones ring the same bell.
///
/// The table is the truth: a stream that sees a gap in the ids, or lags, reads the rows that it missed.
#[derive(Clone, Debug)]
pub struct Doorbell {
    sender: broadcast::Sender<Arc<Written>>,
    newest: Arc<AtomicI64>,
    /// Counts.
    pool: watch::Sender<u64>,
}

impl Default for Doorbell {
    fn default() -> Self {
        Self { sender: broadcast::channel(CAPACITY).0, newest: Arc::default(), pool: watch::Sender::default() }
    }
}

impl Doorbell {
    /// Tells every listener; nobody listening is fine.
    pub(crate) fn ring(&self, event: Event) {
        self.begin_at(event.id);
        // The only error is that nobody listens.
        let _nobody = self.sender.send(Arc::new(event.into()));
    }

    /// The events up to this id are in the table.
    pub(crate) fn begin_at(&self, id: i64) {
        self.newest.fetch_max(id, Ordering::AcqRel);
    }

    /// The id of the newest event that is in the table; 0 before there is one.
    #[must_use]
    pub fn newest(&self) -> i64 {
        self.newest.load(Ordering::Acquire)
    }

    /// Tells every listener that the pool changed, of which no event tells: its stores are nobody's.
    pub(crate) fn pool_changed(&self) {
        self.pool.send_modify(|changes| *changes += 1);
    }

    /// How often it has.
    #[must_use]
    pub fn pool_changes(&self) -> u64 {
        *self.pool.borrow()
    }

    /// Hears how often it has, whenever that changes from now on.
    #[must_use]
    pub fn listen_to_pool(&self) -> watch::Receiver<u64> {
        self.pool.subscribe()
    }

    /// A listener that hears every ring from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<Written>> {
        self.sender.subscribe()
    }
}
