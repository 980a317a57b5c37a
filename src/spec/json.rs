//! JSON (RFC 8259) to a value with the place of every node.

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Map, Number, Value};

use super::lines::Lines;
use super::model::{Parsed, Position, Span, Spans, replace};
use super::size::weigh_json;

/// The parser also reads comments, loose commas and the like; a contract is plain JSON.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses `text`, whose lines are `lines`.
pub(super) fn parse(text: &str, lines: &Lines) -> Result<Parsed, (Position, String)> {
    let text_without_mark = text.trim_start_matches('\u{feff}');
    let shift = text.len() - text_without_mark.len();
    let mut reader = Reader { text, lines, shift, duplicates: Vec::new() };
    weigh_json(text_without_mark).map_err(|(at, reason)| (reader.position(at), reason))?;
    let parsed = parse_to_ast(text_without_mark, &CollectOptions::default(), &STRICT)
        .map_err(|error| (reader.position(error.range().start), error.kind().to_string()))?;
    match parsed.value {
        Some(root) => {
            let (value, spans) = reader.node(root);
            Ok(Parsed { value, spans, duplicates: reader.duplicates })
        }
        None => Err((Position { line: 1, column: 1 }, "the document is empty".into())),
    }
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a Lines,
    shift: usize,
    duplicates: Vec<(Position, String)>,
}

impl Reader<'_> {
    fn position(&self, offset: usize) -> Position {
        self.lines.position(self.text, offset + self.shift)
    }

    fn span(&self, range: Range) -> Span {
        Span { start: self.position(range.start), end: self.position(range.end) }
    }

    fn node(&mut self, node: ast::Value<'_>) -> (Value, Spans) {
        let span = self.span(node.range());
        let mut children = Vec::new();
        let value = match node {
            ast::Value::StringLit(literal) => Value::String(literal.value.into_owned()),
            ast::Value::NumberLit(literal) => number(literal.value),
            ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::Array(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for element in array.elements {
                    let (value, spans) = self.node(element);
                    items.push(value);
                    children.push(spans);
                }
                Value::Array(items)
            }
            ast::Value::Object(object) => {
                let mut members = Map::new();
                for property in object.properties {
                    let key = self.span(property.name.range());
                    let name = property.name.into_string();
                    let (value, mut spans) = self.node(property.value);
                    spans.key = key;
                    if members.contains_key(&name) {
                        self.duplicates.push((key.start, name.clone()));
                        replace(&mut members, &mut children, name, value, spans);
                    } else {
                        members.insert(name, value);
                        children.push(spans);
                    }
                }
                Value::Object(members)
            }
        };
        (value, Spans { key: span, value: span, children: children.into() })
    }
}

fn number(text: &str) -> Value {
    text.parse::<Number>().map_or_else(
        // Too large for a number of 64 bits: the nearest one, or the text where there is none.
        |_| Value::String(text.to_owned()),
        Value::Number,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn strict_json_only() {
        for text in ["{a: 1}", "{\"a\": 1,}", "// c\n1", "{'a': 1}", "[0x1]", ""] {
            assert!(parse(text, &Lines::of(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_kind() {
        let text = "[1, 1.0, 18446744073709551615, -1, 1e2]";
        let parsed = parse(text, &Lines::of(text)).expect("parses");
        assert_eq!(parsed.value, json!([1, 1.0, 18446744073709551615u64, -1, 100.0]));
    }

    #[test]
    fn a_name_that_stands_twice_is_told() {
        let text = "{\"a\": 1,\n \"a\": 2}";
        let parsed = parse(text, &Lines::of(text)).expect("parses");
        assert_eq!(parsed.duplicates, [(Position { line: 2, column: 2 }, "a".to_owned())]);
        assert_eq!(parsed.value, json!({"a": 2}));
    }
}
