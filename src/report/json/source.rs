//! The shape of a document's files, with what was exercised and broken of them: what a page for people shows.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use serde::Serialize;

use crate::contract::{ClauseId, ClauseTarget};
use crate::engine::ContractResult;
use crate::rule::Severity;
use crate::spec::{Pointer, SourceFile, SourceLocation};

/// Of documents that are longer in bytes, all files together, nobody reads a page.
const LONGEST: usize = 2 << 20;

/// A file of a document. Lines count from 1.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct SourceModel {
    file: String,
    /// Its text; that of one line is laid out over several.
    text: String,
    /// The lines of clauses of requests that some operation had exercised.
    exercised: BTreeSet<u32>,
    /// Those of clauses that no operation had exercised.
    unexercised: BTreeSet<u32>,
    /// Where errors of the target are.
    broken: BTreeSet<BrokenModel>,
}

/// A line that the target breaks.
#[derive(Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BrokenModel {
    line: u32,
    /// The fingerprint of the root cause.
    root_cause: String,
}

impl SourceModel {
    /// The files that clauses of what was tested stand in; none where they are too long.
    pub(super) fn all(result: &ContractResult) -> Vec<Self> {
        let files = result.contract.document.files();
        if files.iter().map(|file| file.text.len()).sum::<usize>() > LONGEST {
            return Vec::new();
        }
        let files: Vec<Arc<SourceFile>> = files.iter().map(laid_out).collect();
        let at = |location: &SourceLocation| {
            let file = location.file.0 as usize;
            (file, files[file].key_span(&location.pointer).start.line)
        };
        let (mut exercised, mut unexercised) = (BTreeSet::new(), BTreeSet::new());
        for (index, operation) in &result.operations {
            let Some(described) = result.contract.operations.get(*index) else { continue };
            let summary = operation.summary.as_ref();
            let not: HashSet<ClauseId> =
                summary.iter().flat_map(|summary| &summary.unexercised).map(|(id, _)| *id).collect();
            let clauses = described.clauses().iter();
            // What of a response may be judged, nobody counts.
            for (id, clause) in clauses.filter(|(_, clause)| !matches!(clause.place, ClauseTarget::Response(_))) {
                let is_exercised = summary.is_some() && !not.contains(&id);
                (if is_exercised { &mut exercised } else { &mut unexercised }).insert(at(&clause.location));
            }
        }
        let mut broken = BTreeSet::new();
        let causes = result.root_causes();
        let errors = causes.iter().filter(|cause| cause.severity == Severity::Error);
        for (cause, place) in errors.flat_map(|cause| cause.places.iter().map(move |place| (cause, place))) {
            let (file, line) = at(&place.group.finding.place.location);
            broken.insert((file, BrokenModel { line, root_cause: cause.fingerprint() }));
        }
        unexercised.retain(|line| !exercised.contains(line));
        let lines = |of: &BTreeSet<(usize, u32)>, own: usize| {
            of.iter().filter(|(file, _)| *file == own).map(|(_, line)| *line).collect()
        };
        let source = |(own, file): (usize, &Arc<SourceFile>)| Self {
            file: file.name.clone(),
            text: file.text.clone(),
            exercised: lines(&exercised, own),
            unexercised: lines(&unexercised, own),
            broken: broken.iter().filter(|(file, _)| *file == own).map(|(_, broken)| broken.clone()).collect(),
        };
        let is_met = |source: &Self| !(source.exercised.is_empty() && source.unexercised.is_empty());
        files.iter().enumerate().map(source).filter(is_met).collect()
    }
}

/// A file that is one line of JSON, a member a line; any other as it is.
fn laid_out(file: &Arc<SourceFile>) -> Arc<SourceFile> {
    let is_laid_out = file.text.trim_end().contains('\n');
    let value = file.get(&Pointer::root()).filter(|_| !is_laid_out);
    let text = value.and_then(|value| serde_json::to_string_pretty(value).ok());
    let again = text.and_then(|text| SourceFile::parse(file.path.clone(), file.name.clone(), text).ok());
    again.map_or_else(|| file.clone(), Arc::new)
}
