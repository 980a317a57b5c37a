//! A source file: its text, its value, and the place of every node.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::error::SpecError;
use super::lines::Lines;
use super::model::{Parsed, Position, Span, Spans};
use super::pointer::Pointer;
use super::size::Weight;
use super::{json, yaml};

/// A file with the value that it holds and the place of every node.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as the user wrote it.
    pub path: PathBuf,
    /// The path as messages show it: with `/`, relative to where the user stands if it can be.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The value; YAML is reduced to what JSON can say.
    pub value: Value,
    /// Names that stand twice in one object, where the second stands; the last one counts.
    pub duplicates: Vec<(Position, String)>,
    spans: Spans,
    lines: Lines,
}

impl SourceFile {
    /// Parses `text`: JSON if it starts with a brace or a bracket and is JSON, YAML 1.2 otherwise.
    ///
    /// # Errors
    /// [`SpecError::Syntax`] with the place where the text stops making sense.
    pub fn parse(path: PathBuf, name: String, text: String) -> Result<Self, SpecError> {
        Self::parse_part(path, name, text, &mut Weight::default())
    }

    /// The same for one file of several, whose weight it adds to.
    pub(super) fn parse_part(
        path: PathBuf,
        name: String,
        text: String,
        weight: &mut Weight,
    ) -> Result<Self, SpecError> {
        let lines = Lines::of(&text);
        let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        let looks_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
        let parsed = if is_json || looks_json {
            let before = weight.clone();
            match json::parse(&text, &lines, weight) {
                // A YAML flow mapping starts with a brace too, so JSON that fails may be YAML.
                Err(error) if !is_json => {
                    *weight = before;
                    yaml::parse(&text, weight).map_err(|_| error)
                }
                other => other,
            }
        } else {
            yaml::parse(&text, weight)
        };
        let Parsed { value, spans, duplicates } = parsed.map_err(|(position, message)| SpecError::Syntax {
            source_code: named(&name, &text),
            span: point(&text, &lines, position),
            place: format!("{name}:{}:{}", position.line, position.column),
            message,
        })?;
        Ok(Self { path, name, text, value, duplicates, spans, lines })
    }

    /// The node at `pointer`.
    pub fn get(&self, pointer: &Pointer) -> Option<&Value> {
        self.value.pointer(pointer.as_str())
    }

    /// The place of the node at `pointer`: of its value, or of the nearest node that holds it.
    pub fn value_span(&self, pointer: &Pointer) -> Span {
        self.find(pointer).value
    }

    /// The place of the member's name at `pointer`, or of the nearest node that holds it.
    pub fn key_span(&self, pointer: &Pointer) -> Span {
        self.find(pointer).key
    }

    /// The places of the node that these tokens lead to, if all of them have one.
    pub(super) fn spans_at(&mut self, tokens: &[String]) -> Option<&mut Spans> {
        let mut spans = &mut self.spans;
        let mut value = &self.value;
        for token in tokens {
            let index = match value {
                Value::Object(members) => members.keys().position(|key| key == token)?,
                Value::Array(items) => token.parse().ok().filter(|&index| index < items.len())?,
                _ => return None,
            };
            value = match value {
                Value::Object(members) => members.get(token)?,
                Value::Array(items) => items.get(index)?,
                _ => return None,
            };
            spans = spans.children.get_mut(index)?;
        }
        Some(spans)
    }

    fn find(&self, pointer: &Pointer) -> &Spans {
        let mut spans = &self.spans;
        let mut value = &self.value;
        for token in pointer.tokens() {
            let position = match value {
                Value::Object(members) => members.keys().position(|key| *key == token),
                Value::Array(items) => token.parse().ok().filter(|&index| index < items.len()),
                _ => None,
            };
            let Some(child) = position.and_then(|index| spans.children.get(index)) else { break };
            let next = match value {
                Value::Object(members) => members.get(token.as_ref()),
                Value::Array(items) => position.and_then(|index| items.get(index)),
                _ => None,
            };
            let Some(next) = next else { break };
            (spans, value) = (child, next);
        }
        spans
    }

    /// The byte offset of a position, clamped to the text.
    pub fn offset(&self, position: Position) -> usize {
        self.lines.offset(&self.text, position)
    }

    /// The text of a line, counted from 1, without its end.
    pub fn line(&self, line: u32) -> &str {
        let index = (line as usize).saturating_sub(1);
        let start = self.lines.start(index).unwrap_or(self.text.len());
        self.text[start..].lines().next().unwrap_or("")
    }
}

/// A source for miette's reports.
pub(super) fn named(name: &str, text: &str) -> Arc<miette::NamedSource<String>> {
    let language = if name.ends_with(".json") { "JSON" } else { "YAML" };
    Arc::new(miette::NamedSource::new(name, text.to_owned()).with_language(language))
}

fn point(text: &str, lines: &Lines, position: Position) -> miette::SourceSpan {
    let start = lines.offset(text, position).min(text.len());
    (start, usize::from(start < text.len())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> SourceFile {
        SourceFile::parse(name.into(), name.into(), text.into()).expect("parses")
    }

    #[test]
    fn every_node_knows_its_place_in_yaml_and_in_json() {
        let yaml = file("a.yaml", "a:\n  - b: é\n    c: 2\n");
        let json = file("a.json", "{\"a\":\n  [{\"b\": \"é\",\n    \"c\": 2}]}");
        assert_eq!(yaml.value, json.value);
        let pointer = Pointer::new("/a/0/c");
        assert_eq!(yaml.key_span(&pointer).start, Position { line: 3, column: 5 });
        assert_eq!(yaml.value_span(&pointer).start, Position { line: 3, column: 8 });
        assert_eq!(json.key_span(&pointer).start, Position { line: 3, column: 5 });
        assert_eq!(json.value_span(&pointer).start, Position { line: 3, column: 10 });
    }

    #[test]
    fn a_node_that_is_not_there_is_placed_at_its_nearest_holder() {
        let yaml = file("a.yaml", "a:\n  b: 1\n");
        assert_eq!(yaml.key_span(&Pointer::new("/a/x/y")).start.line, 1);
    }

    #[test]
    fn an_error_names_its_place() {
        let error = SourceFile::parse("a.yaml".into(), "a.yaml".into(), "a: [1,\nb: 2\n".into()).expect_err("broken");
        assert!(error.to_string().starts_with("a.yaml:"), "{error}");
    }
}
