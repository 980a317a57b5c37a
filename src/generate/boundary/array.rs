//! Boundary values of arrays: their lengths, and those of their items.

use std::ops::ControlFlow;

use serde_json::Value;

use super::{Reach, Taker, boundary, within};
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;

impl Generator {
    pub(super) fn array_boundaries(&self, shape: &MergedSchema, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        let most = shape.max_items.unwrap_or(shape.min_items.max(2).saturating_add(1));
        let mut counts = vec![shape.min_items, shape.min_items.saturating_add(1), most.saturating_sub(1), most];
        counts.retain(|count| (shape.min_items..=shape.max_items.unwrap_or(1_000).min(1_000)).contains(count));
        counts.dedup();
        for count in counts {
            let about = match count {
                _ if Some(count) == shape.max_items => self.holder_of(shape, "maxItems"),
                _ if count == shape.min_items => self.holder_of(shape, "minItems"),
                _ => None,
            };
            if let Some(value) = self.array(shape, count) {
                take(boundary(format!("{count} items"), value, about))?;
            }
        }
        let fixed = shape.prefix(&self.schemas);
        for index in 0..=fixed {
            let count = shape.min_items.max(index as u64 + 1);
            if shape.max_items.is_some_and(|max| count > max) {
                break;
            }
            let Some(container) = self.array(shape, count) else { continue };
            let conjunction = shape.item(&self.schemas, index);
            for child in self.boundary_values_at(&conjunction, reach.below()) {
                take(within(&container, &index.to_string(), child))?;
            }
        }
        if !shape.unique
            && shape.max_items.is_none_or(|max| max >= 2)
            && let Some(item) = self.minimal_of(&shape.item(&self.schemas, 0))
            && let Some(Value::Array(mut items)) = self.array(shape, shape.min_items.max(2))
        {
            if fixed == 0 {
                items[1] = item.clone();
                items[0] = item;
            }
            take(boundary("the same item twice", Value::Array(items), None))?;
        }
        ControlFlow::Continue(())
    }
}
