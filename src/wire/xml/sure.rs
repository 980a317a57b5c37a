//! XML bodies: how values are sent, and their interpretations.
//!
//! XML carries strings only, and an empty array or string is an empty element or none. A valid value is sent only if
//! every interpretation of a correct server is valid, and an invalid one only if no interpretation is.

use serde_json::Value;

use super::interpretation::{Interpretation, Point, lenient, matters, no_items, points, strict};
use super::{Leaf, parse, write};
use crate::contract::{Direction, MediaType, SchemaId, Schemas, Types, Validators, Violation};
use crate::spec::Pointer;
use crate::wire::doubt::Doubt;
use crate::wire::search::Measure;

/// The XML of a value. Without a schema, a string is the XML itself.
pub(crate) fn body(schemas: &Schemas, media: &MediaType, value: &Value) -> Option<Vec<u8>> {
    match media.schema {
        Some(schema) => Some(write(schemas, schema, value).ok()?.root.to_xml().into_bytes()),
        None => value.as_str().filter(|text| parse(text.as_bytes()).is_ok()).map(|text| text.as_bytes().to_vec()),
    }
}

/// The first example that is XML.
pub(crate) fn example(schemas: &Schemas, media: &MediaType) -> Option<Value> {
    media.examples.iter().map(|(value, _)| value).find(|value| body(schemas, media, value).is_some()).cloned()
}

/// A media type that a range such as `application/*+xml` holds.
pub(crate) fn media_type(name: &str) -> String {
    if name.contains('*') { "application/xml".to_owned() } else { name.to_owned() }
}

/// Whether readers may look for parts of the value under other names.
pub(crate) fn is_open(schemas: &Schemas, schema: SchemaId, value: &Value) -> bool {
    write(schemas, schema, value).map_or(true, |written| !written.open.is_empty())
}

/// Whether readers may miss the place of a clause in a value: it is in a part that they may look for under another name.
pub(crate) fn may_be_missed(schemas: &Schemas, schema: SchemaId, value: &Value, place: &Pointer) -> bool {
    write(schemas, schema, value).is_ok_and(|written| written.open.iter().any(|open| open.leads_to(place)))
}

/// Whether a value is valid, and stays so in all that a server which knows the schema may read.
pub(crate) fn is_surely_valid(validators: &Validators, schema: SchemaId, value: &Value) -> bool {
    let Ok(written) = write(validators.schemas(), schema, value) else { return false };
    let is_valid = |value: &Value| validators.is_valid(schema, Direction::Request, value);
    if !is_valid(value) || !written.leaves.iter().all(|leaf| is_lexical(leaf, value.pointer(leaf.at.as_str()))) {
        return false;
    }
    let points = points(&written, value, |_| true, strict);
    let mut all = value.clone();
    for point in &points {
        let mut one = value.clone();
        for interpretation in &point.interpretations {
            one.clone_from(value);
            interpretation.apply(&mut one, &point.at);
            if !is_valid(&one) {
                return false;
            }
        }
        if let Some(last) = point.interpretations.last() {
            last.apply(&mut all, &point.at);
        }
    }
    is_valid(&all)
}

/// Whether a number is written as every reader of its type reads it: no fraction of an integer, no exponent.
fn is_lexical(leaf: &Leaf, value: Option<&Value>) -> bool {
    let Some(Value::Number(number)) = value else { return true };
    let text = number.to_string();
    let is_whole = leaf.types.intersects(Types::INTEGER) && !leaf.types.contains(Types::NUMBER);
    !(text.contains(['e', 'E']) || is_whole && text.contains('.'))
}

