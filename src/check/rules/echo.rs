//! A response repeats a value of the request, but changed.

use serde_json::{Map, Value};

use crate::case::Intent;
use crate::contract::{Direction, SchemaId, Schemas, Types};
use crate::spec::Pointer;

use super::{Anchor, Check, Finding, ResponseView, Rule, Severity, brief, payload};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["properties"],
    severity: Severity::Warning,
    ..Rule::check(
        "echo",
        "A value of the request that the response repeats under the same key is returned changed.",
        "none: a document that gives both the same property means the same value",
    )
};

/// The check.
#[derive(Debug)]
pub struct Echo;

impl Check for Echo {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        self.changed(view).unwrap_or_default()
    }
}

/// How many objects deep a response may wrap what it repeats, as in `{"data": {"message": {..}}}`.
const DEEPEST: usize = 2;

/// Names whose value is the server's to set, whatever the request says.
const SERVER_MADE: [&str; 8] = ["id", "status", "state", "version", "revision", "etag", "created", "updated"];

impl Echo {
    fn changed(&self, view: &ResponseView<'_>) -> Option<Vec<Finding>> {
        let subject = view.subject;
        let is_success = view.response.status < 300 && view.verdict.is_acceptable();
        // What may as well be refused may as well be changed: a number that not every program can hold.
        if subject.case.intent != Intent::Valid || subject.case.doubtful || !is_success {
            return None;
        }
        let body = subject.case.request.body.as_ref()?;
        let crate::wire::Payload::Json(sent @ Value::Object(members)) = &body.payload else { return None };
        let content = &subject.operation.body.as_ref()?.content;
        let request = payload::matching(content, body.media_type.as_deref())?.schema?;
        let response = view.media?.schema?;
        let schemas = &subject.contract.schemas;
        let mut places = Vec::new();
        wrapped(schemas, response, view.payload.json()?, &Pointer::root(), &mut places);
        let mut findings = Vec::new();
        for place in places {
            let repeated: Vec<(&String, SchemaId)> = members
                .keys()
                .filter_map(|name| {
                    let asked = property(schemas, request, name)?;
                    let returned = property(schemas, place.schema, name)?;
                    (is_repeated(schemas, name, asked, returned)).then_some((name, returned))
                })
                .collect();
            // Deeper down, one name in common may be chance: an author's `name` is not the message's.
            let is_outermost = place.at.as_str().is_empty() || place.at.as_str() == "/data";
            if !is_outermost && repeated.len() < 2 {
                continue;
            }
            for (name, returned) in repeated {
                let (Some(before), Some(after)) = (sent.get(name), place.members.get(name)) else { continue };
                if !is_same(schemas, returned, before, after) {
                    let at = place.at.join(name);
                    let anchor = Anchor::new(schemas.get(returned).location.clone(), "properties", "");
                    let message =
                        format!("`{at}` was returned as {}, which is not what was sent", brief(&after.to_string()));
                    let finding = view.finding(&RULE, &anchor, message, at.as_str());
                    findings.push(finding.expecting(brief(&before.to_string())));
                }
            }
        }
        Some(findings)
    }
}

/// An object of the response with its schema.
pub(super) struct Place<'a> {
    pub at: Pointer,
    pub schema: SchemaId,
    pub members: &'a Map<String, Value>,
}

/// The objects of a response in which a value of the request may be repeated, the outermost first.
pub(super) fn wrapped<'a>(
    schemas: &Schemas,
    schema: SchemaId,
    value: &'a Value,
    at: &Pointer,
    places: &mut Vec<Place<'a>>,
) {
    let Value::Object(members) = value else { return };
    places.push(Place { at: at.clone(), schema, members });
    if at.tokens().count() < DEEPEST {
        for (name, member) in members {
            if let Some(child) = property(schemas, schema, name) {
                wrapped(schemas, child, member, &at.join(name), places);
            }
        }
    }
}

/// The schema of a property, through references and `allOf`; a union's branches are not asked.
pub(super) fn property(schemas: &Schemas, id: SchemaId, name: &str) -> Option<SchemaId> {
    schemas.conjunction(&[id]).find_map(|id| schemas.get(id).properties.get(name).copied())
}

/// Whether the response speaks of the value that the request sent: by name, and by schema.
fn is_repeated(schemas: &Schemas, name: &str, asked: SchemaId, returned: SchemaId) -> bool {
    let lower = name.to_ascii_lowercase();
    let server_made = SERVER_MADE.contains(&lower.as_str()) || name.ends_with("_at") || name.ends_with("At");
    let hidden = schemas.hidden(asked, Direction::Request)
        || schemas.hidden(returned, Direction::Request)
        || schemas.hidden(returned, Direction::Response);
    let (asked, returned) = (kind(schemas, asked), kind(schemas, returned));
    !server_made && !hidden && asked == returned && asked.comparable
}

/// What two schemas must have in common to describe one value.
#[derive(PartialEq)]
struct Kind {
    types: Types,
    enum_values: Option<Vec<Value>>,
    comparable: bool,
}

