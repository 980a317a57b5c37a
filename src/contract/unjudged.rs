//! Values of which not all that their document asks can be judged.

use serde_json::Value;

use super::schema::{SchemaId, Schemas};

impl Schemas {
    /// Whether a node of `value` has a schema with a pattern that was left out: its author may mean less than what is
    /// left allows.
    pub fn is_unjudged(&self, id: SchemaId, value: &Value) -> bool {
        self.leaves_out && self.holds_unjudged(id, value)
    }

    fn holds_unjudged(&self, id: SchemaId, value: &Value) -> bool {
        self.with_branches(&[id]).any(|id| {
            let schema = self.get(id);
            match value {
                Value::String(_) => schema.unjudged,
                Value::Object(members) => members.iter().any(|(name, member)| {
                    let declared = schema.properties.get(name);
                    let patterns = schema.pattern_properties.iter().map(|(_, child)| child);
                    let others = schema.additional_properties.iter().filter(|_| declared.is_none());
                    schema.unjudged && declared.is_none()
                        || declared.into_iter().chain(patterns).chain(others).any(|id| self.holds_unjudged(*id, member))
                }),
                Value::Array(items) => items.iter().enumerate().any(|(index, item)| {
                    let child = schema.prefix_items.get(index).copied().or(schema.items);
                    child.is_some_and(|id| self.holds_unjudged(id, item))
                }),
                _ => false,
            }
        })
    }
}
