//! Reads schema objects into the arena, following references and dialects.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::arena::Schemas;
use super::dialect::Dialect;
use super::dictionary::quoted;
use super::keywords::{Fault, Keywords, NOT_JUDGED, names};
use super::model::{Discriminator, Schema, SchemaId};
use super::pattern::PatternReading;
use super::unknown::{Reach, Unknown};
use crate::contract::diagnostic::Diagnostic;
use crate::contract::rule;
use crate::rule::Rule;
use crate::spec::{Document, FileId, RefError, SourceLocation};

/// References that follow each other in more links than a document has that people write.
const LONG_CHAIN: usize = 64;

/// Reads the schemas of one document.
#[derive(Debug)]
pub(in crate::contract) struct SchemaReader {
    pub schemas: Schemas,
    pub dialect: Dialect,
    pub diagnostics: Vec<Diagnostic>,
    known: HashMap<SourceLocation, SchemaId>,
    pending: Vec<(SchemaId, SourceLocation)>,
    /// Where chains of references end, by each of their links.
    ends: HashMap<SourceLocation, SourceLocation>,
}

impl SchemaReader {
    pub fn new(dialect: Dialect) -> Self {
        Self {
            schemas: Schemas::default(),
            dialect,
            diagnostics: Vec::new(),
            known: HashMap::new(),
            pending: Vec::new(),
            ends: HashMap::new(),
        }
    }

    /// The schema at `location`, with all that it reaches.
    pub fn read(&mut self, document: &mut Document, location: &SourceLocation) -> SchemaId {
        let id = self.enqueue(location);
        self.read_pending(document);
        id
    }

    /// Reads what schemas refer to, and what inherits from them.
    pub fn finish(&mut self, document: &mut Document) {
        loop {
            self.inherit(document);
            if self.pending.is_empty() {
                return;
            }
            self.read_pending(document);
        }
    }

    fn read_pending(&mut self, document: &mut Document) {
        // A work list instead of recursion: documents nest schemas deeper than a stack does calls.
        while let Some((id, location)) = self.pending.pop() {
            let value = document.get(&location).cloned().unwrap_or(Value::Null);
            let schema = self.schema(document, &location, &value);
            self.schemas.all[id.0 as usize] = schema;
        }
    }

    /// A schema that no node of the document states as such, for example a Swagger 2.0 parameter's.
    pub fn synthesise(&mut self, schema: Schema) -> SchemaId {
        self.schemas.all.push(schema);
        SchemaId(self.schemas.all.len() as u32 - 1)
    }

