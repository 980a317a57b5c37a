//! For machines: every change with both places.

use serde::Serialize;
use serde_json::Value;

use crate::compare::{Change, Comparison, Effect};
use crate::contract::Contract;
use crate::report::json::printable;
use crate::spec::Location;

#[derive(Serialize)]
struct Diff<'a> {
    schema_version: u32,
    old: &'a str,
    new: &'a str,
    breaking: usize,
    unknown: usize,
    compatible: usize,
    changes: Vec<ChangeModel<'a>>,
}

#[derive(Serialize)]
struct ChangeModel<'a> {
    effect: Effect,
    /// `POST /path`; `null` where the whole document is meant.
    operation: Option<&'a str>,
    subject: &'a str,
    rule: &'a str,
    message: &'a str,
    old: Place,
    new: Place,
    /// A value that one document allows and the other refuses.
    evidence: Option<&'a Value>,
}

/// A node of a document; line and column count from 1.
#[derive(Serialize)]
struct Place {
    file: String,
    line: u32,
    column: u32,
    pointer: String,
}

impl Place {
    fn of(contract: &Contract, location: &Location) -> Self {
        let position = contract.document.position(location);
        Self {
            file: contract.document.file(location.file).name.clone(),
            line: position.line,
            column: position.column,
            pointer: location.pointer.as_str().to_owned(),
        }
    }
}

pub(super) fn show(comparison: &Comparison<'_>, hide_compatible: bool) -> String {
    let model = |change: &'_ Change| !(hide_compatible && change.effect == Effect::Compatible);
    let changes = comparison.changes.iter().filter(|change| model(change)).map(|change| ChangeModel {
        effect: change.effect,
        operation: change.operation.as_deref(),
        subject: &change.subject,
        rule: change.rule.id,
        message: &change.message,
        old: Place::of(comparison.old, &change.old),
        new: Place::of(comparison.new, &change.new),
        evidence: change.evidence.as_ref(),
    });
    let diff = Diff {
        schema_version: 1,
        old: &comparison.old.document.files()[0].name,
        new: &comparison.new.document.files()[0].name,
        breaking: comparison.count(Effect::Breaking),
        unknown: comparison.count(Effect::Unknown),
        compatible: comparison.count(Effect::Compatible),
        changes: changes.collect(),
    };
    printable(&serde_json::to_string_pretty(&diff).unwrap_or_default())
}
