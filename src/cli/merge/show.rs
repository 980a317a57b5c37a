//! What is joined, for people.

use serde_json::Value;

use super::value::{items, number, text};
use crate::report::markdown::{code, plain};
use crate::report::{Coverage, Paint, count, escape};

/// Root causes that are listed.
const MOST: usize = 100;

/// A line a root cause, then the totals.
pub(super) fn text_of(whole: &Value, paint: Paint) -> String {
    let mut lines = Vec::new();
    for cause in causes(whole).take(MOST) {
        let example = &cause["example"];
        let is_error = example["severity"] == "error";
        let rule = escape(text(example, "rule")).into_owned();
        let rule = if is_error { paint.bad(rule) } else { paint.warn(rule) };
        lines.push(format!(
            "{rule}  {}  {}\n    {}",
            operations(cause),
            place(example),
            escape(text(example, "message"))
        ));
    }
    let more = causes(whole).count().saturating_sub(MOST);
    if more > 0 {
        lines.push(format!("… {} more; --format json has all", count(more, "finding")));
    }
    let totals = &whole["totals"];
    let of = |name: &str, noun: &str| count(number(totals, name) as usize, noun);
    let word = match text(whole, "verdict") {
        "conforms" => paint.good("PASS"),
        "fails" => paint.bad("FAIL"),
        "unfinished" => paint.warn("INTERRUPTED"),
        _ => paint.warn("UNTESTED"),
    };
    let coverage = Coverage::read(whole);
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(format!(
        "{word}  operations: {} passed, {} failed, {} untestable; {}, {}, {} of the documents",
        number(totals, "passed"),
        number(totals, "failed"),
        number(totals, "untestable"),
        of("findings", "error"),
        of("warnings", "warning"),
        of("omissions", "omission"),
    ));
    lines.push(format!("{} clauses exercised, {} documented statuses seen", coverage.clauses, coverage.statuses));
    lines.push(format!("{}; repeat with --seed {}", of("requests", "request"), number(whole, "seed")));
    lines.join("\n")
}

/// The same as a page of Markdown.
pub(super) fn markdown(whole: &Value) -> String {
    let mut page = format!("# conform: {}\n\n{}\n", text(whole, "verdict"), Coverage::read(whole).markdown());
    let mut rows = causes(whole).take(MOST).peekable();
    if rows.peek().is_some() {
        page.push_str("| rule | where | what |\n|---|---|---|\n");
    }
    for cause in rows {
        let example = &cause["example"];
        let cells = [
            code(text(example, "rule")),
            format!("{} ({})", code(&operations(cause)), code(&place(example))),
            plain(text(example, "message")),
        ];
        // A bar would end a cell.
        page.push_str(&format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
    }
    page
}

fn causes(whole: &Value) -> impl Iterator<Item = &Value> {
    items(whole, "contracts").iter().flat_map(|contract| items(contract, "root_causes"))
}

/// The operation of the example, and how many others show it.
fn operations(cause: &Value) -> String {
    let operation = &cause["example"]["operation"];
    let more = match number(cause, "operations") {
        0 | 1 => String::new(),
        more => format!(" and {} more", more - 1),
    };
    format!("{} {}{more}", escape(text(operation, "method")), escape(text(operation, "path")))
}

fn place(finding: &Value) -> String {
    let clause = &finding["clause"];
    format!("{}:{}", escape(text(clause, "file")), number(clause, "line"))
}
