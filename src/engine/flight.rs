//! Requests on their way: a bounded number at once, handed back in the order of their cases.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Transport;
use super::judging::{self, Judgement};
use super::prepare::Prepared;
use crate::check::Sighting;
use crate::execute::Exchange;
use crate::finding::Finding;

/// A case that was sent and judged.
#[derive(Debug)]
pub(super) struct Landed {
    pub exchange: Exchange,
    pub findings: Vec<Finding>,
    /// What it shows together with other exchanges; no request alone shows it again.
    pub together: Vec<Finding>,
    pub sighting: Sighting,
    /// Bytes of the body that came, those that are not kept included.
    pub read: usize,
    /// When it was sent and when its answer was there.
    pub sent_at: Instant,
    pub answered_at: Instant,
    /// Whether it was sent before all other requests, so that its time tells nothing of its operation's.
    pub is_early: bool,
}

/// What happens next.
#[derive(Debug)]
pub(super) enum Next {
    /// An answer came, of whatever case.
    Arrival,
    /// The next case in order, by plan and case.
    Case(usize, usize, Box<Landed>),
    /// All cases are through.
    End,
}

/// All requests of one contract.
pub(super) struct Flight<T> {
    prepared: Arc<Prepared>,
    transport: Arc<T>,
    /// Requests that may be on their way at once, with large answers that were not judged yet.
    permits: Arc<Semaphore>,
    /// Cases that may be on their way, or waiting for an earlier one: what is held in memory.
    window: usize,
    tasks: JoinSet<(Ticket, Landed)>,
    landed: BTreeMap<Ticket, Landed>,
    /// The next case to send.
    sending: Ticket,
    /// Cases that were sent and not handed back, in order.
    open: VecDeque<Ticket>,
    given_up: Vec<bool>,
    /// The first plan that must wait until all before it are finished.
    gate: usize,
}

/// A case by plan and position; the order of tickets is that of the run.
pub(super) type Ticket = (usize, usize);

impl<T: Transport> Flight<T> {
    /// `landed` are the cases that were sent already.
    pub fn new(
        prepared: Arc<Prepared>,
        transport: Arc<T>,
        concurrency: usize,
        landed: BTreeMap<Ticket, Landed>,
    ) -> Self {
        let concurrency = concurrency.max(1);
        Self {
            permits: Arc::new(Semaphore::new(concurrency)),
            window: concurrency * 4 + 16,
            tasks: JoinSet::new(),
            landed,
            sending: (0, 0),
            open: VecDeque::new(),
            given_up: vec![false; prepared.plans.len()],
            gate: gate(&prepared, 0),
            prepared,
            transport,
        }
    }

    /// The first plan that waits; the number of plans if none does.
    pub fn gate(&self) -> usize {
        self.gate
    }

    /// Lets the plans after those before `plan` begin, all of which are finished; false if there are none.
    pub fn open_gate(&mut self, plan: usize) -> bool {
        if plan < self.gate || self.gate >= self.prepared.plans.len() {
            return false;
        }
        self.gate = gate(&self.prepared, plan + 1);
        true
    }

    /// Sends no more of a plan's cases and hands back none of those on their way.
    pub fn give_up(&mut self, plan: usize) {
        self.given_up[plan] = true;
        self.open.retain(|ticket| ticket.0 != plan);
        self.landed.retain(|ticket, _| ticket.0 != plan);
    }

    /// Waits for an arrival, or hands back the next case if it is there.
    pub async fn next(&mut self) -> Next {
        self.fill();
        let Some(&ticket) = self.open.front() else { return Next::End };
        if let Some(landed) = self.landed.remove(&ticket) {
            self.open.pop_front();
            return Next::Case(ticket.0, ticket.1, Box::new(landed));
        }
        match self.tasks.join_next().await {
            Some(Ok((ticket, landed))) => {
                if !self.given_up[ticket.0] {
                    self.landed.insert(ticket, landed);
                }
                Next::Arrival
            }
            // A check that panics is a fault of this program: it must not pass for a conforming answer.
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
            None => Next::End,
        }
    }

    /// Puts cases on their way until the window is full.
    fn fill(&mut self) {
        while self.open.len() < self.window
            && let Some(planned) = self.prepared.plans.get(self.sending.0)
        {
            let ticket = self.sending;
            if ticket.0 >= self.gate {
                break;
            }
            if self.given_up[ticket.0] || ticket.1 >= planned.cases.len() {
                self.sending = (ticket.0 + 1, 0);
                continue;
            }
            self.sending.1 += 1;
            self.open.push_back(ticket);
            if self.landed.contains_key(&ticket) {
                continue;
            }
            let (prepared, transport) = (self.prepared.clone(), self.transport.clone());
            let permits = self.permits.clone();
            self.tasks.spawn(async move { (ticket, send(&prepared, &*transport, &permits, ticket).await) });
        }
    }
}

/// The first plan from `start` on that takes resources away: requests of the plans before it may still need them, those
/// that make a finding small included.
fn gate(prepared: &Prepared, start: usize) -> usize {
    let is_destructive = |plan: &usize| {
        let operation = &prepared.contract.operations[prepared.plans[*plan].operation];
        super::prepare::is_destructive(operation)
    };
    (start..prepared.plans.len()).find(is_destructive).unwrap_or(prepared.plans.len())
}

/// Sends a case as soon as there is a permit, and judges it.
pub(super) async fn send<T: Transport>(
    prepared: &Arc<Prepared>,
    transport: &T,
    permits: &Semaphore,
    ticket: Ticket,
) -> Landed {
    let planned = &prepared.plans[ticket.0];
    let case = &*planned.cases[ticket.1];
    let operation = &prepared.contract.operations[planned.operation];
    let permit = permits.acquire().await;
    let sent_at = Instant::now();
    let exchange = transport.send(operation, case, &prepared.fixtures).await;
    let answered_at = Instant::now();
    // The next request leaves while this answer is judged, unless such answers could fill the memory.
    let _permit = judging::is_large(&exchange).then_some(permit);
    let Judgement { exchange, read, findings, sighting } = judging::judge(prepared, ticket.0, case, exchange).await;
    Landed { exchange, findings, together: Vec::new(), sighting, read, sent_at, answered_at, is_early: false }
}
