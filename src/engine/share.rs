//! What each operation may take of a time that is bounded: none uses up what the others need.

use std::time::{Duration, Instant};

/// What is left of the time for lives and for clearing up, as parts of all.
const REST: u32 = 4;
/// An operation counts as so many: most take less than their part.
const GENEROSITY: u32 = 2;

/// The time that is left for these operations.
#[derive(Debug)]
pub(super) struct Shares {
    until: Option<Instant>,
    operations: usize,
}

impl Shares {
    /// A time that ends at `until`, if it does, for so many operations.
    pub fn new(until: Option<Instant>, operations: usize) -> Self {
        let now = Instant::now();
        let rest = until.map(|until| until.saturating_duration_since(now) / REST);
        Self { until: until.zip(rest).map(|(until, rest)| until - rest), operations }
    }

    /// Until when the next operation may go on.
    pub fn next(&mut self) -> Option<Instant> {
        let now = Instant::now();
        let share = share(self.until?.saturating_duration_since(now), self.operations);
        self.operations = self.operations.saturating_sub(1);
        Some(now + share)
    }
}

/// What one of so many operations may take of the time that is left.
fn share(left: Duration, operations: usize) -> Duration {
    let others = u32::try_from(operations.saturating_sub(1)).unwrap_or(u32::MAX - GENEROSITY);
    left * GENEROSITY / (others + GENEROSITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_what_the_others_need() {
        let seconds = Duration::from_secs;
        assert_eq!(share(seconds(110), 10), seconds(20));
        assert_eq!((share(seconds(100), 1), share(seconds(100), 0)), (seconds(100), seconds(100)));
        // All that take as much as they may leave something for the last one.
        let (mut left, mut last) = (seconds(300), Duration::ZERO);
        for operations in (1..=100).rev() {
            last = share(left, operations);
            left -= last;
        }
        assert!(last > Duration::from_millis(10), "{last:?}");
    }

    #[test]
    fn without_an_end_there_is_none() {
        assert_eq!(Shares::new(None, 3).next(), None);
    }
}
