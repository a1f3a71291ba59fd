//! What can be expected, from what was: how long steps usually take, and when a queued install starts. Pure.

use std::{cmp::Reverse, collections::BinaryHeap};

use app::model::{Step, UsualTime};
use jiff::{SignedDuration, Timestamp};

/// Provisions that the usual time is the median of.
const RUNS: usize = 21;

/// Rows that hold so many provisions.
pub const STEPS_TO_READ: u32 = (RUNS * Step::ALL.len()) as u32;

/// The median of each step that `times` (in milliseconds) tells of, in the order of the steps.
#[must_use]
pub fn usual_times(times: &[(Step, i64)]) -> Vec<UsualTime> {
    let median = |step: Step| {
        let mut of_step: Vec<i64> = times.iter().filter(|(other, _)| *other == step).map(|(_, took)| *took).collect();
        of_step.sort_unstable();
        let milliseconds = *of_step.get(of_step.len() / 2)?;
        Some(UsualTime { step, milliseconds })
    };
    Step::ALL.into_iter().filter_map(median).collect()
}

/// When the install at `position` in the queue (1 is next) starts, if every install takes its usual time.
///
/// There are `places` for installs; those that run began at `running`. None while it is not known how long each step takes.
#[must_use]
pub fn expected_start(
    now: Timestamp,
    usual: &[UsualTime],
    running: &[Timestamp],
    places: u32,
    position: u32,
) -> Option<Timestamp> {
    if usual.len() < Step::ALL.len() {
        return None;
    }
    let one = SignedDuration::from_millis(usual.iter().map(|usual| usual.milliseconds).sum());
    // One that takes longer than usual may end at any moment.
    let mut free: BinaryHeap<Reverse<Timestamp>> =
        running.iter().map(|began| Reverse((*began + one).max(now))).collect();
    while free.len() < usize::try_from(places).unwrap_or(usize::MAX) {
        free.push(Reverse(now));
    }
    let mut start = now;
    for _ in 0..position {
        start = free.pop()?.0;
        free.push(Reverse(start + one));
    }
    Some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    /// Each step takes a second, so an install takes six.
    fn usual() -> Vec<UsualTime> {
        Step::ALL.into_iter().map(|step| UsualTime { step, milliseconds: 1_000 }).collect()
    }

    #[test]
    fn the_usual_time_is_the_middle_one_of_each_step() {
        let times = [(Step::Database, 9), (Step::Namespace, 5), (Step::Namespace, 1), (Step::Namespace, 100)];
        let usual = usual_times(&times);
        assert_eq!(
            usual,
            [(Step::Namespace, 5), (Step::Database, 9)].map(|(step, milliseconds)| UsualTime { step, milliseconds })
        );
    }

    #[test]
    fn the_queue_moves_as_places_become_free() {
        // Two places: one is free at 104, the other at 106.
        let running = [at(98), at(100)];
        let start = |position| expected_start(at(101), &usual(), &running, 2, position);
        assert_eq!(start(1), Some(at(104)));
        assert_eq!(start(2), Some(at(106)));
        assert_eq!(start(3), Some(at(110)));
    }

    #[test]
    fn an_install_that_takes_longer_than_usual_may_end_at_any_moment() {
        assert_eq!(expected_start(at(200), &usual(), &[at(100)], 1, 1), Some(at(200)));
    }

    #[test]
    fn nothing_is_promised_before_every_step_was_seen() {
        assert_eq!(expected_start(at(0), &usual()[1..], &[at(0)], 1, 1), None);
    }
}
