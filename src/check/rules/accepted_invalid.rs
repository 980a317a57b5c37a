//! An invalid request was accepted.

use serde_json::Value;

use crate::case::{Fault, Intent};
use crate::contract::{Branch, ClauseTarget, Direction, MediaRange, PayloadKind, SchemaId, Schemas, Site, Step};
use crate::finding::{Place, Root};
use crate::text::list::one_of;

use super::{
    Check, Finding, Pins, ResponseView, Rule, Severity, StatusVerdict, Subject, Weight, anchor, dialect, is_hint,
    reading, violation_path,
};

/// The rule.
pub static RULE: Rule = Rule {
    weight: Weight::Accepted,
    pins: Pins::Request,
    tells_unchecked: true,
    clauses: &["required", "type", "enum", "minLength", "pattern", "format", "content", "x-max-request-size"],
    ..Rule::check(
        "accepted-invalid",
        "A request that breaks one clause of its parameters or body is accepted.",
        "OpenAPI 3.1, sections 4.8.12 and 4.8.13",
    )
};

/// What a server takes that reads null as nothing.
const NULL: &str = "null";
/// What a server takes that reads a text without characters as nothing.
const EMPTY: &str = "an empty text";
/// Branches that are looked into, one within another.
const NESTED: usize = 3;
/// What a server takes that reads no body as an empty one.
const NO_BODY: &str = "no body";

/// The check.
#[derive(Debug)]
pub struct AcceptedInvalid;

impl Check for AcceptedInvalid {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let Intent::Invalid(fault) = view.subject.case.intent else { return Vec::new() };
        if view.verdict != StatusVerdict::Accepted || matches!(fault, Fault::MediaType | Fault::NotAcceptable) {
            return Vec::new();
        }
        let anchor = anchor::request(view.subject);
        let status = view.response.status;
        let message = match fault {
            Fault::Malformed => {
                format!("A {status} was returned for a body that is malformed: {}", view.subject.case.name)
            }
            Fault::TooLarge => {
                format!("A {status} was returned for a body that is too large: {}", view.subject.case.name)
            }
            _ => format!(
                "A {status} was returned for a request that breaks {}: {}",
                anchor.description, view.subject.case.name
            ),
        };
        // Without a clause, what was tried distinguishes the causes.
        let subject = view.subject;
        let nothing = nothing(subject);
        let detail = match subject.case.clause {
            None => subject.case.name.as_str(),
            Some(_) => nothing.unwrap_or_default(),
        };
        let finding = view.finding(&RULE, &anchor, message.clone(), detail);
        let whole = view.finding(&RULE, &anchor, message, "");
        let is_doubtful = is_hint(subject) || dialect::is_of_classes(subject);
        let finding = if is_doubtful { finding.with_severity(Severity::Warning) } else { finding };
        vec![match (nothing, habit(subject, fault)) {
            // Who takes anything there takes nothing, too.
            (Some(nothing), _) => finding.of_habit(nothing).within(vec![whole.root_key()]),
            (None, Some(habit)) => finding.of_habit(habit),
            (None, None) if is_ambiguous(subject) => of_document(finding),
            (None, None) => {
                let sent = violation_path::value(subject).zip(subject.case.clause);
                let manner =
                    sent.and_then(|(sent, clause)| reading::manner(subject.contract, subject.operation, clause, sent));
                let trimmed = || sent.is_some_and(|(sent, clause)| reading::is_right_within(subject, clause, sent));
                // What travels as text, many servers trim before they look at it.
                let is_lenient = manner.is_none() && trimmed() && is_of_parameter(subject);
                let (root, message) = match manner {
                    Some(manner) => (Root::Reading { manner }, finding.message.clone()),
                    None if trimmed() => (
                        Root::Reading { manner: reading::MARGINS.to_owned() },
                        format!("{}, which is right but for the white space around it", finding.message),
                    ),
                    None => (Root::Node, finding.message.clone()),
                };
                let finding = if is_lenient { finding.with_severity(Severity::Warning) } else { finding };
                Finding { root, message, ..finding.within(unions(subject)) }
            }
        }]
    }
}

/// Whether a case is about a parameter.
fn is_of_parameter(subject: &Subject<'_>) -> bool {
    let clause = subject.case.clause.map(|id| subject.operation.clauses().get(id));
    clause.is_some_and(|clause| matches!(clause.place, ClauseTarget::Parameter(_)))
}