    pub(super) fn enqueue(&mut self, location: &SourceLocation) -> SchemaId {
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
                self.note(&rule::SCHEMA_KEYWORD, at, format!("a schema must be an object; {NOT_JUDGED}"));
                let unknown =
                    Unknown { keyword: "schema", location: at.clone(), reach: Reach::Values, written: value.clone() };
                schema.unknown.push(unknown);
                return schema;
            }
        };
        let mut keywords = Keywords::new(at, members);
        let is_reference = keywords.has("$ref") || keywords.has("$dynamicRef");
        self.reference(document, &mut keywords, &mut schema);
        if !is_reference || self.dialect.keeps_ref_siblings() {
            self.dialect.read_types(&mut keywords, &mut schema);
            self.dialect.read_bounds(&mut keywords, &mut schema);
            scalars(&mut keywords, &mut schema);
            self.arrays(&mut keywords, &mut schema);
            self.objects(&mut keywords, &mut schema);
            self.combinators(document, &mut keywords, &mut schema);
            examples(&keywords, &mut schema);
            schema.xml = self.xml(at, members);
        }
        for Fault { unknown, rule, message } in keywords.faults {
            self.note(rule, &unknown.location, message);
            schema.unknown.push(unknown);
        }
        schema
    }

    /// Reads `$ref`, or `$dynamicRef` as the static reference that it is without dynamic scope.
    fn reference(&mut self, document: &mut Document, keywords: &mut Keywords<'_>, schema: &mut Schema) {
        let keyword = if keywords.has("$ref") { "$ref" } else { "$dynamicRef" };
        let Some(reference) = keywords.text(keyword) else { return };
        let at = keywords.at(keyword);
        match self.end_of(document, at.file, &reference) {
            Ok(target) => schema.reference = Some(self.enqueue(&target)),
            Err(error) => {
                let message = format!("{error}; {NOT_JUDGED}");
                keywords.fault(keyword, at, Reach::Values, rule::of_reference(&error), message);
            }
        }
    }

    /// Where a chain of references ends that do nothing but refer; a broken one is reported where it stands. Notes beside
    /// a reference end a chain, unless it is so long that nobody has written it by hand.
    fn end_of(&mut self, document: &mut Document, base: FileId, reference: &str) -> Result<SourceLocation, RefError> {
        let mut target = document.resolve(base, reference)?;
        let mut passed = HashSet::new();
        let mut noted = None;
        loop {
            if let Some(end) = self.ends.get(&target) {
                target = end.clone();
                break;
            }
            let members = document.get(&target).and_then(Value::as_object).filter(|members| only_refers(members));
            let Some((members, Value::String(next))) = members.and_then(|found| Some((found, found.get("$ref")?)))
            else {
                break;
            };
            let (has_notes, next) = (members.len() > 1, next.clone());
            if !passed.insert(target.clone()) {
                // References back to themselves have no meaning.
                return Err(RefError::Loop { reference: reference.to_owned() });
            }
            if has_notes {
                noted.get_or_insert_with(|| target.clone());
            }
            match document.resolve(target.file, &next) {
                Ok(next) => target = next,
                Err(_) => break,
            }
        }
        if let Some(noted) = noted.filter(|_| passed.len() <= LONG_CHAIN) {
            return Ok(noted);
        }
        self.ends.extend(passed.into_iter().map(|passed| (passed, target.clone())));
        Ok(target)
    }

    fn arrays(&mut self, keywords: &mut Keywords<'_>, schema: &mut Schema) {
        let is_array = keywords.get("items").is_some_and(Value::is_array);
        // Draft 4 has a list of schemas, and OpenAPI 3.0 forbids it: some who write one mean any of them.
        let is_position = is_array && self.dialect == Dialect::OpenApi31;
        let prefix = match keywords.has("prefixItems") {
            true => Some("prefixItems"),
            false => is_position.then_some("items"),
        };
        if let Some(prefix) = prefix {
            let at = keywords.at(prefix);
            schema.prefix_items =
                (0..keywords.array(prefix).len()).map(|index| self.enqueue(&at.index(index))).collect();
        }
        schema.items = match is_array {
            true if prefix == Some("items") => self.child(keywords, "additionalItems"),
            true => {
                let is_beside = prefix.is_some();
                keywords.refuse(
                    "items",
                    if is_beside { "a schema beside `prefixItems`" } else { "one schema, of all items" },
                );
                None
            }
            false => self.child(keywords, "items"),
        };
        schema.contains = self.child(keywords, "contains");
        schema.unevaluated_items = self.child(keywords, "unevaluatedItems");
        schema.min_contains = keywords.count("minContains");
        schema.max_contains = keywords.count("maxContains");
        schema.min_items = keywords.count("minItems");
        schema.max_items = keywords.count("maxItems");
        schema.unique_items = keywords.flag("uniqueItems");
    }

    fn objects(&mut self, keywords: &mut Keywords<'_>, schema: &mut Schema) {
        schema.properties = self.by_name(keywords, "properties").into_iter().collect();
        if matches!(keywords.get("properties").and_then(|properties| properties.get("$ref")), Some(Value::String(_))) {
            keywords.refuse("properties", "an object of schemas, not a reference");
        }
        for (pattern, child) in self.by_name(keywords, "patternProperties") {
            match PatternReading::of(&pattern) {
                PatternReading::Usable => schema.pattern_properties.push((pattern, child)),
                other => pattern_fault(keywords, "patternProperties", Reach::Names, &pattern, other),
            }
        }
        schema.additional_properties = self.child(keywords, "additionalProperties");
        schema.unevaluated_properties = self.child(keywords, "unevaluatedProperties");
        schema.property_names = self.child(keywords, "propertyNames");
        schema.min_properties = keywords.count("minProperties");
        schema.max_properties = keywords.count("maxProperties");
        match keywords.get("required") {
            // The name and the location of a parameter of Swagger 2.0 stand beside its `required`, which is no keyword.
            Some(Value::Bool(_)) if keywords.has("in") => {}
            Some(Value::Bool(is_required)) => {
                let message = "`required` on a property is draft 3; list the name in the object's `required` array";
                let at = keywords.at("required");
                if *is_required {
                    keywords.fault("required", at, Reach::Presence, &rule::SCHEMA_KEYWORD, message.to_owned());
                } else {
                    self.note(&rule::SCHEMA_KEYWORD, &at, message);
                }
            }
            _ => schema.required = keywords.names("required"),
        }
        for (name, needed) in keywords.object("dependentRequired") {
            match names(needed) {
                Some(needed) => schema.dependent_required.push((name.clone(), needed)),
                None => keywords.refuse("dependentRequired", "an object of arrays of names"),
            }
        }
        schema.dependent_schemas = self.by_name(keywords, "dependentSchemas");
    }

    fn combinators(&mut self, document: &mut Document, keywords: &mut Keywords<'_>, schema: &mut Schema) {
        schema.all_of = self.list(keywords, "allOf");
        schema.any_of = self.list(keywords, "anyOf");
        schema.one_of = self.list(keywords, "oneOf");
        schema.not = self.child(keywords, "not");
        schema.if_ = self.child(keywords, "if");
        schema.then_ = self.child(keywords, "then");
        schema.else_ = self.child(keywords, "else");
        schema.quoted = quoted(keywords.get("description").and_then(Value::as_str).unwrap_or_default());
        schema.read_only = keywords.flag("readOnly");
        schema.write_only = keywords.flag("writeOnly");
        schema.discriminator = match keywords.get("discriminator") {
            // Swagger 2.0: the property's name alone.
            Some(Value::String(property)) => Some(Discriminator { property: property.clone(), mapping: Vec::new() }),
            Some(Value::Object(discriminator)) => {
                let property = discriminator.get("propertyName").and_then(Value::as_str);
                if property.is_none() {
                    keywords.refuse("discriminator", "an object with a `propertyName`");
                }
                let mapping = discriminator.get("mapping").and_then(Value::as_object).into_iter().flatten();
                let named = mapping.filter_map(|(name, target)| {
                    let target = self.mapping_target(document, keywords, target.as_str()?)?;
                    Some((name.clone(), target))
                });
                let mapping = named.collect();
                property.map(|property| Discriminator { property: property.to_owned(), mapping })
            }
            Some(_) => {
                keywords.refuse("discriminator", "an object");
                None
            }
            None => None,
        };
    }

    /// A mapping names a schema by reference or by its name among the components.
    fn mapping_target(
        &mut self,
        document: &mut Document,
        keywords: &mut Keywords<'_>,
        target: &str,
    ) -> Option<SchemaId> {
        let at = keywords.at("discriminator").join("mapping");
        let by_name = format!("#/components/schemas/{target}");
        let reference =
            if target.contains(['/', '#']) || document.resolve(at.file, &by_name).is_err() { target } else { &by_name };
        match document.resolve(at.file, reference) {
            Ok(location) => Some(self.enqueue(&location)),
            Err(error) => {
                let message = format!("{error}; {NOT_JUDGED}");
                keywords.fault("discriminator", at, Reach::Values, rule::of_reference(&error), message);
                None
            }
        }
    }

    /// The schema of a keyword; one that is none is unknown.
    fn child(&mut self, keywords: &Keywords<'_>, keyword: &'static str) -> Option<SchemaId> {
        keywords.has(keyword).then(|| self.enqueue(&keywords.at(keyword)))
    }

    fn by_name(&mut self, keywords: &mut Keywords<'_>, keyword: &'static str) -> Vec<(String, SchemaId)> {
        let at = keywords.at(keyword);
        keywords.object(keyword).map(|(name, _)| (name.clone(), self.enqueue(&at.join(name)))).collect()
    }

    fn list(&mut self, keywords: &mut Keywords<'_>, keyword: &'static str) -> Vec<SchemaId> {
        let at = keywords.at(keyword);
        (0..keywords.array(keyword).len()).map(|index| self.enqueue(&at.index(index))).collect()
    }
}

