//! What time it is, as something that can be passed in: tests decide it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// Tells the time, in milliseconds of accuracy.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until it is moved with [`advance`](Self::advance). Clones move together.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_millisecond()))))
    }

    /// The time now, cut to whole milliseconds, which is what the database keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let milliseconds = match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
            Source::System => Timestamp::now().as_millisecond(),
            Source::Manual(milliseconds) => milliseconds.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a manual clock forward. The machine's clock is left alone.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(milliseconds) = &self.0 {
            let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            milliseconds.fetch_add(step, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told_and_with_its_clones() {
        let clock = Clock::manual("2026-02-13T14:35:13Z".parse().expect("a time"));
        let clone = clock.clone();
        let before = clone.now();
        clock.advance(SignedDuration::from_secs(5));
        assert_eq!(clone.now() - before, jiff::Span::new().seconds(5).fieldwise());
    }
}
