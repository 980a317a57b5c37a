//! The simplifications of one failing case, as proptest's [`ValueTree`].

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proptest::strategy::ValueTree;
use serde_json::Value;

use super::Scope;
use crate::case::{Case, Confirmed, Intent, RequestValues};
use crate::contract::{ClauseId, ClauseTarget, Isolation};
use crate::generate::simpler;
use crate::spec::Pointer;

/// Simpler values of one parameter that are proposed.
const MOST_OF_PARAMETER: usize = 64;

/// A case that gets simpler step by step: [`ValueTree::simplify`] takes the current case for failing and
/// proposes a simpler one, [`ValueTree::complicate`] takes it for passing and proposes another.
#[derive(Debug)]
pub struct Tree<'a> {
    scope: Scope<'a>,
    /// The simplest case that is known to fail.
    best: Case,
    /// What is proposed, if anything is.
    proposed: Option<Case>,
    queue: VecDeque<RequestValues>,
    /// Hashes of the values that were looked at.
    tried: HashSet<u64>,
    /// The clause of the body that must stay broken.
    fault: Option<ClauseId>,
    /// Whether it broke alone.
    isolation: Isolation,
    /// Whether any request will do, valid or not: a crash is a crash.
    any_intent: bool,
}

impl<'a> Tree<'a> {
    /// The simplifications of a case; `None` where it was not generated from values.
    pub fn new(scope: Scope<'a>, case: &Case, any_intent: bool) -> Option<Self> {
        let values = case.values.as_ref().filter(|values| values.mutation.is_none())?;
        let of_body = |id: &ClauseId| matches!(scope.gate.operation.clauses().get(*id).place, ClauseTarget::Body(_));
        let confirmed = scope.gate.confirm(values.clone(), case.intent, case.clause);
        let mut tree = Self {
            scope,
            best: case.clone(),
            proposed: None,
            queue: VecDeque::new(),
            tried: HashSet::from([hash(values)]),
            fault: case.clause.filter(of_body).filter(|_| matches!(case.intent, Intent::Invalid(_))),
            isolation: confirmed.map_or(Isolation::Missed, |confirmed| confirmed.isolation()),
            any_intent,
        };
        tree.refill();
        Some(tree)
    }

    fn refill(&mut self) {
        self.queue.clear();
        let (Some(values), baseline) = (&self.best.values, self.scope.baseline) else { return };
        let mut proposals: Vec<RequestValues> = Vec::new();
        if values.parameters != baseline.parameters {
            proposals.push(RequestValues { parameters: baseline.parameters.clone(), ..values.clone() });
            for (index, plain) in baseline.parameters.iter().enumerate() {
                if values.parameters.get(index) != Some(plain) {
                    let mut simpler = values.clone();
                    simpler.parameters[index].clone_from(plain);
                    proposals.push(simpler);
                }
            }
            proposals.extend(self.simpler_parameters(values));
        }
        if let (Some((index, value)), Some((plain_index, plain))) = (&values.body, &baseline.body) {
            let kept = self.kept(*index);
            if index == plain_index {
                let bodies = simpler(value, plain, kept.as_ref());
                proposals.extend(
                    bodies.into_iter().map(|body| RequestValues { body: Some((*index, body)), ..values.clone() }),
                );
            }
            // A crash on an invalid request may have nothing to do with what is invalid.
            if self.any_intent && kept.is_some() && index == plain_index {
                let bodies = simpler(value, plain, None);
                proposals.extend(
                    bodies.into_iter().map(|body| RequestValues { body: Some((*index, body)), ..values.clone() }),
                );
            }
        }
        self.queue.extend(proposals);
    }

    /// The values with one of the parameters that are objects or arrays made simpler.
    fn simpler_parameters(&self, values: &RequestValues) -> Vec<RequestValues> {
        let mut found = Vec::new();
        for (index, (value, plain)) in values.parameters.iter().zip(&self.scope.baseline.parameters).enumerate() {
            let empty = match value {
                Some(Value::Object(_)) => Value::Object(serde_json::Map::new()),
                Some(Value::Array(_)) => Value::Array(Vec::new()),
                _ => continue,
            };
            let (Some(value), false) = (value, value == plain) else { continue };
            let of = simpler(value, plain.as_ref().unwrap_or(&empty), None).into_iter();
            found.extend(of.take(MOST_OF_PARAMETER).map(|simpler| {
                let mut values = values.clone();
                values.parameters[index] = Some(simpler);
                values
            }));
        }
        found
    }

    /// The node of the body that the case is about.
    fn kept(&self, index: usize) -> Option<Pointer> {
        let clause = self.scope.gate.operation.clauses().get(self.fault?);
        if clause.place != ClauseTarget::Body(index) || clause.instance.tokens().any(|token| token == "*") {
            return None;
        }
        let missing = clause.subject.as_ref().filter(|_| clause.keyword == "required");
        Some(missing.map_or_else(|| clause.instance.clone(), |name| clause.instance.join(name)))
    }

    /// Proposes the next simpler case that is worth a request.
    fn advance(&mut self) -> bool {
        while let Some(values) = self.queue.pop_front() {
            if !self.tried.insert(hash(&values)) {
                continue;
            }
            if self.best.values.as_ref().is_some_and(|best| self.weight(&values) > self.weight(best)) {
                continue;
            }
            if let Some(case) = self.case(values) {
                self.proposed = Some(case);
                return true;
            }
        }
        self.proposed = None;
        false
    }

    /// How far values are from the baseline: the number that differ, then how much there is of it.
    fn weight(&self, values: &RequestValues) -> (usize, usize) {
        (super::difference(values, self.scope.baseline).kinds.len(), size(values))
    }

