//! A response is of a media type that the request does not accept, though the document has one that it does.

use crate::case::{Case, Fault, Intent, Mutation};
use crate::contract::{MediaRange, MediaType, StatusRange};
use crate::text::list::{code, one_of};
use crate::wire::accept;

use super::{
    Anchor, Check, Finding, ResponseView, Rule, Severity, StatusVerdict, anchor, has_one_type, may_have_one_type,
};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["content"],
    ..Rule::check(
        "not-acceptable",
        "A response is of a media type that the request does not accept, though the document has one that it does, or a 406.",
        "RFC 9110, sections 12.5.1 and 15.5.7",
    )
};

/// The check.
#[derive(Debug)]
pub struct NotAcceptable;

impl Check for NotAcceptable {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let status = view.response.status;
        let Some(asked) = asked_for(view.subject.case).filter(|_| (200..300).contains(&status)) else {
            return Vec::new();
        };
        if view.verdict == StatusVerdict::Accepted && view.subject.case.intent == Intent::Invalid(Fault::NotAcceptable)
        {
            let message = format!("A {status} was returned to a request that accepts `{asked}` alone");
            let mut responses = view.subject.operation.responses.iter();
            let refusal = responses.find(|response| response.status == StatusRange::Code(406));
            let anchor = refusal.map_or_else(
                || anchor::operation(view.subject),
                |response| Anchor::new(response.location.clone(), "status", "the 406"),
            );
            let finding = view.finding(&RULE, &anchor, message, "406");
            return vec![finding.of_habit("406").expecting("a 406, as the document has it")];
        }
        let is_meant = view.subject.case.intent == Intent::Valid && !view.subject.case.doubtful;
        let Some(response) = view.documented.filter(|_| is_meant) else {
            return Vec::new();
        };
        let Some(received) = view.response.header("content-type").filter(|_| !view.response.body.is_empty()) else {
            return Vec::new();
        };
        let offered: Vec<&MediaType> = response
            .content
            .iter()
            .flatten()
            .filter(|media| accept::is_meant(&view.subject.contract.schemas, media))
            .collect();
        let fitting: Vec<&str> =
            offered.iter().map(|media| media.name.as_str()).filter(|name| accept::takes(asked, name)).collect();
        let fits = accept::takes(asked, received) && !is_another_version(asked, received, &offered);
        let (has_one_type, may_be_chosen) = (has_one_type(view.subject), may_have_one_type(view.subject));
        let is_settled = has_one_type && !may_be_chosen;
        if fitting.is_empty() || fits || view.media.is_none() || is_settled {
            return Vec::new();
        }
        let anchor = Anchor::new(response.location.join("content"), "content", "the media types of the response");
        let message = format!("`{received}` was returned to a request that accepts `{asked}`");
        let finding = view.finding(&RULE, &anchor, message, "");
        let severity = if has_one_type { Severity::Warning } else { finding.severity };
        vec![finding.with_severity(severity).of_habit("accept").expecting(one_of(code(fitting.iter())))]
    }
}

/// Whether one media type of those that the document tells apart by their parameters alone is asked for, as `version=2`, and
/// another one of them is received.
fn is_another_version(asked: &str, received: &str, offered: &[&MediaType]) -> bool {
    let (asked, received) = (MediaRange::parse(asked), MediaRange::parse(received));
    let all: Vec<MediaRange> = offered.iter().map(|media| MediaRange::parse(&media.name)).collect();
    all.contains(&asked)
        && asked.essence() == received.essence()
        && all.iter().filter(|other| other.essence() == asked.essence()).any(|other| {
            let differs = |(name, value): (&str, &str)| {
                let is = |range: &MediaRange| range.parameter(name).map(str::to_lowercase);
                name != "charset"
                    && is(other).is_some()
                    && is(other) != Some(value.to_lowercase())
                    && is(other) == is(&received)
            };
            asked.parameters().any(differs)
        })
}

