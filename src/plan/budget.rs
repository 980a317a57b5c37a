//! Limits the number of cases: a large document gets fewer of each kind.

/// About so many cases are planned for a document, if its clauses are not more than that.
const DOCUMENT: usize = 200_000;

/// How many nodes the values of one operation's cases may have. Each takes some 600 octets as a value, as a request, and
/// as what a finding shows.
const NODES: usize = 400_000;

/// How much may be done to make the cases of one operation, as [`Generator::work`](crate::generate::Generator::work) counts:
/// some seconds.
const WORK: usize = 16_000_000;

/// A kind of cases, in the order in which they are planned. Each leaves room for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// Boundary values.
    Boundary,
    /// Single faults.
    Fault,
    /// All others.
    Rest,
}

impl Share {
    /// How many nodes there may be before no more cases of this kind are planned.
    pub fn nodes(self) -> usize {
        self.of(NODES)
    }

    /// How much may be done before no more cases of this kind are planned.
    pub fn work(self) -> usize {
        self.of(WORK)
    }

    fn of(self, all: usize) -> usize {
        match self {
            Self::Boundary => all / 4,
            Self::Fault => all / 4 * 3,
            Self::Rest => all,
        }
    }
}

/// How many cases of each kind an operation gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Ways to break each clause. A large operation gets fewer of them, never fewer clauses.
    pub ways: usize,
    /// Boundary values of each parameter and of each media type of the body.
    pub boundary_values: usize,
    /// Random cases.
    pub random: usize,
    /// Cases of an operation, of whatever kind, beyond which no more than [`LEAST`](Self::LEAST) random ones are added.
    pub total: usize,
}

impl Budget {
    /// Random cases of an operation that has many others.
    pub const LEAST: usize = 10;
    /// Cases of an operation, where nobody asked for a number of random ones.
    const TOTAL: usize = 600;

    /// Whether there are faults beside other choices: a large document has enough to do with each clause once.
    pub fn has_beside(self) -> bool {
        self.ways >= 4
    }

    /// How many faults of each of so many values, beside other choices, there is room for after so many cases; each choice is
    /// in one of `rows`.
    pub fn beside(planned: usize, values: usize, rows: usize) -> usize {
        /// Cases of an operation that leave room for those of the whole request.
        const MOST: usize = 560;
        /// What is broken beside at least so many rows.
        const FEWEST: usize = 2;
        let room = MOST.checked_sub(planned);
        // An operation that is beyond that has values enough to decide by.
        room.map_or(rows, |room| (room / values.max(1)).max(FEWEST))
    }

    /// The budget where each case has about so many nodes: rather each clause once than a few of them in many ways.
    pub fn with_nodes(self, clauses: usize, nodes: usize) -> Self {
        let cases = Share::Fault.nodes() / 2 / nodes.max(1);
        Self { ways: self.ways.min((cases / clauses.max(1)).max(1)), ..self }
    }

    /// The budget of an operation with so many clauses, one of so many of its document; `random` is how many random
    /// cases were asked for, if that was said.
    pub fn of(clauses: usize, operations: usize, random: Option<usize>) -> Self {
        let share = DOCUMENT / operations.max(1);
        let most = match clauses {
            0..=40 => 16,
            41..=150 => 12,
            151..=500 => 8,
            _ => 3,
        };
        Self {
            ways: (share / clauses.max(1)).clamp(1, most),
            boundary_values: (share / 4).clamp(6, 600),
            random: random.unwrap_or(share.clamp(10, 100)),
            total: random.map_or(Self::TOTAL, |_| usize::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn only_large_documents_are_short_of_cases() {
        let of = |clauses, operations| {
            let budget = Budget::of(clauses, operations, None);
            (budget.ways, budget.boundary_values, budget.random)
        };
        assert_eq!(of(0, 0), (16, 600, 100));
        assert_eq!(of(150, 10), (12, 600, 100));
        assert_eq!(of(150, 1_000), (1, 50, 100));
        assert_eq!(of(10, 1_000), (16, 50, 100));
        assert_eq!(of(5_000, 1), (3, 600, 100));
        assert_eq!(of(5_000, 400), (1, 125, 100));
        assert_eq!(of(40, 11_000), (1, 6, 18));
        assert_eq!(Budget::of(40, 11_000, Some(500)).random, 500);
    }
}
