//! Values that a schema allows and that many right servers refuse.

use serde_json::Value;

use super::arena::Schemas;
use super::model::{Schema, SchemaId};

impl Schemas {
    /// Whether a node of `value` is what its schema allows and few authors mean.
    ///
    /// A text may be of its format, and of a kind that usual readers of the format refuse: a mail address whose domain has
    /// no dot (RFC 5321, section 2.3.5, asks for names that resolve), a URI that is none of the web; or be empty, which its
    /// pattern does not rule out. A schema that says nothing may be of anything but null, and one that speaks of
    /// properties or of items and leaves out the type is of objects or of arrays.
    pub(crate) fn is_unusual(&self, id: SchemaId, value: &Value) -> bool {
        let is_untyped = || *self.untyped.get_or_init(|| self.all.iter().any(leaves_type_out));
        // Most values of most documents need no walk along the schemas.
        (holds_odd(value) || is_untyped())
            && self.any_node(id, value, &|schema, node| match node {
                Value::String(text) if text.contains(['@', ':']) => {
                    let is_of_format = || schema.format.as_deref().is_some_and(|format| is_odd(format, text));
                    is_of_format() && !is_meant(schema, node) || speaks_of_others(schema, node)
                }
                // Few authors mean that the empty text, too, matches their pattern.
                Value::String(text) if text.is_empty() && schema.pattern.is_some() => schema.min_length.is_none(),
                Value::Null if schema.is_bare() && schema.types.is_none() => schema.unknown.is_empty(),
                _ => speaks_of_others(schema, node),
            })
    }
}

/// Whether the author says of a text of this kind that it is one: by a list, an example or a pattern.
fn is_meant(schema: &Schema, value: &Value) -> bool {
    schema.enum_values.is_some()
        || schema.const_value.is_some()
        || schema.pattern.is_some()
        || schema.examples.iter().any(|(example, _)| example == value)
}

/// Whether a value has what may be unusual of a typed schema: null, or a text like an address.
fn holds_odd(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() || [b'@', b':'].iter().any(|mark| text.as_bytes().contains(mark)),
        Value::Array(items) => items.iter().any(holds_odd),
        Value::Object(members) => members.values().any(holds_odd),
        _ => false,
    }
}

/// Whether a schema speaks of properties or of items, and does not say that it is of objects or of arrays.
fn leaves_type_out(schema: &Schema) -> bool {
    schema.types.is_none() && (!schema.properties.is_empty() || schema.items.is_some())
}

/// Whether a schema without a type is of values of another one.
fn speaks_of_others(schema: &Schema, value: &Value) -> bool {
    let is_object = value.is_object() && !schema.properties.is_empty();
    leaves_type_out(schema) && !is_object && !(value.is_array() && schema.items.is_some())
}

fn is_odd(format: &str, text: &str) -> bool {
    match format {
        "email" | "idn-email" => text.rsplit_once('@').is_some_and(|(_, domain)| !is_dotted(domain)),
        "uri" | "iri" | "url" => {
            let web = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            let host = web.map(|rest| rest.split(['/', '?', '#', ':']).next().unwrap_or_default());
            text.contains(':') && !host.is_some_and(is_dotted)
        }
        _ => false,
    }
}

/// Whether a name has a label and a top-level domain, which no digit begins.
fn is_dotted(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(rest, last)| !rest.is_empty() && last.starts_with(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::Types;

    #[test]
    fn an_address_without_a_dot_and_a_uri_that_is_none_of_the_web_are_unusual() {
        let format = |format: &str| Schema { format: Some(format.to_owned()), ..Schema::default() };
        let all = vec![Schema { items: Some(SchemaId(1)), ..Schema::default() }, format("email"), format("uri")];
        let schemas = Schemas { all, ..Schemas::default() };
        for (value, unusual) in [
            (json!(["x@e"]), true),
            (json!(["user@example.com", "x@[192.0.2.1]"]), true),
            (json!(["user@example.com", "a@b.co"]), false),
            (json!(["not an address"]), false),
        ] {
            assert_eq!(schemas.is_unusual(SchemaId(0), &value), unusual, "{value}");
        }
        for (value, unusual) in [
            ("https://exam", true),
            ("urn:a:b", true),
            ("https://example.com:8080/a?b@c", false),
            ("http://a.co", false),
            ("relative", false),
        ] {
            assert_eq!(schemas.is_unusual(SchemaId(2), &json!(value)), unusual, "{value}");
        }
    }

    #[test]
    fn nothing_is_unusual_where_a_pattern_says_what_a_text_looks_like() {
        let decimal = |min_length| Schema { pattern: Some(r"^-?\d{0,8}$".to_owned()), min_length, ..Schema::default() };
        let schemas = Schemas { all: vec![decimal(None), decimal(Some(0)), Schema::default()], ..Schemas::default() };
        let empty = json!("");
        assert!(schemas.is_unusual(SchemaId(0), &empty) && !schemas.is_unusual(SchemaId(0), &json!("1")));
        assert!(!schemas.is_unusual(SchemaId(1), &empty) && !schemas.is_unusual(SchemaId(2), &empty));
    }

    #[test]
    fn who_speaks_of_properties_means_objects_and_who_says_nothing_means_no_null() {
        let of_properties = |types| Schema {
            properties: [("a".to_owned(), SchemaId(1))].into_iter().collect(),
            types,
            ..Schema::default()
        };
        let all = vec![of_properties(None), Schema::default(), of_properties(Some(Types::OBJECT))];
        let schemas = Schemas { all, ..Schemas::default() };
        for (value, unusual) in [
            (json!([]), true),
            (json!(null), true),
            (json!("text"), true),
            (json!({"a": 1}), false),
            (json!({"a": null}), true),
        ] {
            assert_eq!(schemas.is_unusual(SchemaId(0), &value), unusual, "{value}");
        }
        assert!(!schemas.is_unusual(SchemaId(2), &json!([])), "a type is given");
    }
}
