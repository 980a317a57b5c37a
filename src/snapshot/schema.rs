//! Schemas as lines: a line for each value, its constraints behind it, what it holds below it.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::{Contract, Schema, SchemaId};
use crate::spec::Location;
use crate::text::hidden::escape;
use crate::text::list::one_of;

/// A text with the document's line numbers at its left.
pub(super) struct Sheet<'a> {
    contract: &'a Contract,
    lines: Vec<String>,
    /// Referenced schemas that are written out already.
    told: HashSet<SchemaId>,
}

impl<'a> Sheet<'a> {
    pub fn new(contract: &'a Contract) -> Self {
        Self { contract, lines: Vec::new(), told: HashSet::new() }
    }

    /// Starts a section.
    pub fn heading(&mut self, text: &str) {
        self.lines.push(String::new());
        self.lines.push(format!("       {text}"));
    }

    /// Adds a line; `location` is the node that it tells of.
    pub fn line(&mut self, depth: usize, location: Option<&Location>, text: String) {
        let number = location.map_or_else(String::new, |at| self.contract.document.position(at).line.to_string());
        // Lines of other files than the document's own say which.
        let file = location.filter(|at| at.file != self.contract.document.root().file);
        let file = file.map_or_else(String::new, |at| format!("  ({})", self.contract.document.file(at.file).name));
        let indent = "  ".repeat(depth);
        self.lines.push(format!("{number:>5}  {indent}{}{file}", escape(&text)).trim_end().to_owned());
    }

    pub fn text(self) -> String {
        self.lines.join("\n")
    }

    /// Adds a schema; `prefix` and `suffix` stand around its constraints.
    pub fn schema(&mut self, depth: usize, prefix: &str, id: SchemaId, suffix: &str) {
        let contract = self.contract;
        let schema = contract.schemas.get(id);
        let mut words = constraints(schema);
        let mut again = false;
        if let Some(target) = schema.reference {
            let pointer = &contract.schemas.get(target).location.pointer;
            let name = pointer.tokens().last().map_or_else(String::new, std::borrow::Cow::into_owned);
            again = !self.told.insert(target);
            words.insert(0, format!("{name}{}", if again { " (as above)" } else { "" }));
        }
        if words.is_empty() {
            words.push(if has_parts(schema) { "as follows" } else { "any value" }.to_owned());
        }
        self.line(depth, Some(&schema.location), format!("{prefix}{}{suffix}", words.join(", ")));
        if let Some(target) = schema.reference.filter(|_| !again) {
            self.schema(depth + 1, "", target, "");
        }
        self.members(depth + 1, schema);
        self.items(depth + 1, schema);
        self.choices(depth + 1, schema);
    }

    fn members(&mut self, depth: usize, schema: &Schema) {
        let needed = |name: &String| if schema.required.contains(name) { ", required" } else { "" };
        for (name, child) in &schema.properties {
            self.schema(depth, &format!("{name}: "), *child, needed(name));
        }
        for (index, name) in schema.required.iter().enumerate() {
            if !schema.properties.contains_key(name) {
                let at = schema.location.join("required").index(index);
                self.line(depth, Some(&at), format!("{name}: required"));
            }
        }
        for (pattern, child) in &schema.pattern_properties {
            self.schema(depth, &format!("members like {pattern}: "), *child, "");
        }
        for (child, words) in [
            (schema.additional_properties, "other members"),
            (schema.unevaluated_properties, "members that nothing else describes"),
            (schema.property_names, "names of members"),
        ] {
            if let Some(child) = child {
                self.schema(depth, &format!("{words}: "), child, "");
            }
        }
        for (name, needed) in &schema.dependent_required {
            let at = schema.location.join("dependentRequired").join(name);
            self.line(depth, Some(&at), format!("with {name}: {} required", needed.join(", ")));
        }
        for (name, child) in &schema.dependent_schemas {
            self.schema(depth, &format!("with {name}: "), *child, "");
        }
        if let Some(discriminator) = &schema.discriminator {
            let names: Vec<&str> = discriminator.mapping.iter().map(|(name, _)| name.as_str()).collect();
            let text = format!("discriminator {}: {}", discriminator.property, names.join(", "));
            self.line(depth, Some(&schema.location.join("discriminator")), text);
        }
    }

    fn items(&mut self, depth: usize, schema: &Schema) {
        for (index, child) in schema.prefix_items.iter().enumerate() {
            self.schema(depth, &format!("item {index}: "), *child, "");
        }
        for (child, words) in [
            (schema.items, "each item"),
            (schema.unevaluated_items, "items that nothing else describes"),
            (schema.contains, "some item"),
        ] {
            if let Some(child) = child {
                self.schema(depth, &format!("{words}: "), child, "");
            }
        }
    }

    fn choices(&mut self, depth: usize, schema: &Schema) {
        for (children, words) in [(&schema.all_of, "and: "), (&schema.any_of, "any of: "), (&schema.one_of, "one of: ")]
        {
            for child in children {
                self.schema(depth, words, *child, "");
            }
        }
        for (child, words) in [
            (schema.not, "not: "),
            (schema.condition, "if: "),
            (schema.consequence, "then: "),
            (schema.alternative, "else: "),
        ] {
            if let Some(child) = child {
                self.schema(depth, words, child, "");
            }
        }
    }
}

fn has_parts(schema: &Schema) -> bool {
    let lists = [&schema.all_of, &schema.any_of, &schema.one_of, &schema.prefix_items];
    let ones = [schema.items, schema.not, schema.condition, schema.contains, schema.additional_properties];
    lists.iter().any(|list| !list.is_empty())
        || ones.iter().any(Option::is_some)
        || !schema.properties.is_empty()
        || !schema.required.is_empty()
}

/// What a schema says of a value itself.
fn constraints(schema: &Schema) -> Vec<String> {
    let mut words = Vec::new();
    match schema.constant_truth {
        Some(true) => words.push("any value".to_owned()),
        Some(false) => words.push("none".to_owned()),
        None => {}
    }
    if let Some(types) = schema.types {
        words.push(one_of(types.names()));
    }
    if schema.null_is_open {
        words.push("null is left open".to_owned());
    }
    if let Some(values) = &schema.enumeration {
        words.push(format!("enum {}", values.iter().map(Value::to_string).collect::<Vec<_>>().join(" ")));
    }
    let mut say = |keyword: &str, value: Option<String>| {
        if let Some(value) = value {
            words.push(format!("{keyword} {value}"));
        }
    };
    let quoted = |text: &Option<String>| text.as_ref().map(|text| Value::from(text.as_str()).to_string());
    say("const", schema.constant.as_ref().map(Value::to_string));
    for (keyword, number) in schema.bounds() {
        say(keyword, number.map(ToString::to_string));
    }
    for (keyword, number) in schema.counts() {
        say(keyword, number.map(|number| number.to_string()));
    }
    say("pattern", quoted(&schema.pattern));
    say("format", schema.format.clone());
    say("contentEncoding", schema.content_encoding.clone());
    say("contentMediaType", schema.content_media_type.clone());
    for (word, is_so) in
        [("uniqueItems", schema.unique_items), ("readOnly", schema.read_only), ("writeOnly", schema.write_only)]
    {
        if is_so {
            words.push(word.to_owned());
        }
    }
    words
}
