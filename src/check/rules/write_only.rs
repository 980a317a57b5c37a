//! A `writeOnly` property was returned.

use serde_json::Value;

use crate::contract::{Direction, SchemaId, Schemas};
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
        let mut found = Vec::new();
        walk(schemas, schema, value, &Pointer::root(), &mut found);
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

/// Whether the request has set the text that stands at this place.
fn is_sent(view: &ResponseView<'_>, response: &Value, at: &Pointer) -> bool {
    let Some(Payload::Json(Value::Object(sent))) = view.subject.case.request.body.as_ref().map(|body| &body.payload)
    else {
        return false;
    };
    let returned = response.pointer(at.as_str()).and_then(Value::as_str).filter(|text| !text.is_empty());
    let set = at.member().and_then(|name| sent.get(&*name)?.as_str());
    returned.is_some() && returned == set
}

/// Follows all that surely applies to the value: no union, since its branch would be a guess.
fn walk(schemas: &Schemas, id: SchemaId, value: &Value, at: &Pointer, found: &mut Vec<(SchemaId, Pointer)>) {
    for schema in schemas.conjunction(&[id]).map(|id| schemas.get(id)) {
        match value {
            Value::Object(members) => {
                for (name, child) in &schema.properties {
                    let Some(member) = members.get(name) else { continue };
                    let at = at.join(name);
                    if schemas.hidden(*child, Direction::Response) {
                        found.push((*child, at));
                    } else {
                        walk(schemas, *child, member, &at, found);
                    }
                }
            }
            Value::Array(items) if schema.prefix_items.is_empty() => {
                let each =
                    schema.items.iter().flat_map(|child| items.iter().enumerate().map(move |item| (child, item)));
                for (child, (index, item)) in each {
                    walk(schemas, *child, item, &at.index(index), found);
                }
            }
            _ => {}
        }
    }
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
}
