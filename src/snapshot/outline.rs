//! Outlines a document: one line for each keyword, in sections.
//!
//! A line says where its keyword stands and what its value is, `/sender/role enum "agent" "customer"`, and names no line
//! of the document. A schema that a `$ref` names is listed once, in a section of its own.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::contract::{Contract, Schema, SchemaId};
use crate::spec::SourceLocation;
use crate::text::hidden::escape;
use crate::text::list::one_of;

/// Where a schema stands within its section.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// What holds the value: `path id`, `200`; empty where the section says it.
    holder: String,
    /// The properties and items (`*`) that lead to the value, and the branches that are taken.
    path: String,
}

impl Place {
    /// The whole value of a holder.
    pub fn of(holder: impl Into<String>) -> Self {
        Self { holder: holder.into(), path: String::new() }
    }

    fn child(&self, token: &str) -> Self {
        Self { path: format!("{}/{}", self.path, self::token(token)), ..self.clone() }
    }

    /// The same value, as a keyword has it that holds schemas.
    fn branch(&self, keyword: impl AsRef<str>) -> Self {
        let path = format!("{} {}", self.path, keyword.as_ref()).trim_start().to_owned();
        Self { path, ..self.clone() }
    }

    fn line(&self, text: &str) -> String {
        [&self.holder, &self.path, text].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Lists schemas.
pub(super) struct Outline<'a> {
    contract: &'a Contract,
    lines: Vec<String>,
    section: String,
    /// The schemas that are listed, with where.
    listed: HashMap<SchemaId, String>,
    /// The schemas that a `$ref` names, with where they stand, each as often as it is named.
    referenced: Vec<(String, SchemaId)>,
}

impl<'a> Outline<'a> {
    /// An outline that starts with these lines.
    pub fn new(contract: &'a Contract, title: Vec<String>) -> Self {
        let lines = title.iter().map(|line| escape(line).into_owned()).collect();
        Self { contract, lines, section: String::new(), listed: HashMap::new(), referenced: Vec::new() }
    }

    /// Starts a section.
    pub fn section(&mut self, heading: &str) {
        self.section = heading.to_owned();
        self.lines.push(String::new());
        self.lines.push(escape(heading).into_owned());
    }

    /// Adds a line to the section.
    pub fn line(&mut self, place: &Place, text: &str) {
        self.lines.push(format!("  {}", escape(&place.line(text))));
    }

    /// The text, with a section for each schema that a `$ref` names.
    pub fn text(mut self) -> String {
        let mut sections = BTreeMap::new();
        while let Some((label, id)) = self.referenced.pop() {
            if let Entry::Vacant(section) = sections.entry(label) {
                let start = self.lines.len();
                self.section(section.key());
                self.schema(&Place::of(""), id);
                section.insert(self.lines.split_off(start));
            }
        }
        self.lines.extend(sections.into_values().flatten());
        self.lines.join("\n")
    }

    /// Lists what a schema says of the value at `place`.
    pub fn schema(&mut self, place: &Place, id: SchemaId) {
        if let Some(first) = self.listed.get(&id) {
            let text = format!("as in {first}");
            return self.line(place, &text);
        }
        self.listed.insert(id, format!("{} {}", self.section, place.line("")).trim_end().to_owned());
        let (contract, start) = (self.contract, self.lines.len());
        let schema = contract.schemas.get(id);
        for constraint in constraints(schema) {
            self.line(place, &constraint);
        }
        if let Some(target) = schema.reference {
            let label = self.reference(target);
            self.line(place, &format!("$ref {label}"));
        }
        self.properties(place, schema);
        self.items(place, schema);
        self.branches(place, schema);
        if self.lines.len() == start {
            self.line(place, "any value");
        }
    }

    /// How a schema is named that gets a section of its own.
    fn reference(&mut self, id: SchemaId) -> String {
        let SourceLocation { file, pointer } = &self.contract.schemas.get(id).location;
        let label = match *file == self.contract.document.root().file {
            true => pointer.as_str().trim_start_matches('/').to_owned(),
            false => format!("{}#{pointer}", self.contract.document.file(*file).name),
        };
        self.referenced.push((label.clone(), id));
        label
    }

