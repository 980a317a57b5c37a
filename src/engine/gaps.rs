//! Coverage gaps: clauses that no answered case exercised, and documented statuses that were never received.

use std::collections::HashSet;

use crate::case::{Case, Fault, Intent};
use crate::contract::{ClauseId, Operation, StatusRange};
use crate::text::list::one_of;

/// The intents of the answered requests of one operation.
#[derive(Debug, Default)]
pub(super) struct StatusGoals {
    intents: HashSet<Intent>,
    answered: usize,
    /// Responses of 429 or 503 after all waiting.
    busy: usize,
}

impl StatusGoals {
    /// Takes the response to a case.
    pub fn add(&mut self, operation: &Operation, case: &Case, status: u16) {
        self.intents.insert(case.intent);
        self.answered += 1;
        let is_wanted = case.expected.as_ref().is_some_and(|expected| expected.iter().any(|r| r.contains(status)));
        let is_busy = status == 429 || status == 503 && operation.response(503).is_some();
        self.busy += usize::from(is_busy && !is_wanted);
    }

    /// The gaps in words: clauses that a case was planned for and that none exercised, statuses that the requests
    /// were after, and requests that were never judged.
    ///
    /// An error that a sound server has no reason to send is no gap, nor is a clause that cannot be exercised.
    pub fn gaps(
        &self,
        operation: &Operation,
        unexercised: &[(ClauseId, String)],
        statuses: &[(StatusRange, bool)],
    ) -> Vec<String> {
        let mut gaps: Vec<String> = unexercised
            .iter()
            .map(|(id, reason)| format!("{}: {reason}", operation.clauses().get(*id).describe(operation)))
            .collect();
        let is_success = |range: &StatusRange| matches!(range, StatusRange::Code(200..300) | StatusRange::Class(2));
        let mut successes = statuses.iter().filter(|(range, _)| is_success(range)).peekable();
        if successes.peek().is_some() && successes.all(|(_, seen)| !seen) {
            gaps.push("no documented success was ever seen".to_owned());
        }
        let goals = GOALS.iter().filter(|goal| goal.intents.iter().any(|intent| self.intents.contains(intent)));
        gaps.extend(goals.filter_map(|goal| goal.missed(statuses)));
        if self.busy > 0 {
            gaps.push(format!(
                "{} of {} requests received nothing but 429 or 503, which says nothing of them; fewer at once may help (--concurrency)",
                self.busy, self.answered
            ));
        }
        gaps
    }
}

/// What requests of some intents are to bring about, where it is documented.
struct Goal {
    intents: &'static [Intent],
    /// One of these is due.
    statuses: &'static [u16],
    /// These do as well.
    instead: &'static [u16],
    /// What happened, for a gap.
    words: &'static str,
}

impl Goal {
    /// The gap, if no status that is due and documented was seen.
    fn missed(&self, statuses: &[(StatusRange, bool)]) -> Option<String> {
        let named = |codes: &'static [u16]| {
            statuses.iter().filter(|(range, _)| matches!(range, StatusRange::Code(code) if codes.contains(code)))
        };
        if named(self.statuses).chain(named(self.instead)).any(|(_, seen)| *seen) {
            return None;
        }
        let due = one_of(named(self.statuses).map(|(range, _)| range.to_string()));
        (!due.is_empty()).then(|| format!("no documented {due} was ever seen, though {}", self.words))
    }
}

const GOALS: [Goal; 4] = [
    Goal {
        intents: &[Intent::Invalid(Fault::Validation), Intent::Invalid(Fault::Malformed)],
        statuses: &[400, 422],
        instead: &[],
        words: "invalid requests were answered",
    },
    Goal {
        intents: &[Intent::Unauthenticated],
        statuses: &[401, 403],
        instead: &[],
        words: "requests without the right credentials were answered",
    },
    Goal {
        intents: &[Intent::MissingResource],
        statuses: &[404, 410],
        // A server need not admit what the caller may not see.
        instead: &[403],
        words: "requests for what does not exist were answered",
    },
    Goal {
        intents: &[Intent::Invalid(Fault::TooLarge)],
        statuses: &[413],
        instead: &[],
        words: "a body that is too large was answered",
    },
];
