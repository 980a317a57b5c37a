//! Sends one case until what comes back is the target's word and not the load's: 429, 5xx, a lost connection or a timeout
//! is repeated while nothing else is in flight.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::Transport;
use super::delivery::Delivery;
use super::failing::failure;
use super::keeper::Keeper;
use super::load::{Load, OperationKey};
use super::model::TestedContract;
use super::pace::{CLEAN_UP, Pace, Permit, Suspect};
use super::storm::is_busy;
use crate::case::{Case, Intent, is_safe};
use crate::execute::{Attempts, Exchange, Failure, HttpDate, Response, Room};

/// How often a request that was answered before is sent, to see whether a target that was late answers again.
const KNOCKS: usize = 3;
/// Operations of which such a request is known.
const KNOWN: usize = 3;
/// Between two tries to reach a target that accepts no connections.
const UNTIL_NEXT_TRY: Duration = Duration::from_millis(200);
/// Tries for each of the requests that are sent before the target has answered any: who starts it starts a run at once.
const AT_START: u32 = 3;

/// A case with where it goes to.
pub(super) struct Errand<'a, T> {
    pub transport: &'a Arc<T>,
    pub tested: &'a Arc<TestedContract>,
    /// Who is told of what comes of it where nobody waits for that any more.
    pub keeper: Option<&'a Arc<Keeper>>,
    /// What it is sent with, where that is its own.
    pub permit: Option<&'a Arc<Permit>>,
    pub operation: usize,
    pub case: &'a Case,
    /// Whether a timeout says enough at once.
    pub is_hurried: bool,
    /// Whether it deletes what the run has made, and is no case of its operation.
    pub cleans_up: bool,
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
        let id = &self.tested.contract.operations[self.operation].id;
        pace.own_slot(self.key(self.operation), id).await;
        let is_suspected = self.tested.failures.is_suspected(self.operation);
        let mut turn = if is_suspected { pace.alone(Duration::ZERO).await } else { pace.beside().await };
        // A target that serves one at a time may still be at work on another request that was given up.
        let mut is_quiet = !pace.silence(|silence| silence.is_late());
        loop {
            let sent_at = Instant::now();
            let mut exchange = self.send(self.operation, self.case).await;
            let responded_at = Instant::now();
            let operation = &self.tested.contract.operations[self.operation];
            self.tested.last_writes.take(operation, &exchange, responded_at);
            let is_late = matches!(exchange.result, Err(Failure::Timeout(_)));
            attempts.is_cut |= turn.is_alone() && exchange.attempts.is_cut;
            attempts.alone = turn.is_alone() && (is_quiet || !is_late);
            // Before the turn is over: whoever is alone next knows of all that was in flight.
            if let Err(Failure::Closed(_)) = &exchange.result {
                let request = format!("{} {}", exchange.request.method, exchange.request.url);
                let innocence = if self.cleans_up { CLEAN_UP } else { innocence(self.case.intent) };
                pace.note_lost(Suspect { innocence, sent_at, request });
            }
            drop(turn);
            let is_busy = exchange.result.as_ref().is_ok_and(|response| is_busy(self.case, response));
            let load = load(&exchange, is_busy, responded_at - sent_at);
            let had_answered = pace.silence(|silence| silence.has_answered());
            pace.note(self.key(self.operation), load, sent_at, attempts.alone);
            if is_answer(&exchange.result) {
                pace.silence(|silence| silence.note_answer());
            }
            let wait = match &exchange.result {
                Ok(response) if is_busy => Self::busy(response, pace, &mut attempts),
                Err(_) if is_late && self.is_hurried => None,
                Err(_) if is_late && attempts.failed.is_some() => {
                    self.tested.failures.unanswered(self.operation);
                    None
                }
                Err(failure) => lost(failure, responded_at - sent_at, pace, &mut attempts, had_answered),
                Ok(response) => {
                    pace.note_connection(false);
                    self.remember();
                    self.failed(response, &mut attempts)
                }
            };
            let Some(wait) = wait else {
                if attempts.throttled > 0 || is_busy {
                    pace.storm(|storm| storm.note(is_busy));
                }
                exchange.attempts = attempts;
                return Timed { exchange, sent_at, responded_at };
            };
            // What is waited for may need the room.
            if let Ok(response) = &mut exchange.result {
                response.room = Room::default();
            }
            pace.own_slot(self.key(self.operation), id).await;
            turn = pace.alone(wait).await;
            if is_late && !self.is_answered_again(pace).await {
                exchange.attempts = attempts;
                return Timed { exchange, sent_at, responded_at };
            }
            is_quiet = true;
        }
    }

    /// No wait where a failure is to be seen alone; `None` where the response stands.
    fn failed(&self, response: &Response, attempts: &mut Attempts) -> Option<Duration> {
        let (operation, failures) = (self.operation, &self.tested.failures);
        match response.status {
            500.. if attempts.alone => failures.prove(operation, failure(self.case, response)),
            500.. if attempts.failed.is_none() && failures.needs_proof(operation, &failure(self.case, response)) => {
                attempts.failed = Some(response.status);
                return Some(Duration::ZERO);
            }
            ..500 if attempts.failed.is_some() => failures.suspect(operation),
            _ => {}
        }
        None
    }

    fn key(&self, operation: usize) -> OperationKey {
        (Arc::as_ptr(&self.tested.contract) as usize, operation)
    }

    async fn send(&self, operation: usize, case: &Case) -> Exchange {
        if let Some(keeper) = self.keeper.filter(|_| !is_safe(&case.request.method)) {
            return Delivery::new((self.transport, self.tested), keeper, self.permit, operation, case).await;
        }
        let TestedContract { contract, fixtures, .. } = &**self.tested;
        self.transport.send(&contract.operations[operation], case, fixtures).await
    }

    /// Keeps cases of a few operations that show whether the target answers: they only read.
    fn remember(&self) {
        if self.case.intent == Intent::Valid && is_safe(&self.case.request.method) {
            let mut answered = self.tested.answered();
            if answered.len() < KNOWN && answered.iter().all(|(operation, _)| *operation != self.operation) {
                answered.push((self.operation, self.case.clone()));
            }
        }
    }

    /// Whether the target answers what it has answered before, once what was late has left it; true where nothing is
    /// known that it must answer.
    async fn is_answered_again(&self, pace: &Pace) -> bool {
        let known = self.tested.answered().clone();
        let (is_late, hangs) = pace.silence(|silence| (silence.is_late(), silence.hangs()));
        if known.is_empty() || !is_late {
            return true;
        }
        // Others have knocked while this one waited for its turn.
        if hangs {
            return false;
        }
        // One of them may be what hangs.
        for (operation, case) in known.iter().cycle().take(KNOCKS) {
            pace.slot().await;
            let sent_at = Instant::now();
            let exchange = self.send(*operation, case).await;
            pace.note(self.key(*operation), load(&exchange, false, sent_at.elapsed()), sent_at, true);
            if !matches!(exchange.result, Err(Failure::Timeout(_))) {
                return true;
            }
        }
        pace.silence(|silence| silence.note_hanging());
        false
    }

    /// How long to wait before it is sent again; `None` where the response stands.
    fn busy(response: &Response, pace: &Pace, attempts: &mut Attempts) -> Option<Duration> {
        pace.note_connection(false);
        let asked = response.header("retry-after").and_then(|value| retry_after(value, SystemTime::now()));
        let wait = pace.storm(|storm| storm.wait(attempts.throttled, asked))?;
        attempts.throttled += 1;
        Some(wait)
    }
}