fn kind(schemas: &Schemas, id: SchemaId) -> Kind {
    let mut kind = Kind { types: Types::ANY, enum_values: None, comparable: true };
    for id in schemas.conjunction(&[id]) {
        let schema = schemas.get(id);
        kind.types = kind.types.and(schema.types.unwrap_or(Types::ANY));
        kind.enum_values = kind.enum_values.or_else(|| schema.enum_values.clone());
        // Values of a format have many spellings: a server may put a date into its own zone.
        kind.comparable &= schema.format.is_none() && schema.any_of.is_empty() && schema.one_of.is_empty();
    }
    kind.comparable &= kind.types != Types::ANY && !kind.types.intersects(Types::ARRAY);
    kind
}

/// Whether a value was returned as it was sent. An object may gain members, and lose those that its schema
/// does not name, unless it names none.
fn is_same(schemas: &Schemas, schema: SchemaId, before: &Value, after: &Value) -> bool {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return is_equal(before, after) };
    let is_free = schemas.conjunction(&[schema]).all(|id| schemas.get(id).properties.is_empty());
    before.iter().all(|(name, value)| {
        let returned = after.get(name);
        let Some(child) = property(schemas, schema, name) else {
            return !is_free || is_kept(value, returned);
        };
        let is_judged = is_repeated(schemas, name, child, child);
        match returned {
            Some(returned) => !is_judged || is_same(schemas, child, value, returned),
            None => !is_judged || value.is_null() || !required(schemas, schema, name),
        }
    })
}

/// Whether two values say the same: numbers by their value, objects with all that was sent.
fn is_equal(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b)),
        (Value::Object(a), Value::Object(b)) => a.iter().all(|(name, value)| is_kept(value, b.get(name))),
        (a, b) => a == b,
    }
}

/// A null and nothing at all often mean the same.
fn is_kept(before: &Value, after: Option<&Value>) -> bool {
    after.map_or_else(|| before.is_null(), |after| is_equal(before, after))
}

fn required(schemas: &Schemas, id: SchemaId, name: &str) -> bool {
    schemas.conjunction(&[id]).any(|id| schemas.get(id).required.iter().any(|known| known == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::execute::Response;
    use serde_json::json;

    fn stored(more: &Value) -> Response {
        let mut data = json!({"id": "m1", "text": "hello"});
        let members = data.as_object_mut().expect("object");
        members.extend(more.as_object().expect("object").clone());
        response(201, &json!({"data": data}))
    }

    #[test]
    fn a_repeated_value_comes_back_as_it_was_sent() {
        let bench = Bench::messages();
        let case = valid(json!({"text": " hello "}));
        let findings = bench.judge(&case, Ok(created()));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("echo", Severity::Warning));
        assert_eq!(findings[0].place.location.pointer.as_str(), "/components/schemas/Stored/properties/text");
        assert_eq!(bench.checks(&valid(json!({"text": "hello"})), created()), [""; 0]);
    }

    #[test]
    fn a_free_object_keeps_its_members_and_may_gain_some() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello", "metadata": {"a": 1, "b": null}}));
        assert_eq!(bench.checks(&case, stored(&json!({"metadata": {"a": 2}}))), ["echo"]);
        assert_eq!(bench.checks(&case, stored(&json!({"metadata": {"a": 1.0, "c": 3}}))), [""; 0]);
    }

    #[test]
    fn what_the_server_makes_is_its_own() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello", "id": "mine", "sent_at": "2021-11-23T12:13:14+01:00"}));
        assert_eq!(bench.checks(&case, created()), [""; 0]);
    }

    #[test]
    fn deeper_down_one_name_in_common_is_chance() {
        let wrap = |more: &str| {
            let nested = format!(
                "properties:\n                  item:\n                    type: object\n                    properties: {{text: {{type: string, minLength: 1}}{more}}}"
            );
            let document = MESSAGES.replace("required: [data]", "required: [item]").replacen(
                "properties:\n                  data: {$ref: '#/components/schemas/Stored'}",
                &nested,
                1,
            );
            let case = valid(json!({"text": "hello", "metadata": {"a": 1}}));
            Bench::of(&document).checks(&case, response(201, &json!({"item": {"text": "bye"}})))
        };
        assert_eq!(wrap(""), [""; 0]);
        assert_eq!(wrap(", metadata: {type: object}"), ["echo"]);
    }

    #[test]
    fn letters_and_spaces_come_back_byte_for_byte() {
        let bench = Bench::messages();
        for (sent, returned, count) in [
            ("e\u{301}", "é", 1),
            ("a  b", "a b", 1),
            ("a\r\nb", "a\nb", 1),
            ("👋🏽", "??", 1),
            ("<b>", "&lt;b&gt;", 1),
            ("e\u{301} 👋🏽 <b> \u{202e}\n", "e\u{301} 👋🏽 <b> \u{202e}\n", 0),
        ] {
            let returned = response(201, &json!({"data": {"id": "m1", "text": returned}}));
            assert_eq!(bench.checks(&valid(json!({"text": sent})), returned).len(), count, "{sent}");
        }
    }
}
