//! Builds a case.

use crate::case::{Case, Confirmed, Generated, Intent, Origin, RequestValues};
use crate::contract::ClauseId;
use crate::wire::Request;

/// What is known of a case before its request is.
#[derive(Clone, Debug)]
pub(super) struct CaseBuilder {
    pub name: String,
    pub origin: Origin,
    pub intent: Intent,
    pub clause: Option<ClauseId>,
    pub generated: Option<Generated>,
    pub doubtful: bool,
    pub is_surrounded: bool,
    also_broken: Vec<ClauseId>,
}

impl CaseBuilder {
    pub fn new(name: impl Into<String>, origin: Origin, intent: Intent) -> Self {
        Self {
            name: name.into(),
            origin,
            intent,
            clause: None,
            generated: None,
            doubtful: false,
            is_surrounded: false,
            also_broken: Vec::new(),
        }
    }

    /// An odd request.
    pub fn odd(name: impl Into<String>) -> Self {
        Self::new(name, Origin::Protocol, Intent::Robustness)
    }

    pub fn about(mut self, clause: Option<ClauseId>) -> Self {
        self.clause = clause;
        self
    }

    pub fn with_value(mut self, generated: Option<Generated>) -> Self {
        self.generated = generated;
        self
    }

    /// The case of a request that was confirmed.
    pub fn confirmed(mut self, confirmed: Confirmed) -> Case {
        self.doubtful |= confirmed.is_doubtful();
        self.also_broken = confirmed.also_broken().to_vec();
        let (request, values) = confirmed.into_parts();
        self.build(request, Some(values))
    }

    /// The case of a request that a person wrote.
    pub fn written(self, request: Request) -> Case {
        self.build(request, None)
    }

    fn build(self, request: Request, values: Option<RequestValues>) -> Case {
        Case {
            index: 0,
            operation: 0,
            name: self.name,
            origin: self.origin,
            intent: self.intent,
            clause: self.clause,
            also_broken: self.also_broken,
            request,
            values,
            is_plainest: false,
            generated: self.generated,
            expected: None,
            doubtful: self.doubtful,
            written_at: None,
            is_surrounded: self.is_surrounded,
        }
    }
}
