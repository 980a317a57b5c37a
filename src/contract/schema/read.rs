//! Reads schema objects into the arena, following references and dialects.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::arena::Schemas;
use super::dialect::Dialect;
use super::model::{Discriminator, Schema, SchemaId};
use super::pattern;
use crate::contract::diagnostic::Diagnostic;
use crate::contract::rule;
use crate::rule::Rule;
use crate::spec::{Document, SourceLocation};

/// A chain of references longer than this is a loop.
const MAX_REFERENCES: usize = 64;

/// Reads the schemas of one document.
#[derive(Debug)]
pub(in crate::contract) struct SchemaReader {
    pub schemas: Schemas,
    pub dialect: Dialect,
    pub diagnostics: Vec<Diagnostic>,
    known: HashMap<SourceLocation, SchemaId>,
    pending: Vec<(SchemaId, SourceLocation)>,
}

impl SchemaReader {
    pub fn new(dialect: Dialect) -> Self {
        Self {
            schemas: Schemas::default(),
            dialect,
            diagnostics: Vec::new(),
            known: HashMap::new(),
            pending: Vec::new(),
        }
    }

    /// The schema at `location`, with all that it reaches.
    pub fn read(&mut self, document: &mut Document, location: &SourceLocation) -> SchemaId {
        let id = self.enqueue(location);
        // A work list instead of recursion: documents nest schemas deeper than a stack does calls.
        while let Some((id, location)) = self.pending.pop() {
            let value = document.get(&location).cloned().unwrap_or(Value::Null);
            let schema = self.schema(document, &location, &value);
            self.schemas.all[id.0 as usize] = schema;
        }
        id
    }

    /// A schema that no node of the document states as such, for example a Swagger 2.0 parameter's.
    pub fn synthesise(&mut self, schema: Schema) -> SchemaId {
        self.schemas.all.push(schema);
        SchemaId(self.schemas.all.len() as u32 - 1)
    }

    fn enqueue(&mut self, location: &SourceLocation) -> SchemaId {
        if let Some(id) = self.known.get(location) {
            return *id;
        }
        let id = self.synthesise(Schema { location: location.clone(), ..Schema::default() });
        self.known.insert(location.clone(), id);
        self.pending.push((id, location.clone()));
        id
    }

    pub(super) fn note(&mut self, rule: &'static Rule, location: &SourceLocation, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(rule, location.clone(), message));
    }

    fn schema(&mut self, document: &mut Document, at: &SourceLocation, value: &Value) -> Schema {
        let mut schema = Schema { location: at.clone(), ..Schema::default() };
        let members = match value {
            Value::Object(members) => members,
            Value::Bool(truth) => {
                schema.boolean = Some(*truth);
                return schema;
            }
            _ => {
                self.note(
                    &rule::SCHEMA_KEYWORD,
                    at,
                    "a schema must be an object; this one is taken to allow everything",
                );
                return schema;
            }
        };
        if let Some(Value::String(reference)) = members.get("$ref").or(members.get("$dynamicRef")) {
            schema.reference = self.reference(document, at, reference);
            if !self.dialect.keeps_ref_siblings() {
                return schema;
            }
        }
        self.dialect.read_types(members, &mut schema);
        self.dialect.read_bounds(members, &mut schema);
        self.scalars(at, members, &mut schema);
        self.arrays(at, members, &mut schema);
        self.objects(at, members, &mut schema);
        self.combinators(document, at, members, &mut schema);
        self.examples(at, members, &mut schema);
        schema.xml = self.xml(at, members);
        schema
    }

    fn reference(&mut self, document: &mut Document, at: &SourceLocation, reference: &str) -> Option<SchemaId> {
        let mut target = match document.resolve(at.file, reference) {
            Ok(target) => target,
            Err(error) => {
                self.note(rule::of_reference(&error), &at.join("$ref"), error.to_string());
                return None;
            }
        };
        // References that do nothing but refer, back to themselves, have no meaning.
        for _ in 0..MAX_REFERENCES {
            let next = match document.get(&target) {
                Some(Value::Object(members)) if members.len() == 1 => members.get("$ref").and_then(Value::as_str),
                _ => None,
            };
            let Some(next) = next.map(str::to_owned) else { return Some(self.enqueue(&target)) };
            match document.resolve(target.file, &next) {
                Ok(next) => target = next,
                // The broken reference is reported where it stands.
                Err(_) => return Some(self.enqueue(&target)),
            }
        }
        self.note(&rule::REFERENCE_LOOP, &at.join("$ref"), format!("`{reference}` refers to itself"));
        None
    }

