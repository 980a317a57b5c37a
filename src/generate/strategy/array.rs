//! Arrays: what comes first, what must be contained, and the rest.

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::Value;

use super::node::{Known, Node};
use crate::contract::SchemaId;
use crate::generate::array::MAX_ITEMS;
use crate::generate::shape::{Conjunction, MergedSchema};

/// Items beyond what is asked for.
const MORE: usize = 4;
/// The most items of an array that are drawn one by one.
const MOST: usize = 200;

impl Known {
    /// Arrays of a shape; `None` where there are none.
    pub fn array(self: &Rc<Self>, shape: &MergedSchema) -> Option<BoxedStrategy<Value>> {
        let contained: u64 = shape.contains.iter().fold(0, |sum, contained| sum.saturating_add(contained.min));
        let least = shape.min_items.max(contained);
        if least > MAX_ITEMS {
            return None;
        }
        let least = usize::try_from(least).ok()?;
        let allowed = shape.max_items.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        let schemas = &self.generator.schemas;
        let prefix = shape.prefix(schemas).min(allowed);
        let item = |index: usize, and: Option<SchemaId>| -> Conjunction {
            let mut conjunction = shape.item(schemas, index);
            conjunction.extend(and);
            conjunction
        };
        let mut first: Vec<BoxedStrategy<Value>> =
            (0..prefix).map(|index| Node::within(self, item(index, None))).collect();
        for contained in &shape.contains {
            for _ in 0..contained.min {
                first.push(Node::within(self, item(first.len(), Some(contained.schema))));
            }
        }
        let rest = item(prefix, None);
        let has_rest = rest.is_empty() || self.generator.minimal_of(&rest).is_some();
        let few = least.saturating_sub(first.len());
        let many = if has_rest { allowed.saturating_sub(first.len()).min(few + MORE).min(MOST.max(few)) } else { 0 };
        if few > many || first.len() > allowed {
            return None;
        }
        let is_unique = shape.unique;
        let rest = prop::collection::vec(Node::within(self, rest), few..=many);
        let items = (first, rest).prop_filter_map("as many items as are asked for", move |(mut items, rest)| {
            items.extend(rest);
            if is_unique {
                let all = std::mem::take(&mut items);
                all.into_iter().for_each(|item| {
                    if !items.contains(&item) {
                        items.push(item);
                    }
                });
            }
            (items.len() >= least).then_some(Value::Array(items))
        });
        Some(items.boxed())
    }
}
