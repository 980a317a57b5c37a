//! Which schemas hold for one value.

use serde_json::Value;

use super::arena::Schemas;
use super::model::{Direction, SchemaId};

impl Schemas {
    /// Whether a property may not travel in this direction.
    pub fn hidden(&self, id: SchemaId, direction: Direction) -> bool {
        self.conjunction(&[id]).any(|id| {
            let schema = self.get(id);
            match direction {
                Direction::Request => schema.read_only,
                Direction::Response => schema.write_only,
            }
        })
    }

    /// The schemas that hold for one value together with these: references and `allOf` followed, each once, the nearest
    /// first. Branches of unions are not among them: which of them hold depends on the value.
    pub fn conjunction(&self, roots: &[SchemaId]) -> SameValue<'_> {
        SameValue { schemas: self, found: roots.to_vec(), next: 0, with_branches: false }
    }

    /// These schemas with all that may hold for the same value, branches of unions included, each once, the nearest
    /// first.
    pub fn with_branches(&self, roots: &[SchemaId]) -> SameValue<'_> {
        SameValue { schemas: self, found: roots.to_vec(), next: 0, with_branches: true }
    }

    /// Whether a node of `value` has a schema with a pattern that was left out: its author may mean less than what is
    /// left allows.
    pub fn has_unsupported_pattern(&self, id: SchemaId, value: &Value) -> bool {
        self.leaves_out_patterns && self.holds_unsupported_pattern(id, value)
    }

    fn holds_unsupported_pattern(&self, id: SchemaId, value: &Value) -> bool {
        self.with_branches(&[id]).any(|id| {
            let schema = self.get(id);
            match value {
                Value::String(_) => schema.unsupported_pattern,
                Value::Object(members) => members.iter().any(|(name, member)| {
                    let declared = schema.properties.get(name);
                    let patterns = schema.pattern_properties.iter().map(|(_, child)| child);
                    let others = schema.additional_properties.iter().filter(|_| declared.is_none());
                    schema.unsupported_pattern && declared.is_none()
                        || declared
                            .into_iter()
                            .chain(patterns)
                            .chain(others)
                            .any(|id| self.holds_unsupported_pattern(*id, member))
                }),
                Value::Array(items) => items.iter().enumerate().any(|(index, item)| {
                    let child = schema.prefix_items.get(index).copied().or(schema.items);
                    child.is_some_and(|id| self.holds_unsupported_pattern(id, item))
                }),
                _ => false,
            }
        })
    }
}

/// Schemas that hold, or may hold, for one value. They are looked for as they are asked for.
#[derive(Clone, Debug)]
pub struct SameValue<'a> {
    schemas: &'a Schemas,
    found: Vec<SchemaId>,
    next: usize,
    with_branches: bool,
}

impl Iterator for SameValue<'_> {
    type Item = SchemaId;

    fn next(&mut self) -> Option<SchemaId> {
        let id = *self.found.get(self.next)?;
        self.next += 1;
        let schema = self.schemas.get(id);
        let branches = schema.any_of.iter().chain(&schema.one_of).filter(|_| self.with_branches);
        for child in schema.reference.iter().chain(&schema.all_of).chain(branches) {
            if !self.found.contains(child) {
                self.found.push(*child);
            }
        }
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::schema::model::Schema;

    /// `a` is `b` and `c`, or `d`; `c` refers back to `a`, and `b` may not be sent.
    fn schemas() -> Schemas {
        let [a, b, c, d] = [0, 1, 2, 3].map(SchemaId);
        Schemas {
            all: vec![
                Schema { all_of: vec![b, c], any_of: vec![d], ..Schema::default() },
                Schema { read_only: true, ..Schema::default() },
                Schema { reference: Some(a), ..Schema::default() },
                Schema { write_only: true, ..Schema::default() },
            ],
            ..Schemas::default()
        }
    }

    #[test]
    fn references_and_conjunctions_hold_for_one_value_and_branches_only_may() {
        let schemas = schemas();
        let ids = |found: SameValue<'_>| found.map(|id| id.0).collect::<Vec<_>>();
        assert_eq!(ids(schemas.conjunction(&[SchemaId(0)])), [0, 1, 2]);
        assert_eq!(ids(schemas.conjunction(&[SchemaId(2)])), [2, 0, 1]);
        assert_eq!(ids(schemas.with_branches(&[SchemaId(0)])), [0, 1, 2, 3]);
        assert_eq!(ids(schemas.conjunction(&[])), [0; 0]);
    }

    #[test]
    fn what_a_branch_hides_is_not_hidden() {
        let schemas = schemas();
        assert!(schemas.hidden(SchemaId(2), Direction::Request) && !schemas.hidden(SchemaId(3), Direction::Request));
        assert!(!schemas.hidden(SchemaId(0), Direction::Response) && schemas.hidden(SchemaId(3), Direction::Response));
    }
}
