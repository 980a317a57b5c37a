//! The document's own faults: what is surely wrong with it, whatever a server does.
//!
//! Reading a document tells the faults of its structure. This adds those that take its schemas: examples that break
//! them, schemas that nothing satisfies or that misuse the keywords of their dialect, lists with values that are never
//! allowed, and references to nowhere in parts that no operation reaches. Matters of taste are none of its business, nor
//! is a part that nothing uses: another document may refer to it.

mod example;
pub mod metaschema;
mod paths;
mod reference;
mod satisfiable;

use std::cmp::Reverse;
use std::collections::HashSet;

use indexmap::IndexMap;

use crate::contract::{Contract, Diagnostic, DiagnosticKind, Dialect, Validators};

/// Looks for the faults that reading does not find, and adds them to [`Contract::diagnostics`], in the document's
/// own order.
pub fn complete(contract: &mut Contract) {
    let validators = Validators::new(contract.schemas.clone());
    let mut found = reference::to_nowhere(&mut contract.document);
    // A reference that reading stumbled on was told with what is made of it.
    found.retain(|fault| !contract.diagnostics.iter().any(|known| known.location == fault.location));
    let misused = metaschema::faults(contract);
    // A keyword that reading stumbled on is told here, with the rule.
    let places: HashSet<_> = misused.iter().map(|fault| &fault.location).collect();
    contract.diagnostics.retain(|known| known.kind != DiagnosticKind::Schema || !places.contains(&known.location));
    found.extend(misused);
    found.extend(paths::faults(contract));
    found.extend(example::faults(contract, &validators));
    found.extend(satisfiable::faults(contract, &validators));
    let document = &contract.document;
    contract.diagnostics.append(&mut found);
    contract.diagnostics.sort_by_cached_key(|fault| {
        let position = document.position(&fault.location);
        (fault.location.file, position.line, position.column, fault.message.clone())
    });
    contract.diagnostics.dedup();
}

/// The sure faults among a document's diagnostics: what conform cannot do, and what it was not allowed to load, is
/// no fault of the document.
pub fn faults(contract: &mut Contract) -> Vec<Diagnostic> {
    let mut faults = contract.diagnostics.clone();
    faults.retain(|fault| {
        fault.kind != DiagnosticKind::Unsupported
            && !reference::is_withheld(&mut contract.document, fault)
            && !may_lack_responses(contract, fault)
            && !is_loose_pattern(contract, fault)
    });
    faults
}

/// The diagnostics of a document for a short list: those that say the same are one, with the number of their places,
/// and faults stand before warnings.
pub fn gathered(contract: &Contract) -> Vec<(&Diagnostic, usize)> {
    let mut by_message: IndexMap<(DiagnosticKind, &str), (&Diagnostic, usize)> = IndexMap::new();
    for fault in &contract.diagnostics {
        by_message.entry((fault.kind, &fault.message)).or_insert((fault, 0)).1 += 1;
    }
    let mut gathered: Vec<_> = by_message.into_values().collect();
    gathered.sort_by_key(|(fault, _)| Reverse(fault.kind.severity()));
    gathered
}

/// Whether a run that overlooks nothing fails for the document itself.
pub fn is_faulty(contract: &Contract) -> bool {
    counted(contract) > 0
}

/// The faults of the document itself for which a run fails that overlooks nothing.
pub fn counted(contract: &Contract) -> usize {
    contract.diagnostics.iter().filter(|fault| fault.kind != DiagnosticKind::Unsupported).count()
}

/// An operation without `responses` can be judged by nothing, which is worth telling; from 3.1 on it is no fault
/// (OpenAPI 3.1, section 4.8.10).
fn may_lack_responses(contract: &Contract, fault: &Diagnostic) -> bool {
    contract.dialect == Dialect::OpenApi31
        && fault.message.ends_with("no answer can be judged")
        && contract.document.get(&fault.location).is_some_and(|operation| operation.get("responses").is_none())
}

/// A pattern that conform cannot read may still be one by the older, looser grammar (ECMA-262, annex B); one whose
/// brackets do not close is none by any.
fn is_loose_pattern(contract: &Contract, fault: &Diagnostic) -> bool {
    let written = contract.document.get(&fault.location);
    let key = fault.location.pointer.parent().map(|(_, name)| name.into_owned());
    let pattern = written.and_then(serde_json::Value::as_str).map(str::to_owned).or(key).unwrap_or_default();
    fault.kind == DiagnosticKind::Pattern && closes(&pattern)
}

/// Whether every group and class of a pattern is closed, and nothing is escaped at its end.
fn closes(pattern: &str) -> bool {
    let (mut groups, mut in_class, mut escaped) = (0_usize, false, false);
    for character in pattern.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if !in_class => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => groups += 1,
            ')' if !in_class => match groups.checked_sub(1) {
                Some(open) => groups = open,
                None => return false,
            },
            _ => {}
        }
    }
    groups == 0 && !in_class && !escaped
}
