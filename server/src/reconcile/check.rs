//! Order checks that go round the fleet, one after the other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::model::{EventKind, Failure, Level, StoreId};
use tokio::time::Instant;

use super::Reconciler;
use crate::{
    db::{
        care::{self, Unchecked},
        stores,
    },
    jobs::unsold,
    provisioner::{CheckOutcome, CheckVerdict, ProvisionError, StoreSpec},
};

/// How often a store may not answer before that is what is wrong with it.
const TRIES: u32 = 3;

/// Before a store that did not answer is asked again. The others have their turn meanwhile.
const PAUSE: Duration = Duration::from_secs(30);

/// Stores that did not answer when they were checked: how often, and when last.
#[derive(Clone, Debug, Default)]
pub(super) struct Unreached(Arc<Mutex<HashMap<StoreId, (u32, Instant)>>>);

impl Unreached {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<StoreId, (u32, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn may_be_asked(&self, id: &StoreId) -> bool {
        self.lock().get(id).is_none_or(|(_, last)| last.elapsed() >= PAUSE)
    }

    /// Counts a store that did not answer; whether that is enough to say so.
    fn count(&self, id: &StoreId) -> bool {
        let mut all = self.lock();
        let (times, last) = all.entry(id.clone()).or_insert((0, Instant::now()));
        (*times, *last) = (*times + 1, Instant::now());
        *times >= TRIES
    }

    /// Forgets those that nobody waits to hear from any more.
    fn keep(&self, waiting: &[Unchecked]) {
        self.lock().retain(|id, _| waiting.iter().any(|unchecked| unchecked.id == *id));
    }

    fn forget(&self, id: &StoreId) {
        self.lock().remove(id);
    }
}

impl Reconciler {
    /// Checks the store whose turn it is. Answers with it when it is to be looked at.
    pub(super) async fn check_next(self, unreached: Unreached) -> Option<StoreId> {
        match self.try_check_next(&unreached).await {
            Ok(failed) => failed,
            Err(error) => {
                tracing::error!(%error, "the outcome of an order check could not be written");
                None
            }
        }
    }

    async fn try_check_next(&self, unreached: &Unreached) -> sqlx::Result<Option<StoreId>> {
        let before = self.clock.now().checked_sub(self.care.check_every).unwrap_or(jiff::Timestamp::MIN);
        let (unchecked, store) = {
            let mut read = self.db.read().await?;
            let waiting = care::to_check(&mut read, before).await?;
            unreached.keep(&waiting);
            let Some(next) = waiting.into_iter().find(|next| unreached.may_be_asked(&next.id)) else { return Ok(None) };
            let Some(store) = stores::find(&mut read, &next.id).await? else { return Ok(None) };
            (next, store)
        };
        let spec = StoreSpec::from(store);
        let Some(turn) = self.checks.begin(&spec.id) else { return Ok(None) };
        let outcome = self.provisioner.check(&spec).await;
        drop(turn);
        let (wrong, told) = match outcome {
            Ok(CheckOutcome { verdict: CheckVerdict::Unreached, text }) => {
                if !unreached.count(&spec.id) {
                    tracing::info!(store.id = %spec.id, text, "a store did not answer; it is looked at and asked again");
                    return Ok(Some(spec.id));
                }
                (Some(unsold(&text)), Some((Level::Warning, text)))
            }
            Ok(CheckOutcome { verdict: CheckVerdict::Failed, text }) => {
                (Some(unsold(&text)), Some((Level::Warning, text)))
            }
            // That it sells, as it always does, is not news.
            Ok(CheckOutcome { verdict: CheckVerdict::Passed, .. }) => (None, None),
            // The store is at fault, such as one whose Secret is gone; the others are to have their turn.
            Err(ProvisionError::Failed(failure)) if failure.reason.is_loss() => {
                (Some(Failure { step: None, ..*failure }), None)
            }
            Err(error) => {
                // The cluster is what could not be asked, or what refuses, and not the store; it keeps its place.
                tracing::warn!(%error, store.id = %spec.id, "a store could not be checked");
                tokio::time::sleep(self.care.check_pause).await;
                return Ok(None);
            }
        };
        unreached.forget(&spec.id);
        self.metrics.checked(wrong.is_none());
        if !self.keep(&unchecked, told).await? {
            return Ok(None);
        }
        let Some(wrong) = wrong else { return Ok(None) };
        self.degrade(&spec.id, &wrong, false).await?;
        Ok(Some(spec.id))
    }

    /// Notes that a store was checked, and what it said. Answers with whether the outcome counts: it does not where somebody has
    /// taken the store in hand meanwhile.
    async fn keep(&self, unchecked: &Unchecked, told: Option<(Level, String)>) -> sqlx::Result<bool> {
        let now = self.clock.now();
        let mut change = self.db.change().await?;
        if !care::is_still(change.connection(), unchecked).await? {
            return Ok(false);
        }
        care::set_checked(change.connection(), &unchecked.id, now).await?;
        if let Some((level, text)) = told {
            change.record(&unchecked.id, now, level, EventKind::OrderChecked, text).await?;
        }
        change.commit().await?;
        Ok(true)
    }
}
