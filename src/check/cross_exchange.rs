//! What several exchanges show together.

use std::collections::BTreeSet;

use crate::contract::{ResponseSpec, StatusRange};

use super::support::response_view::ResponseView;

/// What one exchange adds to the whole; made where it is judged.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// The response that was received, by its position in the operation.
    response: Option<usize>,
}

impl Observation {
    pub(super) fn of(view: &ResponseView<'_>) -> Self {
        let position =
            |wanted: &ResponseSpec| view.subject.operation.responses.iter().position(|r| r.status == wanted.status);
        Self { response: view.documented.and_then(position) }
    }
}

/// What was seen of one contract so far.
#[derive(Debug, Default)]
pub struct CrossExchange {
    /// Received responses, as operation and position among its responses.
    seen: BTreeSet<(usize, usize)>,
}

impl CrossExchange {
    /// Takes the next exchange of an operation.
    pub fn take(&mut self, operation: usize, observation: &Observation) {
        self.seen.extend(observation.response.map(|response| (operation, response)));
    }

    /// The documented statuses of an operation, and whether each was seen.
    pub fn statuses(&self, operation: usize, responses: &[ResponseSpec]) -> Vec<(StatusRange, bool)> {
        let seen = |position: usize| self.seen.contains(&(operation, position));
        responses.iter().enumerate().map(|(position, response)| (response.status, seen(position))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;

    #[test]
    fn documented_statuses_are_ticked_off() {
        let bench = Bench::messages();
        let mut across = CrossExchange::default();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        across.take(0, &bench.examine(&case, Ok(refused(400))).1);
        let statuses = across.statuses(0, &bench.contract.operations[0].responses);
        let seen: Vec<String> = statuses.iter().filter(|(_, seen)| *seen).map(|(range, _)| range.to_string()).collect();
        assert_eq!((statuses.len(), seen), (4, vec!["400".to_owned()]));
    }
}
