//! The doorbell: tells the live streams of this process that events were written.

use std::sync::Arc;

use app::model::Event;
use tokio::sync::broadcast;

/// Events a stream may lag behind before it has to read the table again instead.
const CAPACITY: usize = 1024;

/// Rings after each commit that wrote events. Clones ring the same bell.
///
/// The table is the truth: a stream that sees a gap in the ids, or lags, reads the rows that it missed.
#[derive(Clone, Debug)]
pub struct Doorbell(broadcast::Sender<Arc<Event>>);

impl Default for Doorbell {
    fn default() -> Self {
        Self(broadcast::channel(CAPACITY).0)
    }
}

impl Doorbell {
    /// Tells every listener; nobody listening is fine.
    pub(crate) fn ring(&self, event: Event) {
        // The only error is that nobody listens.
        let _nobody = self.0.send(Arc::new(event));
    }

    /// A listener that hears every ring from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<Event>> {
        self.0.subscribe()
    }
}
