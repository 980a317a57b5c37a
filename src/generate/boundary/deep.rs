//! Deeply nested values of recursive schemas.

use serde_json::Value;

use crate::contract::{SchemaId, Types};
use crate::generate::generator::Generator;
use crate::generate::shape::{Choices, Conjunction, MergedSchema};

impl Generator {
    /// A value that takes a recursive schema `levels` deep; `None` where it does not recurse.
    pub(super) fn deep(&self, conjunction: &Conjunction, levels: usize) -> Option<Value> {
        self.nested(conjunction, levels, &mut |innermost| self.minimal_of(innermost))
    }

    /// The same with another value as the innermost.
    pub(in crate::generate) fn nested(
        &self,
        conjunction: &Conjunction,
        levels: usize,
        innermost: &mut dyn FnMut(&Conjunction) -> Option<Value>,
    ) -> Option<Value> {
        if levels == 0 {
            return innermost(conjunction);
        }
        for shape in self.shapes(conjunction, &Choices::new(), None, 4) {
            for name in &shape.declared {
                let child = self.property(&shape, name);
                if self.recurs(&child, &shape)
                    && let Some(value) = self.nested(&child, levels - 1, innermost)
                    && let Some(mut container) = self.minimal_object(&shape, std::slice::from_ref(name))
                {
                    container[name] = value;
                    return Some(container);
                }
            }
            if shape.types.contains(Types::ARRAY)
                && shape.holders.iter().any(|id| self.schemas.get(*id).items.is_some())
            {
                let child = shape.item(&self.schemas, 0);
                if self.recurs(&child, &shape)
                    && let Some(value) = self.nested(&child, levels - 1, innermost)
                    && let Some(mut container) = self.array(&shape, shape.min_items.max(1))
                {
                    container[0] = value;
                    return Some(container);
                }
            }
        }
        None
    }

    fn recurs(&self, child: &[SchemaId], shape: &MergedSchema) -> bool {
        let reached = self.schemas.reachable(child);
        shape.holders.iter().any(|holder| reached.contains(holder))
    }
}
