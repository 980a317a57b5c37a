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
/// Of longer waits, which a part of would be in vain, so much in the whole run.
const OF_LONG: Duration = Duration::from_secs(90);
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What was waited in a run.
#[derive(Debug, Default)]
pub(super) struct Storm {
    /// Cases in a row for which all repetitions were in vain.
    stubborn: usize,
    in_vain: Duration,
    in_all: Duration,
    of_long: Duration,
}

impl Storm {
    /// How long to wait before a request that has met 429 or 503 so many times before is sent again, where the target asks for
    /// so much; `None` where the response stands.
    pub fn wait(&mut self, met: u32, asked: Option<Duration>) -> Option<Duration> {
        let asked = asked.unwrap_or_default();
        let is_long = asked > LONGEST_WAIT;
        let is_brief = self.stubborn >= STUBBORN || self.in_vain >= IN_VAIN || self.in_all >= IN_ALL;
        if is_long && !is_brief && met == 0 && asked <= OF_LONG.saturating_sub(self.of_long) {
            self.of_long += asked;
            self.in_vain += asked;
            self.in_all += asked;
            return Some(asked);
        }
        let is_brief = is_brief || is_long;
        let (most, longest) = if is_brief { (1, FIRST_WAIT) } else { (MAX_REPEATS, LONGEST_WAIT) };
        if met >= most {
            return None;
        }
        let wait = asked.max(FIRST_WAIT * 2u32.pow(met)).min(longest);
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
    fn what_asks_for_long_is_waited_for_as_it_asks_or_not_at_all() {
        let minute = Duration::from_secs(60);
        let waited_of = |let_through| waited(1_000, Some(minute), let_through);
        for let_through in [None, Some(1)] {
            let waited = waited_of(let_through);
            assert_eq!(waited[0], minute, "{let_through:?}");
            assert!(waited[1..].iter().all(|of_case| *of_case <= FIRST_WAIT), "{let_through:?}");
        }
        let short = waited(30, Some(LONGEST_WAIT), Some(1));
        assert_eq!(short, [LONGEST_WAIT; 30]);
    }

    #[test]
    fn what_lets_requests_through_is_waited_for() {
        let asked = Duration::from_secs(2);
        assert_eq!(waited(100, Some(asked), Some(1)), [asked; 100]);
        assert!(waited(1_000, Some(asked), Some(1)).iter().sum::<Duration>() < IN_ALL + FIRST_WAIT * 1_000);
    }
}
