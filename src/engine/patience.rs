//! Sends one case until what comes back is the target's word and not the load's: 429, 5xx, a lost connection or a timeout
//! is repeated while nothing else is in flight.

use std::time::{Duration, Instant, SystemTime};

use super::Transport;
use super::failing::Failures;
use super::pace::{Load, OperationKey, Pace};
use crate::case::Case;
use crate::contract::{Operation, StatusRange};
use crate::execute::{Attempts, Exchange, Failure, HttpDate, Response};
use crate::fixtures::Fixtures;

/// Repetitions of one request that met 429 or 503.
const MAX_REPEATS: u32 = 5;
/// After so many cases in a row for which those were in vain, one repetition each has to do.
const STUBBORN: usize = 3;
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Between two tries to reach a target that accepts no connections.
const UNTIL_NEXT_TRY: Duration = Duration::from_millis(200);

/// A case with where it goes to.
pub(super) struct Errand<'a, T> {
    pub transport: &'a T,
    pub operation: &'a Operation,
    pub key: OperationKey,
    pub fixtures: &'a Fixtures,
    pub failures: &'a Failures,
    pub case: &'a Case,
}

/// An exchange with the times at which its last attempt was sent and over.
pub(super) struct Timed {
    pub exchange: Exchange,
    pub sent_at: Instant,
    pub responded_at: Instant,
}

impl<T: Transport> Errand<'_, T> {
    /// Sends the case, and again, alone, as long as that is called for.
    pub async fn run(&self, pace: &Pace) -> Timed {
        let mut attempts = Attempts::default();
        let is_suspected = self.failures.is_suspected(self.key.1);
        let mut turn = if is_suspected { pace.alone(Duration::ZERO).await } else { pace.beside().await };
        loop {
            let sent_at = Instant::now();
            let mut exchange = self.transport.send(self.operation, self.case, self.fixtures).await;
            let responded_at = Instant::now();
            attempts.alone = turn.is_alone();
            drop(turn);
            let is_busy = exchange.result.as_ref().is_ok_and(|response| self.is_busy(response));
            let load = load(&exchange, is_busy, responded_at - sent_at);
            let had_answered = pace.has_answered();
            if let Err(Failure::Closed(_)) = &exchange.result {
                pace.note_lost(format!("{} {}", exchange.request.method, exchange.request.url));
            }
            pace.note(self.key, load, sent_at, attempts.alone);
            let wait = match &exchange.result {
                Ok(response) if is_busy => self.busy(response, pace, &mut attempts),
                Err(failure) => lost(failure, responded_at - sent_at, pace, &mut attempts, had_answered),
                Ok(response) => {
                    pace.note_connection(false);
                    self.failed(response, &mut attempts)
                }
            };
            let Some(wait) = wait else {
                if attempts.throttled > 0 || is_busy {
                    pace.note_patience(is_busy);
                }
                exchange.attempts = attempts;
                return Timed { exchange, sent_at, responded_at };
            };
            turn = pace.alone(wait).await;
        }
    }

    /// No wait where a failure is to be seen alone; `None` where the response stands.
    fn failed(&self, response: &Response, attempts: &mut Attempts) -> Option<Duration> {
        let operation = self.key.1;
        match response.status {
            500.. if attempts.alone => self.failures.prove(operation, response),
            500.. if attempts.failed.is_none() && self.failures.needs_proof(operation, response) => {
                attempts.failed = Some(response.status);
                return Some(Duration::ZERO);
            }
            ..500 if attempts.failed.is_some() => self.failures.suspect(operation),
            _ => {}
        }
        None
    }

    /// Whether the target asks for patience, in a case that was not written to get just that.
    fn is_busy(&self, response: &Response) -> bool {
        let code = StatusRange::Code(response.status);
        let is_wanted = self.case.expected.as_ref().is_some_and(|expected| expected.contains(&code));
        matches!(response.status, 429 | 503) && !is_wanted
    }

    /// How long to wait before it is sent again; `None` where the response stands.
    fn busy(&self, response: &Response, pace: &Pace, attempts: &mut Attempts) -> Option<Duration> {
        pace.note_connection(false);
        let most = if pace.stubborn() < STUBBORN { MAX_REPEATS } else { 1 };
        if attempts.throttled >= most {
            return None;
        }
        let asked = response.header("retry-after").and_then(|value| retry_after(value, SystemTime::now()));
        let backoff = FIRST_WAIT * 2u32.pow(attempts.throttled);
        attempts.throttled += 1;
        let longest = if most == 1 { FIRST_WAIT } else { LONGEST_WAIT };
        Some(asked.unwrap_or_default().max(backoff).min(longest))
    }
}

/// What an exchange says of the load.
fn load(exchange: &Exchange, is_busy: bool, elapsed: Duration) -> Load {
    match &exchange.result {
        Ok(_) if !is_busy => Load::Answered(elapsed),
        Ok(_) | Err(Failure::Closed(_) | Failure::Unreachable(_)) => Load::TooMuch,
        Err(Failure::Timeout(_)) => Load::Silent,
        Err(Failure::Unsendable(_) | Failure::Insecure(_)) => Load::Unknown,
        // Who had begun to answer kept up.
        Err(Failure::CutOff(_) | Failure::TooLarge(_) | Failure::Inflated(_) | Failure::Garbage(_)) => {
            Load::Answered(elapsed)
        }
    }
}

/// How long to wait before a request without a response is sent again; `None` where that is the result.
fn lost(
    failure: &Failure,
    elapsed: Duration,
    pace: &Pace,
    attempts: &mut Attempts,
    had_answered: bool,
) -> Option<Duration> {
    let is_refused = matches!(failure, Failure::Unreachable(_));
    let is_awaited = pace.note_connection(is_refused);
    match failure {
        Failure::Unreachable(_) => {
            // A target that was never there is not there for anybody.
            let is_worth_it = is_awaited || had_answered && !attempts.alone;
            attempts.refused += u32::from(is_worth_it);
            is_worth_it.then_some(UNTIL_NEXT_TRY)
        }
        // To hang up costs the target nothing: whether it is still there shows at the next attempt.
        Failure::Closed(_) if attempts.lost == 0 => {
            attempts.lost += 1;
            Some(Duration::ZERO)
        }
        // It may still be at work on the request that was given up.
        Failure::Timeout(_) if attempts.lost == 0 && !attempts.alone && !pace.hangs() => {
            attempts.lost += 1;
            Some(elapsed / 4)
        }
        _ => None,
    }
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or an HTTP date.
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than a number holds are more than are ever waited.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    // A date that has passed asks for no wait.
    Some(HttpDate::parse(value)?.time.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_all_three_forms_of_a_date() {
        let now = HttpDate::parse("Sun, 06 Nov 1994 08:49:35 GMT").expect("a date").time;
        let wait = |value| retry_after(value, now);
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(wait(date), Some(Duration::from_secs(2)), "{date}");
        }
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:30 GMT"), Some(Duration::ZERO));
        for other in ["", "soon", "-1", "1.5"] {
            assert_eq!(wait(other), None, "{other}");
        }
    }
}