/// The value of `Accept` that a case sends in place of any.
fn asked_for(case: &Case) -> Option<&str> {
    match case.values.as_ref()?.mutation.as_ref()? {
        Mutation::Accept(accept) => Some(accept),
        Mutation::Method(_) | Mutation::Body(_) | Mutation::Text { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::case::RequestValues;
    use crate::check::testing::*;
    use crate::wire::{Credentials, QueryPair};

    const REPORT: &str = "\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /report:
    get:
      responses:
        '200':
          description: the report
          content:
            application/json: {schema: {type: array}}
            text/csv: {schema: {type: string}}
            text/plain: {schema: {type: object}}
        '406': {description: neither}
";

    fn asking(accept: &str, intent: Intent) -> Case {
        let values = RequestValues {
            parameters: Vec::new(),
            body: None,
            credentials: Credentials::default(),
            mutation: Some(Mutation::Accept(accept.to_owned())),
        };
        Case { values: Some(values), clause: None, ..case(intent) }
    }

    #[test]
    fn what_the_document_has_is_given_to_who_accepts_it_alone() {
        let bench = Bench::of(REPORT);
        let json = || response(200, &json!([]));
        assert_eq!(bench.checks(&asking("text/csv", Intent::Valid), json()), ["not-acceptable"]);
        assert_eq!(bench.checks(&asking("text/csv", Intent::Valid), raw(200, "text/csv", b"a,b")), [""; 0]);
        for fine in ["application/json", "text/csv;q=0.9, application/json;q=0.2", "text/*, */*;q=0.1", "text/plain"] {
            assert_eq!(bench.checks(&asking(fine, Intent::Valid), json()), [""; 0], "{fine}");
        }
    }

    #[test]
    fn a_parameter_that_names_the_format_settles_it_where_it_is_sent() {
        let found = |schema: &str, sent: Option<&str>| {
            let get = format!("get:\n      parameters: [{{name: format, in: query, schema: {schema}}}]");
            let mut case = asking("text/csv", Intent::Valid);
            case.request.query.extend(sent.map(|value| QueryPair::new("format", value, false)));
            let all = Bench::of(&REPORT.replace("get:", &get)).judge(&case, Ok(response(200, &json!([]))));
            all.into_iter().map(|finding| finding.severity).collect::<Vec<_>>()
        };
        assert_eq!(found("{enum: [json, csv]}", Some("json")), []);
        assert_eq!(found("{enum: [json, csv], default: json}", None), []);
        assert_eq!(found("{enum: [json, csv]}", None), [Severity::Warning], "some take it for that of `Accept`");
    }

    #[test]
    fn a_406_that_is_documented_is_due_where_nothing_is_acceptable() {
        let bench = Bench::of(REPORT);
        let unknown = asking("application/x-unknown", Intent::Invalid(Fault::NotAcceptable));
        assert_eq!(bench.checks(&unknown, response(200, &json!([]))), ["not-acceptable"]);
        assert_eq!(bench.checks(&unknown, raw(406, "text/plain", b"no")), [""; 0]);
    }
    #[test]
    fn what_only_its_version_tells_apart_is_given_in_the_version_that_is_asked_for() {
        let versions = REPORT.replace(
            "application/json: {schema: {type: array}}",
            "application/json;version=1: {schema: {type: array}}\n            application/json;version=2: {schema: {type: array}}",
        );
        let bench = Bench::of(&versions);
        let asked = asking("application/json;version=2", Intent::Valid);
        let given = |name: &str| bench.checks(&asked, raw(200, name, b"[]"));
        assert_eq!(given("application/json; version=1"), ["not-acceptable"]);
        for fine in
            ["application/json; version=2", "application/json; charset=utf-8; Version=\"2\"", "application/json"]
        {
            assert_eq!(given(fine), [""; 0], "{fine}");
        }
        let beside = asking("application/json;charset=utf-8;q=0.9, */*;q=0.1", Intent::Valid);
        assert_eq!(bench.checks(&beside, raw(200, "application/json; version=1", b"[]")), [""; 0]);
    }
}
