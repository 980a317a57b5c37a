//! Numbers that the document allows for want of a bound, and that no target need take: few programs count without end. A text
//! of any length, they can hold: a bound of its length is one that the target has made.

use serde_json::Value;

use super::node::Node;
use crate::case::RequestValues;
use crate::contract::{ClauseTarget, Contract, Operation, Schema, Site};
use crate::spec::Pointer;

/// A greater number is more than 32 bits hold.
const GREAT: f64 = 4_294_967_296.0;

/// Whether a request has such a value at the node or in it.
pub(super) fn is_extreme(contract: &Contract, operation: &Operation, node: &Node, values: &RequestValues) -> bool {
    let Some(value) = node.get(values) else { return false };
    let (place, at) = match (node, &values.body) {
        (Node::Parameter(index), _) => (ClauseTarget::Parameter(*index), Pointer::root()),
        (Node::Body(at), Some((media, _))) => (ClauseTarget::Body(*media), at.clone()),
        (Node::Body(_), None) => return false,
    };
    let sites: Vec<&Site> = operation.clauses().sites.iter().filter(|site| site.place == place).collect();
    let mut rest = vec![(at, value)];
    while let Some((at, value)) = rest.pop() {
        let mut schemas =
            sites.iter().filter(|site| at.matches(&site.instance)).map(|site| contract.schemas.get(site.schema));
        match value {
            Value::Number(number) => {
                let is_great = number.as_f64().is_some_and(|number| number.abs() >= GREAT);
                let is_negative = number.as_f64().is_some_and(|number| number < 0.0);
                if is_great && schemas.all(|schema| is_unbounded(schema, is_negative)) {
                    return true;
                }
            }
            Value::Array(items) => {
                rest.extend(items.iter().enumerate().map(|(index, item)| (at.join(&index.to_string()), item)));
            }
            Value::Object(members) => rest.extend(members.iter().map(|(name, member)| (at.join(name), member))),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    false
}

/// Whether nothing is said of how small, or great, a number may be.
fn is_unbounded(schema: &Schema, is_negative: bool) -> bool {
    let is_sized = schema.format.as_deref().is_some_and(|format| format.starts_with("int"));
    let bounds = match is_negative {
        true => [&schema.minimum, &schema.exclusive_minimum],
        false => [&schema.maximum, &schema.exclusive_maximum],
    };
    !is_sized && schema.enum_values.is_none() && bounds.iter().all(|bound| bound.is_none())
}
