//! One finding as a person reads it, whether a run, `conform lint` or `conform diff` found it.

use crate::case::{Case, Origin};
use crate::compare::Effect;
use crate::execute::{Exchange, Failure, Response, SentRequest};
use crate::finding::Finding;
use crate::report::body::glance;
use crate::report::count::count;
use crate::report::sequence;
use crate::report::words::status;
use crate::report::{Paint, Snippet};
use crate::rule::{Family, Severity};
use crate::spec::Pointer;
use crate::text::ellipsis::{end, middle};
use crate::text::hidden::{escape, escape_lines};

/// Response header fields that explain a response; the others are noise here.
const NOTABLE: [&str; 6] = ["content-type", "location", "allow", "retry-after", "www-authenticate", "content-encoding"];
const LONGEST_URL: usize = 400;
const LONGEST_FIELD: usize = 160;
const LONGEST_WITNESS: usize = 400;
const MOST_FIELDS: usize = 16;
const LONGEST_CURL: usize = 3_000;
const MOST_DIFF_LINES: usize = 60;
const LABEL: usize = 12;

/// The whole finding: the document's line, what shows it, what was expected, how to reproduce it.
pub fn full(paint: Paint, finding: &Finding) -> String {
    full_of(paint, finding, &Listed::default())
}

/// A finding as one of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listed {
    /// How many operations show it.
    pub operations: usize,
    /// Its place in the list, from 1.
    pub number: Option<usize>,
    /// The columns that there are.
    pub width: Option<usize>,
}

/// The whole finding, as the example of one that several operations show.
pub(super) fn full_of(paint: Paint, finding: &Finding, listed: &Listed) -> String {
    let mut text = excerpt_of(paint, finding, listed);
    for (label, lines) in evidence(paint, finding) {
        labelled(&mut text, paint, label, &lines);
    }
    text
}

/// The sentence and the document's line, as plain text.
pub(in crate::report) fn excerpt(finding: &Finding) -> String {
    excerpt_of(Paint::Plain, finding, &Listed::default())
}

fn excerpt_of(paint: Paint, finding: &Finding, listed: &Listed) -> String {
    let mut snippet = Snippet::within(&finding.place, finding.severity, &finding.message, listed.width);
    let number = listed.number.map_or_else(String::new, |number| format!("{number}. "));
    snippet.code = Some(format!("{number}{}{}", word(paint, finding), title(finding, listed.operations)));
    snippet.label = label(finding);
    snippet.draw(paint)
}

/// Whether the target has sent the request, so that nobody else can.
fn is_of_target(finding: &Finding) -> bool {
    finding.evidence.case.as_ref().is_some_and(|case| case.origin == Origin::Target)
}

/// What stands below the message: labels, and the lines that each has, safe to print.
pub(in crate::report) fn evidence(paint: Paint, finding: &Finding) -> Vec<(&'static str, Vec<String>)> {
    let mut all = Vec::new();
    let mut rows = |label: &'static str, lines: Vec<String>| all.push((label, lines));
    for related in &finding.related {
        rows(related.label, vec![escape(&related.place.to_string()).into_owned()]);
    }
    let evidence = &finding.evidence;
    if let Some(value) = &evidence.witness {
        rows("example", vec![escape(&end(&value.to_string(), LONGEST_WITNESS)).into_owned()]);
    }
    if let Some(difference) = &evidence.difference {
        rows("difference", difference_lines(paint, difference));
    }
    if evidence.sequence.len() > 1 {
        rows("steps", sequence::steps(&evidence.sequence));
    }
    if let Some(exchange) = &evidence.exchange {
        rows("request", request(&exchange.request, evidence.focus.as_ref()));
        rows("response", response(&exchange.result));
    }
    if !finding.expected.is_empty() {
        rows("expected", vec![escape(&finding.expected).into_owned()]);
    }
    if let Some(case) = &evidence.case {
        rows("case", vec![case_line(case)]);
    }
    if evidence.sequence.len() > 1 {
        let script = sequence::script(&evidence.sequence);
        let is_short = script.iter().all(|line| line.chars().count() <= LONGEST_CURL);
        // A line that is cut is no line of bash.
        rows(
            "reproduce",
            match is_short {
                true => script.iter().map(|line| escape_lines(line)).collect(),
                false => vec!["(too long to be shown; --format json has the requests)".to_owned()],
            },
        );
    } else if let Some(exchange) = evidence.exchange.as_ref().filter(|_| !is_of_target(finding)) {
        rows("reproduce", vec![curl(&exchange.request)]);
    }
    if let Some(help) = &finding.help {
        rows("help", vec![escape(help).into_owned()]);
    }
    all
}

/// An exchange without a finding: the request, the response, how to reproduce it.
pub fn exchange(paint: Paint, exchange: &Exchange) -> String {
    let mut text = String::new();
    let parts = [
        ("request", request(&exchange.request, None)),
        ("response", response(&exchange.result)),
        ("reproduce", vec![curl(&exchange.request)]),
    ];
    for (label, lines) in parts {
        labelled(&mut text, paint, label, &lines);
    }
    text
}

/// Adds lines to a text, the first of them behind a label.
pub(in crate::report) fn labelled(text: &mut String, paint: Paint, label: &str, lines: &[String]) {
    for (index, line) in lines.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        text.push_str(&format!("  {}{line}\n", paint.faint(format_args!("{label:LABEL$}"))));
    }
}

/// The finding in two lines.
pub fn short(paint: Paint, finding: &Finding) -> String {
    short_of(paint, finding, 1)
}

