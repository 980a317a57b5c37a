//! The document's own faults: what is surely wrong with it, whatever a server does.
//!
//! Reading a document tells the faults of its structure. This adds those that take its schemas: examples that break
//! them, schemas that nothing satisfies, lists with values that are never allowed, and references to nowhere in
//! parts that no operation reaches. Matters of taste are none of its business, nor are parts that nothing uses:
//! another document may refer to them.

mod example;
mod paths;
mod reference;
mod satisfiable;

use crate::contract::{Contract, Diagnostic, DiagnosticKind, Validators};

/// Looks for the faults that reading does not find, and adds them to [`Contract::diagnostics`], in the document's
/// own order.
pub fn complete(contract: &mut Contract) {
    let validators = Validators::new(contract.schemas.clone());
    let mut found = reference::to_nowhere(&mut contract.document);
    // A reference that reading stumbled on was told with what is made of it.
    found.retain(|fault| !contract.diagnostics.iter().any(|known| known.location == fault.location));
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
        fault.kind != DiagnosticKind::Unsupported && !reference::is_withheld(&mut contract.document, fault)
    });
    faults
}
