//! For people: changes by operation, those that break with the lines that do it.

use super::totals::totals;
use crate::compare::{Comparison, Effect};
use crate::finding::Finding;
use crate::report::{Paint, escape, full, short};

pub(super) fn show(comparison: &Comparison<'_>, paint: Paint, hide_compatible: bool) -> String {
    let mut text = String::new();
    for (operation, changes) in comparison.by_operation() {
        let (compatible, others): (Vec<&Finding>, Vec<&Finding>) =
            changes.into_iter().partition(|change| Effect::of(change) == Effect::Compatible);
        if others.is_empty() && hide_compatible {
            continue;
        }
        let operation = operation.map_or_else(|| "the whole document".to_owned(), ToString::to_string);
        text.push_str(&paint.strong(escape(&operation)));
        text.push_str("\n\n");
        for change in others {
            text.push_str(&full(paint, change));
            text.push('\n');
        }
        if !hide_compatible && !compatible.is_empty() {
            compatible.into_iter().for_each(|change| text.push_str(&format!("{}\n", short(paint, change))));
            text.push('\n');
        }
    }
    let word = match (comparison.changes.is_empty(), comparison.count(Effect::Breaking)) {
        (true, _) => return format!("{}  no change of the contract\n", paint.good("SAME")),
        (false, 0) => paint.good("COMPATIBLE"),
        (false, _) => paint.bad("BREAKING"),
    };
    text.push_str(&format!("{word}  changes: {}\n", totals(comparison)));
    text
}
