//! Makes arrays of a shape.

use serde_json::Value;

use super::generator::Generator;
use super::shape::{Conjunction, MergedSchema};

/// Arrays longer than this are not made.
pub(super) const MAX_ITEMS: u64 = 2_000;

impl Generator {
    /// An array of a shape with as few items as it allows. Only JSON tells an array of nothing from none.
    pub(super) fn minimal_array(&self, shape: &MergedSchema) -> Option<Value> {
        let needs_item = !self.channel.is_payload() && shape.min_items == 0 && shape.max_items != Some(0);
        let of_one = if needs_item { self.array(shape, 1) } else { None };
        of_one.or_else(|| self.array(shape, shape.min_items))
    }

    /// An array of a shape with `count` items.
    pub(super) fn array(&self, shape: &MergedSchema, count: u64) -> Option<Value> {
        let contained = shape.contains.iter().fold(0, |sum: u64, contained| sum.saturating_add(contained.min));
        if count.max(contained) > MAX_ITEMS {
            return None;
        }
        let mut items: Vec<Value> = Vec::new();
        for contained in &shape.contains {
            for _ in 0..contained.min {
                let mut conjunction = shape.item(&self.schemas, items.len());
                conjunction.push(contained.schema);
                items.push(self.fresh(shape, &conjunction, &items)?);
            }
        }
        while (items.len() as u64) < count {
            let conjunction = shape.item(&self.schemas, items.len());
            items.push(self.fresh(shape, &conjunction, &items)?);
        }
        Some(Value::Array(items))
    }

    /// An item; where items must be unique, one that is not among `items`.
    fn fresh(&self, shape: &MergedSchema, conjunction: &Conjunction, items: &[Value]) -> Option<Value> {
        let minimal = self.minimal_of(conjunction)?;
        if !shape.unique || !items.contains(&minimal) {
            return Some(minimal);
        }
        let other = self
            .nested_boundary_values(conjunction, 3)
            .into_iter()
            .map(|boundary| boundary.value)
            .find(|value| !items.contains(value));
        other.or_else(|| match &minimal {
            Value::String(string) => {
                let other = Value::String(format!("{string}{}", items.len()));
                self.accepts(conjunction, &other).then_some(other)
            }
            Value::Number(number) => {
                let other = Value::from(number.as_i64()?.checked_add(items.len() as i64)?);
                self.accepts(conjunction, &other).then_some(other)
            }
            _ => None,
        })
    }
}
