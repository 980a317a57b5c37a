//! How long responses took.

use std::time::Duration;

/// In milliseconds: what each count is below, but for the last one.
const BOUNDS: [u64; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/// How many responses took how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    counts: [usize; BOUNDS.len() + 1],
}

impl Latency {
    /// Takes another response.
    pub(super) fn take(&mut self, elapsed: Duration) {
        let at = BOUNDS.iter().position(|bound| elapsed < Duration::from_millis(*bound));
        self.counts[at.unwrap_or(BOUNDS.len())] += 1;
    }

    /// What took how long, the fastest first: below how many milliseconds, which the slowest have none of, and how many.
    pub fn counts(&self) -> impl Iterator<Item = (Option<u64>, usize)> {
        let bounds = BOUNDS.iter().copied().map(Some).chain([None]);
        bounds.zip(self.counts).filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_response_counts_once() {
        let mut latency = Latency::default();
        for milliseconds in [0, 0, 1, 49, 50, 4_999, 5_000, 60_000] {
            latency.take(Duration::from_millis(milliseconds));
        }
        let counts: Vec<_> = latency.counts().collect();
        let expected = [(Some(1), 2), (Some(2), 1), (Some(50), 1), (Some(100), 1), (Some(5_000), 1), (None, 2)];
        assert_eq!(counts, expected);
    }
}
