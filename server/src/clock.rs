//! What time it is, as something that can be passed in: tests decide it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// Tells the time, in milliseconds of accuracy: the machine's, or one that is ahead of it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds that it is ahead, where it can be moved.
    ahead: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that runs like the machine's and is ahead of it once it was moved with [`advance`](Self::advance). Clones move together.
    #[must_use]
    pub fn movable() -> Self {
        Self { ahead: Some(Arc::default()) }
    }

    /// The time now, cut to whole milliseconds, which is what the database keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
        let machine = Timestamp::now().as_millisecond();
        let ahead = self.ahead.as_ref().map_or(0, |ahead| ahead.load(Ordering::SeqCst));
        Timestamp::from_millisecond(machine.saturating_add(ahead)).unwrap_or(Timestamp::MAX)
    }

    /// Moves a movable clock forward. The machine's clock is left alone.
    pub fn advance(&self, by: SignedDuration) {
        if let Some(ahead) = &self.ahead {
            let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            ahead.fetch_add(step, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movable_clock_is_ahead_by_what_it_was_moved_and_so_are_its_clones() {
        let (system, clock) = (Clock::system(), Clock::movable());
        let clone = clock.clone();
        clock.advance(SignedDuration::from_hours(1));
        let ahead = clone.now().duration_since(system.now());
        assert!((3_599..=3_600).contains(&ahead.as_secs()), "{ahead}");
        system.advance(SignedDuration::from_hours(1));
        assert!(clock.now().duration_since(system.now()).as_secs() >= 3_599);
    }
}
