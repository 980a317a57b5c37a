//! What a run comes to, in a sentence.

use super::count::{count, thousands};
use crate::engine::Totals;

/// Operations by verdict, errors and warnings by root cause.
pub(super) fn sentence(totals: &Totals) -> String {
    let Totals { passed, failed, untestable, unfinished, .. } = totals;
    let untested = match totals.failed_untested {
        0 => String::new(),
        number => format!(" ({} of them untested)", thousands(number)),
    };
    let mut operations = format!("{passed} passed, {failed} failed{untested}, {untestable} untestable");
    if *unfinished > 0 {
        operations.push_str(&format!(", {unfinished} not finished"));
    }
    let (errors, mut warnings) = (count(totals.errors, "error"), count(totals.warnings, "warning"));
    let among = match totals.error_operations {
        0 => String::new(),
        operations => format!(" in {}", count(operations, "operation")),
    };
    if totals.document > 0 {
        warnings.push_str(&format!(", {} of the documents", count(totals.document, "omission")));
    }
    format!("operations: {operations}; {errors}{among}, {warnings}")
}
