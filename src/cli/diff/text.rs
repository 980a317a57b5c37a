//! For people: changes by operation, those that break with the lines that do it.

use super::totals;
use crate::check::Severity;
use crate::compare::{Change, Comparison, Effect};
use crate::report::{Paint, Snippet, escape};
use crate::text::ellipsis;

/// Longer values are cut.
const LONGEST_EVIDENCE: usize = 400;

pub(super) fn show(comparison: &Comparison<'_>, paint: Paint, hide_compatible: bool) -> String {
    let mut text = String::new();
    for (operation, changes) in comparison.by_operation() {
        let shown: Vec<&&Change> =
            changes.iter().filter(|change| !(hide_compatible && change.effect == Effect::Compatible)).collect();
        if shown.is_empty() {
            continue;
        }
        text.push_str(&paint.strong(escape(operation.unwrap_or("the whole document"))));
        text.push('\n');
        for change in shown {
            text.push_str(&of(comparison, change, paint));
        }
        text.push('\n');
    }
    let word = match (comparison.changes.is_empty(), comparison.count(Effect::Breaking)) {
        (true, _) => return format!("{}  no change of the contract\n", paint.good("SAME")),
        (false, 0) => paint.good("COMPATIBLE"),
        (false, _) => paint.bad("BREAKING"),
    };
    text.push_str(&format!("{word}  changes: {}\n", totals(comparison)));
    text
}

fn of(comparison: &Comparison<'_>, change: &Change, paint: Paint) -> String {
    let effect = match change.effect {
        Effect::Breaking => paint.bad(format!("{:<10}", "breaking")),
        Effect::Unknown => paint.warn(format!("{:<10}", "unknown")),
        Effect::Compatible => paint.good(format!("{:<10}", "compatible")),
    };
    let (old, new) = (comparison.old.place(&change.old), comparison.new.place(&change.new));
    let subject = escape(&change.subject).into_owned();
    if change.effect == Effect::Compatible {
        let places = paint.faint(format!("{} -> {}", escape(&old), escape(&new)));
        return format!("  {effect}  {subject}: {}\n              {places}\n", escape(&change.message));
    }
    let mut snippet = Snippet::new(comparison.new, &change.new, Severity::Error, &change.message);
    snippet.code = Some(format!("{effect}  {subject}"));
    if change.effect == Effect::Unknown {
        snippet.severity = Severity::Warning;
    }
    let mut text = snippet.draw(paint);
    text.push_str(&format!("  {}  {}\n", paint.faint("before"), escape(&old)));
    if let Some(evidence) = &change.evidence {
        text.push_str(&format!("  {} {}\n", paint.faint("example"), escape(&shortened(&evidence.to_string()))));
    }
    text
}

pub(super) fn shortened(text: &str) -> String {
    ellipsis::end(text, LONGEST_EVIDENCE).into_owned()
}