    fn properties(&mut self, place: &Place, schema: &Schema) {
        for name in &schema.required {
            self.line(place, &format!("required {}", token(name)));
        }
        for (name, needed) in &schema.dependent_required {
            for needed in needed {
                self.line(place, &format!("dependentRequired {}: {}", token(name), token(needed)));
            }
        }
        if let Some(discriminator) = &schema.discriminator {
            self.line(place, &format!("discriminator {}", token(&discriminator.property)));
            for (name, target) in &discriminator.mapping {
                let label = self.reference(*target);
                self.line(place, &format!("discriminator {}: {label}", token(name)));
            }
        }
        for (name, child) in &schema.properties {
            self.schema(&place.child(name), *child);
        }
        for (pattern, child) in &schema.pattern_properties {
            self.schema(&place.branch(format!("patternProperties {}", Value::from(pattern.as_str()))), *child);
        }
        self.rest(place, "additionalProperties", place.child("*"), schema.additional_properties);
        let unevaluated = place.branch("unevaluatedProperties");
        self.rest(place, "unevaluatedProperties", unevaluated, schema.unevaluated_properties);
        self.one(place, "propertyNames", schema.property_names);
        for (name, child) in &schema.dependent_schemas {
            self.schema(&place.branch(format!("dependentSchemas {}", token(name))), *child);
        }
    }

    fn items(&mut self, place: &Place, schema: &Schema) {
        for (index, child) in schema.prefix_items.iter().enumerate() {
            self.schema(&place.child(&index.to_string()), *child);
        }
        self.rest(place, "items", place.child("*"), schema.items);
        self.rest(place, "unevaluatedItems", place.branch("unevaluatedItems"), schema.unevaluated_items);
        self.one(place, "contains", schema.contains);
    }

    fn branches(&mut self, place: &Place, schema: &Schema) {
        for (keyword, children) in [("allOf", &schema.all_of), ("anyOf", &schema.any_of), ("oneOf", &schema.one_of)] {
            for (index, child) in children.iter().enumerate() {
                self.schema(&place.branch(format!("{keyword}/{index}")), *child);
            }
        }
        self.one(place, "not", schema.not);
        self.one(place, "if", schema.if_);
        self.one(place, "then", schema.then_);
        self.one(place, "else", schema.else_);
    }

    fn one(&mut self, place: &Place, keyword: &str, child: Option<SchemaId>) {
        if let Some(child) = child {
            self.schema(&place.branch(keyword), child);
        }
    }

    /// A keyword that speaks of all properties or items that no other one names; `false` closes the value.
    fn rest(&mut self, place: &Place, keyword: &str, below: Place, child: Option<SchemaId>) {
        let Some(child) = child else { return };
        match self.contract.schemas.get(child).boolean {
            Some(truth) => self.line(place, &format!("{keyword} {truth}")),
            None => self.schema(&below, child),
        }
    }
}

/// A name as one word: quoted where it would not be one.
fn token(name: &str) -> String {
    let is_word = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '"');
    if is_word { crate::spec::escape(name).into_owned() } else { Value::from(name).to_string() }
}

/// The keywords of a schema that hold no schemas, with their values.
fn constraints(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    match schema.boolean {
        Some(true) => lines.push("any value".to_owned()),
        Some(false) => lines.push("no value".to_owned()),
        None => {}
    }
    let mut add = |keyword: &str, value: Option<String>| lines.extend(value.map(|value| format!("{keyword} {value}")));
    let json = |text: &Option<String>| text.as_ref().map(|text| Value::from(text.as_str()).to_string());
    let values = |values: &Vec<Value>| values.iter().map(Value::to_string).collect::<Vec<_>>().join(" ");
    add("type", schema.types.map(|types| one_of(types.names())));
    add("enum", schema.enum_values.as_ref().map(values));
    add("const", schema.const_value.as_ref().map(Value::to_string));
    for (keyword, number) in schema.bounds() {
        add(keyword, number.map(ToString::to_string));
    }
    for (keyword, number) in schema.counts() {
        add(keyword, number.map(|number| number.to_string()));
    }
    add("pattern", json(&schema.pattern));
    add("format", schema.format.clone());
    add("contentEncoding", schema.content_encoding.clone());
    add("contentMediaType", schema.content_media_type.clone());
    for (keyword, is_set) in [
        ("uniqueItems", schema.unique_items),
        ("readOnly", schema.read_only),
        ("writeOnly", schema.write_only),
        ("null is left open", schema.nullability_ambiguous),
    ] {
        if is_set {
            lines.push(keyword.to_owned());
        }
    }
    lines
}
