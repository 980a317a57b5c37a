//! The document's own faults: what is surely wrong with it, whatever a server does.
//!
//! Reading a document reports the faults of its structure. This adds those that take its schemas: examples that break
//! them, schemas that nothing satisfies or that misuse the keywords of their dialect, an `enum` with values that are
//! never allowed, and broken references in parts that no operation reaches. It reports neither style nor unused parts,
//! which another document may refer to.

mod example;
pub mod metaschema;
mod overlap;
mod paths;
mod reference;
mod satisfiable;

use std::cmp::Reverse;
use std::collections::HashSet;

use indexmap::IndexMap;

use crate::contract::{Contract, Diagnostic, Dialect, Operation, PatternReading, Validators, rule};
use crate::finding::{Finding, OperationName, Place};
use crate::rule::{Rule, Severity};
use crate::spec::{Document, SourceLocation};

/// The rules of documents: those that compiling finds broken, and those that take the document's schemas.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let own: [&Rule; 6] = [
        &example::EXAMPLE,
        &example::ENUM_TYPE,
        &overlap::OVERLAP,
        &paths::PATH_TWICE,
        &paths::PATH_PARAMETER_OPTIONAL,
        &satisfiable::UNSATISFIABLE,
    ];
    rule::ALL.iter().copied().chain(metaschema::rule::ALL).chain(own)
}

/// All faults of a document in its own order: those that reading found ([`Contract::diagnostics`]), and those that it
/// does not look for. Files that nothing needed until now are loaded into `document`, a copy of the contract's.
fn faults(contract: &Contract, document: &mut Document) -> Vec<Diagnostic> {
    let validators = Validators::new(contract.schemas.clone());
    let mut found = reference::to_nowhere(document);
    // Reading has reported broken references already.
    found.retain(|fault| !contract.diagnostics.iter().any(|known| known.location == fault.location));
    let misused = metaschema::faults(document, &contract.version);
    // A keyword that reading could not use is reported here, with the rule.
    let is_fault = |fault: &&Diagnostic| !metaschema::rule::is_for_nothing(fault.rule);
    let places: HashSet<_> = misused.iter().filter(is_fault).flat_map(|fault| with_holders(&fault.location)).collect();
    let is_reported = |known: &Diagnostic| known.rule != &rule::SCHEMA_KEYWORD || !places.contains(&known.location);
    let mut faults: Vec<Diagnostic> = contract.diagnostics.iter().filter(|known| is_reported(known)).cloned().collect();
    found.extend(misused);
    found.extend(paths::faults(contract));
    found.extend(example::faults(contract, &validators));
    found.extend(overlap::faults(contract, &validators));
    found.extend(satisfiable::faults(contract, &validators));
    faults.append(&mut found);
    faults.sort_by_cached_key(|fault| {
        let position = document.position(&fault.location);
        (fault.location.file, position.line, position.column, fault.message.clone())
    });
    faults.dedup();
    faults
}

/// A node, and those around it that a keyword whose value holds it may be.
fn with_holders(location: &SourceLocation) -> impl Iterator<Item = SourceLocation> + use<> {
    const DEEPEST: usize = 2;
    let holder = |at: &SourceLocation| Some(SourceLocation { file: at.file, pointer: at.pointer.parent()?.0 });
    std::iter::successors(Some(location.clone()), holder).take(1 + DEEPEST)
}

/// All that is known of a document, as findings in its own order: faults and warnings, and as notes what conform cannot
/// do, what it was not allowed to load and what may be meant.
pub fn findings(contract: &Contract) -> Vec<Finding> {
    let mut document = contract.document.clone();
    let faults = faults(contract, &mut document);
    faults.iter().map(|fault| finding(contract, &document, fault)).collect()
}

/// Findings of a document for a short list: those that say the same are one, with the number of their places, and faults
/// stand before warnings.
pub fn gathered(findings: &[Finding]) -> Vec<(&Finding, usize)> {
    let mut by_message: IndexMap<(&Rule, &str), (&Finding, usize)> = IndexMap::new();
    for finding in findings {
        by_message.entry((finding.rule, &finding.message)).or_insert((finding, 0)).1 += 1;
    }
    let mut gathered: Vec<_> = by_message.into_values().collect();
    gathered.sort_by_key(|(finding, _)| Reverse(finding.severity));
    gathered
}

/// Those of them that reading the document found ([`Contract::diagnostics`]).
pub fn noted(contract: &Contract) -> Vec<Finding> {
    contract.diagnostics.iter().map(|fault| finding(contract, &contract.document, fault)).collect()
}

fn finding(contract: &Contract, document: &Document, fault: &Diagnostic) -> Finding {
    let place = Place::new(document, fault.location.clone(), "");
    let is_about =
        |operation: &&Operation| fault.location == operation.location || fault.location.is_inside(&operation.location);
    let finding = Finding::new(fault.rule, place, &*fault.message, &fault.manner);
    let is_open = may_lack_responses(contract, fault) || is_loose_pattern(document, fault);
    Finding {
        operation: contract.operations.iter().find(is_about).map(OperationName::of),
        severity: if is_open { Severity::Note } else { finding.severity },
        ..finding
    }
}

/// The number of faults of the document itself for which a run fails that overlooks nothing.
pub fn counted(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.rule != &rule::UNSUPPORTED).count()
}

/// An operation without `responses` can be judged by nothing, which is worth reporting; from 3.1 on it is no fault
/// (OpenAPI 3.1, section 4.8.10).
fn may_lack_responses(contract: &Contract, fault: &Diagnostic) -> bool {
    contract.dialect == Dialect::OpenApi31
        && fault.rule == &rule::NO_RESPONSES
        && contract.document.get(&fault.location).is_some_and(|operation| operation.get("responses").is_none())
}

/// A pattern that conform cannot judge by may still be one by the older, looser grammar (ECMA-262, annex B).
fn is_loose_pattern(document: &Document, fault: &Diagnostic) -> bool {
    let written = document.get(&fault.location);
    let key = fault.location.pointer.parent().map(|(_, name)| name.into_owned());
    let pattern = written.and_then(serde_json::Value::as_str).map(str::to_owned).or(key).unwrap_or_default();
    fault.rule == &rule::PATTERN && PatternReading::of(&pattern) != PatternReading::Broken
}
