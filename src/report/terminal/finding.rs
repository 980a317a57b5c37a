//! One finding as a person reads it.

use crate::contract::{ClausePlace, Clauses, Contract, Operation};
use crate::execute::{Answer, Sent};
use crate::plan::Origin;
use crate::report::body::glance;
use crate::report::text::{count, escape, escape_lines};
use crate::report::words::{shorten, status};
use crate::report::{Group, Paint, Snippet};
use crate::spec::Pointer;

/// Response header fields that tell why an answer is what it is; the others are noise here.
const NOTABLE: [&str; 6] = ["content-type", "location", "allow", "retry-after", "www-authenticate", "content-encoding"];
const LONGEST_URL: usize = 400;
const LONGEST_FIELD: usize = 160;
const MOST_FIELDS: usize = 16;
const LONGEST_CURL: usize = 3_000;
const MOST_DIFF_LINES: usize = 60;
const LABEL: usize = 12;

/// The whole finding: the document's line, what was sent, what came, what was acceptable, how to repeat it.
pub(super) fn full(paint: Paint, contract: &Contract, operation: &Operation, group: &Group) -> String {
    let finding = &group.finding;
    let mut snippet = Snippet::new(contract, &finding.location, finding.severity, &finding.message);
    snippet.code = Some(format!("{} · {}", finding.check, origin(contract, operation, group)));
    snippet.label = escape(&finding.keyword).into_owned();
    let mut text = snippet.draw(paint);
    let mut labelled = |label: &str, lines: &[String]| {
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            text.push_str(&format!("  {}{line}\n", paint.faint(format_args!("{label:LABEL$}"))));
        }
    };
    if let Some(diff) = &finding.diff {
        labelled("diff", &diff_lines(paint, diff));
    }
    labelled("sent", &sent(&group.exchange.sent, focus(contract, operation, group).as_ref()));
    labelled("came", &came(&group.exchange.outcome));
    labelled("acceptable", &[escape(&finding.acceptable).into_owned()]);
    labelled("case", &[case(group)]);
    labelled("repeat", &[curl(&group.exchange.sent)]);
    text
}

/// The finding in two lines.
pub(super) fn short(paint: Paint, contract: &Contract, operation: &Operation, group: &Group) -> String {
    let finding = &group.finding;
    format!(
        "  {} {} · {}\n    {}; acceptable: {}; for example: {}",
        paint.warn(finding.check),
        escape(&contract.place(&finding.location)),
        origin(contract, operation, group),
        escape(&finding.message),
        escape(&finding.acceptable),
        escape(&group.case.name),
    )
}

/// A unified diff, a line for each line, in the colours that diffs have everywhere.
fn diff_lines(paint: Paint, diff: &str) -> Vec<String> {
    let kept = diff.lines().take(MOST_DIFF_LINES);
    let mut lines: Vec<String> = kept.map(|line| paint.diff(&shorten(&escape(line), LONGEST_FIELD))).collect();
    let more = diff.lines().count().saturating_sub(MOST_DIFF_LINES);
    if more > 0 {
        lines.push(format!("… {}", count(more, "more line")));
    }
    lines
}

fn origin(contract: &Contract, operation: &Operation, group: &Group) -> String {
    let flaky = group
        .finding
        .flaky
        .map_or_else(String::new, |(shown, tries)| format!(" · flaky: it showed in {shown} of {tries} tries"));
    format!("{} {} · {}{flaky}", escape(&contract.name), escape(&operation.id), count(group.count, "case"))
}

/// The place in the request's body that the case is about.
fn focus(contract: &Contract, operation: &Operation, group: &Group) -> Option<Pointer> {
    let id = group.case.clause?;
    let clauses = Clauses::of(operation, &contract.schemas);
    let clause = clauses.all.get(id.0 as usize)?;
    matches!(clause.place, ClausePlace::Body(_)).then(|| clause.instance.clone())
}

fn sent(sent: &Sent, focus: Option<&Pointer>) -> Vec<String> {
    let mut lines = vec![format!("{} {}", escape(&sent.method), shorten(&escape(&sent.url), LONGEST_URL))];
    let told: Vec<_> = sent.headers.iter().filter(|(name, value)| !is_own(name, value)).collect();
    lines.extend(told.iter().take(MOST_FIELDS).map(|(name, value)| field(name, value)));
    if told.len() > MOST_FIELDS {
        lines.push(format!("… {}", count(told.len() - MOST_FIELDS, "more field")));
    }
    if let Some(body) = &sent.body {
        lines.extend(glance(body, focus).lines);
    }
    lines
}

/// Whether every request carries this field, so that it tells nothing about the one at hand.
fn is_own(name: &str, value: &str) -> bool {
    match name {
        "accept" => value == "*/*",
        "user-agent" => value.starts_with("conform/"),
        "content-length" => true,
        _ => false,
    }
}

fn came(outcome: &Result<Answer, crate::execute::Failure>) -> Vec<String> {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(failure) => return vec![format!("no answer: {}", escape(&failure.to_string()))],
    };
    let mut lines = vec![status(answer.status)];
    let notable = answer.headers.iter().filter(|(name, _)| NOTABLE.contains(&name.as_str()));
    lines.extend(notable.take(MOST_FIELDS).map(|(name, value)| field(name, value)));
    lines.extend(glance(&answer.body, None).lines);
    lines
}

fn field(name: &str, value: &str) -> String {
    format!("{}: {}", escape(name), shorten(&escape(value), LONGEST_FIELD))
}

fn case(group: &Group) -> String {
    let case = &group.case;
    let author = match case.origin {
        Origin::Regression => "kept from an earlier run",
        Origin::Fixture => "written by a person",
        Origin::Example => "the document's own example",
        Origin::Edge => "a value at an edge",
        Origin::Fault => "a single fault",
        Origin::Protocol => "a fault of the protocol",
        Origin::Random => "chance",
    };
    let at = case.written_at.as_ref().map_or_else(String::new, |at| format!(", {}", escape(at)));
    format!("{} ({}, {author}{at})", escape(&case.name), case.intent.name())
}

fn curl(sent: &Sent) -> String {
    let line = escape_lines(&sent.curl());
    let length = line.chars().count();
    if length <= LONGEST_CURL {
        return line;
    }
    let start: String = line.chars().take(200).collect();
    format!("{start}… ({length} characters; --format json has the request)")
}
