//! YAML 1.2 (core schema) to a JSON value with the place of every node.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};
use serde_json::{Number, Value};

use super::model::{Members, Parsed, Position, Span, Spans};
use super::size::{ITEM, MEMBER, OBJECT, Weight};

/// Aliases may multiply a document; past this many copied nodes it is an attack, not a contract.
const MAX_COPIED: usize = 1_000_000;
/// The octets of text that count as another node where they are copied: a text may be as long as the file.
const TEXT: usize = 64;
const MAX_DEPTH: usize = 512;

type Failure = (Position, String);

/// Parses the first document of `text`, whose nodes are added to `weight`.
pub(super) fn parse(text: &str, weight: &mut Weight) -> Result<Parsed, Failure> {
    let mut loader = Loader::new(text, weight);
    let (value, spans) = loader.whole()?;
    Ok(Parsed { value, spans, duplicates: loader.duplicates })
}

/// Adds the nodes of a text to `weight`, for a reader that expands aliases and counts nothing. What is no YAML is left to
/// that reader to tell.
///
/// # Errors
/// That it holds, or copies by aliases, more than is read.
pub(crate) fn weigh(text: &str, weight: &mut Weight) -> Result<(), String> {
    let mut loader = Loader::new(text, weight);
    match loader.whole() {
        Err((_, message)) if loader.is_full => Err(message),
        _ => Ok(()),
    }
}

struct Loader<'a, 'w> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// What each anchor names, and its size.
    anchors: HashMap<usize, (Value, Spans, usize)>,
    /// The nodes that were read, and more for the text in them.
    size: usize,
    /// What of it are copies.
    copied: usize,
    weight: &'w mut Weight,
    /// Whether that is more than may be.
    is_full: bool,
    duplicates: Vec<(Position, String)>,
}

impl<'a, 'w> Loader<'a, 'w> {
    fn new(text: &'a str, weight: &'w mut Weight) -> Self {
        Self {
            parser: Parser::new_from_str(text),
            anchors: HashMap::new(),
            size: 0,
            copied: 0,
            weight,
            is_full: false,
            duplicates: Vec::new(),
        }
    }

