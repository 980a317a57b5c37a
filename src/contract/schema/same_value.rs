//! Which schemas hold for one value.

use std::cell::RefCell;

use serde_json::Value;

use super::arena::Schemas;
use super::model::{Direction, Schema, SchemaId};
use crate::contract::{is_integer, whole_number};

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

    /// Whether a schema says outright that nothing is one of its values: `false`, or `not` of anything.
    pub fn forbids(&self, id: SchemaId) -> bool {
        let allows_all = |id: SchemaId| {
            let schema = self.get(id);
            schema.boolean == Some(true) || schema.is_bare() && schema.types.is_none() && schema.unknown.is_empty()
        };
        self.conjunction(&[id]).any(|id| {
            let schema = self.get(id);
            schema.boolean == Some(false) || schema.not.is_some_and(allows_all)
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

    /// Whether a number of `value` is more than its format holds: to OpenAPI 3.0 (section 4.4), `int32` and `int64` are ranges,
    /// to JSON Schema they are annotations. What takes more than 64 bits is more than most servers can hold.
    pub fn exceeds_format(&self, id: SchemaId, value: &Value) -> bool {
        let is_narrow = |schema: &Schema| schema.format.as_deref() == Some("int32");
        holds_integer_beyond(value, i64::MIN.into(), i64::MAX.into())
            || holds_integer_beyond(value, i32::MIN.into(), i32::MAX.into())
                && self.any_node(id, value, &|schema, node| {
                    let is_beyond = || holds_integer_beyond(node, i32::MIN.into(), i32::MAX.into());
                    is_narrow(schema) && node.is_number() && is_beyond()
                })
    }

    /// The required properties that nodes of a value are without, as only responses carry them.
    pub(crate) fn lacking_read_only(&self, id: SchemaId, value: &Value) -> Vec<String> {
        let found = RefCell::new(Vec::new());
        self.any_node(id, value, &|schema, node| {
            let is_hidden = |name: &String| {
                schema.properties.get(name).is_some_and(|child| self.hidden(*child, Direction::Request))
            };
            if let Value::Object(members) = node {
                let lacking = schema.required.iter().filter(|name| !members.contains_key(*name) && is_hidden(name));
                found.borrow_mut().extend(lacking.cloned());
            }
            false
        });
        found.into_inner()
    }

    /// Whether `is_wanted` of a node of `value` and one of the schemas that hold, or may hold, for it.
    pub(super) fn any_node(&self, id: SchemaId, value: &Value, is_wanted: &dyn Fn(&Schema, &Value) -> bool) -> bool {
        self.with_branches(&[id]).any(|id| {
            let schema = self.get(id);
            let is_inside = || match value {
                Value::Object(members) => members.iter().any(|(name, member)| {
                    let declared = schema.properties.get(name);
                    let patterns = schema.pattern_properties.iter().map(|(_, child)| child);
                    let others = schema.additional_properties.iter().filter(|_| declared.is_none());
                    let mut children = declared.into_iter().chain(patterns).chain(others);
                    children.any(|id| self.any_node(*id, member, is_wanted))
                }),
                Value::Array(items) => items.iter().enumerate().any(|(index, item)| {
                    let child = schema.prefix_items.get(index).copied().or(schema.items);
                    child.is_some_and(|id| self.any_node(id, item, is_wanted))
                }),
                _ => false,
            };
            is_wanted(schema, value) || is_inside()
        })
    }
}

/// Whether there is an integer below `least` or above `greatest` in a value.
fn holds_integer_beyond(value: &Value, least: i128, greatest: i128) -> bool {
    match value {
        Value::Number(number) => {
            let is_beyond = |number: i128| !(least..=greatest).contains(&number);
            is_integer(number) && whole_number(number).is_none_or(is_beyond)
        }
        Value::Array(items) => items.iter().any(|item| holds_integer_beyond(item, least, greatest)),
        Value::Object(members) => members.values().any(|member| holds_integer_beyond(member, least, greatest)),
        _ => false,
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
    use serde_json::json;

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
    fn a_number_is_beyond_its_format_wherever_it_is() {
        let format = |format: &str| Schema { format: Some(format.to_owned()), ..Schema::default() };
        let schemas = Schemas {
            all: vec![
                Schema { items: Some(SchemaId(1)), any_of: vec![SchemaId(2)], ..Schema::default() },
                format("int32"),
                Schema { properties: [("a".to_owned(), SchemaId(3))].into_iter().collect(), ..Schema::default() },
                format("int64"),
            ],
            ..Schemas::default()
        };
        for (value, exceeds) in [
            (json!([2_147_483_647, -2_147_483_648i64]), false),
            (json!([0, 2_147_483_648i64]), true),
            (json!([-2_147_483_649i64]), true),
            (json!([2_147_483_648.5]), false),
            (json!({"a": 2_147_483_648i64}), false),
            (json!({"a": i64::MAX}), false),
            (json!({"a": 1u64 << 63}), true),
            (json!({"other": 1e20}), true),
            (json!({"other": "2147483648"}), false),
        ] {
            assert_eq!(schemas.exceeds_format(SchemaId(0), &value), exceeds, "{value}");
        }
    }

    #[test]
    fn what_a_branch_hides_is_not_hidden() {
        let schemas = schemas();
        assert!(schemas.hidden(SchemaId(2), Direction::Request) && !schemas.hidden(SchemaId(3), Direction::Request));
        assert!(!schemas.hidden(SchemaId(0), Direction::Response) && schemas.hidden(SchemaId(3), Direction::Response));
    }
}
