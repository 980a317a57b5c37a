//! For a pull request: a table an operation.

use super::totals::totals;
use crate::compare::{Comparison, Effect};
use crate::finding::Finding;
use crate::report::markdown;
use crate::text::ellipsis;
use crate::text::hidden::escape;

/// Longer values are cut.
const LONGEST_WITNESS: usize = 400;

pub(super) fn show(comparison: &Comparison<'_>, hide_compatible: bool) -> String {
    let heading = match (comparison.changes.is_empty(), comparison.count(Effect::Breaking)) {
        (true, _) => return "### No change of the contract\n".to_owned(),
        (false, 0) => "### No breaking change of the contract",
        (false, 1) => "### 1 breaking change of the contract",
        (false, count) => &format!("### {count} breaking changes of the contract"),
    };
    let mut text = format!("{heading}\n\n{}\n", totals(comparison));
    for (operation, changes) in comparison.by_operation() {
        let is_shown = |change: &&Finding| !(hide_compatible && Effect::of(change) == Effect::Compatible);
        let shown: Vec<&Finding> = changes.into_iter().filter(is_shown).collect();
        if shown.is_empty() {
            continue;
        }
        let operation =
            operation.map_or_else(|| "The whole document".to_owned(), |operation| code(&operation.to_string()));
        text.push_str(&format!("\n#### {operation}\n\n| | where | change | old | new |\n|---|---|---|---|---|\n"));
        for change in shown {
            let mark = match Effect::of(change) {
                Effect::Breaking => "❌ breaking",
                Effect::Unknown => "❔ unknown",
                Effect::Compatible => "✅ compatible",
            };
            let mut message = plain(&change.message);
            if let Some(value) = &change.evidence.witness {
                message.push_str(&format!(
                    "<br>for example {}",
                    code(&ellipsis::end(&value.to_string(), LONGEST_WITNESS))
                ));
            }
            let old = change.related.first().map(|before| before.place.to_string()).unwrap_or_default();
            let new = change.place.to_string();
            text.push_str(&format!(
                "| {mark} | {} | {message} | {} | {} |\n",
                plain(&change.subject),
                code(&old),
                code(&new)
            ));
        }
    }
    text
}

/// Words of our own around names of the document, which stand between backticks.
fn plain(text: &str) -> String {
    let text = escape(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('|', "\\|")
}

/// Code of a cell, which a bar would end.
fn code(text: &str) -> String {
    markdown::code(text).replace('|', "\\|")
}
