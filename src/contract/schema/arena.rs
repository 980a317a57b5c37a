//! The arena that holds all schemas of a contract.

use std::sync::OnceLock;

use serde_json::Value;

use super::dictionary::Dictionary;
use super::model::{Schema, SchemaId};
use crate::spec::SourceLocation;

/// All schemas of a contract.
#[derive(Debug, Default)]
pub struct Schemas {
    pub(super) all: Vec<Schema>,
    /// Whether a component names the XML elements of those that refer to it, as OpenAPI 3.2 has it.
    pub components_name_elements: bool,
    /// How many schemas each applies to one value.
    pub(super) weights: Vec<u32>,
    /// Whether any schema has an example, once that was asked.
    pub(super) examples: OnceLock<bool>,
    /// Whether any schema speaks of properties or items and leaves out the type, once that was asked.
    pub(super) untyped: OnceLock<bool>,
    /// The values that the document gives by name, once they were asked for.
    pub(super) dictionary: OnceLock<Dictionary>,
    /// The words that it quotes, once they were asked for.
    pub(super) quoted: OnceLock<Vec<String>>,
}

impl Schemas {
    /// One schema.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.all[id.0 as usize]
    }

    /// How many schemas may be applied to one value of a schema, itself included: references, `allOf`, branches of unions.
    pub fn weight(&self, id: SchemaId) -> usize {
        self.weights.get(id.0 as usize).map_or(1, |weight| *weight as usize)
    }

    /// The same schemas, each as `change` leaves it.
    pub fn changed(&self, mut change: impl FnMut(SchemaId, &mut Schema)) -> Self {
        let mut all = self.all.clone();
        for (index, schema) in all.iter_mut().enumerate() {
            change(SchemaId(index as u32), schema);
        }
        Self {
            all,
            weights: self.weights.clone(),
            components_name_elements: self.components_name_elements,
            examples: OnceLock::new(),
            untyped: OnceLock::new(),
            dictionary: OnceLock::new(),
            quoted: OnceLock::new(),
        }
    }

    /// Whether any of them has an example.
    pub fn has_examples(&self) -> bool {
        *self.examples.get_or_init(|| self.all.iter().any(|schema| !schema.examples.is_empty()))
    }

    /// Some strings and numbers that the document gives for properties of this name, as examples, defaults or allowed values.
    pub fn given_for(&self, name: &str) -> &[Value] {
        self.dictionary.get_or_init(|| Dictionary::of(&self.all)).get(name)
    }

    /// Some words that descriptions in the whole document quote as code, in its order.
    pub fn quoted(&self) -> &[String] {
        const MOST: usize = 64;
        self.quoted.get_or_init(|| {
            let mut words: Vec<String> = Vec::new();
            for word in self.all.iter().flat_map(|schema| &schema.quoted) {
                if words.len() < MOST && !words.contains(word) {
                    words.push(word.clone());
                }
            }
            words
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The name of a schema among the document's components (`definitions` in Swagger 2.0).
    pub fn component_name(&self, id: SchemaId) -> Option<String> {
        let tokens: Vec<_> = self.get(id).location.pointer.tokens().collect();
        match tokens.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
            ["components", "schemas", name] | ["definitions", name] => Some(name.to_owned()),
            _ => None,
        }
    }

    /// Every schema that is reached from `roots`, each once, in a stable order.
    pub fn reachable(&self, roots: &[SchemaId]) -> Vec<SchemaId> {
        let mut seen = vec![false; self.all.len()];
        let mut order = Vec::new();
        let mut queue: Vec<SchemaId> = roots.iter().rev().copied().collect();
        while let Some(id) = queue.pop() {
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            order.push(id);
            let mut children: Vec<SchemaId> = self.children(id).into_iter().map(|(_, child)| child).collect();
            children.extend(self.get(id).reference);
            queue.extend(children.into_iter().rev());
        }
        order
    }

    /// All of them, each with its id.
    pub fn iter(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        self.ids().zip(&self.all)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = SchemaId> + use<> {
        (0..self.all.len() as u32).map(SchemaId)
    }

    /// These schemas and all that hold one of them, up to the roots.
    pub(super) fn with_all_above(&self, mut queue: Vec<SchemaId>) -> Vec<SchemaId> {
        if queue.is_empty() {
            return Vec::new();
        }
        let mut above: Vec<Vec<SchemaId>> = vec![Vec::new(); self.all.len()];
        for id in self.ids() {
            let children = self.children(id).into_iter().map(|(_, child)| child);
            for child in children.chain(self.get(id).reference) {
                above[child.0 as usize].push(id);
            }
        }
        let mut seen = vec![false; self.all.len()];
        let mut found = Vec::new();
        while let Some(id) = queue.pop() {
            if !std::mem::replace(&mut seen[id.0 as usize], true) {
                found.push(id);
                queue.extend(&above[id.0 as usize]);
            }
        }
        found
    }

    /// The child that the first of `steps` lead to, with their number; the same steps as [`Self::children`] names.
    pub fn child(&self, id: SchemaId, steps: &[String]) -> Option<(usize, SchemaId)> {
        let schema = self.get(id);
        let (keyword, rest) = steps.split_first()?;
        let one = |child: Option<SchemaId>| Some((1, child?));
        let of_array = |list: &[SchemaId]| Some((2, *list.get(rest.first()?.parse::<usize>().ok()?)?));
        let of_pairs = |pairs: &[(String, SchemaId)]| {
            let name = rest.first()?;
            pairs.iter().find(|(known, _)| known == name).map(|(_, child)| (2, *child))
        };
        match keyword.as_str() {
            "items" => one(schema.items),
            "contains" => one(schema.contains),
            "unevaluatedItems" => one(schema.unevaluated_items),
            "additionalProperties" => one(schema.additional_properties),
            "unevaluatedProperties" => one(schema.unevaluated_properties),
            "propertyNames" => one(schema.property_names),
            "not" => one(schema.not),
            "if" => one(schema.if_),
            "then" => one(schema.then_),
            "else" => one(schema.else_),
            "prefixItems" => of_array(&schema.prefix_items),
            "allOf" => of_array(&schema.all_of),
            "anyOf" => of_array(&schema.any_of),
            "oneOf" => of_array(&schema.one_of),
            "properties" => schema.properties.get(rest.first()?).map(|child| (2, *child)),
            "patternProperties" => of_pairs(&schema.pattern_properties),
            "dependentSchemas" => of_pairs(&schema.dependent_schemas),
            _ => None,
        }
    }

    /// The direct subschemas (references aside), each with the path that a 2020-12 validator gives it.
    pub fn children(&self, id: SchemaId) -> Vec<(Vec<String>, SchemaId)> {
        let schema = self.get(id);
        let mut children = Vec::new();
        let mut one = |keyword: &str, child: Option<SchemaId>| {
            if let Some(child) = child {
                children.push((vec![keyword.to_owned()], child));
            }
        };
        one("items", schema.items);
        one("contains", schema.contains);
        one("unevaluatedItems", schema.unevaluated_items);
        one("additionalProperties", schema.additional_properties);
        one("unevaluatedProperties", schema.unevaluated_properties);
        one("propertyNames", schema.property_names);
        one("not", schema.not);
        one("if", schema.if_);
        one("then", schema.then_);
        one("else", schema.else_);
        let lists = [
            ("prefixItems", &schema.prefix_items),
            ("allOf", &schema.all_of),
            ("anyOf", &schema.any_of),
            ("oneOf", &schema.one_of),
        ];
        for (keyword, list) in lists {
            let named = list.iter().enumerate();
            children.extend(named.map(|(index, child)| (vec![keyword.to_owned(), index.to_string()], *child)));
        }
        for (name, child) in &schema.properties {
            children.push((vec!["properties".to_owned(), name.clone()], *child));
        }
        for (keyword, list) in
            [("patternProperties", &schema.pattern_properties), ("dependentSchemas", &schema.dependent_schemas)]
        {
            for (name, child) in list {
                children.push((vec![keyword.to_owned(), name.clone()], *child));
            }
        }
        children
    }

    /// The place of a keyword of a schema.
    pub fn keyword_location(&self, id: SchemaId, keyword: &str) -> SourceLocation {
        self.get(id).location.join(keyword)
    }
}
