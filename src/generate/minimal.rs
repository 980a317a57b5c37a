//! Minimal values: small ones that a schema allows.

use serde_json::Value;

use super::generator::Generator;
use super::number;
use super::shape::{Conjunction, MergedSchema};
use crate::contract::Types;
use crate::spec::nodes;

impl Generator {
    /// A value of a shape with its required properties and those of `include`; not yet validated where the shape
    /// [`needs_validation`](MergedSchema::needs_validation).
    pub(super) fn build(&self, shape: &MergedSchema, include: &[String]) -> Option<Value> {
        if let Some(values) = &shape.values {
            return values.iter().find(|value| self.is_sound(shape, value)).cloned();
        }
        if include.is_empty()
            && let Some(example) = self.example(shape)
        {
            return Some(example);
        }
        self.preferred(shape).into_iter().find_map(|types| self.build_type(shape, types, include))
    }

    /// `value` if it is valid for the conjunction, else a valid variation: `not`, `oneOf` and `else` often depend on a
    /// single property, or on which one of the shape's own values it is.
    pub(super) fn repair(&self, conjunction: &Conjunction, shape: &MergedSchema, value: Value) -> Option<Value> {
        if !shape.needs_validation || self.accepts(conjunction, &value) {
            return Some(value);
        }
        let is_accepted = |value: &Value| self.accepts(conjunction, value);
        self.named(shape)
            .filter(is_accepted)
            .or_else(|| self.variations(shape, &value).find(is_accepted))
            .or_else(|| self.others(shape, &value).into_iter().find(is_accepted))
    }

    /// Other values of a shape than this one: those that it lists, or scalars, and one of each other type.
    fn others(&self, shape: &MergedSchema, value: &Value) -> Vec<Value> {
        const MOST: usize = 24;
        let mut out: Vec<Value> = match (&shape.values, value) {
            (Some(values), _) => return values.iter().take(MOST).cloned().collect(),
            (None, Value::Number(_)) => number::numbers(shape).into_iter().map(|(_, value)| value).collect(),
            (None, Value::String(_)) => {
                let strings = self.strings.strings(shape, &self.channel);
                strings.iter().map(|(_, text)| Value::from(text.as_str())).collect()
            }
            (None, _) => Vec::new(),
        };
        out.truncate(MOST);
        let of_value = Types::of(value);
        let types = self.preferred(shape).into_iter().filter(|types| !types.intersects(of_value));
        out.extend(types.filter_map(|types| self.build_type(shape, types, &[])));
        out
    }

    /// A value that says by its discriminators of which branches it is, though none of them may require that.
    fn named(&self, shape: &MergedSchema) -> Option<Value> {
        let names: Vec<String> = shape.hints.iter().map(|(name, _)| name.clone()).collect();
        if names.is_empty() { None } else { self.build(shape, &names) }
    }

    /// `value` with one of its declared properties set to each of the property's boundary values.
    pub(super) fn variations<'s>(
        &'s self,
        shape: &'s MergedSchema,
        value: &'s Value,
    ) -> impl Iterator<Item = Value> + use<'s> {
        const MOST: usize = 200;
        /// How many nodes they may have together, so that those of large values are fewer.
        const MOST_NODES: usize = 60_000;
        let size = nodes(value);
        let is_too_deep = self.making.borrow().len() > 4;
        let names = if value.is_object() && !is_too_deep { &shape.declared[..] } else { &[] };
        let all = names.iter().flat_map(move |name| {
            let boundaries = self.nested_boundary_values(&self.property(shape, name), 3).into_iter();
            boundaries.filter(move |boundary| value.get(name) != Some(&boundary.value)).map(move |boundary| {
                self.add_work(size);
                let mut other = value.clone();
                other[name] = boundary.value;
                other
            })
        });
        all.take(MOST.min(MOST_NODES / size.max(1)))
    }

    fn build_type(&self, shape: &MergedSchema, types: Types, include: &[String]) -> Option<Value> {
        match types {
            Types::OBJECT => self.minimal_object(shape, include),
            Types::ARRAY => self.minimal_array(shape),
            Types::STRING => self.strings.minimal(shape, &self.channel).map(Value::String),
            Types::INTEGER | Types::NUMBER => number::numbers(shape).into_iter().next().map(|(_, value)| value),
            Types::BOOLEAN => Some(Value::Bool(true)),
            _ => Some(Value::Null),
        }
    }

    /// Whether a value of `enum` or `const` satisfies the other keywords of its shape.
    fn is_sound(&self, shape: &MergedSchema, value: &Value) -> bool {
        if let Value::String(string) = value
            && !self.channel.carries(string)
        {
            return false;
        }
        shape.except.is_some() || self.accepts(&shape.holders, value)
    }

    /// The schema's example, where it is more specific than the schema's other keywords.
    fn example(&self, shape: &MergedSchema) -> Option<Value> {
        if shape.except.is_some() {
            return None;
        }
        let open_object = self.is_vague(shape);
        shape
            .examples
            .iter()
            .find(|value| {
                let is_specific = match value {
                    Value::Object(_) | Value::Array(_) => open_object,
                    Value::String(string) => self.channel.is_plain(string),
                    Value::Null => false,
                    _ => true,
                };
                is_specific && self.accepts(&shape.holders, value)
            })
            .cloned()
    }

    /// Whether a shape has an example, and no keyword that constrains the contents of objects or arrays.
    pub(super) fn is_vague(&self, shape: &MergedSchema) -> bool {
        !shape.examples.is_empty()
            && shape.holders.iter().all(|holder| {
                let schema = self.schemas.get(*holder);
                schema.properties.is_empty()
                    && schema.pattern_properties.is_empty()
                    && schema.additional_properties.is_none()
                    && schema.items.is_none()
                    && schema.prefix_items.is_empty()
            })
    }

    /// The types of a shape, those first that its keywords constrain.
    pub(super) fn preferred(&self, shape: &MergedSchema) -> Vec<Types> {
        let speaks_of_objects = !shape.required.is_empty()
            || shape.min_properties > 0
            || shape.holders.iter().any(|holder| {
                let schema = self.schemas.get(*holder);
                !schema.properties.is_empty() || schema.additional_properties.is_some()
            });
        let speaks_of_arrays = shape.min_items > 0
            || !shape.contains.is_empty()
            || shape.holders.iter().any(|holder| self.schemas.get(*holder).items.is_some());
        let speaks_of_numbers = shape.lower.is_some() || shape.upper.is_some() || !shape.multiples.is_empty();
        let each = [
            (Types::OBJECT, speaks_of_objects),
            (Types::ARRAY, speaks_of_arrays),
            (Types::NUMBER, speaks_of_numbers),
            (Types::INTEGER, speaks_of_numbers),
            (Types::STRING, true),
            (Types::OBJECT, true),
            (Types::ARRAY, true),
            (Types::INTEGER, true),
            (Types::NUMBER, true),
            (Types::BOOLEAN, true),
            (Types::NULL, true),
        ];
        let mut order = Vec::new();
        for (types, now) in each {
            if now && shape.types.contains(types) && !order.contains(&types) {
                order.push(types);
            }
        }
        // Where `type` excludes integers, a fraction is needed.
        if order.is_empty() && shape.types.intersects(Types::NUMBER) {
            order.push(Types::NUMBER);
        }
        order
    }
}