    fn whole(&mut self) -> Result<(Value, Spans), Failure> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
                Event::StreamEnd => return Err((start(span), "the document is empty".into())),
                other => {
                    let whole = self.node(other, span, 0)?;
                    // What follows the document may still be broken text: read on, so that it is reported.
                    loop {
                        match self.next()? {
                            (Event::StreamEnd, _) => return Ok(whole),
                            (Event::DocumentStart(_), span) => {
                                return Err((
                                    start(span),
                                    "a second YAML document starts here; one is expected".into(),
                                ));
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
    }

    /// Counts a copy of so many nodes before it takes room.
    fn copy(&mut self, size: usize, span: YamlSpan) -> Result<(), Failure> {
        self.copied += size;
        self.is_full |= self.copied > MAX_COPIED;
        if self.is_full {
            return Err((start(span), format!("anchors and aliases copy more than {MAX_COPIED} nodes")));
        }
        self.weigh(size * MEMBER, span)
    }

    fn weigh(&mut self, weight: usize, span: YamlSpan) -> Result<(), Failure> {
        self.weight.add(weight).map_err(|reason| {
            self.is_full = true;
            (start(span), reason)
        })
    }

    fn next(&mut self) -> Result<(Event<'a>, YamlSpan), Failure> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err((position(error.marker()), error.info().to_owned())),
            None => Ok((Event::StreamEnd, YamlSpan::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: YamlSpan, depth: usize) -> Result<(Value, Spans), Failure> {
        let before = self.size;
        self.size += 1;
        let weight = if matches!(event, Event::MappingStart(..)) { ITEM + OBJECT } else { ITEM };
        self.weigh(weight, span)?;
        if depth > MAX_DEPTH {
            return Err((start(span), format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let (value, spans, anchor) = match event {
            Event::Alias(id) => {
                let Some(size) = self.anchors.get(&id).map(|(.., size)| *size) else {
                    return Err((start(span), "this alias names no anchor above it".into()));
                };
                self.size += size;
                self.copy(size, span)?;
                let (value, spans, _) = self.anchors[&id].clone();
                (value, Spans { value: convert(span), key: convert(span), ..spans }, 0)
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.size += text.len() / TEXT;
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
            let size = self.size - before;
            self.copy(size, span)?;
            self.anchors.insert(anchor, (value.clone(), spans.clone(), size));
        }
        Ok((value, spans))
    }

    fn mapping(&mut self, opened: YamlSpan, depth: usize) -> Result<(Value, Spans), Failure> {
        let mut members = Members::default();
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
                Event::Alias(id) => self.aliased_name(id, span)?,
                _ => return Err((start(span), "a mapping's key must be a scalar".into())),
            };
            self.size += key.len() / TEXT;
            self.weigh(MEMBER - ITEM, span)?;
            let (event, value_span) = self.next()?;
            let (value, mut spans) = self.node(event, value_span, depth + 1)?;
            spans.key = convert(span);
            if key == "<<" && plain {
                merged.push((value, spans));
            } else if let Some(name) = members.add(key, value, spans) {
                self.duplicates.push((start(span), name));
            }
        };
        for (value, spans) in merged {
            merge(&mut members, value, &spans);
        }
        Ok((Value::Object(members.values), holder(opened, end, members.spans)))
    }

    /// The name that an alias stands for.
    fn aliased_name(&mut self, id: usize, span: YamlSpan) -> Result<String, Failure> {
        let name = match self.anchors.get(&id) {
            Some((Value::String(text), ..)) => text.clone(),
            Some((other, ..)) if !other.is_object() && !other.is_array() => other.to_string(),
            _ => return Err((start(span), "a mapping's key must be a scalar".into())),
        };
        self.copy(name.len() / TEXT, span)?;
        Ok(name)
    }
}

/// Adds what a merge key (`<<`) brings: members that the mapping does not have itself.
fn merge(members: &mut Members, value: Value, spans: &Spans) {
    let at = |index: usize| spans.children.get(index).cloned().unwrap_or_default();
    match value {
        Value::Object(other) => {
            for (index, (key, value)) in other.into_iter().enumerate() {
                if !members.values.contains_key(&key) {
                    members.add(key, value, at(index));
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                merge(members, item, &at(index));
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

    fn parse(text: &str) -> Result<Parsed, Failure> {
        super::parse(text, &mut Weight::default())
    }

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

    #[test]
    fn what_aliases_copy_of_texts_is_counted_too() {
        let long = "x".repeat(100_000);
        let aliases = |count: usize, item: &str| vec![item; count].join(",");
        let told = |text: String| parse(&text).map(drop).expect_err("too much text").1;
        for item in ["*a", "[*a]", "{b: *a}", "{*a : b}"] {
            let message = told(format!("a: &a {long}\nb: [{}]\n", aliases(10_000, item)));
            assert!(message.contains("copy more than"), "{item}: {message}");
        }
        let message = told(format!("a: &a {{{long}: b}}\nb: [{}]\n", aliases(10_000, "*a")));
        assert!(message.contains("copy more than"), "{message}");
        // An anchor keeps a copy, and so does each that is around it.
        let nested: String = (0..200).map(|level| format!("&n{level} [")).collect();
        let message = told(format!("b: {nested}{}{}\n", long.repeat(20), "]".repeat(200)));
        assert!(message.contains("copy more than"), "{message}");
        assert!(parse(&format!("a: &a {long}\nb: [{}]\n", aliases(100, "*a"))).is_ok());
    }

    #[test]
    fn a_text_is_weighed_for_readers_that_count_nothing() {
        let weigh = |text: &str| super::weigh(text, &mut Weight::default());
        let bomb = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 10_000].join(","));
        assert!(weigh(&bomb).is_err_and(|message| message.contains("copy more than")));
        assert!(
            weigh(&format!("[{}]", "1,".repeat(2_100_000))).is_err_and(|message| message.contains("too many values"))
        );
        assert_eq!([weigh("a: [1"), weigh("a: 1\n"), weigh("")], [Ok(()), Ok(()), Ok(())]);
    }
}
