//! One page that needs nothing else: root causes first, then what was not tested, all operations, what was gone through of
//! them, and the documents themselves.

mod document;
mod page;
mod seen;

use std::collections::HashMap;

use indexmap::IndexSet;

use super::count::{count, thousands};
use super::coverage::Kind;
use super::totals;
use super::view::{CauseView, ClauseView, ContractView, OperationView, PlaceView, View};
use crate::engine::Verdict;
use crate::rule::Severity;
use page::{fill, lines, section, sentence, table, text as html};

/// The report as text.
pub(super) fn text(view: &View) -> String {
    let totals = view.totals();
    let word = view.verdict.as_str();
    let class = if matches!(word, "fails" | "conforms") { word } else { "untested" };
    let names: Vec<&str> = view.contracts.iter().map(|contract| contract.name.as_str()).collect();
    let mut facts = vec![names.join(", ")];
    facts.extend(view.contracts.first().map(|contract| contract.target.clone()));
    facts.push(count(totals.requests, "request"));
    facts.push(format!("seed {}", view.seed));
    let causes = view.ranked();
    fill(&[
        ("title", html(&format!("conform: {word} · {}", names.join(", ")))),
        ("class", class.to_owned()),
        ("verdict", word.to_owned()),
        ("totals", html(&totals::sentence(&totals))),
        ("facts", html(&facts.join(" · "))),
        ("coverage", html(&coverage(view))),
        ("kinds", kinds(view, &causes)),
        ("findings", findings(&causes, &document::places(view))),
        ("untested", format!("{}{}", accepted(view), not_tested(view))),
        ("operations", operations(view)),
        ("seen", format!("{}{}", seen::resources(view), seen::unexercised(view))),
        ("documents", document::documents(view, &causes)),
        ("latency", seen::latency(view)),
    ])
}

/// What there is any of, in a line.
fn coverage(view: &View) -> String {
    let all = Kind::ALL.map(|kind| (kind, view.coverage.share(kind)));
    let some = all.iter().filter(|(_, share)| share.total > 0);
    let parts: Vec<String> = some.map(|(kind, share)| format!("{} {share}", kind.name())).collect();
    format!("exercised: {}", parts.join(", "))
}

/// A button a kind of which there is any: what is shown.
fn kinds(view: &View, causes: &[&CauseView]) -> String {
    let found = |severity| causes.iter().filter(|cause| cause.example.severity == severity).count();
    let operations = |wanted: &str| {
        let all = view.contracts.iter().flat_map(|contract| &contract.operations);
        all.filter(|operation| outcome(operation).0 == wanted).count()
    };
    let kinds = [
        ("error", "findings", found(Severity::Error)),
        ("warning", "warnings", found(Severity::Warning)),
        ("fails", "failed", operations("fails")),
        ("conforms", "passed", operations("conforms")),
        ("untested", "untested", operations("untested")),
    ];
    let button = |(kind, name, count): &(&str, &str, usize)| {
        let count = thousands(*count);
        format!("<button type=\"button\" data-kinds=\"{kind}\" aria-pressed=\"false\">{name} {count}</button>\n")
    };
    kinds.iter().filter(|(_, _, count)| *count > 0).map(button).collect()
}

/// Root causes by severity, what the document leaves out last.
fn findings(causes: &[&CauseView], lines: &HashMap<&str, String>) -> String {
    let of = |severity, is_of_document| -> String {
        let is_it = |cause: &CauseView| cause.example.severity == severity && cause.is_of_document() == is_of_document;
        let numbered = causes.iter().enumerate().filter(|(_, cause)| is_it(cause));
        numbered.map(|(number, cause)| finding(number, cause, lines.get(cause.fingerprint.as_str()))).collect()
    };
    [
        section("Findings", &of(Severity::Error, false)),
        section("Warnings", &of(Severity::Warning, false)),
        section("Left out of the documents", &of(Severity::Warning, true)),
    ]
    .concat()
}