    fn scalars(&mut self, at: &SourceLocation, members: &Map<String, Value>, schema: &mut Schema) {
        match members.get("enum") {
            Some(Value::Array(values)) if !values.is_empty() => schema.enum_values = Some(values.clone()),
            Some(Value::Array(_)) => {
                self.note(&rule::SCHEMA_KEYWORD, &at.join("enum"), "an empty `enum` allows nothing; it is left out")
            }
            _ => {}
        }
        schema.const_value = members.get("const").cloned();
        if let Some(Value::Number(number)) = members.get("multipleOf") {
            if number.as_f64().is_some_and(|n| n > 0.0) {
                schema.multiple_of = Some(number.clone());
            } else {
                self.note(
                    &rule::SCHEMA_KEYWORD,
                    &at.join("multipleOf"),
                    "`multipleOf` must be greater than 0; it is left out",
                );
            }
        }
        schema.min_length = self.count(at, members, "minLength");
        schema.max_length = self.count(at, members, "maxLength");
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        schema.format = text("format");
        schema.content_encoding = text("contentEncoding");
        schema.content_media_type = text("contentMediaType");
        if let Some(pattern) = text("pattern") {
            if pattern::is_usable(&pattern) {
                schema.pattern = Some(pattern);
            } else {
                schema.unsupported_pattern = true;
                self.schemas.leaves_out_patterns = true;
                self.note(
                    &rule::PATTERN,
                    &at.join("pattern"),
                    format!("`{pattern}` is not a regular expression of ECMA-262; it is left out"),
                );
            }
        }
    }

    fn arrays(&mut self, at: &SourceLocation, members: &Map<String, Value>, schema: &mut Schema) {
        let prefix = if members.contains_key("prefixItems") { "prefixItems" } else { "items" };
        if let Some(Value::Array(items)) = members.get(prefix) {
            let at = at.join(prefix);
            schema.prefix_items = (0..items.len()).map(|index| self.enqueue(&at.index(index))).collect();
        }
        schema.items = if prefix == "items" && !schema.prefix_items.is_empty() {
            self.child(at, members, "additionalItems")
        } else {
            self.child(at, members, "items")
        };
        schema.contains = self.child(at, members, "contains");
        schema.unevaluated_items = self.child(at, members, "unevaluatedItems");
        schema.min_contains = self.count(at, members, "minContains");
        schema.max_contains = self.count(at, members, "maxContains");
        schema.min_items = self.count(at, members, "minItems");
        schema.max_items = self.count(at, members, "maxItems");
        schema.unique_items = members.get("uniqueItems") == Some(&Value::Bool(true));
    }

    fn objects(&mut self, at: &SourceLocation, members: &Map<String, Value>, schema: &mut Schema) {
        if let Some(Value::Object(properties)) = members.get("properties") {
            let at = at.join("properties");
            schema.properties =
                properties.keys().map(|name| (name.clone(), self.enqueue(&at.join(name)))).collect::<IndexMap<_, _>>();
        }
        if let Some(Value::Object(patterns)) = members.get("patternProperties") {
            let at = at.join("patternProperties");
            for pattern in patterns.keys() {
                if pattern::is_usable(pattern) {
                    let child = self.enqueue(&at.join(pattern));
                    schema.pattern_properties.push((pattern.clone(), child));
                } else {
                    schema.unsupported_pattern = true;
                    self.schemas.leaves_out_patterns = true;
                    let message = format!("`{pattern}` is not a regular expression of ECMA-262; it is left out");
                    self.note(&rule::PATTERN, &at.join(pattern), message);
                }
            }
        }
        schema.additional_properties = self.child(at, members, "additionalProperties");
        schema.unevaluated_properties = self.child(at, members, "unevaluatedProperties");
        schema.property_names = self.child(at, members, "propertyNames");
        schema.min_properties = self.count(at, members, "minProperties");
        schema.max_properties = self.count(at, members, "maxProperties");
        match members.get("required") {
            Some(Value::Array(names)) => {
                schema.required = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            }
            Some(Value::Bool(_)) if self.dialect != Dialect::OpenApi31 && !members.contains_key("in") => {
                let message = "`required` on a property is draft 3; list the name in the object's `required` array";
                self.note(&rule::SCHEMA_KEYWORD, &at.join("required"), message);
            }
            _ => {}
        }
        if let Some(Value::Object(dependencies)) = members.get("dependentRequired") {
            for (name, needed) in dependencies {
                let needed = needed.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
                schema.dependent_required.push((name.clone(), needed.collect()));
            }
        }
        if let Some(Value::Object(dependencies)) = members.get("dependentSchemas") {
            let at = at.join("dependentSchemas");
            schema.dependent_schemas =
                dependencies.keys().map(|name| (name.clone(), self.enqueue(&at.join(name)))).collect();
        }
    }

