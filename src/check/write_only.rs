//! A property that only requests may carry came back.

use serde_json::Value;

use crate::contract::{Direction, SchemaId, Schemas};
use crate::spec::Pointer;

use super::pin::Pin;
use super::{About, Check, Finding, Reading, Severity};

/// The check.
#[derive(Debug)]
pub struct WriteOnly;

impl Check for WriteOnly {
    fn about(&self) -> About {
        About {
            name: "write-only",
            sentence: "A response carries a property that the document marks as `writeOnly`.",
            clauses: &["writeOnly"],
            section: "OpenAPI 3.1, section 4.8.24; JSON Schema 2020-12 validation, section 9.4",
        }
    }

    fn judge(&self, reading: &Reading<'_>) -> Vec<Finding> {
        let (Some(schema), Some(value)) = (reading.media.and_then(|media| media.schema), reading.payload.json()) else {
            return Vec::new();
        };
        if !reading.standing.is_fine() {
            return Vec::new();
        }
        let schemas = &reading.subject.contract.schemas;
        let mut found = Vec::new();
        walk(schemas, schema, value, &Pointer::root(), &mut found);
        found.dedup_by(|a, b| a.0 == b.0);
        found
            .into_iter()
            .map(|(id, at)| {
                let pin = Pin::new(schemas.get(id).location.clone(), "writeOnly", "");
                let message = format!("the response carries `{at}`, which only requests may carry");
                let mut finding = reading.finding(self.about().name, Severity::Warning, &pin, message, "");
                finding.acceptable = "a response without it".to_owned();
                finding
            })
            .collect()
    }
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
            bench.judge(&case, Ok(answer(201, &json!({"data": {"id": "m1", "text": "hello", "secret": "s"}}))));
        assert_eq!((findings[0].check, findings[0].severity), ("write-only", Severity::Warning));
        assert_eq!(findings[0].location.pointer.as_str(), "/components/schemas/Stored/properties/secret");
        assert_eq!(bench.checks(&case, created()), [""; 0]);
    }
}
