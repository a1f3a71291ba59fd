//! The time that work may take.

use std::time::Duration;

/// Working time, some of which is used up. Time in which the cluster does not answer is not counted by those who keep it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    limit: Duration,
    left: Duration,
}

impl Budget {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, left: limit }
    }

    /// A part of it, for a piece of the work that may take `limit` at most.
    pub(super) fn part(self, limit: Duration) -> Self {
        Self::new(limit.min(self.left))
    }

    /// What is left.
    pub(super) fn left(self) -> Duration {
        self.left
    }

    /// Takes off what was used.
    pub(super) fn spend(&mut self, used: Duration) {
        self.left = self.left.saturating_sub(used);
    }

    /// Gives some time more, where what was used was not work.
    pub(super) fn extend(&mut self, more: Duration) {
        self.limit += more;
        self.left += more;
    }

    /// What was used, in whole seconds, for people.
    pub(super) fn used_seconds(self) -> u64 {
        self.limit.saturating_sub(self.left).as_secs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_ends_with_the_whole() {
        let mut whole = Budget::new(Duration::from_secs(10));
        assert_eq!(whole.part(Duration::from_secs(4)).left(), Duration::from_secs(4));
        whole.spend(Duration::from_secs(8));
        assert_eq!(whole.part(Duration::from_secs(4)).left(), Duration::from_secs(2));
        whole.spend(Duration::from_secs(8));
        assert_eq!((whole.left(), whole.used_seconds()), (Duration::ZERO, 10));
    }
}
