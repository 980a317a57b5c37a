//! Finds the Schema Objects of a document, and holds each to its dialect.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::keyword::{Form, Named};
use super::part::{Holds, Language, Part};
use super::{SchemaNode, rule, schema};
use crate::contract::Diagnostic;
use crate::spec::{Document, FileId, SourceLocation};

/// A node that is to be looked at.
struct Item {
    at: SourceLocation,
    part: Part,
    dialect: Dialect,
}

/// A reference to a node that is to be looked at.
struct Reference {
    from: FileId,
    to: String,
    part: Part,
}

/// The faults of all schemas of a document.
pub(super) fn faults(document: &mut Document, version: &str) -> Vec<Diagnostic> {
    let Some(language) = Language::of_version(version) else { return Vec::new() };
    let root = Item { at: document.root(), part: Part::Root, dialect: language.dialect };
    let mut walk = Walk {
        document,
        language,
        files: HashMap::new(),
        seen: HashSet::new(),
        targets: BTreeSet::new(),
        faults: Vec::new(),
    };
    let root = Item { dialect: walk.language_of(FileId(0)).dialect, ..root };
    walk.run(root);
    // What is no keyword and holds the target of a reference is not for nothing.
    let Walk { targets, mut faults, .. } = walk;
    faults.retain(|fault| !rule::is_for_nothing(fault.rule) || !holds_one(&fault.location, &targets));
    faults
}

/// Whether one of the targets is below a node.
fn holds_one(at: &SourceLocation, targets: &BTreeSet<SourceLocation>) -> bool {
    targets.range(at.join("")..).next().is_some_and(|target| target.is_inside(at))
}

struct Walk<'a> {
    document: &'a mut Document,
    /// That of the document itself.
    language: Language,
    files: HashMap<FileId, Language>,
    seen: HashSet<SourceLocation>,
    /// Where references lead.
    targets: BTreeSet<SourceLocation>,
    faults: Vec<Diagnostic>,
}

impl Walk<'_> {
    /// What holds a part says best what it is, so references are followed when all that is held has been seen.
    fn run(&mut self, root: Item) {
        let mut items = vec![root];
        while !items.is_empty() {
            let mut references = Vec::new();
            while let Some(item) = items.pop() {
                let language = self.language_of(item.at.file);
                if self.seen.insert(item.at.clone()) {
                    let mut visit = Visit {
                        document: self.document,
                        language,
                        items: &mut items,
                        references: &mut references,
                        faults: &mut self.faults,
                    };
                    visit.node(&item);
                }
            }
            for Reference { from, to, part } in references {
                // A broken reference is reported as that.
                let Ok(at) = self.document.resolve(from, &to) else { continue };
                let dialect = self.language_of(at.file).dialect;
                self.targets.insert(at.clone());
                items.push(Item { at, part, dialect });
            }
        }
    }

    /// A file that is a document of its own says what it is, as does one that is a schema; another is taken for a part
    /// of the document that refers to it.
    fn language_of(&mut self, file: FileId) -> Language {
        if let Some(known) = self.files.get(&file) {
            return *known;
        }
        let root = &self.document.file(file).value;
        let string = |name: &str| root.get(name).and_then(Value::as_str);
        let own = string("openapi").or_else(|| string("swagger")).and_then(Language::of_version);
        let mut language = own.unwrap_or(self.language);
        let named = if own.is_some() || file == FileId(0) { string("jsonSchemaDialect") } else { string("$schema") };
        if let Some(uri) = named {
            let is_later = language.dialect.has_boolean_schemas();
            // Before 3.1 there is but one dialect, unless a file is a schema that names another.
            if is_later || own.is_none() && file != FileId(0) {
                language.dialect = Dialect::of_uri(uri);
            }
        }
        self.files.insert(file, language);
        language
    }
}

/// One node is looked at.
struct Visit<'a> {
    document: &'a Document,
    language: Language,
    items: &'a mut Vec<Item>,
    references: &'a mut Vec<Reference>,
    faults: &'a mut Vec<Diagnostic>,
}

