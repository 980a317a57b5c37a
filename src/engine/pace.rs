//! How many requests are in flight at once: as many as the target keeps up with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, RwLock, RwLockReadGuard, RwLockWriteGuard, Semaphore};

use super::load::{Load, OperationKey};
use super::silence::Silence;
use super::storm::Storm;

/// Requests at once at the start of a run.
const START: usize = 2;
/// A response is late where it takes so many times as long as the fastest one of its operation ..
const LATE: u32 = 8;
/// .. and so much longer.
const NOTABLE: Duration = Duration::from_millis(100);

/// How unlikely it is that a target dies of what the run cleans up: no finding tells it, and it must hide none.
pub(super) const CLEAN_UP: u8 = u8::MAX;

/// A request that was in flight when its connection was cut. The likeliest that a target died of comes first.
#[derive(Clone, Debug)]
pub(super) struct Suspect {
    /// How unlikely it is by what it was to show.
    pub innocence: u8,
    /// When it was sent: what was sent last may have met a target that was gone.
    pub sent_at: Instant,
    /// Its method and URL.
    pub request: String,
}

/// Who may send when, for a whole run. The number of requests in flight grows by one each time that so many were
/// answered, and is halved where the target does not keep up (additive increase, multiplicative decrease).
#[derive(Debug)]
pub(super) struct Pace {
    ceiling: usize,
    /// The least time between two requests, for `--rate`.
    interval: Duration,
    /// The least time between two requests of single operations, by their ids.
    own_intervals: HashMap<String, Duration>,
    /// How long a target that accepts no connections is waited for.
    wait: Duration,
    permits: Arc<Semaphore>,
    /// Held by every request in flight; a request that is to be alone holds it exclusively.
    gate: RwLock<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests that may be in flight.
    limit: usize,
    /// Permits that are still out and are not to be given out again.
    surplus: usize,
    /// Responses since the limit changed, and how many of them were late.
    responses: usize,
    late: usize,
    last_cut: Instant,
    fastest: HashMap<OperationKey, Duration>,
    /// When the next request may leave.
    next: Instant,
    /// When the next request of an operation with a limit of its own may.
    own_next: HashMap<OperationKey, Instant>,
    in_flight: usize,
    started: u64,
    /// Until when a target that accepts no connections is waited for.
    down_until: Option<Instant>,
    silence: Silence,
    /// When a connection was cut before any answer, and of which request, since the last request that was answered.
    lost: Vec<(Instant, Suspect)>,
    storm: Storm,
}

impl Pace {
    /// At most `ceiling` requests at once, `rate` requests a second if there is such a limit.
    pub fn new(ceiling: usize, rate: Option<u32>, wait: Duration) -> Arc<Self> {
        Self::limited(ceiling, rate, wait, &HashMap::new())
    }

    /// The same, with at most so many requests a second of single operations.
    pub fn limited(ceiling: usize, rate: Option<u32>, wait: Duration, rates: &HashMap<String, u32>) -> Arc<Self> {
        let ceiling = ceiling.max(1);
        let limit = START.min(ceiling);
        let now = Instant::now();
        let state = State {
            limit,
            surplus: 0,
            responses: 0,
            late: 0,
            last_cut: now,
            fastest: HashMap::new(),
            next: now,
            own_next: HashMap::new(),
            in_flight: 0,
            started: 0,
            down_until: None,
            silence: Silence::default(),
            lost: Vec::new(),
            storm: Storm::default(),
        };
        let between = |rate: u32| Duration::from_secs(1) / rate.max(1);
        Arc::new(Self {
            ceiling,
            interval: rate.map_or(Duration::ZERO, between),
            own_intervals: rates.iter().map(|(id, rate)| (id.clone(), between(*rate))).collect(),
            wait,
            permits: Arc::new(Semaphore::new(limit)),
            gate: RwLock::default(),
            state: Mutex::new(state),
        })
    }

    /// Waits until one more case may be on its way.
    pub async fn permit(self: &Arc<Self>) -> Permit {
        // The semaphore is never closed.
        let permit = self.permits.clone().acquire_owned().await.ok();
        Permit { permit, pace: self.clone() }
    }