    fn combinators(
        &mut self,
        document: &mut Document,
        at: &SourceLocation,
        members: &Map<String, Value>,
        schema: &mut Schema,
    ) {
        schema.all_of = self.list(at, members, "allOf");
        schema.any_of = self.list(at, members, "anyOf");
        schema.one_of = self.list(at, members, "oneOf");
        schema.not = self.child(at, members, "not");
        schema.if_ = self.child(at, members, "if");
        schema.then_ = self.child(at, members, "then");
        schema.else_ = self.child(at, members, "else");
        let flag = |name: &str| members.get(name) == Some(&Value::Bool(true));
        schema.read_only = flag("readOnly");
        schema.write_only = flag("writeOnly");
        schema.discriminator = match members.get("discriminator") {
            Some(Value::Object(discriminator)) => {
                let at = at.join("discriminator");
                discriminator.get("propertyName").and_then(Value::as_str).map(|property| {
                    let named = discriminator.get("mapping").and_then(Value::as_object);
                    let mapping = named
                        .into_iter()
                        .flatten()
                        .filter_map(|(name, target)| {
                            let target = self.mapping_target(document, &at, target.as_str()?)?;
                            Some((name.clone(), target))
                        })
                        .collect();
                    Discriminator { property: property.to_owned(), mapping }
                })
            }
            // Swagger 2.0: the property's name alone.
            Some(Value::String(property)) => Some(Discriminator { property: property.clone(), mapping: Vec::new() }),
            _ => None,
        };
    }

    /// A mapping names a schema by reference or by its name among the components.
    fn mapping_target(&mut self, document: &mut Document, at: &SourceLocation, target: &str) -> Option<SchemaId> {
        let by_name = format!("#/components/schemas/{target}");
        let reference =
            if target.contains(['/', '#']) || document.resolve(at.file, &by_name).is_err() { target } else { &by_name };
        match document.resolve(at.file, reference) {
            Ok(location) => Some(self.enqueue(&location)),
            Err(error) => {
                self.note(rule::of_reference(&error), &at.join("mapping"), error.to_string());
                None
            }
        }
    }

    fn examples(&mut self, at: &SourceLocation, members: &Map<String, Value>, schema: &mut Schema) {
        self.read_examples(at, members, schema);
        self.schemas.has_examples |= !schema.examples.is_empty();
    }

    fn read_examples(&mut self, at: &SourceLocation, members: &Map<String, Value>, schema: &mut Schema) {
        for name in ["example", "default"] {
            if let Some(value) = members.get(name) {
                schema.examples.push((value.clone(), at.join(name)));
            }
        }
        if let Some(Value::Array(examples)) = members.get("examples") {
            let at = at.join("examples");
            schema.examples.extend(examples.iter().enumerate().map(|(index, value)| (value.clone(), at.index(index))));
        }
    }

    fn child(&mut self, at: &SourceLocation, members: &Map<String, Value>, keyword: &str) -> Option<SchemaId> {
        matches!(members.get(keyword), Some(Value::Object(_) | Value::Bool(_))).then(|| self.enqueue(&at.join(keyword)))
    }

    fn list(&mut self, at: &SourceLocation, members: &Map<String, Value>, keyword: &str) -> Vec<SchemaId> {
        let Some(Value::Array(items)) = members.get(keyword) else { return Vec::new() };
        let at = at.join(keyword);
        (0..items.len()).map(|index| self.enqueue(&at.index(index))).collect()
    }

    fn count(&mut self, at: &SourceLocation, members: &Map<String, Value>, keyword: &str) -> Option<u64> {
        let value = members.get(keyword)?;
        let count = value.as_u64().or_else(|| {
            value
                .as_f64()
                .filter(|float| *float >= 0.0 && float.fract() == 0.0 && *float < 1e15)
                .map(|float| float as u64)
        });
        if count.is_none() {
            let message = format!("`{keyword}` must be a whole number, 0 or more; it is left out");
            self.note(&rule::SCHEMA_KEYWORD, &at.join(keyword), message);
        }
        count
    }
}