    /// The case of simpler values; `None` where it would not show the same.
    fn case(&self, values: RequestValues) -> Option<Case> {
        let Scope { gate, .. } = self.scope;
        if self.loses_fault(&values) {
            return None;
        }
        let best = &self.best;
        if let Ok(confirmed) = gate.confirm(values.clone(), best.intent, best.clause)
            && confirmed.isolation() <= self.isolation
            // What may be refused for more than the case shows something else.
            && (best.doubtful || best.intent != Intent::Valid || !confirmed.is_doubtful())
        {
            return Some(self.simpler(best.clone(), confirmed));
        }
        if !self.any_intent || self.fault.is_none() {
            return None;
        }
        let confirmed = gate.confirm(values, Intent::Valid, None).ok()?;
        let valid = Case { intent: Intent::Valid, clause: None, expected: None, ..best.clone() };
        Some(self.simpler(valid, confirmed))
    }

    /// The case with a simpler request.
    fn simpler(&self, case: Case, confirmed: Confirmed) -> Case {
        // A plan doubts for reasons of its own, too.
        let doubtful = case.doubtful || confirmed.is_doubtful();
        let also_broken = confirmed.also_broken().to_vec();
        let (request, values) = confirmed.into_parts();
        let mut generated = case.generated;
        if let (Some(generated), Some((media, value))) = (&mut generated, values.media(self.scope.gate.operation))
            && media.schema == Some(generated.schema)
        {
            generated.value.clone_from(value);
        }
        let is_plainest = case.intent == Intent::Valid && values == *self.scope.baseline;
        Case { request, values: Some(values), is_plainest, generated, doubtful, also_broken, ..case }
    }

    /// Whether the values lack that of the parameter that the case is about: then they break nothing any more.
    fn loses_fault(&self, values: &RequestValues) -> bool {
        let best = self.best.values.as_ref();
        let about = self.best.clause.map(|id| &self.scope.gate.operation.clauses().get(id).place);
        match about {
            Some(ClauseTarget::Parameter(index)) if self.best.intent != Intent::Valid => {
                best.is_none_or(|best| best.parameters.get(*index) != values.parameters.get(*index))
            }
            _ => false,
        }
    }
}

impl ValueTree for Tree<'_> {
    type Value = Case;

    fn current(&self) -> Case {
        self.proposed.clone().unwrap_or_else(|| self.best.clone())
    }

    fn simplify(&mut self) -> bool {
        if let Some(failing) = self.proposed.take() {
            self.best = failing;
            if self.best.intent == Intent::Valid {
                self.fault = None;
            }
            self.refill();
        }
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.proposed = None;
        self.advance()
    }
}

/// A key that distinguishes values.
fn hash(values: &RequestValues) -> u64 {
    let mut hasher = DefaultHasher::new();
    values.hash(&mut hasher);
    hasher.finish()
}

/// How much there is in the values.
fn size(values: &RequestValues) -> usize {
    let parameters: usize = values.parameters.iter().flatten().map(|value| value.to_string().len() + 8).sum();
    parameters + values.body.as_ref().map_or(0, |(_, value)| of_value(value))
}

fn of_value(value: &Value) -> usize {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, child)| name.len() + 8 + of_value(child)).sum::<usize>() + 2
        }
        Value::Array(items) => items.iter().map(|item| of_value(item) + 4).sum::<usize>() + 2,
        Value::String(text) => text.chars().count() + 2,
        other => other.to_string().len(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::case::{Fault, Gate};
    use crate::contract::{Contract, Validators};
    use crate::fixtures::Fixtures;
    use crate::spec::{Document, LoadOptions};
    use crate::wire::Credentials;

    #[test]
    fn a_simpler_case_breaks_and_doubts_what_it_does_itself() {
        let text = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /things:
    post:
      parameters: [{name: q, in: query, schema: {type: object, properties: {a: {type: object}}}}]
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [a], properties: {a: {type: integer, maximum: 5, multipleOf: 2}, b: {type: string}}}
      responses: {'204': {description: done}}
";
        let document = Document::from_text(Path::new("t.yaml"), text.into(), LoadOptions::default());
        let contract = Contract::compile(document.expect("YAML")).expect("a contract");
        let validators = Validators::new(contract.schemas.clone());
        let fixtures = Fixtures::default();
        let operation = &contract.operations[0];
        let gate = Gate { contract: &contract, operation, validators: &validators, fixtures: &fixtures };
        let clause = operation.clauses().iter().find(|(_, clause)| clause.keyword == "maximum").map(|(id, _)| id);
        let values = |query: Option<Value>, body: Value| RequestValues {
            parameters: vec![query],
            body: Some((0, body)),
            credentials: Credentials::default(),
            mutation: None,
        };
        let baseline = values(None, json!({"a": 2}));
        let scope = Scope { gate, baseline: &baseline };
        let intent = Intent::Invalid(Fault::Validation);
        let both = gate.confirm(values(None, json!({"a": 7, "b": "c"})), intent, clause).expect("a fault");
        let (request, sent) = both.clone().into_parts();
        let case = Case {
            clause,
            also_broken: both.also_broken().to_vec(),
            values: Some(sent),
            ..crate::testing::case(intent, request)
        };
        assert_eq!((case.also_broken.len(), case.doubtful), (1, false));
        let tree = Tree::new(scope, &case, false).expect("a tree");
        let simpler = tree.case(values(None, json!({"a": 6}))).expect("a simpler case");
        assert!(simpler.also_broken.is_empty() && !simpler.doubtful, "{simpler:?}");
        let doubtful = tree.case(values(Some(json!({"a": {"b": 1}})), json!({"a": 6}))).expect("a simpler case");
        assert!(doubtful.doubtful, "{doubtful:?}");
    }
}