    /// Waits until a request may leave, beside those that are in flight.
    pub async fn beside(&self) -> Turn<'_> {
        let gate = self.gate.read().await;
        self.slot().await;
        self.begin(Occupation::Shared(gate))
    }

    /// Waits until nothing else is in flight, and for `wait` from now on; nothing else leaves before the turn is over.
    pub async fn alone(&self, wait: Duration) -> Turn<'_> {
        let asked = Instant::now();
        let gate = self.gate.write().await;
        tokio::time::sleep_until((asked + wait).into()).await;
        self.slot().await;
        self.begin(Occupation::Alone(gate))
    }

    /// Takes what came of a request of an operation that was sent at this time.
    pub fn note(&self, operation: OperationKey, load: Load, sent_at: Instant, is_alone: bool) {
        let mut state = self.state();
        match load {
            Load::Answered(elapsed) => {
                state.lost.retain(|(at, _)| *at > sent_at);
                let fastest = state.fastest.entry(operation).or_insert(elapsed);
                *fastest = elapsed.min(*fastest);
                let is_late = elapsed > *fastest * LATE && elapsed > *fastest + NOTABLE;
                state.late += usize::from(is_late);
                state.responses += 1;
                if state.responses >= state.limit {
                    if state.late * 2 > state.responses { self.cut(&mut state) } else { self.grow(&mut state) }
                }
            }
            // Of those that were in flight together, one cut is enough.
            Load::TooMuch | Load::Silent if sent_at > state.last_cut => self.cut(&mut state),
            _ => {}
        }
        state.silence.take(operation, load, (sent_at, Instant::now()), is_alone);
    }

    /// Takes a request whose connection was cut before any answer.
    pub fn note_lost(&self, request: Suspect) {
        let mut state = self.state();
        // Of so many at once, it dies of one; before, it may have hung up on any number.
        state.lost.push((Instant::now(), request));
        if state.lost.len() > self.ceiling {
            let clean_up = state.lost.iter().position(|(_, suspect)| suspect.innocence == CLEAN_UP);
            state.lost.remove(clean_up.unwrap_or_default());
        }
    }

    /// The last requests whose connections were cut, if none that was sent after them was answered: what was in flight
    /// when a target went away, the likeliest that it died of first.
    pub fn lost(&self) -> Vec<String> {
        let mut lost: Vec<Suspect> = self.state().lost.iter().map(|(_, suspect)| suspect.clone()).collect();
        lost.sort_by_key(|suspect| (suspect.innocence, suspect.sent_at));
        let mut requests: Vec<String> = Vec::new();
        for Suspect { request, .. } in lost {
            if !requests.contains(&request) {
                requests.push(request);
            }
        }
        requests
    }

    /// The most requests that may be in flight.
    pub fn ceiling(&self) -> usize {
        self.ceiling
    }

    /// Takes whether the target accepted a connection. True if one that it refused is worth another try: there is time
    /// left to wait for the target.
    pub fn note_connection(&self, is_refused: bool) -> bool {
        let mut state = self.state();
        if !is_refused {
            state.down_until = None;
            return false;
        }
        let now = Instant::now();
        now < *state.down_until.get_or_insert(now + self.wait)
    }

    /// What was waited for 429 and 503, to be asked or told more.
    pub fn storm<R>(&self, ask: impl FnOnce(&mut Storm) -> R) -> R {
        ask(&mut self.state().storm)
    }

    /// What was waited for in vain, to be asked or told more.
    pub fn silence<R>(&self, ask: impl FnOnce(&mut Silence) -> R) -> R {
        ask(&mut self.state().silence)
    }

    /// Waits for the time at which the next request may leave.
    pub async fn slot(&self) {
        if self.interval.is_zero() {
            return;
        }
        let slot = {
            let mut state = self.state();
            let slot = state.next.max(Instant::now());
            state.next = slot + self.interval;
            slot
        };
        tokio::time::sleep_until(slot.into()).await;
    }

    /// Waits for the time at which the next request of an operation may leave, where it has a limit of its own. Nothing is
    /// held meanwhile, so that others go on.
    pub async fn own_slot(&self, operation: OperationKey, id: &str) {
        let Some(interval) = self.own_intervals.get(id) else { return };
        let slot = {
            let mut state = self.state();
            let next = state.own_next.entry(operation).or_insert_with(Instant::now);
            let slot = (*next).max(Instant::now());
            *next = slot + *interval;
            slot
        };
        tokio::time::sleep_until(slot.into()).await;
    }

    fn begin<'p>(&'p self, gate: Occupation<'p>) -> Turn<'p> {
        let mut state = self.state();
        let is_first = state.in_flight == 0;
        state.in_flight += 1;
        state.started += 1;
        Turn { pace: self, gate, is_first, started: state.started }
    }

    fn grow(&self, state: &mut State) {
        (state.responses, state.late) = (0, 0);
        if state.limit < self.ceiling {
            state.limit += 1;
            match state.surplus {
                0 => self.permits.add_permits(1),
                _ => state.surplus -= 1,
            }
        }
    }

    fn cut(&self, state: &mut State) {
        (state.responses, state.late) = (0, 0);
        state.last_cut = Instant::now();
        let limit = (state.limit / 2).max(1);
        state.surplus += state.limit - limit;
        state.limit = limit;
        state.surplus -= self.permits.forget_permits(state.surplus);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That a case may be on its way, until it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    permit: Option<OwnedSemaphorePermit>,
    pace: Arc<Pace>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        if state.surplus > 0
            && let Some(permit) = self.permit.take()
        {
            state.surplus -= 1;
            permit.forget();
        }
    }
}

#[derive(Debug)]
enum Occupation<'p> {
    Shared(#[expect(dead_code, reason = "it is held")] RwLockReadGuard<'p, ()>),
    Alone(#[expect(dead_code, reason = "it is held")] RwLockWriteGuard<'p, ()>),
}

/// That a request may be in flight, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'p> {
    pace: &'p Pace,
    gate: Occupation<'p>,
    /// Whether nothing was in flight when it began, and how many had begun by then.
    is_first: bool,
    started: u64,
}

impl Turn<'_> {
    /// Whether nothing else was in flight since it began.
    pub fn is_alone(&self) -> bool {
        matches!(self.gate, Occupation::Alone(_)) || self.is_first && self.pace.state().started == self.started
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.pace.state().in_flight -= 1;
    }
}

#[cfg(test)]
mod tests;