/// What stands for nothing in place of a value of another kind.
fn nothing(subject: &Subject<'_>) -> Option<&'static str> {
    let clause = subject.operation.clauses().get(subject.case.clause?);
    match violation_path::value(subject)? {
        Value::Null => Some(NULL),
        // What is of no length is that in each place anew.
        Value::String(text) if text.is_empty() && matches!(clause.keyword, "type" | "enum" | "pattern" | "format") => {
            Some(EMPTY)
        }
        // No branch allows it, for the sake of a member alone.
        value @ Value::Object(_) if matches!(clause.keyword, "oneOf" | "anyOf") => {
            let schema = subject.operation.clauses().site(clause.site?).schema;
            let is_valid = subject.validators.is_valid(schema, Direction::Request, &without_null(value.clone()));
            is_valid.then_some(NULL)
        }
        _ => None,
    }
}

/// Whether what is broken is that one branch alone allows the value, here or in a branch, and the value is one by which nobody
/// can tell which is meant: a scalar, or a list of nothing.
fn is_ambiguous(subject: &Subject<'_>) -> bool {
    let Some(clause) = subject.case.clause.map(|id| subject.operation.clauses().get(id)) else { return false };
    let value = violation_path::value(subject).filter(|_| matches!(clause.keyword, "oneOf" | "anyOf"));
    let is_telling = |value: &Value| match value {
        Value::Array(items) => !items.is_empty(),
        value => value.is_object(),
    };
    let site = clause.site.map(|id| subject.operation.clauses().site(id));
    value.zip(site).is_some_and(|(value, site)| !is_telling(value) && is_in_several(subject, site.schema, value, 0))
}

/// Whether several branches of a schema, or of one of its branches, allow a value.
fn is_in_several(subject: &Subject<'_>, schema: SchemaId, value: &Value, depth: usize) -> bool {
    let schemas = &subject.contract.schemas;
    let allows = |branch: &&SchemaId| subject.validators.is_valid(**branch, Direction::Request, value);
    schemas.conjunction(&[schema]).map(|id| schemas.get(id)).any(|shape| {
        let mut branches = shape.one_of.iter().chain(&shape.any_of);
        shape.one_of.iter().filter(allows).count() > 1
            || depth < NESTED && branches.any(|branch| is_in_several(subject, *branch, value, depth + 1))
    })
}

/// The same finding, of a document whose branches overlap.
fn of_document(finding: Finding) -> Finding {
    let help = Some(format!("make it `anyOf`, or let one branch alone allow it, at {}", finding.place));
    Finding { help, is_of_document: true, ..finding.with_severity(Severity::Warning) }
}

/// The keys of the unions one of whose branches gives the type that is broken: a value that no branch allows is of none of
/// their types. Where null is the only other branch, whatever is wrong in the one is wrong in the union.
fn unions(subject: &Subject<'_>) -> Vec<String> {
    let clauses = subject.operation.clauses();
    let Some(clause) = subject.case.clause.map(|id| clauses.get(id)) else { return Vec::new() };
    let is_of_type = clause.keyword == "type";
    let mut found = Vec::new();
    let mut site = clause.site.map(|id| clauses.site(id));
    while let Some(here) = site.filter(|site| site.instance == clause.instance) {
        let above = here.parent.map(|id| clauses.site(id));
        let keyword = match here.step {
            Step::Branch(Branch::OneOf(_)) => Some("oneOf"),
            Step::Branch(Branch::AnyOf(_)) => Some("anyOf"),
            _ => None,
        };
        let is_wrong = |above: &&Site| is_of_type || is_of_one_or_null(&subject.contract.schemas, above.schema);
        if let (Some(above), Some(keyword)) = (above.filter(is_wrong), keyword) {
            let location = subject.contract.schemas.keyword_location(above.schema, keyword);
            let place = Place::new(&subject.contract.document, location, keyword);
            found.push(Finding::new(&RULE, place, "", "").root_key());
        }
        site = above;
    }
    found.reverse();
    found
}

/// Whether a union has one branch beside that of null.
fn is_of_one_or_null(schemas: &Schemas, union: SchemaId) -> bool {
    let branches = schemas.get(union).one_of.iter().chain(&schemas.get(union).any_of);
    let is_null = |id: &&SchemaId| schemas.get(**id).types.is_some_and(|types| types.names() == ["null"]);
    let (nulls, others): (Vec<&SchemaId>, Vec<&SchemaId>) = branches.partition(is_null);
    (nulls.len(), others.len()) == (1, 1)
}

/// A value without the members that are null.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let left = members.into_iter().filter(|(_, member)| !member.is_null());
            Value::Object(left.map(|(name, member)| (name, without_null(member))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_null).collect(),
        other => other,
    }
}

