//! The simplifications of one failing case, as proptest's [`ValueTree`].

use std::collections::{HashSet, VecDeque};

use proptest::strategy::ValueTree;
use serde_json::Value;

use super::{Scope, candidates};
use crate::case::{Case, Fault, Intent, RequestValues};
use crate::contract::{ClauseId, ClausePlace, Direction, MediaType, PayloadKind, SchemaId};
use crate::generate::{Hit, hit};
use crate::spec::Pointer;
use crate::wire::{is_surely_invalid, xml::is_surely_valid as is_surely_valid_xml};

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
    tried: HashSet<RequestValues>,
    /// The clause that must stay broken, and how well it did.
    fault: Option<(ClauseId, Hit)>,
    /// Whether any request will do, valid or not: a crash is a crash.
    any_intent: bool,
}

impl<'a> Tree<'a> {
    /// The simplifications of a case; `None` where it was not generated from values.
    pub fn new(scope: Scope<'a>, case: &Case, any_intent: bool) -> Option<Self> {
        let draft = case.values.as_ref()?;
        let mut tree = Self {
            scope,
            best: case.clone(),
            proposed: None,
            queue: VecDeque::new(),
            tried: HashSet::from([draft.clone()]),
            fault: None,
            any_intent,
        };
        tree.fault = tree.hit_of(case.clause, draft).filter(|_| matches!(case.intent, Intent::Invalid(_)));
        tree.refill();
        Some(tree)
    }

    /// The simplest case that is known to fail.
    pub fn best(&self) -> &Case {
        &self.best
    }

    /// How the body of a draft stands to a clause of a body.
    fn hit_of(&self, clause: Option<ClauseId>, draft: &RequestValues) -> Option<(ClauseId, Hit)> {
        let id = clause?;
        let clause = self.scope.operation.clauses().get(id);
        let (ClausePlace::Body(index), Some((sent, value))) = (&clause.place, &draft.body) else { return None };
        let schema = self.scope.operation.body.as_ref()?.content.get(*index)?.schema?;
        let violations = self.scope.validators.violations(schema, Direction::Request, value);
        (index == sent).then(|| (id, hit(clause, &violations)))
    }

    fn refill(&mut self) {
        self.queue.clear();
        let (Some(draft), base) = (&self.best.values, self.scope.base) else { return };
        let mut drafts: Vec<RequestValues> = Vec::new();
        if draft.parameters != base.parameters {
            drafts.push(RequestValues { parameters: base.parameters.clone(), ..draft.clone() });
            for (index, plain) in base.parameters.iter().enumerate() {
                if draft.parameters.get(index) != Some(plain) {
                    let mut simpler = draft.clone();
                    simpler.parameters[index].clone_from(plain);
                    drafts.push(simpler);
                }
            }
        }
        if let (Some((index, value)), Some((plain_index, plain))) = (&draft.body, &base.body) {
            let kept = self.kept(*index);
            if index == plain_index {
                let bodies = candidates::simpler(value, plain, kept.as_ref());
                drafts.extend(
                    bodies.into_iter().map(|body| RequestValues { body: Some((*index, body)), ..draft.clone() }),
                );
            }
            // A crash on an invalid request may have nothing to do with what is invalid.
            if self.any_intent && kept.is_some() && index == plain_index {
                let bodies = candidates::simpler(value, plain, None);
                drafts.extend(
                    bodies.into_iter().map(|body| RequestValues { body: Some((*index, body)), ..draft.clone() }),
                );
            }
        }
        self.queue.extend(drafts);
    }

    /// The node of the body that the case is about.
    fn kept(&self, index: usize) -> Option<Pointer> {
        let (id, _) = self.fault?;
        let clause = self.scope.operation.clauses().get(id);
        if clause.place != ClausePlace::Body(index) || clause.instance.tokens().any(|token| token == "*") {
            return None;
        }
        let missing = clause.subject.as_ref().filter(|_| clause.keyword == "required");
        Some(missing.map_or_else(|| clause.instance.clone(), |name| clause.instance.join(name)))
    }

