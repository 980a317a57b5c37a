//! Schemas that are applied to one value so often that no validator ends: each of forty that names the next twice.

use serde_json::Value;

use super::arena::Schemas;
use super::model::{Schema, SchemaId};
use super::unknown::{Reach, Unknown};
use crate::contract::diagnostic::Diagnostic;
use crate::contract::rule;

/// How many schemas may be applied to one value.
const MOST: u64 = 20_000;

/// How far a schema is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    Not,
    /// One of those that hold it is being counted: where it comes to itself, it is counted once.
    UnderWay,
    Done(u64),
}

impl Schemas {
    /// Makes those unknown that take too long, with a diagnostic each, and keeps how long the others take.
    pub(in crate::contract) fn cut_heavy(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let mut counts = vec![Count::Not; self.all.len()];
        for root in 0..self.all.len() as u32 {
            // A work list instead of recursion, as when they are read.
            let mut pending = vec![SchemaId(root)];
            while let Some(&id) = pending.last() {
                match counts[id.0 as usize] {
                    Count::Done(_) => {
                        pending.pop();
                    }
                    Count::Not => {
                        counts[id.0 as usize] = Count::UnderWay;
                        let open = self.same_value_children(id).filter(|child| counts[child.0 as usize] == Count::Not);
                        pending.extend(open);
                    }
                    Count::UnderWay => {
                        pending.pop();
                        let below = self.same_value_children(id).map(|child| match counts[child.0 as usize] {
                            Count::Done(count) => count,
                            Count::Not | Count::UnderWay => 1,
                        });
                        let count = below.fold(1, u64::saturating_add);
                        counts[id.0 as usize] = Count::Done(if count > MOST { 1 } else { count });
                        if count > MOST {
                            self.cut(id, diagnostics);
                        }
                    }
                }
            }
        }
        let weight = |count: &Count| if let Count::Done(count) = count { *count as u32 } else { 1 };
        self.weights = counts.iter().map(weight).collect();
    }

    fn cut(&mut self, id: SchemaId, diagnostics: &mut Vec<Diagnostic>) {
        let location = self.get(id).location.clone();
        let message = format!(
            "more than {MOST} schemas are applied to one value here, since unions hold each other over and over; no value \
             is called valid or invalid here"
        );
        diagnostics.push(Diagnostic::new(&rule::SCHEMA_HEAVY, location.clone(), message));
        let written = Value::Null;
        let unknown = vec![Unknown { keyword: "schema", location: location.clone(), reach: Reach::Values, written }];
        self.all[id.0 as usize] = Schema { location, unknown, ..Schema::default() };
    }

    /// The schemas that a schema applies to the value itself.
    fn same_value_children(&self, id: SchemaId) -> impl Iterator<Item = SchemaId> + '_ {
        let schema = self.get(id);
        let lists = schema.all_of.iter().chain(&schema.any_of).chain(&schema.one_of).copied();
        let single = [schema.reference, schema.not, schema.if_, schema.then_, schema.else_];
        lists.chain(single.into_iter().flatten()).chain(schema.dependent_schemas.iter().map(|(_, child)| *child))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use crate::contract::{Contract, Direction, Validators};
    use crate::spec::{Document, LoadOptions};

    /// The contract of a body of the first of so many schemas, each of which holds the next twice.
    fn doubling(keyword: &str, count: usize) -> Contract {
        let of = |index: usize| {
            let next = json!({"$ref": format!("#/components/schemas/E{}", index + 1)});
            let schema = if index == count { json!({"type": "string"}) } else { json!({keyword: [next, next]}) };
            (format!("E{index}"), schema)
        };
        let schemas: serde_json::Map<String, Value> = (0..=count).map(of).collect();
        let body = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/E0"}}}});
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "components": {"schemas": schemas},
            "paths": {"/a": {"post": {"requestBody": body, "responses": {"204": {"description": "made"}}}}},
        });
        let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
        Contract::compile(document.expect("JSON")).expect("a contract")
    }

    #[test]
    fn what_would_not_end_is_given_up_and_told() {
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let contract = doubling(keyword, 60);
            let told = contract.diagnostics.iter().filter(|found| found.rule.id == "schema-heavy").count();
            assert!(told > 0, "{keyword}");
            let schema = contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema);
            let validators = Validators::new(contract.schemas.clone());
            assert!(validators.is_valid(schema.expect("a schema"), Direction::Request, &json!(7)), "nothing is known");
        }
    }

    #[test]
    fn what_ends_is_judged() {
        let contract = doubling("allOf", 8);
        assert!(contract.diagnostics.is_empty());
        let schema = contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema).expect("a schema");
        assert!(!Validators::new(contract.schemas.clone()).is_valid(schema, Direction::Request, &json!(7)));
    }
}