/// What a server does that reads requests too generously, and so does for all of its operations: it takes malformed
/// bodies, has expressions of another kind, or reads one kind of text as a value of another type. Whether a value that it
/// has read is within its bounds is for each operation to see to.
fn habit(subject: &Subject<'_>, fault: Fault) -> Option<String> {
    if fault == Fault::Malformed {
        let body = subject.case.request.body.as_ref();
        if body.is_none_or(|body| body.payload.bytes().is_empty()) {
            return Some(NO_BODY.to_owned());
        }
        let kind = MediaRange::parse(body.and_then(|body| body.media_type.as_deref()).unwrap_or_default()).kind();
        let malformed = match kind {
            PayloadKind::Xml => "malformed XML",
            // What breaks in other kinds is the text of JSON in them.
            PayloadKind::Json
            | PayloadKind::Form
            | PayloadKind::Multipart
            | PayloadKind::Text
            | PayloadKind::Binary => "malformed JSON",
        };
        return Some(malformed.to_owned());
    }
    let clause = subject.operation.clauses().get(subject.case.clause?);
    if clause.keyword == "required" && clause.place == ClauseTarget::Request {
        return Some(NO_BODY.to_owned());
    }
    // It makes a set of a list.
    if clause.keyword == "uniqueItems" {
        return Some("the same item twice".to_owned());
    }
    if let Some(reading) = dialect::reading(subject) {
        return Some(reading.to_owned());
    }
    let ClauseTarget::Parameter(index) = clause.place else { return None };
    if clause.keyword != "type" || !clause.instance.as_str().is_empty() {
        return None;
    }
    let parameter = subject.operation.parameters.get(index)?;
    let site = subject.operation.clauses().site(clause.site?);
    // What is of no branch is wrong in the whole union.
    if matches!(site.step, Step::Branch(_)) {
        return None;
    }
    let types = subject.contract.schemas.get(site.schema).types?;
    let sent = subject.case.generated.as_ref().map(|generated| reading::kind(&generated.value))?;
    // What is no number is no integer either.
    let names =
        types.names().into_iter().map(|name| if name == "integer" && sent != "fraction" { "number" } else { name });
    Some(format!("{} of {} in {}", sent, one_of(names), parameter.place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Generated;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn the_broken_clause_is_named_and_the_body_of_the_success_is_not_judged() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let found = bench.found(&case, response(201, &json!({})));
        assert_eq!(found, [("accepted-invalid", "/components/schemas/Message/properties/text/minLength".to_owned())]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
    }

    #[test]
    fn two_clauses_are_two_causes() {
        let bench = Bench::messages();
        let cause = |clause| bench.judge(&breaks(clause), Ok(created())).remove(0).cause;
        assert_ne!(cause(bench.clause("minLength", "text/minLength")), cause(bench.clause("type", "text/type")));
    }

    #[test]
    fn a_format_that_the_dialect_gives_as_a_hint_is_a_warning() {
        let severity = |format: &str, version: &str| {
            let document =
                MESSAGES.replace("format: date-time", &format!("format: {format}")).replace("3.1.0", version);
            let bench = Bench::of(&document);
            bench.judge(&breaks(bench.clause("format", "sent_at/format")), Ok(created())).remove(0).severity
        };
        for (format, in_30, in_31) in [
            ("date-time", Severity::Error, Severity::Error),
            ("date", Severity::Error, Severity::Error),
            ("byte", Severity::Error, Severity::Warning),
            ("uuid", Severity::Warning, Severity::Warning),
            ("email", Severity::Warning, Severity::Warning),
        ] {
            assert_eq!((severity(format, "3.0.3"), severity(format, "3.1.0")), (in_30, in_31), "{format}");
        }
        let bench = Bench::of(&MESSAGES.replace("format: date-time", "format: uuid"));
        let mut written = breaks(bench.clause("format", "sent_at/format"));
        written.expected = Some(vec![crate::contract::StatusRange::Code(400)]);
        assert_eq!(bench.judge(&written, Ok(created())).remove(0).severity, Severity::Error, "a person says so");
    }

    #[test]
    fn a_malformed_body_is_pinned_to_the_media_types() {
        let bench = Bench::messages();
        let case = case(Intent::Invalid(Fault::Malformed));
        let content = "/paths/~1rooms~1{room}~1messages/post/requestBody/content".to_owned();
        assert_eq!(bench.found(&case, created()), [("accepted-invalid", content)]);
    }

    #[test]
    fn one_way_of_reading_numbers_is_one_bug_over_parameters_and_bounds_are_one_each() {
        let pages = MESSAGES.replace(
            "      requestBody:",
            "        - {name: page, in: query, schema: {type: integer, maximum: 9}}
        - {name: size, in: query, schema: {type: integer, maximum: 9}}
      requestBody:",
        );
        let bench = Bench::of(&pages);
        let key = |name: usize, keyword: &str, value: Value| {
            let mut case = breaks(bench.clause(keyword, &format!("parameters/{name}/schema/{keyword}")));
            let parameter = bench.contract.operations[0]
                .parameters
                .iter()
                .find(|known| known.location.pointer.as_str().ends_with(&format!("parameters/{name}")));
            let schema = parameter.and_then(|parameter| parameter.schema).expect("a schema");
            let location = bench.contract.schemas.get(schema).location.clone();
            case.generated = Some(Generated { schema, location, value });
            bench.judge(&case, Ok(created())).remove(0).root_key()
        };
        assert_eq!(key(1, "type", json!("1.5")), key(2, "type", json!(1.5)));
        assert_ne!(key(1, "type", json!("1.5")), key(2, "type", json!("text")), "another kind of text");
        assert_ne!(key(1, "maximum", json!(10)), key(2, "maximum", json!(10)), "each has its own bound");
    }

    #[test]
    fn malformed_bodies_that_are_read_are_one_bug() {
        let bench = Bench::messages();
        let key = |name: &str| {
            let mut case = case(Intent::Invalid(Fault::Malformed));
            case.name = name.to_owned();
            bench.judge(&case, Ok(created())).remove(0).root_key()
        };
        assert_eq!(key("a word"), key("a single brace"));
    }
}
