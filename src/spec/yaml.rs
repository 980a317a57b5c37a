//! YAML 1.2 (core schema) to a JSON value with the place of every node.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};
use serde_json::{Map, Number, Value};

use super::model::{Parsed, Position, Span, Spans, replace};
use super::size::{OBJECT, Weight};

/// Aliases may multiply a document; past this many copied nodes it is an attack, not a contract.
const MAX_COPIED: usize = 1_000_000;
const MAX_DEPTH: usize = 512;

type Failure = (Position, String);

/// Parses the first document of `text`.
pub(super) fn parse(text: &str) -> Result<Parsed, Failure> {
    let mut loader = Loader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
        nodes: 0,
        copied: 0,
        weight: Weight::default(),
        duplicates: Vec::new(),
    };
    loop {
        let (event, span) = loader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd => return Err((start(span), "the document is empty".into())),
            other => {
                let (value, spans) = loader.node(other, span, 0)?;
                // What follows the document may still be broken text: read on, so that it is reported.
                loop {
                    match loader.next()? {
                        (Event::StreamEnd, _) => return Ok(Parsed { value, spans, duplicates: loader.duplicates }),
                        (Event::DocumentStart(_), span) => {
                            return Err((start(span), "a second YAML document starts here; one is expected".into()));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

struct Loader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    anchors: HashMap<usize, (Value, Spans, usize)>,
    nodes: usize,
    copied: usize,
    weight: Weight,
    duplicates: Vec<(Position, String)>,
}

impl<'a> Loader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, YamlSpan), Failure> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err((position(error.marker()), error.info().to_owned())),
            None => Ok((Event::StreamEnd, YamlSpan::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: YamlSpan, depth: usize) -> Result<(Value, Spans), Failure> {
        let before = self.nodes;
        self.nodes += 1;
        let weight = if matches!(event, Event::MappingStart(..)) { OBJECT } else { 1 };
        self.weight.add(weight).map_err(|reason| (start(span), reason))?;
        if depth > MAX_DEPTH {
            return Err((start(span), format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let (value, spans, anchor) = match event {
            Event::Alias(id) => {
                let Some((value, spans, size)) = self.anchors.get(&id) else {
                    return Err((start(span), "this alias names no anchor above it".into()));
                };
                self.nodes += size;
                self.copied += size;
                if self.copied > MAX_COPIED {
                    return Err((start(span), format!("aliases copy more than {MAX_COPIED} nodes")));
                }
                self.weight.add(*size).map_err(|reason| (start(span), reason))?;
                let (value, spans) = (value.clone(), spans.clone());
                (value, Spans { value: convert(span), key: convert(span), ..spans }, 0)
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let tag = tag.filter(|tag| tag.is_yaml_core_schema());
                let value = match tag.as_ref().map(|tag| tag.suffix.as_str()) {
                    Some("str") => Value::String(text.into_owned()),
                    Some(_) => scalar(&text),
                    None if plain => scalar(&text),
                    None => Value::String(text.into_owned()),
                };
                (value, leaf(span), anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                let mut children = Vec::new();
                let end = loop {
                    let (event, span) = self.next()?;
                    if event == Event::SequenceEnd {
                        break span;
                    }
                    let (value, spans) = self.node(event, span, depth + 1)?;
                    items.push(value);
                    children.push(spans);
                };
                (Value::Array(items), holder(span, end, children), anchor)
            }
            Event::MappingStart(anchor, _) => {
                let (value, spans) = self.mapping(span, depth)?;
                (value, spans, anchor)
            }
            Event::StreamEnd | Event::DocumentEnd => {
                return Err((start(span), "the document ends before this node does".into()));
            }
            other => return Err((start(span), format!("unexpected YAML event {other:?}"))),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), spans.clone(), self.nodes - before));
        }
        Ok((value, spans))
    }

    fn mapping(&mut self, opened: YamlSpan, depth: usize) -> Result<(Value, Spans), Failure> {
        let mut members = Map::new();
        let mut children: Vec<Spans> = Vec::new();
        let mut merged: Vec<(Value, Spans)> = Vec::new();
        let end = loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break span;
            }
            let plain = matches!(event, Event::Scalar(_, ScalarStyle::Plain, ..));
            let key = match event {
                // The text as it stands: a status `200` and a version `1.0` are names here.
                Event::Scalar(text, ..) => text.into_owned(),
                Event::Alias(id) => match self.anchors.get(&id) {
                    Some((Value::String(text), ..)) => text.clone(),
                    Some((other, ..)) if !other.is_object() && !other.is_array() => other.to_string(),
                    _ => return Err((start(span), "a mapping's key must be a scalar".into())),
                },
                _ => return Err((start(span), "a mapping's key must be a scalar".into())),
            };
            let (event, value_span) = self.next()?;
            let (value, mut spans) = self.node(event, value_span, depth + 1)?;
            spans.key = convert(span);
            if key == "<<" && plain {
                merged.push((value, spans));
            } else if members.contains_key(&key) {
                self.duplicates.push((start(span), key.clone()));
                replace(&mut members, &mut children, key, value, spans);
            } else {
                members.insert(key, value);
                children.push(spans);
            }
        };
        for (value, spans) in merged {
            merge(&mut members, &mut children, value, &spans);
        }
        Ok((Value::Object(members), holder(opened, end, children)))
    }
}

/// Adds what a merge key (`<<`) brings: members that the mapping does not have itself.
fn merge(members: &mut Map<String, Value>, children: &mut Vec<Spans>, value: Value, spans: &Spans) {
    match value {
        Value::Object(other) => {
            for (index, (key, value)) in other.into_iter().enumerate() {
                if !members.contains_key(&key) {
                    members.insert(key, value);
                    children.push(spans.children.get(index).cloned().unwrap_or_default());
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                let spans = spans.children.get(index).cloned().unwrap_or_default();
                merge(members, children, item, &spans);
            }
        }
        _ => {}
    }
}

/// A plain scalar by the core schema (YAML 1.2.2, section 10.3.2).
fn scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return Value::String(text.to_owned());
    }
    let radix = |prefix, radix| text.strip_prefix(prefix).and_then(|digits| u64::from_str_radix(digits, radix).ok());
    let number = radix("0x", 16).or_else(|| radix("0o", 8)).map(Number::from);
    number.or_else(|| decimal(text)).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn decimal(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let numeric = unsigned.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !numeric || !unsigned.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if unsigned.bytes().all(|b| b.is_ascii_digit()) {
        if let Ok(integer) = text.parse::<i64>() {
            return Some(integer.into());
        }
        if let Ok(integer) = text.parse::<u64>() {
            return Some(integer.into());
        }
    }
    text.parse().ok().and_then(Number::from_f64)
}

fn position(marker: &saphyr_parser::Marker) -> Position {
    Position { line: marker.line().max(1) as u32, column: marker.col() as u32 + 1 }
}

fn start(span: YamlSpan) -> Position {
    position(&span.start)
}

fn convert(span: YamlSpan) -> Span {
    Span { start: position(&span.start), end: position(&span.end) }
}

fn leaf(span: YamlSpan) -> Spans {
    let span = convert(span);
    Spans { key: span, value: span, children: Box::default() }
}

fn holder(opened: YamlSpan, closed: YamlSpan, children: Vec<Spans>) -> Spans {
    let span = Span { start: position(&opened.start), end: position(&closed.end) };
    Spans { key: span, value: span, children: children.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        parse(text).expect("parses").value
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        let text = "[1, -2, 1.5, 0x1F, 'a', no, ~, true, 1_000, 2020-01-01, \"1\", 1e3, .5, -x, !!str 5]";
        assert_eq!(
            value(text),
            json!([1, -2, 1.5, 31, "a", "no", null, true, "1_000", "2020-01-01", "1", 1000.0, 0.5, "-x", "5"])
        );
    }

    #[test]
    fn keys_keep_their_text() {
        assert_eq!(value("200: a\n1.0: b\ntrue: c\n"), json!({"200": "a", "1.0": "b", "true": "c"}));
    }

    #[test]
    fn anchors_aliases_and_merge_keys_are_expanded() {
        let text = "base: &b {x: 1, y: 2}\nover:\n  <<: *b\n  y: 3\nsame: *b\n";
        assert_eq!(value(text), json!({"base": {"x": 1, "y": 2}, "over": {"y": 3, "x": 1}, "same": {"x": 1, "y": 2}}));
    }

    #[test]
    fn a_key_that_stands_twice_is_told_and_the_last_one_counts() {
        let parsed = parse("a: 1\nb: 2\na: 3\n").expect("parses");
        assert_eq!(parsed.duplicates, [(Position { line: 3, column: 1 }, "a".to_owned())]);
        assert_eq!(parsed.value, json!({"a": 3, "b": 2}));
    }

    #[test]
    fn aliases_that_multiply_are_stopped() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let list = vec![format!("*a{}", level - 1); 10].join(",");
            text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
        }
        let (_, message) = parse(&text).expect_err("too many nodes");
        assert!(message.contains("nodes"), "{message}");
    }
}
