//! Unions of which several branches may hold for one value, so that only their `discriminator` says which one is meant.
//!
//! By the words of JSON Schema such a value breaks `oneOf`, and `discriminator` changes nothing of that (OpenAPI 3.1,
//! section 4.8.25). Servers that read the discriminator take it: whether it is valid is not sure.

use std::collections::HashSet;

use serde_json::Value;

use super::arena::Schemas;
use super::model::{Direction, Schema, SchemaId};
use super::types::Types;
use super::validate::Validators;

impl Schemas {
    /// Marks such unions, and the schemas above them, up to the roots.
    pub(in crate::contract) fn mark_overlaps(&mut self) {
        let own: Vec<SchemaId> = self.ids().filter(|id| self.may_overlap(*id)).collect();
        for id in &own {
            self.all[id.0 as usize].overlaps = true;
        }
        for id in self.with_all_above(own) {
            self.all[id.0 as usize].holds_overlap = true;
        }
    }

    /// The branches of a union, each with the values that it lists for the property of the discriminator, overlap
    /// where two of them do not list any, or list the same.
    fn may_overlap(&self, id: SchemaId) -> bool {
        let schema = self.get(id);
        let Some(discriminator) = &schema.discriminator else { return false };
        let mut seen: HashSet<String> = HashSet::new();
        let mut of_any = 0;
        let mut objects = 0;
        for branch in schema.one_of.iter().filter(|branch| self.may_be_object(**branch)) {
            objects += 1;
            match self.listed(*branch, &discriminator.property) {
                Some(listed) => {
                    if listed.into_iter().any(|value| !seen.insert(value.to_string())) {
                        return true;
                    }
                }
                None => of_any += 1,
            }
        }
        of_any > 0 && objects > 1
    }

    fn may_be_object(&self, id: SchemaId) -> bool {
        self.conjunction(&[id]).all(|id| self.get(id).types.is_none_or(|types| types.contains(Types::OBJECT)))
    }

    /// The values that a schema lists for a property, the shortest list that it gives.
    fn listed(&self, id: SchemaId, property: &str) -> Option<Vec<&Value>> {
        let of_property = self.conjunction(&[id]).filter_map(|id| self.get(id).properties.get(property).copied());
        let children: Vec<SchemaId> = of_property.collect();
        let lists = self.conjunction(&children).filter_map(|id| {
            let schema = self.get(id);
            let of_const = || schema.const_value.as_ref().map(|value| vec![value]);
            of_const().or_else(|| Some(schema.enum_values.as_ref()?.iter().collect()))
        });
        lists.min_by_key(Vec::len)
    }

    /// Whether a value of this schema, or a part of one, may be of several branches of such a union.
    pub(super) fn holds_overlap(&self, id: SchemaId) -> bool {
        self.get(id).holds_overlap
    }
}

impl Schema {
    /// The property by which a value says of which branch it is, where branches overlap.
    pub(crate) fn tells_apart(&self) -> Option<&str> {
        self.discriminator.as_ref().filter(|_| self.overlaps).map(|discriminator| discriminator.property.as_str())
    }

    /// Whether a value says by its discriminator which of the branches that overlap is meant.
    pub(super) fn is_told_apart(&self, value: &Value) -> bool {
        self.tells_apart().and_then(|property| value.get(property)).is_some_and(Value::is_string)
    }
}

impl Validators {
    /// Whether some node of a value is of several branches of a union, or of another one than its discriminator names.
    pub(crate) fn is_ambiguous(&self, id: SchemaId, direction: Direction, value: &Value) -> bool {
        let schemas = self.schemas();
        schemas.holds_overlap(id)
            && schemas.any_node(id, value, &|schema, node| {
                if schema.holds_overlap && schemas.applies(schema, node, &|child| schemas.holds_overlap(child)) {
                    return true;
                }
                if !schema.is_told_apart(node) {
                    return false;
                }
                let mut holding = schema.one_of.iter().filter(|branch| self.is_valid(**branch, direction, node));
                let first = holding.next().copied();
                holding.next().is_some() || first.is_some_and(|branch| !schemas.may_be_meant(schema, branch, node))
            })
    }
}

impl Validators {
    /// Whether several branches of a `oneOf` hold for a value, and for what of it one of them requires, too: they overlap by
    /// themselves, not by what is sent along.
    pub(crate) fn overlap_at_rest(&self, union: SchemaId, direction: Direction, value: &Value) -> bool {
        let schemas = self.schemas();
        let valid = |value: &Value| {
            let branches = schemas.get(union).one_of.iter();
            branches.filter(|branch| self.is_valid(**branch, direction, value)).copied().collect::<Vec<_>>()
        };
        let holding = valid(value);
        holding.len() > 1 && holding.iter().any(|branch| valid(&schemas.required_alone(*branch, value)).len() > 1)
    }
}

impl Schemas {
    /// An object with those of its members alone that a schema requires; another value as it is.
    fn required_alone(&self, id: SchemaId, value: &Value) -> Value {
        let Value::Object(members) = value else { return value.clone() };
        let is_required = |name: &String| self.conjunction(&[id]).any(|id| self.get(id).required.contains(name));
        Value::Object(
            members.iter().filter(|(name, _)| is_required(name)).map(|(n, v)| (n.clone(), v.clone())).collect(),
        )
    }

    /// Whether the discriminator of a value names this branch, or none that is known.
    fn may_be_meant(&self, schema: &Schema, branch: SchemaId, node: &Value) -> bool {
        let Some(discriminator) = &schema.discriminator else { return true };
        let name = node.get(&discriminator.property).and_then(Value::as_str);
        let target = self.get(branch).reference.unwrap_or(branch);
        let mut mapped = discriminator.mapping.iter().filter(|(known, _)| Some(known.as_str()) == name).peekable();
        match mapped.peek() {
            Some(_) => mapped.any(|(_, id)| *id == branch || *id == target),
            None => true,
        }
    }
}