/// What a server may take for something valid that is not.
pub(crate) fn surely_invalid(
    validators: &Validators,
    schema: SchemaId,
    direction: Direction,
    value: &Value,
) -> Result<(), Doubt> {
    let violations = validators.breaches(schema, direction, value);
    let written =
        write(validators.schemas(), schema, value).map_err(|unwritable| Doubt::NoXml(unwritable.to_string()))?;
    let mut points = points(&written, value, |at| violations.iter().any(|violation| matters(at, violation)), lenient);
    points.extend(violations.iter().flat_map(|violation| no_items(validators.schemas(), violation, value)));
    // What holds others is taken for something else as a whole, and then they do not matter.
    let (holders, points): (Vec<Point>, Vec<Point>) = points.into_iter().partition(|point| point.is_holder);
    let measure = Measure { validators, schema, direction };
    let mut of_holders = holders
        .iter()
        .flat_map(|point| point.interpretations.iter().map(move |interpretation| (point, interpretation)))
        .map(|(point, interpretation)| {
            let mut other = value.clone();
            interpretation.apply(&mut other, &point.at);
            other
        });
    if let Some(read) = of_holders.find(|other| measure.is_valid(other)) {
        return Err(Doubt::ReadAs(read));
    }
    // Each node is read in one of its ways, or as it is.
    let ways =
        |point: &'_ Point| std::iter::once(None).chain(point.interpretations.iter().cloned().map(Some)).collect();
    let parts: Vec<Vec<Option<Interpretation>>> = points.iter().map(ways).collect();
    measure.none_is_valid(value, &parts, |read, index, interpretation| {
        if let Some(interpretation) = interpretation {
            interpretation.apply(read, &points[index].at);
        }
    })
}