fn finding(number: usize, cause: &CauseView, line: Option<&String>) -> String {
    let finding = &cause.example;
    let at = cause.places.first().map(|first| named(first, &finding.clause)).unwrap_or_default();
    let mut text = format!(
        "<details data-item data-kind=\"{severity}\" id=\"f{number}\">\n<summary><strong class=\"{severity}\">{}</strong> {}<br><span class=\"faint\">{} · {}</span></summary>\n",
        html(finding.rule()),
        sentence(&finding.message),
        html(&at),
        count(cause.cases, "case"),
        severity = finding.severity.name(),
    );
    let excerpt = finding.told.document();
    if !excerpt.is_empty() {
        let button = line.map(|line| format!(" <button type=\"button\" data-to=\"{line}\">show it there</button>"));
        let button = button.unwrap_or_default();
        text.push_str(&format!("<h3>document{button}</h3>\n<pre>{}</pre>\n", lines(&excerpt)));
    }
    for row in &finding.told.evidence {
        text.push_str(&format!("<h3>{}</h3>\n<pre>{}</pre>\n", html(&row.label), lines(&row.lines.join("\n"))));
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

fn place(place: &PlaceView) -> String {
    named(place, &place.clause)
}

/// `METHOD /path (file:line)`.
fn named(of: &PlaceView, at: &ClauseView) -> String {
    format!("{} ({})", of.operation.title(), at.named())
}

/// What a baseline accepts.
fn accepted(view: &View) -> String {
    let rows: String = view
        .contracts
        .iter()
        .flat_map(ContractView::accepted)
        .map(|(operation, finding)| {
            let at = html(&finding.clause.named());
            let cells = [html(finding.rule()), html(&operation.title()), sentence(&finding.message), at];
            let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<tr data-item>{cells}</tr>\n")
        })
        .collect();
    table("Accepted", "<th>rule</th><th>operation</th><th>what</th><th>where</th>", &rows)
}

fn not_tested(view: &View) -> String {
    let rows: String = view
        .contracts
        .iter()
        .flat_map(|contract| {
            contract.untested.iter().map(|one| {
                let (contract, operation) = (html(&contract.name), html(&one.operation));
                format!(
                    "<tr data-item data-kind=\"untested\"><td>{contract}</td><td>{operation}</td><td>{}</td></tr>\n",
                    sentence(&one.reason)
                )
            })
        })
        .collect();
    table("Not tested", "<th>contract</th><th>operation</th><th>why</th>", &rows)
}

fn operations(view: &View) -> String {
    let rows: String = view
        .contracts
        .iter()
        .flat_map(|contract| contract.operations.iter().map(|operation| row(contract, operation)))
        .collect();
    let numbers =
        ["cases", "clauses", "valid accepted", "findings"].map(|name| format!("<th class=\"number\">{name}</th>"));
    let columns = format!("<th>verdict</th><th>contract</th><th>operation</th>{}", numbers.concat());
    table("Operations", &columns, &rows)
}

/// The class and the word of an operation's verdict.
fn outcome(operation: &OperationView) -> (&'static str, &'static str) {
    match operation.verdict {
        Some(Verdict::Conforms) => ("conforms", "pass"),
        Some(Verdict::Fails) => ("fails", "fail"),
        Some(Verdict::Untestable) => ("untested", "untested"),
        None => ("untested", "not finished"),
    }
}

fn row(contract: &ContractView, operation: &OperationView) -> String {
    let (class, word) = outcome(operation);
    let (clauses, valid) = (&operation.clauses, operation.valid_cases);
    let numbers = [
        thousands(operation.cases),
        format!("{}/{}", clauses.exercised, clauses.total),
        format!("{}/{}", valid.accepted, valid.sent),
        thousands(contract.bugs_of(operation, Severity::Error)),
    ];
    let numbers = numbers.map(|number| format!("<td class=\"number\">{number}</td>"));
    format!(
        "<tr data-item data-kind=\"{class}\"><td class=\"{class}\">{word}</td><td>{}</td><td>{}</td>{}</tr>\n",
        html(&contract.name),
        html(&operation.title()),
        numbers.concat()
    )
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
