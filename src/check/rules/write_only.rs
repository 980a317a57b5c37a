//! A `writeOnly` property was returned.

use serde_json::Value;

use crate::check::support::ways::{in_all, ways};
use crate::contract::{Direction, SchemaId, Validators};
use crate::spec::Pointer;
use crate::wire::Payload;

use super::{Anchor, Check, Finding, ResponseView, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["writeOnly"],
    // "SHOULD NOT", and a server may have made a value of its own.
    severity: Severity::Warning,
    ..Rule::check(
        "write-only",
        "A response has a property that the document marks as `writeOnly`.",
        "OpenAPI 3.1, section 4.8.24; JSON Schema 2020-12 validation, section 9.4",
    )
};

/// The check.
#[derive(Debug)]
pub struct WriteOnly;

impl Check for WriteOnly {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let (Some(schema), Some(value)) = (view.media.and_then(|media| media.schema), view.payload.json()) else {
            return Vec::new();
        };
        if !view.verdict.is_acceptable() {
            return Vec::new();
        }
        let schemas = &view.subject.contract.schemas;
        let mut found = hidden(view.subject.validators, schema, value, &Pointer::root());
        found.dedup_by(|a, b| a.0 == b.0);
        found
            .into_iter()
            .map(|(id, at)| {
                let anchor = Anchor::new(schemas.get(id).location.clone(), "writeOnly", "");
                let message = format!("The response has the property `{at}`, which only requests may have");
                let finding = view.finding(&RULE, &anchor, message, "").expecting("a response without it");
                // The very secret that was sent leaves no doubt.
                match is_sent(view, value, &at) {
                    true => finding.with_severity(Severity::Error),
                    false => finding,
                }
            })
            .collect()
    }
}

/// Whether the request has set the text that stands at this place, in a member of this name.
fn is_sent(view: &ResponseView<'_>, response: &Value, at: &Pointer) -> bool {
    let Some(Payload::Json(sent)) = view.subject.case.request.body.as_ref().map(|body| &body.payload) else {
        return false;
    };
    let returned = response.pointer(at.as_str()).and_then(Value::as_str).filter(|text| !text.is_empty());
    returned.zip(at.member()).is_some_and(|(returned, name)| holds(sent, &name, returned))
}

/// Whether a member of this name, at whatever depth, is this text.
fn holds(value: &Value, name: &str, text: &str) -> bool {
    match value {
        Value::Object(members) => {
            let is_it = members.get(name).and_then(Value::as_str) == Some(text);
            is_it || members.values().any(|member| holds(member, name, text))
        }
        Value::Array(items) => items.iter().any(|item| holds(item, name, text)),
        _ => false,
    }
}

/// What only requests may have, of all that surely applies to the value: where several branches of a union take it, what they
/// agree on.
fn hidden(validators: &Validators, id: SchemaId, value: &Value, at: &Pointer) -> Vec<(SchemaId, Pointer)> {
    let ways = ways(validators, id, Direction::Response, value);
    in_all(&ways, |way| way.iter().flat_map(|id| below(validators, *id, value, at)).collect(), |a, b| a.1 == b.1)
}

fn below(validators: &Validators, id: SchemaId, value: &Value, at: &Pointer) -> Vec<(SchemaId, Pointer)> {
    let schemas = validators.schemas();
    let schema = schemas.get(id);
    let children: Vec<(SchemaId, &Value, Pointer)> = match value {
        Value::Object(members) => {
            let named = schema.properties.iter().filter_map(|(name, child)| Some((name, *child, members.get(name)?)));
            let is_other =
                |name: &String| !schema.properties.contains_key(name) && schema.pattern_properties.is_empty();
            let others = members.iter().filter(|(name, _)| is_other(name));
            let others = others.filter_map(|(name, member)| Some((name, schema.additional_properties?, member)));
            named.chain(others).map(|(name, child, member)| (child, member, at.join(name))).collect()
        }
        Value::Array(items) => {
            let of = |index: usize| schema.prefix_items.get(index).copied().or(schema.items);
            let each = items.iter().enumerate().filter_map(|(index, item)| Some((of(index)?, item, at.index(index))));
            each.collect()
        }
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (child, member, at) in children {
        match schemas.hidden(child, Direction::Response) {
            true => found.push((child, at)),
            false => found.extend(hidden(validators, child, member, &at)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn what_only_requests_carry_does_not_come_back() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let findings =
            bench.judge(&case, Ok(response(201, &json!({"data": {"id": "m1", "text": "hello", "secret": "s"}}))));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("write-only", Severity::Warning));
        assert_eq!(findings[0].place.location.pointer.as_str(), "/components/schemas/Stored/properties/secret");
        assert_eq!(bench.checks(&case, created()), [""; 0]);
        let case = valid(json!({"text": "hello", "secret": "s3"}));
        let severity = |secret: &str| {
            let answer = response(201, &json!({"data": {"id": "m1", "text": "hello", "secret": secret}}));
            bench.judge(&case, Ok(answer))[0].severity
        };
        assert_eq!((severity("s3"), severity("***")), (Severity::Error, Severity::Warning));
    }
    #[test]
    fn a_union_shows_what_the_branch_that_takes_the_value_does_not_have() {
        const CARD: &str = "{type: object, required: [kind], properties: {kind: {const: card}, code: {type: string, writeOnly: true}}}";
        const PLAIN: &str =
            "{type: object, required: [kind], properties: {kind: {const: plain}, code: {type: string}}}";
        const OPEN: &str = "{type: object, properties: {code: {type: string}}}";
        let found = |kind: &str, value: serde_json::Value| {
            let document = MESSAGES.replace(
                "secret: {type: string, writeOnly: true}\n        metadata: {type: object}\n        kind:",
                &format!("metadata: {{type: object}}\n        paid: {kind}\n        kind:"),
            );
            let bench = Bench::of(&document);
            let answer = response(201, &json!({"data": {"id": "m1", "text": "hello", "paid": value}}));
            bench.found(&valid(json!({"text": "hello"})), answer).into_iter().map(|(_, at)| at).collect::<Vec<_>>()
        };
        let at = |end: &str| vec![format!("/components/schemas/Stored/properties/paid/{end}")];
        let (card, plain) = (json!({"kind": "card", "code": "1"}), json!({"kind": "plain", "code": "1"}));
        let one_of = format!("{{oneOf: [{PLAIN}, {CARD}]}}");
        assert_eq!(found(&one_of, card.clone()), at("oneOf/1/properties/code"));
        assert_eq!(found(&one_of, plain), [""; 0]);
        assert_eq!(found(&one_of, json!({"kind": "card"})), [""; 0]);
        // Both take it, and one of them has no objection.
        assert_eq!(found(&format!("{{anyOf: [{CARD}, {OPEN}]}}"), card.clone()), [""; 0]);
        assert_eq!(found(&format!("{{anyOf: [{CARD}, {CARD}]}}"), card.clone()), at("anyOf/0/properties/code"));
        let of_if =
            format!("{{type: object, if: {{properties: {{kind: {{const: card}}}}}}, then: {CARD}, else: {PLAIN}}}");
        assert_eq!(found(&of_if, card.clone()), at("then/properties/code"));
        let map = format!("{{type: object, additionalProperties: {CARD}}}");
        assert_eq!(found(&map, json!({"first": card})), at("additionalProperties/properties/code"));
    }
}
