//! Markdown, for the summary of a job or a comment: the verdict, root causes with their places, what was not tested.

mod text;

pub use text::{block, code, plain};

use indexmap::IndexSet;

use super::count::{count, thousands};
use super::totals::sentence;
use super::view::{
    CauseView, ClauseView, ContractView, FindingView, OperationView, PlaceView, UnexercisedView, UntestedView, View,
};
use crate::rule::Severity;

/// Findings that are shown with what shows them; a summary of GitHub may have a megabyte.
const MOST_WHOLE: usize = 20;
/// Entries of one list.
const MOST_SHORT: usize = 100;
/// Other places of one finding that are named.
const MOST_PLACES: usize = 20;

/// The report as text.
pub(super) fn text(view: &View) -> String {
    let totals = view.totals();
    let word = view.verdict.as_str();
    let mark = match word {
        "conforms" => "✅",
        "fails" => "❌",
        _ => "❔",
    };
    let mut text = format!("# {mark} conform: {word}\n\n{}\n\n", sentence(&totals));
    let requests = count(totals.requests, "request");
    text.push_str(&format!("{requests}; repeat with `--seed {}`\n\n{}", view.seed, view.coverage.markdown()));
    let causes = view.ranked();
    let of = |severity, is_of_document| {
        let all = causes.iter().copied();
        all.filter(move |cause| cause.example.severity == severity && cause.is_of_document() == is_of_document)
    };
    section(&mut text, "Findings", &of(Severity::Error, false).enumerate().map(finding).collect::<Vec<_>>());
    section(&mut text, "Warnings", &of(Severity::Warning, false).map(line).collect::<Vec<_>>());
    section(&mut text, "Left out of the documents", &of(Severity::Warning, true).map(line).collect::<Vec<_>>());
    let accepted = view.contracts.iter().flat_map(ContractView::accepted);
    section(&mut text, "Accepted", &accepted.map(accepted_line).collect::<Vec<_>>());
    let untested = view.contracts.iter().flat_map(|contract| {
        let entry = |one: &UntestedView| {
            format!("- {} {}: {}\n", plain(&contract.name), code(&one.operation), plain(&one.reason))
        };
        contract.untested.iter().map(entry)
    });
    section(&mut text, "Not tested", &untested.collect::<Vec<_>>());
    not_exercised(&mut text, view);
    text
}

/// Clauses that were not exercised, by the reason.
fn not_exercised(text: &mut String, view: &View) {
    let reasons = view.unexercised();
    let clauses: usize = reasons.values().map(Vec::len).sum();
    if clauses == 0 {
        return;
    }
    text.truncate(text.trim_end().len());
    let were = if clauses == 1 { "was" } else { "were" };
    let clauses = count(clauses, "clause");
    text.push_str(&format!("\n\n<details><summary>{clauses} {were} not exercised</summary>\n\n"));
    for (reason, clauses) in reasons {
        let entry = |(operation, one): &(&OperationView, &UnexercisedView)| {
            let (operation, at) = (code(&operation.title()), code(&one.clause.named()));
            format!("{} of {operation} at {at}", plain(&one.description))
        };
        let entries: IndexSet<String> = clauses.iter().map(entry).collect();
        text.push_str(&format!("- {}: {}\n", plain(reason), listed(&entries)));
    }
    text.push_str("\n</details>\n");
}

fn section(text: &mut String, heading: &str, entries: &[String]) {
    if entries.is_empty() {
        return;
    }
    text.truncate(text.trim_end().len());
    text.push_str(&format!("\n\n## {heading}\n\n"));
    text.extend(entries.iter().take(MOST_SHORT).map(String::as_str));
    if let more @ 1.. = entries.len().saturating_sub(MOST_SHORT) {
        text.push_str(&format!("- … and {} more\n", thousands(more)));
    }
}

/// A finding with what shows it, or a line of it.
fn finding((index, cause): (usize, &CauseView)) -> String {
    if index >= MOST_WHOLE {
        return line(cause);
    }
    let finding = &cause.example;
    let mut text =
        format!("### {}. {} · {}\n\n{}\n", index + 1, code(finding.rule()), plain(&finding.message), at(cause));
    let others = others(cause);
    if !others.is_empty() {
        text.push_str(&format!("\nAlso in {}\n", listed(&others)));
    }
    let evidence = finding.told.evidence();
    if !evidence.is_empty() {
        let block = block(&evidence);
        text.push_str(&format!("\n<details><summary>What shows it</summary>\n\n{block}\n</details>\n\n"));
    }
    text
}

/// An entry of a list.
fn line(cause: &CauseView) -> String {
    let finding = &cause.example;
    let told = finding.help.as_deref().filter(|_| cause.is_of_document());
    let told = told.map_or_else(String::new, |help| format!("; {}", plain(help)));
    let others = others(cause);
    let also = if others.is_empty() { String::new() } else { format!("; also in {}", listed(&others)) };
    format!("- {} · {} · {}{told}{also}\n", code(finding.rule()), plain(&finding.message), at(cause))
}

/// An entry of what a baseline accepts.
fn accepted_line((operation, finding): (&OperationView, &FindingView)) -> String {
    let (rule, operation, at) = (code(finding.rule()), code(&operation.title()), code(&finding.clause.named()));
    format!("- {rule} · {} · {operation} at {at}\n", plain(&finding.message))
}

/// Where the example shows.
fn at(cause: &CauseView) -> String {
    cause.places.first().map(|first| named(first, &cause.example.clause)).unwrap_or_default()
}

/// The places beside the example's, each once.
fn others(cause: &CauseView) -> IndexSet<String> {
    let mut places: IndexSet<String> = cause.places.iter().map(place).collect();
    places.shift_remove_index(0);
    places
}

fn place(place: &PlaceView) -> String {
    named(place, &place.clause)
}

fn named(of: &PlaceView, at: &ClauseView) -> String {
    format!("{} at {}", code(&of.operation.title()), code(&at.named()))
}

fn listed(places: &IndexSet<String>) -> String {
    let shown: Vec<&str> = places.iter().take(MOST_PLACES).map(String::as_str).collect();
    match places.len().saturating_sub(MOST_PLACES) {
        0 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), thousands(more)),
    }
}

#[cfg(test)]
mod tests {
    use crate::report::format::Format;
    use crate::report::testing;

    #[test]
    fn a_failing_run() {
        let text = testing::written(Format::Markdown, |listener| testing::failing_run(listener));
        testing::assert_clean(&text);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_run_that_could_not_be_tested() {
        insta::assert_snapshot!(testing::written(Format::Markdown, |listener| testing::untestable_run(listener)));
    }
}
