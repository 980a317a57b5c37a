//! How long 429 and 503 are waited out: a storm of them costs a bounded time.

use std::time::Duration;

use crate::case::Case;
use crate::contract::StatusRange;
use crate::execute::Response;

/// Repetitions of one request.
const MAX_REPEATS: u32 = 5;
/// After so many cases in a row for which those were in vain, one short one each has to do ..
const STUBBORN: usize = 3;
/// .. and where the waits come to so much without one that was worth it ..
const IN_VAIN: Duration = Duration::from_secs(30);
/// .. or to so much in the whole run.
const IN_ALL: Duration = Duration::from_secs(600);
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What was waited in a run.
#[derive(Debug, Default)]
pub(super) struct Storm {
    /// Cases in a row for which all repetitions were in vain.
    stubborn: usize,
    in_vain: Duration,
    in_all: Duration,
}

impl Storm {
    /// How long to wait before a request that has met 429 or 503 so many times before is sent again, where the target asks for
    /// so much; `None` where the response stands.
    pub fn wait(&mut self, met: u32, asked: Option<Duration>) -> Option<Duration> {
        let is_brief = self.stubborn >= STUBBORN || self.in_vain >= IN_VAIN || self.in_all >= IN_ALL;
        let (most, longest) = if is_brief { (1, FIRST_WAIT) } else { (MAX_REPEATS, LONGEST_WAIT) };
        if met >= most {
            return None;
        }
        let wait = asked.unwrap_or_default().max(FIRST_WAIT * 2u32.pow(met)).min(longest);
        self.in_vain += wait;
        self.in_all += wait;
        Some(wait)
    }

    /// Takes whether what was repeated met nothing else.
    pub fn note(&mut self, is_in_vain: bool) {
        if is_in_vain {
            self.stubborn += 1;
        } else {
            (self.stubborn, self.in_vain) = (0, Duration::ZERO);
        }
    }
}

/// Whether the target asks for patience, in a case that was not written to get just that.
pub(super) fn is_busy(case: &Case, response: &Response) -> bool {
    let code = StatusRange::Code(response.status);
    let is_wanted = case.expected.as_ref().is_some_and(|expected| expected.contains(&code));
    matches!(response.status, 429 | 503) && !is_wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is waited for so many cases, each of which is let through after so many answers of 429; `None` is never.
    fn waited(cases: usize, asked: Option<Duration>, let_through: Option<u32>) -> Vec<Duration> {
        let mut storm = Storm::default();
        let of_case = |_| {
            let mut met = 0;
            let mut sum = Duration::ZERO;
            while let_through != Some(met)
                && let Some(wait) = storm.wait(met, asked)
            {
                sum += wait;
                met += 1;
            }
            storm.note(let_through != Some(met));
            sum
        };
        (0..cases).map(of_case).collect()
    }

    #[test]
    fn a_storm_costs_half_a_minute_whatever_it_asks_for() {
        for asked in [None, Some(Duration::from_secs(1)), Some(Duration::from_secs(5)), Some(Duration::MAX)] {
            let waited = waited(1_000, asked, None);
            let brief = waited.iter().position(|of_case| *of_case == FIRST_WAIT).expect("it ends");
            assert!(waited[..brief].iter().sum::<Duration>() <= IN_VAIN + LONGEST_WAIT, "{asked:?}");
            assert!(waited[brief..].iter().all(|of_case| *of_case <= FIRST_WAIT), "{asked:?}");
        }
    }

    #[test]
    fn what_lets_requests_through_is_waited_for() {
        let asked = Duration::from_secs(2);
        assert_eq!(waited(100, Some(asked), Some(1)), [asked; 100]);
        assert!(waited(1_000, Some(asked), Some(1)).iter().sum::<Duration>() < IN_ALL + FIRST_WAIT * 1_000);
    }
}