/// Whether one of the things that are wrong with a value is not wrong in another interpretation of it, which breaks nothing
/// else.
pub(crate) fn may_be_right(
    validators: &Validators,
    schema: SchemaId,
    direction: Direction,
    value: &Value,
    violation: &Violation,
) -> bool {
    let Ok(written) = write(validators.schemas(), schema, value) else { return true };
    let key = |violation: &Violation| (violation.location.clone(), violation.instance.clone());
    let all: Vec<_> = validators.breaches(schema, direction, value).iter().map(key).collect();
    let mut points = points(&written, value, |at| matters(at, violation), lenient);
    points.extend(no_items(validators.schemas(), violation, value));
    points.iter().flat_map(|point| point.interpretations.iter().map(move |interpretation| (point, interpretation))).any(
        |(point, interpretation)| {
            let mut other = value.clone();
            interpretation.apply(&mut other, &point.at);
            let left: Vec<_> = validators.breaches(schema, direction, &other).iter().map(key).collect();
            left.len() < all.len() && left.iter().all(|key| all.contains(key)) && !left.contains(&key(violation))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use crate::spec::{Document, LoadOptions};
    use serde_json::json;
    use std::path::Path;

    /// The validators of a schema that is the component `Root`.
    fn validators(schema: &Value) -> (Validators, SchemaId) {
        let document = json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "components": {"schemas": {"Root": schema}},
            "paths": {"/": {"post": {
                "requestBody": {"content": {"text/xml": {"schema": {"$ref": "#/components/schemas/Root"}}}},
                "responses": {},
            }}},
        });
        let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
        let contract = Contract::compile(document.expect("JSON")).expect("a contract");
        let schema = contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema).expect("a schema");
        (Validators::new(contract.schemas.clone()), schema)
    }

    fn surely_valid(schema: &Value, value: &Value) -> bool {
        let (validators, id) = validators(schema);
        is_surely_valid(&validators, id, value)
    }

    fn surely_invalid(schema: &Value, value: &Value) -> bool {
        let (validators, id) = validators(schema);
        super::surely_invalid(&validators, id, Direction::Request, value).is_ok()
    }

    #[test]
    fn what_a_server_may_read_otherwise_is_no_sure_fault() {
        let integer = json!({"type": "integer", "minimum": 1});
        for (value, sure) in
            [(json!("abc"), true), (json!(0), true), (json!(1.5), true), (json!(" 7 "), false), (json!("7"), false)]
        {
            assert_eq!(surely_invalid(&integer, &value), sure, "{value}");
        }
        let text = json!({"type": "string", "maxLength": 3});
        for (value, sure) in
            [(json!("abcd"), true), (json!("abc "), false), (json!(12), false), (json!({"a": 1}), false)]
        {
            assert_eq!(surely_invalid(&text, &value), sure, "{value}");
        }
        let flag = json!({"type": "boolean"});
        assert!(surely_invalid(&flag, &json!("maybe")) && !surely_invalid(&flag, &json!("yes")));
    }

    #[test]
    fn a_list_is_its_items_with_or_without_an_element_around_them() {
        let items = json!({"type": "string", "minLength": 1, "maxLength": 3});
        let wrapped = json!({"type": "array", "xml": {"wrapped": true}, "items": items, "maxItems": 1, "minItems": 1});
        assert!(surely_invalid(&wrapped, &json!(["abcd"])));
        assert!(surely_invalid(&wrapped, &json!(["a", "b"])));
        let bare = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "array", "items": items}}});
        // No element may be an empty array as well as none.
        assert!(!surely_invalid(&bare, &json!({})));
        assert!(!surely_valid(&bare, &json!({"a": []})));
        assert!(surely_invalid(&bare, &json!({"a": ["abcd"]})));
        let text = json!({"type": "object", "required": ["a"], "properties": {"a": items}});
        assert!(surely_invalid(&text, &json!({})));
        assert!(surely_invalid(&text, &json!({"a": ["abcd", "abcd"]})));
        assert!(!surely_invalid(&text, &json!({"a": ["abcd", "abc"]})), "the last element may be the one that is read");
    }

    #[test]
    fn what_a_right_server_may_read_otherwise_is_not_sent_as_valid() {
        let property = |schema: Value| json!({"type": "object", "required": ["a"], "properties": {"a": schema}});
        let text = property(json!({"type": "string", "minLength": 2}));
        for (value, sure) in [("ab", true), (" b", false), (" bc ", true), ("a\u{1}", false), ("a\r\n", false)] {
            assert_eq!(surely_valid(&text, &json!({"a": value})), sure, "{value:?}");
        }
        assert!(!surely_valid(&property(json!({"type": "string"})), &json!({"a": ""})), "as good as missing");
        assert!(!surely_valid(&property(json!({"type": "object"})), &json!({"a": {}})), "as good as missing");
        assert!(!surely_valid(&property(json!({})), &json!({"a": null})));
        let attribute = json!({"type": "string", "pattern": "^a\\s{2}b$", "xml": {"attribute": true}});
        assert!(!surely_valid(&property(attribute), &json!({"a": "a\n\nb"})), "white space in attributes changes");
        let integer = property(json!({"type": "integer"}));
        assert!(surely_valid(&integer, &json!({"a": 1})) && !surely_valid(&integer, &json!({"a": 1.0})));
        let number = property(json!({"type": "number"}));
        assert!(surely_valid(&number, &json!({"a": 1.5})) && !surely_valid(&number, &json!({"a": 1e300})));
        let either = property(json!({"anyOf": [{"type": "string", "minLength": 3}, {"type": "integer"}]}));
        assert!(surely_valid(&either, &json!({"a": "abc"})) && !surely_valid(&either, &json!({"a": 12})));
    }

    #[test]
    fn parts_that_may_be_looked_for_under_another_name_may_be_missed() {
        let part = json!({"type": "array", "items": {"type": "integer", "maximum": 9}, "xml": {"name": "other"}});
        let optional = json!({"type": "object", "properties": {"a": part}});
        assert!(!surely_invalid(&optional, &json!({"a": [10]})));
        let (validators, schema) = validators(&optional);
        assert!(is_open(validators.schemas(), schema, &json!({"a": [1]})));
        assert!(!is_open(validators.schemas(), schema, &json!({})));
        let required = json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/Root"}},
            "xml": {"name": "root"}});
        assert!(surely_invalid(&required, &json!({"a": {"a": 1}})));
    }
}
