//! One page that needs nothing else: root causes first, then what was not tested, then all operations.

mod page;

use std::io;

use indexmap::IndexSet;

use super::count::{count, thousands};
use super::terminal::finding::evidence;
use super::{Paint, Setting, totals, untested, verdict};
use crate::engine::{CausePlace, ContractResult, OperationResult, Outcome, Results, RootCause, Verdict};
use crate::finding::Place;
use crate::report::ranked::ranked;
use crate::rule::Severity;
use page::{fill, lines, sentence, text as html};

/// The report as text.
pub(super) fn text(results: &Results, setting: &Setting) -> io::Result<String> {
    let totals = results.totals();
    let word = verdict(results, results.outcome.unwrap_or(Outcome::Untestable));
    let class = if matches!(word, "fails" | "conforms") { word } else { "untested" };
    let names: Vec<&str> = results.contracts.iter().map(|result| result.contract.name.as_str()).collect();
    let mut facts = vec![names.join(", ")];
    facts.extend(results.contracts.first().map(|result| result.target.clone()));
    facts.push(count(totals.requests, "request"));
    facts.push(format!("seed {}", setting.seed));
    Ok(fill(&[
        ("title", html(&format!("conform: {word} · {}", names.join(", ")))),
        ("class", class.to_owned()),
        ("verdict", word.to_owned()),
        ("totals", html(&totals::sentence(&totals))),
        ("facts", html(&facts.join(" · "))),
        ("findings", findings(&ranked(results))),
        ("untested", not_tested(results)),
        ("operations", operations(results)),
    ]))
}

fn section(heading: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<section>\n<h2>{heading}</h2>\n{content}</section>\n") }
}

/// Root causes by severity, what the document leaves out last.
fn findings(causes: &[RootCause<'_>]) -> String {
    let of = |severity, is_of_document| -> String {
        let all = causes.iter();
        let all = all.filter(|cause| cause.severity == severity && cause.is_of_document() == is_of_document);
        all.map(finding).collect()
    };
    [
        section("Findings", &of(Severity::Error, false)),
        section("Warnings", &of(Severity::Warning, false)),
        section("Left out of the documents", &of(Severity::Warning, true)),
    ]
    .concat()
}

fn finding(cause: &RootCause<'_>) -> String {
    let finding = cause.example();
    let at = cause.places.first().map(|first| named(first, &finding.place)).unwrap_or_default();
    let mut text = format!(
        "<details data-item>\n<summary><strong class=\"{}\">{}</strong> {}<br><span class=\"faint\">{} · {}</span></summary>\n",
        cause.severity.name(),
        html(finding.rule.id),
        sentence(&finding.message),
        html(&at),
        count(cause.cases(), "case"),
    );
    for (label, rows) in evidence(Paint::Plain, finding) {
        text.push_str(&format!("<h3>{}</h3>\n<pre>{}</pre>\n", html(label), lines(&rows.join("\n"))));
    }
    let mut places: IndexSet<String> = cause.places.iter().map(place).collect();
    places.shift_remove_index(0);
    if !places.is_empty() {
        let items: String = places.iter().map(|place| format!("<li>{}</li>\n", html(place))).collect();
        text.push_str(&format!("<h3>also in</h3>\n<ul>\n{items}</ul>\n"));
    }
    text.push_str("</details>\n");
    text
}

fn place(place: &CausePlace<'_>) -> String {
    named(place, &place.group.finding.place)
}

/// `METHOD /path (file:line)`.
fn named(of: &CausePlace<'_>, at: &Place) -> String {
    format!("{} ({}:{})", untested::title(of.operation), at.file().name, at.position().line)
}

fn not_tested(results: &Results) -> String {
    let rows: String = results
        .contracts
        .iter()
        .flat_map(|result| {
            untested::of(result).into_iter().map(|one| {
                let (contract, operation) = (html(&result.contract.name), html(&one.operation));
                format!("<tr data-item><td>{contract}</td><td>{operation}</td><td>{}</td></tr>\n", sentence(one.reason))
            })
        })
        .collect();
    table("Not tested", "<th>contract</th><th>operation</th><th>why</th>", &rows)
}

fn operations(results: &Results) -> String {
    let rows: String = results
        .contracts
        .iter()
        .flat_map(|result| result.operations.iter().filter_map(|(index, operation)| row(result, *index, operation)))
        .collect();
    let numbers =
        ["cases", "clauses", "valid accepted", "findings"].map(|name| format!("<th class=\"number\">{name}</th>"));
    let columns = format!("<th>verdict</th><th>contract</th><th>operation</th>{}", numbers.concat());
    table("Operations", &columns, &rows)
}

fn table(heading: &str, columns: &str, rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    section(heading, &format!("<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"))
}

fn row(result: &ContractResult, index: usize, operation: &OperationResult) -> Option<String> {
    let (class, word) = match operation.verdict(result.finished) {
        Some(Verdict::Conforms) => ("conforms", "pass"),
        Some(Verdict::Fails) => ("fails", "fail"),
        Some(Verdict::Untestable) => ("untested", "untested"),
        None => ("untested", "not finished"),
    };
    let summary = operation.summary.as_ref();
    let (clauses, valid) = summary.map_or_else(Default::default, |summary| {
        let valid = summary.valid;
        (format!("{}/{}", summary.exercised, summary.clauses), format!("{}/{}", valid.accepted, valid.sent))
    });
    let numbers =
        [thousands(operation.judged), clauses, valid, thousands(result.root_causes_of(index, Severity::Error))];
    let numbers = numbers.map(|number| format!("<td class=\"number\">{number}</td>"));
    Some(format!(
        "<tr data-item><td class=\"{class}\">{word}</td><td>{}</td><td>{}</td>{}</tr>\n",
        html(&result.contract.name),
        html(&untested::title(result.contract.operations.get(index)?)),
        numbers.concat()
    ))
}

#[cfg(test)]
mod tests {
    use crate::report::format::Format;
    use crate::report::testing;

    fn body(page: &str) -> &str {
        let (_, body) = page.split_once("<body>").expect("a body");
        body.split_once("<script>").expect("a script").0
    }

    #[test]
    fn a_failing_run() {
        let text = testing::written(Format::Html, |listener| testing::failing_run(listener));
        testing::assert_clean(&text);
        insta::assert_snapshot!(body(&text));
    }

    #[test]
    fn a_run_that_could_not_be_tested() {
        let text = testing::written(Format::Html, |listener| testing::untestable_run(listener));
        insta::assert_snapshot!(body(&text));
    }
}
