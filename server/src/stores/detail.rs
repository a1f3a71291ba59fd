//! Everything that a store's own page shows.

use app::{
    error::AppError,
    model::{CheckReport, Event, EventKind, Level, StoreDetail, StoreId},
};

use super::{StoreService, span};
use crate::{
    db::{
        events, failures, isolation,
        jobs::{self, JobKind},
        receipts, steps, stores,
    },
    forecast,
};

/// Events that come with a store's detail.
const DETAIL_EVENTS: u32 = 200;

impl StoreService {
    /// The store with its steps, its times, its receipt and its latest events.
    pub(super) async fn read_detail(&self, id: &StoreId) -> Result<StoreDetail, AppError> {
        span::note_store(id);
        // A status that its own events contradict would be seen otherwise.
        let mut read = self.db.snapshot().await.map_err(self.db_error())?;
        let store = stores::find(&mut read, id).await.map_err(self.db_error())?;
        let store = store.ok_or_else(|| AppError::no_store(id.as_str()))?;
        let steps = steps::of_store(&mut read, id).await.map_err(self.db_error())?;
        let events = events::latest_of_store(&mut read, id, DETAIL_EVENTS).await.map_err(self.db_error())?;
        let times = steps::latest_times(&mut read, id, forecast::STEPS_TO_READ).await.map_err(self.db_error())?;
        let receipt = receipts::of_store(&mut read, id).await.map_err(self.db_error())?;
        let failures = failures::count(&mut read, id).await.map_err(self.db_error())?;
        let waits_for = jobs::waits_for(&mut read, id).await.map_err(self.db_error())?;
        let is_moving = jobs::is_moving(&mut read, id).await.map_err(self.db_error())?;
        let asked = events::latest_of_kind(&mut read, id, EventKind::OrderChecked).await.map_err(self.db_error())?;
        // A repair ends with an order, too.
        let mended = events::latest_of_kind(&mut read, id, EventKind::Recovered).await.map_err(self.db_error())?;
        let last_check = asked.into_iter().chain(mended).max_by_key(|event| event.id).map(report_of);
        let isolation = isolation::of_store(&mut read, id).await.map_err(self.db_error())?;
        let usual = forecast::usual_times(&times);
        let expected_start = match store.queue_position {
            Some(position) => {
                let running = jobs::running_since(&mut read, JobKind::Provision).await.map_err(self.db_error())?;
                let places = self.runner.max_parallel_installs();
                forecast::expected_start(self.clock.now(), &usual, &running, places, position)
            }
            None => None,
        };
        Ok(StoreDetail {
            store,
            steps,
            usual,
            expected_start,
            waits_for,
            is_moving,
            last_check,
            isolation,
            failures,
            receipt,
            events,
        })
    }
}

/// An order check, from the event that it left.
fn report_of(event: Event) -> CheckReport {
    CheckReport { passed: event.level == Level::Info, text: event.text, at: event.at }
}
