//! A `readOnly` property was taken from the request.

use serde_json::Value;

use crate::case::Intent;
use crate::contract::Direction;
use crate::spec::Pointer;
use crate::wire::Payload;

use super::echo::{property, wrapped};
use super::{Anchor, Check, Finding, ResponseView, Rule, Severity, brief, payload};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["readOnly"],
    severity: Severity::Warning,
    ..Rule::check(
        "read-only",
        "A property that the document marks as `readOnly` is returned as the request set it.",
        "OpenAPI 3.1, section 4.8.24; JSON Schema 2020-12 validation, section 9.4",
    )
};

/// The check.
#[derive(Debug)]
pub struct ReadOnly;

impl Check for ReadOnly {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        self.taken(view).unwrap_or_default()
    }
}

impl ReadOnly {
    fn taken(&self, view: &ResponseView<'_>) -> Option<Vec<Finding>> {
        let subject = view.subject;
        let is_success = view.response.is_success() && view.verdict.is_acceptable();
        if subject.case.intent != Intent::Valid || !is_success {
            return None;
        }
        let body = subject.case.request.body.as_ref()?;
        let Payload::Json(Value::Object(sent)) = &body.payload else { return None };
        let content = &subject.operation.body.as_ref()?.content;
        let request = payload::matching(content, body.media_type.as_deref())?.schema?;
        let schemas = &subject.contract.schemas;
        let is_hidden = |name: &String| {
            property(schemas, request, name).is_some_and(|child| schemas.hidden(child, Direction::Request))
        };
        let sent: Vec<_> = sent.iter().filter(|(name, value)| is_hidden(name) && is_distinctive(value)).collect();
        if sent.is_empty() {
            return None;
        }
        let mut places = Vec::new();
        wrapped(schemas, view.media?.schema?, view.payload.json()?, &Pointer::root(), &mut places);
        let mut findings = Vec::new();
        for place in places {
            for (name, value) in &sent {
                let Some(returned) = property(schemas, place.schema, name) else { continue };
                if place.members.get(*name) != Some(*value) {
                    continue;
                }
                let anchor = Anchor::new(schemas.get(returned).location.clone(), "readOnly", "");
                let at = place.at.join(name);
                let message = format!("`{at}` was returned as the request set it: {}", brief(&value.to_string()));
                let finding = view.finding(&RULE, &anchor, message, "");
                findings.push(finding.expecting("a value of the server's own, or a refusal"));
            }
        }
        Some(findings)
    }
}

/// Whether a server hardly comes upon the same value by chance, as it does with `true`, 1 or an empty list.
fn is_distinctive(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().count() >= 8,
        Value::Number(number) => number.as_i64().is_some_and(|number| number.unsigned_abs() >= 1_000_000),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn what_the_server_sets_is_not_taken_from_the_request() {
        let bench = Bench::of(&MESSAGES.replace("id: {type: string}", "id: {type: string, readOnly: true}"));
        let mut case = valid(json!({"text": "hello", "id": "sent-by-conform"}));
        case.doubtful = true;
        let returned = |id: &str| response(201, &json!({"data": {"id": id, "text": "hello"}}));
        let findings = bench.judge(&case, Ok(returned("sent-by-conform")));
        assert_eq!((findings.len(), findings[0].rule.id, findings[0].severity), (1, "read-only", Severity::Warning));
        assert_eq!(findings[0].place.location.pointer.as_str(), "/components/schemas/Stored/properties/id");
        // Ignored or refused, both are fine.
        assert_eq!(bench.checks(&case, returned("m1")), [""; 0]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
        // What is not marked may be the client's to choose.
        assert_eq!(Bench::messages().checks(&case, returned("sent-by-conform")), [""; 0]);
        // One and one are the same by chance.
        assert!(!is_distinctive(&json!(1)) && !is_distinctive(&json!(true)) && !is_distinctive(&json!("new")));
    }
}
