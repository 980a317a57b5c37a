//! Branches of unions: what a target takes in one of them says nothing of a member of the same name in another.

use serde_json::Value;

use super::node::Node;
use crate::case::RequestValues;
use crate::contract::{Direction, Operation, SchemaId, Schemas, Validators};
use crate::spec::Pointer;

/// Whether two requests are of a common branch, wherever the branches of a union declare a member on the way to a node.
pub(super) fn are_alike(
    validators: &Validators,
    operation: &Operation,
    node: &Node,
    one: &RequestValues,
    other: &RequestValues,
) -> bool {
    let Node::Body(at) = node else { return true };
    let (Some((media, one)), Some((_, other))) = (one.media(operation), other.media(operation)) else { return true };
    let Some(root) = media.schema else { return true };
    let schemas = validators.schemas();
    let mut holding = vec![root];
    let mut above = Pointer::root();
    for token in at.tokens() {
        let all: Vec<SchemaId> = schemas.with_branches(&holding).collect();
        let (Some(here), Some(there)) = (one.pointer(above.as_str()), other.pointer(above.as_str())) else {
            return true;
        };
        if all.iter().any(|id| are_apart(validators, *id, &token, here, there)) {
            return false;
        }
        holding = all.iter().filter_map(|id| child(schemas, *id, &token)).collect();
        above = above.join(&token);
    }
    true
}

/// Whether the branches of a schema that declare a member, and hold for one value and for another, have none in common.
fn are_apart(validators: &Validators, id: SchemaId, member: &str, one: &Value, other: &Value) -> bool {
    let schemas = validators.schemas();
    let schema = schemas.get(id);
    let declares =
        |branch: &&SchemaId| schemas.conjunction(&[**branch]).any(|id| schemas.get(id).properties.contains_key(member));
    let branches: Vec<&SchemaId> = schema.any_of.iter().chain(&schema.one_of).filter(declares).collect();
    let holds = |value: &Value| -> Vec<bool> {
        branches.iter().map(|branch| validators.is_valid(**branch, Direction::Request, value)).collect()
    };
    let (one, other) = (holds(one), holds(other));
    one.contains(&true) && !one.iter().zip(&other).any(|(one, other)| *one && *other)
}

/// The schema of a member or item that a schema declares.
fn child(schemas: &Schemas, id: SchemaId, token: &str) -> Option<SchemaId> {
    let schema = schemas.get(id);
    let item = || {
        let index: usize = token.parse().ok()?;
        schema.prefix_items.get(index).copied().or(schema.items)
    };
    schema.properties.get(token).copied().or_else(item).or(schema.additional_properties)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::contract::Contract;
    use crate::spec::{Document, LoadOptions};
    use crate::wire::Credentials;

    #[test]
    fn a_member_of_two_branches_is_two_members() {
        let branch = |kind: &str, own: &str| {
            json!({
                "type": "object", "required": ["kind", own], "properties": {
                    "kind": {"const": kind}, own: {"type": "integer"}, "label": {"type": "string"}
                }
            })
        };
        let document = json!({
            "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
            "paths": {"/shapes": {"post": {
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {"note": {"type": "string"}},
                    "oneOf": [branch("rect", "width"), branch("round", "radius")]
                }}}},
                "responses": {"204": {"description": "done"}}
            }}}
        });
        let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
        let contract = Contract::compile(document.expect("JSON")).expect("a contract");
        let validators = Validators::new(contract.schemas.clone());
        let alike = |at: &str, one: Value, other: Value| {
            let values = |body| RequestValues {
                parameters: Vec::new(),
                body: Some((0, body)),
                credentials: Credentials::default(),
                mutation: None,
            };
            let node = Node::Body(Pointer::new(at));
            are_alike(&validators, &contract.operations[0], &node, &values(one), &values(other))
        };
        let rect = || json!({"kind": "rect", "width": 1, "label": "a", "note": "n"});
        let round = || json!({"kind": "round", "radius": 1, "label": "a", "note": "n"});
        assert!(!alike("/label", rect(), round()));
        assert!(alike("/label", rect(), json!({"kind": "rect", "width": 2, "label": "a"})));
        // What stands beside the union is one member.
        assert!(alike("/note", rect(), round()));
    }
}
