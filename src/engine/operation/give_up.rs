//! When the rest of an operation is not worth sending.

use std::time::Instant;

use super::{OperationRun, PATIENCE};
use crate::engine::counts::Counts;

/// After this many timeouts in a row the rest of an operation is not worth the wait ..
const TIMEOUTS: usize = 3;
/// .. and after so many where the run has waited much for others.
const TIMEOUTS_AFTER_OTHERS: usize = 1;
/// After this many requests in a row that only met 429 or 503, waits included, the rest of an operation is not sent.
const BUSY: usize = 20;
/// After this many bytes of responses the rest of an operation is not worth reading.
const MOST_READ: usize = 512 << 20;

impl OperationRun {
    /// Why the rest of the operation is not worth sending, if so.
    pub(super) fn why_give_up(&self) -> Option<String> {
        let Counts { denied, valid, timeouts, busy, read, ref crashes, .. } = self.counts;
        if self.held.is_some() && denied >= self.patience && denied == valid.sent {
            return Some(format!("the first {PATIENCE} valid requests were all turned away"));
        }
        if busy >= BUSY {
            return Some(format!(
                "{BUSY} requests in a row were answered with 429 or 503, however often they were sent"
            ));
        }
        if let Some(status) = crashes.of_all(valid.sent).filter(|_| valid.sent >= self.patience) {
            return Some(format!("the first {PATIENCE} valid requests all failed with {status}, in one way"));
        }
        if timeouts >= self.most_timeouts() {
            return Some(match timeouts {
                1 => "a request received no response in time, as others before".to_owned(),
                _ => format!("{timeouts} requests in a row received no response in time"),
            });
        }
        if read > MOST_READ {
            return Some(format!("the responses add up to more than {} MiB", MOST_READ >> 20));
        }
        let (sent, planned) = (self.counts.sent, self.planned.cases.len());
        self.is_out_of_time().then(|| format!("its share of the time is over, after {sent} of {planned} cases"))
    }

    /// Whether requests of the operation are still worth sending.
    pub(super) fn is_worth_it(&self) -> bool {
        let Counts { timeouts, busy, read, .. } = self.counts;
        timeouts < self.most_timeouts() && busy < BUSY && read <= MOST_READ && !self.is_out_of_time()
    }

    fn most_timeouts(&self) -> usize {
        if self.pace.silence(|silence| silence.is_much()) { TIMEOUTS_AFTER_OTHERS } else { TIMEOUTS }
    }

    /// Whether its share of the time is over.
    fn is_out_of_time(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}
