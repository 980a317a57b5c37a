//! For machines: every change with both places.

use serde::Serialize;

use crate::compare::{Comparison, Effect};
use crate::report::json::{FindingModel, printable};

#[derive(Serialize)]
struct Diff<'a> {
    schema_version: u32,
    old: &'a str,
    new: &'a str,
    breaking: usize,
    unknown: usize,
    compatible: usize,
    changes: Vec<FindingModel>,
}

pub(super) fn show(comparison: &Comparison<'_>, hide_compatible: bool) -> String {
    let is_shown = |effect: Effect| !(hide_compatible && effect == Effect::Compatible);
    let changes = comparison.changes.iter().filter(|change| is_shown(Effect::of(change)));
    let diff = Diff {
        schema_version: 2,
        old: &comparison.old.document.files()[0].name,
        new: &comparison.new.document.files()[0].name,
        breaking: comparison.count(Effect::Breaking),
        unknown: comparison.count(Effect::Unknown),
        compatible: comparison.count(Effect::Compatible),
        changes: changes.map(FindingModel::of).collect(),
    };
    printable(&serde_json::to_string_pretty(&diff).unwrap_or_default())
}