/// How unlikely it is that a target dies of a request of this intent: the least of what is odd, the most of what is valid.
fn innocence(intent: Intent) -> u8 {
    match intent {
        Intent::Robustness => 0,
        Intent::Valid => 2,
        _ => 1,
    }
}

/// Whether it comes from what speaks HTTP, whatever it says.
fn is_answer(result: &Result<Response, Failure>) -> bool {
    matches!(result, Ok(_) | Err(Failure::TooLarge(_) | Failure::Inflated(_) | Failure::TooMany(_)))
}

/// What an exchange says of the load.
fn load(exchange: &Exchange, is_busy: bool, elapsed: Duration) -> Load {
    match &exchange.result {
        Ok(_) if !is_busy => Load::Answered(elapsed),
        Ok(_) | Err(Failure::Closed(_) | Failure::Unreachable(_)) => Load::TooMuch,
        Err(Failure::Timeout(_)) => Load::Silent,
        Err(Failure::Unsendable(_) | Failure::Insecure(_)) => Load::Unknown,
        // Who had begun to answer kept up.
        Err(
            Failure::CutOff(_)
            | Failure::TooLarge(_)
            | Failure::Inflated(_)
            | Failure::TooMany(_)
            | Failure::Garbage(_),
        ) => Load::Answered(elapsed),
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
            // A target that was never there is not there for anybody, unless it is just being started.
            let is_starting = !had_answered && attempts.refused < AT_START;
            let is_worth_it = is_awaited || is_starting || had_answered && !attempts.alone;
            attempts.refused += u32::from(is_worth_it);
            is_worth_it.then_some(UNTIL_NEXT_TRY)
        }
        // To hang up costs the target nothing: whether it is still there shows at the next attempt.
        Failure::Closed(_) if attempts.lost == 0 => {
            attempts.lost += 1;
            Some(Duration::ZERO)
        }
        // It may still be at work on the request that was given up.
        Failure::Timeout(_)
            if attempts.lost == 0
                && !attempts.alone
                && !pace.silence(|silence| silence.hangs() || silence.is_all()) =>
        {
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