/// The finding in two lines, as the example of one that this many operations show.
pub(super) fn short_of(paint: Paint, finding: &Finding, operations: usize) -> String {
    let place = place(finding);
    let word = word(paint, finding);
    let id = if word.is_empty() { paint.warn(finding.rule.id) } else { format!("{word}{}", finding.rule.id) };
    let mut parts = vec![escape(&finding.message).into_owned()];
    if !finding.expected.is_empty() {
        parts.push(format!("expected: {}", escape(&finding.expected)));
    }
    parts.extend(
        finding.related.iter().map(|related| format!("{}: {}", related.label, escape(&related.place.to_string()))),
    );
    if let Some(case) = &finding.evidence.case {
        parts.push(format!("for example: {}", escape(&case.name)));
    }
    format!("  {id} {place}{}\n    {}", details(finding, operations), parts.join("; "))
}

/// `file:line:column`, or the node's address where the document is one line.
fn place(finding: &Finding) -> String {
    let place = &finding.place;
    escape(&if place.is_in_one_line() { place.named() } else { place.to_string() }).into_owned()
}

/// The word for what a change does to a client; nothing for other findings, whose severity the mark shows.
fn word(paint: Paint, finding: &Finding) -> String {
    if finding.rule.family != Family::Diff {
        return String::new();
    }
    let effect = Effect::of(finding);
    let painted = match finding.severity {
        Severity::Error => paint.bad(effect.name()),
        Severity::Warning => paint.warn(effect.name()),
        Severity::Note => paint.good(effect.name()),
    };
    format!("{painted} · ")
}

/// The rule, and what the finding is about.
fn title(finding: &Finding, operations: usize) -> String {
    format!("{}{}", finding.rule.id, details(finding, operations))
}

/// What the finding is about: a part of the operation, or the contract with the operation and how many others and cases
/// show it.
fn details(finding: &Finding, operations: usize) -> String {
    let mut details = String::new();
    if !finding.subject.is_empty() {
        details.push_str(&format!(" · {}", escape(&finding.subject)));
    }
    if finding.rule.family == Family::Check {
        let id = finding.operation.as_ref().map_or("", |operation| &operation.id);
        let cases = count(finding.cases, "case");
        let others = match operations {
            0 | 1 => String::new(),
            more => format!(" and {}", count(more - 1, "more operation")),
        };
        details.push_str(&format!(" · {} {}{others} · {cases}", escape(finding.place.document()), escape(id)));
    }
    if let Some(flaky) = finding.flaky {
        details.push_str(&format!(" · flaky: it showed in {} of {} tries", flaky.shown, flaky.tries));
    }
    details
}

/// What stands at the caret. A document's or a change's own sentence names the keyword.
fn label(finding: &Finding) -> String {
    match finding.rule.family {
        Family::Check => escape(&finding.place.keyword).into_owned(),
        Family::Lint | Family::Diff => String::new(),
    }
}

/// A unified diff, a line for each line, in the colours that diffs have everywhere.
fn difference_lines(paint: Paint, difference: &str) -> Vec<String> {
    let kept = difference.lines().take(MOST_DIFF_LINES);
    let mut lines: Vec<String> = kept.map(|line| paint.diff(&middle(&escape(line), LONGEST_FIELD))).collect();
    let more = difference.lines().count().saturating_sub(MOST_DIFF_LINES);
    if more > 0 {
        lines.push(format!("… {}", count(more, "more line")));
    }
    lines
}

fn request(request: &SentRequest, focus: Option<&Pointer>) -> Vec<String> {
    let mut lines = vec![format!("{} {}", escape(&request.method), middle(&escape(&request.url), LONGEST_URL))];
    let fields: Vec<_> = request.headers.iter().filter(|(name, value)| !is_own(name, value)).collect();
    lines.extend(fields.iter().take(MOST_FIELDS).map(|(name, value)| field(name, value)));
    if fields.len() > MOST_FIELDS {
        lines.push(format!("… {}", count(fields.len() - MOST_FIELDS, "more field")));
    }
    if let Some(body) = &request.body {
        lines.extend(glance(body, focus).lines);
    }
    lines
}

/// Whether every request carries this field, so that it is not worth showing.
fn is_own(name: &str, value: &str) -> bool {
    match name {
        "accept" => value == "*/*",
        "user-agent" => value.starts_with("conform/"),
        "content-length" => true,
        _ => false,
    }
}

fn response(result: &Result<Response, Failure>) -> Vec<String> {
    let response = match result {
        Ok(response) => response,
        Err(failure) => return vec![format!("none: {}", escape(&failure.to_string()))],
    };
    let mut lines = vec![status(response.status)];
    let notable = response.headers.iter().filter(|(name, _)| NOTABLE.contains(&name.as_str()));
    lines.extend(notable.take(MOST_FIELDS).map(|(name, value)| field(name, value)));
    lines.extend(glance(&response.body, None).lines);
    lines
}

fn field(name: &str, value: &str) -> String {
    format!("{}: {}", escape(name), middle(&escape(value), LONGEST_FIELD))
}

fn case_line(case: &Case) -> String {
    let author = match case.origin {
        Origin::Regression => "kept from an earlier run",
        Origin::Fixture => "written by a person",
        Origin::Example => "the document's own example",
        Origin::Boundary => "a boundary value",
        Origin::Fault => "a single fault",
        Origin::Protocol => "a fault of the protocol",
        Origin::Random => "random",
        Origin::Step => "a step in the life of a resource",
        Origin::Target => "by the target itself",
    };
    let at = case.written_at.as_ref().map_or_else(String::new, |at| format!(", {}", escape(at)));
    format!("{} ({}, {author}{at})", escape(&case.name), case.intent.name())
}

fn curl(request: &SentRequest) -> String {
    let line = escape_lines(&request.curl());
    let length = line.chars().count();
    if length <= LONGEST_CURL {
        return line;
    }
    format!("{} ({length} characters; --format json has the request)", end(&line, 200))
}
