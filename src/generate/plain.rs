//! Plain values: the smallest that keep a schema.

use serde_json::Value;

use super::generator::Generator;
use super::number;
use super::shape::{Conjunction, MergedSchema};
use crate::contract::Types;

impl Generator<'_> {
    /// A value of a shape with its required properties and those of `include`; not yet checked where the
    /// shape is fragile.
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

    /// `value` if it keeps the conjunction, else the nearest one that does: what `not`, `oneOf` and `else` ask
    /// for is often a matter of one property.
    pub(super) fn mend(&self, conjunction: &Conjunction, shape: &MergedSchema, value: Value) -> Option<Value> {
        if !shape.fragile || self.accepts(conjunction, &value) {
            return Some(value);
        }
        self.variations(shape, &value).into_iter().find(|value| self.accepts(conjunction, value))
    }

    /// `value` with one of its declared properties changed, in all the ways that the property allows.
    pub(super) fn variations(&self, shape: &MergedSchema, value: &Value) -> Vec<Value> {
        const MOST: usize = 200;
        let mut variations = Vec::new();
        if !value.is_object() || self.making.borrow().len() > 4 {
            return variations;
        }
        for name in &shape.declared {
            for edge in self.edges_aside(&self.property(shape, name), 3) {
                let mut other = value.clone();
                if value.get(name) != Some(&edge.value) && variations.len() < MOST {
                    other[name] = edge.value;
                    variations.push(other);
                }
            }
        }
        variations
    }

    fn build_type(&self, shape: &MergedSchema, types: Types, include: &[String]) -> Option<Value> {
        match types {
            Types::OBJECT => self.plain_object(shape, include),
            Types::ARRAY => self.plain_array(shape),
            Types::STRING => self.texts.plain(shape, &self.channel).map(Value::String),
            Types::INTEGER | Types::NUMBER => number::numbers(shape).into_iter().next().map(|(_, value)| value),
            Types::BOOLEAN => Some(Value::Bool(true)),
            _ => Some(Value::Null),
        }
    }

    /// Whether one of the values that a shape lists keeps its other keywords as well.
    fn is_sound(&self, shape: &MergedSchema, value: &Value) -> bool {
        if let Value::String(text) = value
            && !self.channel.carries(text)
        {
            return false;
        }
        shape.except.is_some() || self.accepts(&shape.holders, value)
    }

    /// The author's own example, where the schema leaves so much open that it tells more than the schema does.
    fn example(&self, shape: &MergedSchema) -> Option<Value> {
        if shape.except.is_some() {
            return None;
        }
        let open_object = self.is_vague(shape);
        shape
            .examples
            .iter()
            .find(|value| {
                let telling = match value {
                    Value::Object(_) | Value::Array(_) => open_object,
                    Value::String(text) => self.channel.is_plain(text),
                    Value::Null => false,
                    _ => true,
                };
                telling && self.accepts(&shape.holders, value)
            })
            .cloned()
    }

    /// Whether a shape says of its objects nothing but that they are objects, and shows one.
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

    /// The types of a shape, those first of which its keywords speak.
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
        // A fraction is needed where `type` takes the integers out.
        if order.is_empty() && shape.types.intersects(Types::NUMBER) {
            order.push(Types::NUMBER);
        }
        order
    }
}
