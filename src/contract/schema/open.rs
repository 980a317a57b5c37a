//! What the unknown parts of schemas leave open: it is neither "anything goes" nor "nothing does".

use serde_json::{Value, json};

use super::arena::Schemas;
use super::model::{Schema, SchemaId};
use super::unknown::Reach;

impl Schema {
    /// Whether nothing is known of any value.
    pub fn is_unknown(&self) -> bool {
        self.lacks(Reach::Values)
    }

    /// What of it cannot be read, as it is written.
    pub(crate) fn unknown_as_written(&self) -> impl Iterator<Item = Value> + '_ {
        self.unknown.iter().map(|unknown| json!([unknown.keyword, unknown.written]))
    }

    fn lacks(&self, reach: Reach) -> bool {
        self.unknown.iter().any(|unknown| unknown.reach == reach)
    }

    /// Whether `readOnly` or `writeOnly` may be among what is not known.
    fn may_be_hidden(&self) -> bool {
        self.unknown.iter().any(|unknown| {
            matches!(unknown.keyword, "schema" | "$ref" | "$dynamicRef" | "allOf" | "readOnly" | "writeOnly")
        })
    }
}

impl Schemas {
    /// Marks the schemas whose values depend on something that is not known: those above it, up to the roots.
    pub(in crate::contract) fn mark_open(&mut self) {
        let unknown: Vec<SchemaId> = self.ids().filter(|id| !self.get(*id).unknown.is_empty()).collect();
        for id in self.with_all_above(unknown) {
            self.all[id.0 as usize].open = true;
        }
    }

    /// Whether something below a schema, or of itself, is not known.
    pub fn is_open(&self, id: SchemaId) -> bool {
        self.get(id).open
    }

    /// Whether a value of this schema can be called neither valid nor invalid, whatever it is.
    pub fn is_unknown(&self, id: SchemaId) -> bool {
        self.is_open(id) && self.conjunction(&[id]).any(|id| self.get(id).is_unknown())
    }

    /// Whether no string, or no value at all, is surely one of this schema.
    pub fn leaves_values_open(&self, id: SchemaId) -> bool {
        let is_left_open = |schema: &Schema| schema.is_unknown() || schema.lacks(Reach::Strings);
        self.is_open(id) && self.conjunction(&[id]).any(|id| is_left_open(self.get(id)))
    }

    /// Whether a value of this schema may be needed although nothing that can be read says so: `required: true`.
    pub fn may_be_required(&self, id: SchemaId) -> bool {
        self.is_open(id) && self.conjunction(&[id]).any(|id| self.get(id).lacks(Reach::Presence))
    }

    /// Whether a property may be one that does not travel in some direction.
    pub(super) fn may_be_hidden(&self, id: SchemaId) -> bool {
        self.is_open(id) && self.conjunction(&[id]).any(|id| self.get(id).may_be_hidden())
    }

    /// Whether a value depends on something that is not known, so that it is not surely valid.
    pub fn holds_unknown(&self, id: SchemaId, value: &Value) -> bool {
        let is_left_open = |schema: &Schema, node: &Value| {
            let is_declared = |name: &String| schema.properties.contains_key(name);
            let has_other_names = || node.as_object().is_some_and(|members| !members.keys().all(is_declared));
            let lacks_one = || {
                node.as_object().is_some_and(|members| {
                    let mut others = schema.properties.iter().filter(|(name, _)| !members.contains_key(*name));
                    others.any(|(_, child)| self.may_be_required(*child))
                })
            };
            schema.is_unknown()
                || schema.lacks(Reach::Strings) && node.is_string()
                || schema.lacks(Reach::Names) && has_other_names()
                || self.applies_open(schema, node)
                || lacks_one()
        };
        self.is_open(id) && self.any_node(id, value, &is_left_open)
    }

    /// Whether a schema that is not wholly known decides over this value otherwise than by holding for it or a part of it.
    fn applies_open(&self, schema: &Schema, value: &Value) -> bool {
        self.applies(schema, value, &|child| self.is_open(child))
    }

    /// Whether such a schema is asked of a value, or of parts of it, by a keyword that makes of its verdict another one.
    pub(super) fn applies(&self, schema: &Schema, value: &Value, is_such: &dyn Fn(SchemaId) -> bool) -> bool {
        let of_objects = schema.property_names.into_iter().chain(schema.unevaluated_properties);
        let of_objects = of_objects.chain(schema.dependent_schemas.iter().map(|(_, child)| *child));
        let of_arrays = schema.contains.into_iter().chain(schema.unevaluated_items);
        let of_all = schema.not.into_iter().chain(schema.if_).chain(schema.then_).chain(schema.else_);
        let any = |mut ids: Box<dyn Iterator<Item = SchemaId> + '_>| ids.any(is_such);
        any(Box::new(of_all))
            || value.is_object() && any(Box::new(of_objects))
            || value.is_array() && any(Box::new(of_arrays))
    }

    /// Whether a keyword of a schema cannot be said to be broken, for what is not known of it.
    pub(in crate::contract) fn is_unsure(&self, id: SchemaId, keyword: &str) -> bool {
        let schema = self.get(id);
        if !schema.open && !schema.holds_overlap {
            return false;
        }
        // What may be of several branches of a union is as little known: `not` and the like turn it round.
        let is_open =
            |child: Option<SchemaId>| child.is_some_and(|child| self.is_open(child) || self.holds_overlap(child));
        schema.is_unknown()
            || match keyword {
                "additionalProperties" => schema.lacks(Reach::Names),
                "propertyNames" => is_open(schema.property_names),
                "contains" | "minContains" | "maxContains" => is_open(schema.contains),
                "not" => is_open(schema.not),
                "if" | "then" | "else" => is_open(schema.if_),
                "unevaluatedProperties" | "unevaluatedItems" => true,
                _ => false,
            }
    }

    /// Whether what a keyword of a schema holds for is not known, so that its subschema says nothing.
    pub(super) fn is_unsure_below(&self, id: SchemaId, keyword: &str) -> bool {
        match keyword {
            "properties" | "patternProperties" | "prefixItems" | "allOf" | "anyOf" | "oneOf" | "dependentSchemas" => {
                false
            }
            // The items that it holds for follow those that other keywords name.
            "items" => self.get(id).unknown.iter().any(|unknown| unknown.keyword == "prefixItems"),
            "additionalProperties" => {
                let names = |keyword| matches!(keyword, "properties" | "patternProperties");
                self.get(id).unknown.iter().any(|unknown| names(unknown.keyword))
            }
            keyword => self.is_unsure(id, keyword),
        }
    }
}