/// Whether a schema is a reference and nothing else but notes to people.
fn only_refers(members: &Map<String, Value>) -> bool {
    let is_note =
        |name: &String| matches!(name.as_str(), "$comment" | "deprecated" | "description" | "summary" | "title");
    members.contains_key("$ref") && members.keys().all(|name| name == "$ref" || is_note(name))
}

fn scalars(keywords: &mut Keywords<'_>, schema: &mut Schema) {
    let values = keywords.array("enum");
    schema.enum_values = Some(values.to_vec()).filter(|values| !values.is_empty());
    schema.const_value = keywords.get("const").cloned();
    schema.multiple_of = keywords.positive("multipleOf");
    schema.min_length = keywords.count("minLength");
    schema.max_length = keywords.count("maxLength");
    schema.format = keywords.text("format");
    schema.content_encoding = keywords.text("contentEncoding");
    schema.content_media_type = keywords.text("contentMediaType");
    if let Some(pattern) = keywords.text("pattern") {
        match PatternReading::of(&pattern) {
            PatternReading::Usable => schema.pattern = Some(pattern),
            other => pattern_fault(keywords, "pattern", Reach::Strings, &pattern, other),
        }
    }
}

/// A pattern that is left out makes nothing unknown but what it speaks of.
fn pattern_fault(
    keywords: &mut Keywords<'_>,
    keyword: &'static str,
    reach: Reach,
    pattern: &str,
    reading: PatternReading,
) {
    let at = if keyword == "pattern" { keywords.at(keyword) } else { keywords.at(keyword).join(pattern) };
    let fault = match reading {
        PatternReading::Broken => "is not a regular expression of ECMA-262",
        _ => "is a regular expression that engines read differently",
    };
    keywords.fault(keyword, at, reach, &rule::PATTERN, format!("`{pattern}` {fault}; it is left out"));
}

fn examples(keywords: &Keywords<'_>, schema: &mut Schema) {
    for name in ["example", "default"] {
        if let Some(value) = keywords.get(name) {
            schema.examples.push((value.clone(), keywords.at(name)));
        }
    }
    if let Some(Value::Array(examples)) = keywords.get("examples") {
        let at = keywords.at("examples");
        schema.examples.extend(examples.iter().enumerate().map(|(index, value)| (value.clone(), at.index(index))));
    }
}
