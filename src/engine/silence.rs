//! What is waited for in vain: a target that hangs costs a few timeouts, in whatever requests.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::load::{Load, OperationKey};

/// So many timeouts in a row are a target that hangs ..
const IN_A_ROW: usize = 8;
/// .. where so many operations have them.
const OPERATIONS: usize = 3;
/// So many are enough of one that has never answered.
const FIRST: usize = 3;

/// What was waited in a run for requests that were not answered in time: so often and so long ..
#[derive(Clone, Copy)]
struct Most {
    waits: usize,
    waited: Duration,
}
/// .. is much: from then on one timeout is enough of an operation ..
const MUCH: Most = Most { waits: 3, waited: Duration::from_secs(30) };
/// .. and this is enough of the whole target.
const ENOUGH: Most = Most { waits: 6, waited: Duration::from_secs(120) };

/// The timeouts of a run.
#[derive(Debug, Default)]
pub(super) struct Silence {
    has_answered: bool,
    /// The operations of the last requests, all of which timed out.
    last: Vec<OperationKey>,
    hangs: bool,
    /// What was waited for at once is one wait.
    waits: usize,
    waited: Duration,
    /// Until when it was waited.
    until: Option<Instant>,
}

impl Silence {
    /// Takes what came by now of a request of an operation that was sent at this time.
    pub fn take(&mut self, operation: OperationKey, load: Load, (sent_at, now): (Instant, Instant), is_alone: bool) {
        match load {
            Load::Silent => {
                self.last.push(operation);
                let since = self.until.map_or(sent_at, |until| until.max(sent_at));
                self.waits += usize::from(since == sent_at);
                self.waited += now.saturating_duration_since(since);
                self.until = Some(now);
            }
            Load::Unknown => {}
            Load::Answered(_) | Load::TooMuch => self.last.clear(),
        }
        let operations: HashSet<&OperationKey> = self.last.iter().collect();
        let is_everywhere = operations.len() >= OPERATIONS;
        self.hangs = is_alone && is_everywhere && self.last.len() >= IN_A_ROW || self.hangs && !self.last.is_empty();
    }

    /// Takes that a request was answered by what speaks HTTP.
    pub fn note_answer(&mut self) {
        self.has_answered = true;
    }

    /// Takes that what was answered before was not answered in time, alone and more than once.
    pub fn note_hanging(&mut self) {
        self.hangs = true;
    }

    /// Whether the target has ever answered.
    pub fn has_answered(&self) -> bool {
        self.has_answered
    }

    /// Whether a request timed out, and none was answered since.
    pub fn is_late(&self) -> bool {
        !self.last.is_empty()
    }

    /// Whether the target answers nobody in time any more, not even a request that is alone.
    pub fn hangs(&self) -> bool {
        self.hangs
    }

    /// Whether the target has never answered, and was waited for more than once.
    pub fn is_all(&self) -> bool {
        !self.has_answered && self.last.len() >= FIRST
    }

    /// Whether no more than one timeout of an operation is worth the wait.
    pub fn is_much(&self) -> bool {
        self.is_more_than(MUCH)
    }

    /// What was waited, where no more of it is worth it.
    pub fn enough(&self) -> Option<Duration> {
        self.is_more_than(ENOUGH).then_some(self.waited)
    }

    fn is_more_than(&self, most: Most) -> bool {
        self.waits >= most.waits && self.waited >= most.waited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(10);

    /// After these loads of operations, one after the other, each of which took the timeout; the last one was alone.
    fn after(loads: &[(usize, Load)], timeout: Duration) -> Silence {
        let mut silence = Silence::default();
        let mut now = Instant::now();
        for (index, (operation, load)) in loads.iter().enumerate() {
            let sent_at = now;
            now += timeout;
            silence.take((0, *operation), *load, (sent_at, now), index + 1 == loads.len());
        }
        silence
    }

    fn silent(operations: &[usize]) -> Vec<(usize, Load)> {
        operations.iter().map(|operation| (*operation, Load::Silent)).collect()
    }

    #[test]
    fn a_target_hangs_that_answers_no_operation_in_time() {
        let hangs = |operations: &[usize]| after(&silent(operations), TIMEOUT).hangs();
        assert!(hangs(&[0, 0, 0, 1, 1, 1, 2, 2]));
        assert!(!hangs(&[0, 0, 0, 0, 1, 1, 1, 1]));
        assert!(!hangs(&[0; 20]));
        assert!(!hangs(&[0, 1, 0]));
        let mut silence = after(&silent(&[0, 0, 0, 1, 1, 1, 2]), TIMEOUT);
        silence.take((0, 2), Load::Silent, (Instant::now(), Instant::now()), false);
        assert!(!silence.hangs(), "it was not alone");
    }

    #[test]
    fn of_one_that_has_never_answered_three_timeouts_are_enough() {
        assert!(after(&silent(&[0, 0, 0]), TIMEOUT).is_all());
        assert!(!after(&silent(&[0, 1]), TIMEOUT).is_all());
        let mut silence = after(&silent(&[0, 1, 2]), TIMEOUT);
        silence.note_answer();
        assert!(!silence.is_all());
        // It refused the connection, or asked for patience.
        assert!(!after(&[&silent(&[0, 0])[..], &[(0, Load::TooMuch)], &silent(&[1])].concat(), TIMEOUT).is_all());
    }

    #[test]
    fn answers_in_between_make_no_wait_short() {
        let answered = (1, Load::Answered(Duration::ZERO));
        let now_and_then =
            |times: usize| -> Vec<(usize, Load)> { (0..times).flat_map(|_| [answered, (0, Load::Silent)]).collect() };
        let of = |times: usize, timeout: Duration| after(&now_and_then(times), timeout);
        assert!(!of(2, TIMEOUT).is_much() && of(3, TIMEOUT).is_much());
        assert_eq!((of(11, TIMEOUT).enough(), of(12, TIMEOUT).enough()), (None, Some(12 * TIMEOUT)));
        // Short ones are no loss, and of long ones a few are waited for.
        let second = Duration::from_secs(1);
        assert!(of(100, second).enough().is_none() && of(120, second).enough().is_some());
        assert!(of(5, 10 * TIMEOUT).enough().is_none() && of(6, 10 * TIMEOUT).enough().is_some());
    }

    #[test]
    fn what_is_waited_for_at_once_is_one_wait() {
        let mut silence = Silence::default();
        let start = Instant::now();
        for index in 0..40 {
            let sent_at = start + Duration::from_millis(index);
            silence.take((0, 0), Load::Silent, (sent_at, sent_at + TIMEOUT), false);
        }
        assert_eq!((silence.waits, silence.waited), (1, TIMEOUT + Duration::from_millis(39)));
    }
}
