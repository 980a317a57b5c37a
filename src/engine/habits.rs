//! Refusals of what the document allows, where it has no word on the matter: whether a target refuses such a thing
//! wherever it is tried, so that the document should say so, or at one place alone, which is the target's own slip.

use std::collections::{BTreeMap, BTreeSet};

mod spot;

use super::event::{OperationSummary, Verdict};
use super::judge::LateFinding;
use crate::case::RequestValues;
use crate::check::Policy;
use crate::contract::{ClauseTarget, Contract, Operation};
use crate::finding::{Finding, Place};
use crate::rule::Severity;
use crate::spec::SourceLocation;
pub(super) use spot::{Least, Spot, Variation, is_blank, is_open, leaves_characters_open, leaves_text_open};

/// What a document would have to say for a refusal to be right.
#[derive(Clone, Debug)]
pub(super) struct Omission {
    /// Where it shows.
    pub spot: Spot,
    /// The keyword that is missing, and where it would stand.
    pub keyword: &'static str,
    pub location: SourceLocation,
    /// What to do there.
    pub add: String,
    /// Whether the refusal shows by itself that the target means it.
    pub is_meant: bool,
}

/// A refusal that holds, of what the document should rule out if it is meant so.
#[derive(Debug)]
pub(super) struct LeftOut {
    /// The finding as one of the target.
    pub late: LateFinding,
    pub omission: Omission,
    /// By what all findings of one omission are known.
    pub manner: String,
}

/// An operation that is finished but for what is left out.
#[derive(Debug)]
pub(super) struct Undecided {
    pub summary: OperationSummary,
    pub left_out: Vec<LeftOut>,
}

/// Where a target has taken variations, and where it has refused them, over the operations of one contract.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// With the first operation that took it.
    taken: BTreeMap<Spot, usize>,
    refused: BTreeSet<(Spot, usize)>,
    undecided: Vec<Undecided>,
}

/// What the refusals of a variation show.
enum Shown<'h> {
    /// The target refuses it as a rule.
    Habit,
    /// It takes it elsewhere: where, and in which operation.
    Slip(&'h Spot, usize),
    /// It was tried at one place alone.
    Alone,
}

impl Habits {
    /// Takes the valid cases of an operation that were accepted.
    pub fn take<'v>(
        &mut self,
        contract: &Contract,
        operation: usize,
        accepted: impl Iterator<Item = &'v RequestValues>,
    ) {
        let accepted: Vec<&RequestValues> = accepted.collect();
        for spot in Spot::all_of(contract, &contract.operations[operation], &accepted) {
            self.taken.entry(spot).or_insert(operation);
        }
    }

    /// Keeps an operation until all are tested.
    pub fn put_off(&mut self, undecided: Undecided) {
        let operation = undecided.summary.operation;
        self.refused.extend(undecided.left_out.iter().map(|left_out| (left_out.omission.spot.clone(), operation)));
        self.undecided.push(undecided);
    }

    /// Fails an operation that was put off, if it is one.
    pub fn fail(&mut self, operation: usize) {
        let mut all = self.undecided.iter_mut();
        if let Some(undecided) = all.find(|undecided| undecided.summary.operation == operation) {
            undecided.summary.verdict = Verdict::Fails;
        }
    }

    /// The operations that were put off, with their findings.
    pub fn decide(&mut self, contract: &Contract, policy: &Policy) -> Vec<(OperationSummary, Vec<LateFinding>)> {
        let undecided = std::mem::take(&mut self.undecided);
        let decided = undecided.into_iter().map(|Undecided { summary, left_out }| {
            let operation = &contract.operations[summary.operation];
            let decide = |left_out| self.told(contract, operation, policy, left_out);
            (summary, left_out.into_iter().map(decide).collect())
        });
        decided.collect()
    }

    fn told(&self, contract: &Contract, operation: &Operation, policy: &Policy, left_out: LeftOut) -> LateFinding {
        let LeftOut { late, omission, manner } = left_out;
        let Omission { spot, keyword, location, add, is_meant } = omission;
        let LateFinding { finding, case, exchange } = late;
        let place = Place::new(&contract.document, location, keyword);
        let at = format!("at {}:{}", place.file().name, place.position().line);
        let shown = if is_meant { Shown::Habit } else { self.shown(contract, case.operation, &spot) };
        let finding = match shown {
            Shown::Habit => {
                let finding = finding.with_severity(Severity::Warning).of_habit(manner);
                let mut finding = Finding { place, help: Some(format!("{add} {at}")), is_of_document: true, ..finding };
                let status = exchange.result.as_ref().ok().map(|response| response.status);
                policy.grades(operation, status, &mut finding);
                finding
            }
            Shown::Slip(other, by) => {
                let Operation { method, path, .. } = &contract.operations[by];
                let node = match spot.variation {
                    Variation::Undeclared => String::new(),
                    _ => format!("`{}` of ", other.name),
                };
                let place = Place::new(&contract.document, other.location.clone(), "");
                let (file, line) = (&place.file().name, place.position().line);
                let message =
                    format!("{}; the like is accepted in {node}{method} {path} ({file}:{line})", finding.message);
                Finding { message, ..finding }
            }
            Shown::Alone => Finding { help: Some(format!("accept it, or {add} {at}")), ..finding },
        };
        LateFinding { finding, case, exchange }
    }

    /// What the refusals at a spot and at others like it show. One slip is at one place, of one operation or of one schema;
    /// a habit shows at several: at all that were tried, at all of the same name, or at no fewer than take it.
    fn shown(&self, contract: &Contract, operation: usize, spot: &Spot) -> Shown<'_> {
        let is_alike = |other: &Spot| other.variation == spot.variation && other.is_in_body == spot.is_in_body;
        let refused: Vec<&(Spot, usize)> = self.refused.iter().filter(|(other, _)| is_alike(other)).collect();
        let nodes: BTreeSet<&Spot> = refused.iter().map(|(other, _)| other).collect();
        let taken: Vec<(&Spot, &usize)> = self.taken.iter().filter(|(other, _)| is_alike(other)).collect();
        let has_name = |other: &Spot| !other.name.is_empty() && other.name == spot.name;
        let namesake = taken.iter().find(|(other, _)| has_name(other));
        let beside = taken.iter().find(|(_, by)| **by == operation);
        let nearest = namesake.or(beside).or(taken.first());
        let Some(elsewhere) = self.taken.get_key_value(spot).or(nearest.copied()) else {
            return if nodes.len() > 1 { Shown::Habit } else { Shown::Alone };
        };
        let is_of_name = namesake.is_none() && nodes.iter().filter(|other| has_name(other)).count() > 1;
        let is_most = nodes.len() > 1 && nodes.len() >= taken.len();
        let is_habit = is_of_name
            || is_most
            || spot.variation == Variation::Missing && spot.is_in_body && requires_nothing(contract);
        if is_habit && !self.taken.contains_key(spot) { Shown::Habit } else { Shown::Slip(elsewhere.0, *elsewhere.1) }
    }
}

/// Whether no property of any body is required: then the document says nothing by not requiring one.
fn requires_nothing(contract: &Contract) -> bool {
    let mut sites = contract.operations.iter().flat_map(|operation| &operation.clauses().sites);
    !sites.any(|site| {
        matches!(site.place, ClauseTarget::Body(_)) && !contract.schemas.get(site.schema).required.is_empty()
    })
}