    /// Proposes the next simpler case that is worth a request.
    fn advance(&mut self) -> bool {
        while let Some(draft) = self.queue.pop_front() {
            if !self.tried.insert(draft.clone()) {
                continue;
            }
            if self.best.values.as_ref().is_some_and(|best| self.weight(&draft) > self.weight(best)) {
                continue;
            }
            if let Some(case) = self.case(draft) {
                self.proposed = Some(case);
                return true;
            }
        }
        self.proposed = None;
        false
    }

    /// How far a draft is from the plainest one: the number of values that differ, then how much there is of it.
    fn weight(&self, draft: &RequestValues) -> (usize, usize) {
        (super::difference(draft, self.scope.base).kinds.len(), size(draft))
    }

    /// The case of a draft; `None` where it would not show the same.
    fn case(&self, draft: RequestValues) -> Option<Case> {
        let request = draft.request(self.scope.operation, self.scope.validators.schemas())?;
        let mut case = Case { request, ..self.best.clone() };
        if let (Some(generated), Some((_, value))) = (&mut case.generated, &draft.body) {
            generated.value.clone_from(value);
        }
        if self.loses_fault(&draft) {
            return None;
        }
        let is_valid = self.is_valid(&draft);
        match self.best.intent {
            Intent::Invalid(Fault::Validation) if self.fault.is_some() => {
                let now = self.hit_of(case.clause, &draft).filter(|_| self.is_surely_invalid(&draft));
                if now.is_some_and(|(_, hit)| hit <= self.fault.map_or(Hit::Missed, |(_, hit)| hit)) {
                    case.values = Some(draft);
                    return Some(case);
                }
                if !self.any_intent || !is_valid {
                    return None;
                }
                case.intent = Intent::Valid;
                case.clause = None;
                case.also_broken.clear();
                case.expected = None;
            }
            _ if !is_valid => return None,
            _ => {}
        }
        case.values = Some(draft);
        Some(case)
    }

    /// Whether a draft lacks the value of the parameter that the case is about: then it breaks nothing any more.
    fn loses_fault(&self, draft: &RequestValues) -> bool {
        let best = self.best.values.as_ref();
        let about = self.best.clause.map(|id| &self.scope.operation.clauses().get(id).place);
        match about {
            Some(ClausePlace::Parameter(index)) if self.best.intent != Intent::Valid => {
                best.is_none_or(|best| best.parameters.get(*index) != draft.parameters.get(*index))
            }
            _ => false,
        }
    }

    /// Whether the body keeps its schema; parameters are those of the case or plain ones.
    fn is_valid(&self, draft: &RequestValues) -> bool {
        self.body(draft).is_none_or(|(media, schema, value)| match media.kind() {
            PayloadKind::Xml => is_surely_valid_xml(self.scope.validators, schema, value),
            _ => self.scope.validators.is_valid(schema, Direction::Request, value),
        })
    }

    /// Whether the body breaks its schema in whatever way a server reads it.
    fn is_surely_invalid(&self, draft: &RequestValues) -> bool {
        self.body(draft)
            .is_some_and(|(media, schema, value)| is_surely_invalid(self.scope.validators, media, schema, value))
    }

    fn body<'d>(&self, draft: &'d RequestValues) -> Option<(&'a MediaType, SchemaId, &'d Value)> {
        let (index, value) = draft.body.as_ref()?;
        let media = self.scope.operation.body.as_ref()?.content.get(*index)?;
        Some((media, media.schema?, value))
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

/// How much there is in a draft.
fn size(draft: &RequestValues) -> usize {
    let parameters: usize = draft.parameters.iter().flatten().map(|value| value.to_string().len() + 8).sum();
    parameters + draft.body.as_ref().map_or(0, |(_, value)| of_value(value))
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
