//! Coverage: which clauses of requests are satisfied by a valid case, and which are violated by an invalid one.

use serde_json::Value;

use super::{Case, Intent};
use crate::contract::{
    Clause, ClauseId, ClauseTarget, Clauses, MediaType, Operation, Parameter, ParameterLocation, Style,
};
use crate::spec::children;
use crate::wire::{Payload, Request};

/// What cases of one operation kept and broke.
#[derive(Debug)]
pub struct Coverage {
    kept: Vec<bool>,
    broken: Vec<bool>,
}

/// How many request clauses there are, and which of them were exercised.
#[derive(Clone, Debug)]
pub struct CoverageSum {
    /// All request clauses.
    pub clauses: usize,
    /// Those that were exercised in both directions.
    pub exercised: usize,
    /// The others, with the reason.
    pub unexercised: Vec<(ClauseId, String)>,
}

impl Coverage {
    /// Nothing yet.
    pub fn new(clauses: &Clauses) -> Self {
        Self { kept: vec![false; clauses.all.len()], broken: vec![false; clauses.all.len()] }
    }

    /// Whether a clause was kept, and whether it was broken.
    pub fn of(&self, clause: ClauseId) -> (bool, bool) {
        (self.kept[clause.0 as usize], self.broken[clause.0 as usize])
    }

    /// Takes over which of some clauses were broken.
    pub fn take_broken(&mut self, before: &Self, clauses: &[ClauseId]) {
        for id in clauses {
            self.broken[id.0 as usize] |= before.broken[id.0 as usize];
        }
    }

    /// Counts a case, one that was answered if there was a target.
    pub fn count(&mut self, operation: &Operation, case: &Case) {
        match case.intent {
            Intent::Valid => {
                if let Some(id) = case.clause {
                    self.kept[id.0 as usize] = true;
                }
                for (id, clause) in operation.clauses().iter() {
                    let kept = &mut self.kept[id.0 as usize];
                    *kept = *kept || keeps(operation, clause, case);
                }
            }
            Intent::Invalid(_) | Intent::Unauthenticated => {
                for id in case.clause.iter().chain(&case.also_broken) {
                    self.broken[id.0 as usize] = true;
                }
            }
            Intent::MissingResource | Intent::WrongMethod | Intent::Robustness => {}
        }
    }

    /// The number of request clauses, of those exercised in both directions, and the others with the reason:
    /// the plan's, if it has one.
    pub fn sum(&self, clauses: &Clauses, planned: &[(ClauseId, String)]) -> CoverageSum {
        let mut total = 0;
        let mut unexercised = Vec::new();
        for (id, _) in clauses.iter().filter(|(_, clause)| !matches!(clause.place, ClauseTarget::Response(_))) {
            total += 1;
            let index = id.0 as usize;
            let reason = match (planned.iter().find(|(known, _)| *known == id), self.kept[index], self.broken[index]) {
                (Some((_, reason)), ..) => reason.clone(),
                (None, true, true) => continue,
                (None, true, false) => "no request that breaks it was answered".to_owned(),
                (None, false, true) => "no valid request that it speaks of was answered".to_owned(),
                (None, false, false) => "no request that it speaks of was answered".to_owned(),
            };
            unexercised.push((id, reason));
        }
        CoverageSum { clauses: total, exercised: total - unexercised.len(), unexercised }
    }
}

/// Whether a valid case has the value that a clause speaks of.
fn keeps(operation: &Operation, clause: &Clause, case: &Case) -> bool {
    let request = &case.request;
    match clause.place {
        _ if clause.is_unknown => false,
        ClauseTarget::Response(_) => false,
        ClauseTarget::Request => match clause.keyword {
            "security" => {
                let used = operation.security.get(request.credentials.alternative);
                used.is_some_and(|used| used.iter().any(|used| Some(used.scheme.as_str()) == clause.subject.as_deref()))
            }
            _ => request.body.is_some(),
        },
        ClauseTarget::Parameter(index) => operation.parameters.get(index).is_some_and(|parameter| {
            let value = case.generated.as_ref().filter(|value| Some(value.schema) == parameter.schema);
            let tokens: Vec<_> = clause.instance.tokens().collect();
            match value {
                Some(generated) => reaches(&generated.value, &tokens),
                // What is below the value of a parameter that the case is not about was not looked at.
                None => tokens.is_empty() && is_sent(parameter, request),
            }
        }),
        ClauseTarget::Body(index) => {
            let Some(body) = &request.body else { return false };
            let content = operation.body.as_ref().map_or(&[][..], |body| &body.content);
            let is_of_type =
                body.media_type.as_deref().and_then(|sent| MediaType::documenting(content, sent)) == Some(index);
            let tokens: Vec<_> = clause.instance.tokens().collect();
            is_of_type
                && match (&body.payload, &case.generated) {
                    (Payload::Json(value) | Payload::Padded { value, .. }, _) => reaches(value, &tokens),
                    // Forms and the like are written from a value, too.
                    (Payload::Bytes(_), Some(generated)) => reaches(&generated.value, &tokens),
                    (Payload::Bytes(_), None) => tokens.is_empty(),
                }
        }
    }
}

fn is_sent(parameter: &Parameter, request: &Request) -> bool {
    match (parameter.place, parameter.style) {
        (ParameterLocation::Path, _) => true,
        // `name[property]`
        (_, Style::DeepObject) => {
            let of = |name: &str| name.strip_prefix(&parameter.name).is_some_and(|rest| rest.starts_with('['));
            request.query.iter().any(|pair| of(&pair.name))
        }
        _ => request.carries(parameter.place, &parameter.name),
    }
}

/// Whether there is a value at this place; `*` is any property or item.
fn reaches(value: &Value, tokens: &[std::borrow::Cow<'_, str>]) -> bool {
    let Some((first, rest)) = tokens.split_first() else { return true };
    children(value, first).any(|child| reaches(child, rest))
}