impl Visit<'_> {
    fn node(&mut self, item: &Item) {
        let Some(value) = self.document.get(&item.at) else { return };
        match (item.part, value) {
            (Part::Schema | Part::Payload | Part::Simple, Value::Object(members)) => self.schema(item, members),
            (Part::Schema | Part::Payload, Value::Bool(_)) if item.dialect.has_boolean_schemas() => {}
            (Part::Schema | Part::Payload | Part::Simple, value) => {
                self.faults.push(schema::not_a_schema(value, &item.at, item.dialect));
            }
            (_, Value::Object(members)) => self.part(item, members),
            _ => {}
        }
    }

    fn part(&mut self, item: &Item, members: &Map<String, Value>) {
        if let Some(Value::String(reference)) = members.get("$ref") {
            self.refer(item, reference);
            // A path item may have fields beside its reference; those of other parts are ignored.
            if item.part != Part::PathItem {
                return;
            }
        }
        match item.part {
            Part::Callback => {
                let paths = members.keys().filter(|name| !name.starts_with("x-"));
                self.items.extend(paths.map(|name| item.below(&[name], Part::PathItem)));
            }
            Part::Parameter if self.language.is_swagger && members.get("in").is_none_or(|place| place != "body") => {
                self.schema(&Item { at: item.at.clone(), part: Part::Simple, dialect: Dialect::SIMPLE }, members);
            }
            _ => {
                for (_, name, holds, part) in self.language.fields.iter().filter(|field| field.0 == item.part) {
                    if let Some(value) = members.get(*name) {
                        self.field(item, name, *holds, *part, value);
                    }
                }
            }
        }
    }

    fn field(&mut self, item: &Item, name: &str, holds: Holds, part: Part, value: &Value) {
        match (holds, value) {
            (Holds::One, _) => self.items.push(item.below(&[name], part)),
            (Holds::Array, Value::Array(each)) => {
                self.items.extend((0..each.len()).map(|index| item.below(&[name, &index.to_string()], part)));
            }
            (Holds::ByName, Value::Object(each)) => {
                self.items.extend(each.keys().map(|key| item.below(&[name, key], part)));
            }
            (Holds::ByPattern, Value::Object(each)) => {
                let keys = each.keys().filter(|key| !key.starts_with("x-"));
                self.items.extend(keys.map(|key| item.below(&[name, key], part)));
            }
            // Not what OpenAPI requires: reading the document reports that.
            _ => {}
        }
    }

    fn schema(&mut self, item: &Item, members: &Map<String, Value>) {
        let dialect = item.dialect.within(members);
        let in_form = members.get("in").is_some_and(|place| place == "formData");
        let may_be_file = item.part == Part::Payload || item.part == Part::Simple && in_form;
        let node = SchemaNode { at: &item.at, members, dialect, may_be_file, document: self.document };
        if item.part != Part::Simple
            && let Some(Value::String(reference)) = members.get("$ref")
        {
            self.refer(item, reference);
            if dialect.ignores_ref_siblings() {
                return;
            }
        }
        for (name, value) in members {
            match Named::of(name, value, dialect) {
                Named::Keyword(keyword) => match schema::keyword(&node, keyword, value) {
                    Some(fault) => self.faults.push(fault),
                    None => self.below(&node, item.part, name, keyword.form, value),
                },
                other => self.faults.extend(schema::no_keyword(&node, name, value, &other)),
            }
        }
    }

    /// The schemas in the value of a keyword that has its form.
    fn below(&mut self, node: &SchemaNode<'_>, holder: Part, name: &str, form: Form, value: &Value) {
        let part = if holder == Part::Simple { Part::Simple } else { Part::Schema };
        let item = Item { at: node.at.join(name), part, dialect: node.dialect };
        match (form, value) {
            (Form::Schema | Form::SchemaOrBoolean | Form::SchemaOrSchemas, Value::Object(_)) => self.items.push(item),
            (Form::Schemas | Form::SchemaOrSchemas, Value::Array(each)) => {
                self.items.extend((0..each.len()).map(|index| item.below(&[&index.to_string()], part)));
            }
            (Form::SchemasByName, Value::Object(each)) => {
                self.items.extend(each.keys().map(|key| item.below(&[key], part)));
            }
            (Form::Dependencies, Value::Object(each)) => {
                let schemas = each.iter().filter(|(_, value)| !value.is_array());
                self.items.extend(schemas.map(|(key, _)| item.below(&[key], part)));
            }
            (Form::String, Value::String(reference)) if name == "$dynamicRef" => self.refer(&item, reference),
            (Form::Object(_), Value::Object(fields)) => {
                let mapping = fields.get("mapping").and_then(Value::as_object);
                let targets = mapping.into_iter().flatten().filter_map(|(_, target)| target.as_str());
                // A name among the components needs no look: those are all seen.
                for target in targets.filter(|target| target.contains('#')) {
                    self.refer(&item, target);
                }
            }
            _ => {}
        }
    }

    fn refer(&mut self, item: &Item, reference: &str) {
        let part = if item.part == Part::Simple { Part::Schema } else { item.part };
        self.references.push(Reference { from: item.at.file, to: reference.to_owned(), part });
    }
}

impl Item {
    fn below(&self, tokens: &[&str], part: Part) -> Self {
        let at = tokens.iter().fold(self.at.clone(), |at, token| at.join(token));
        let dialect = if part == Part::Simple { Dialect::SIMPLE } else { self.dialect };
        Self { at, part, dialect }
    }
}
