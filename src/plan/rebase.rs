//! Moves a request from the plan's own baseline to another base, which the target is known to accept.

use serde_json::Value;

use crate::case::RequestValues;
use crate::contract::{Operation, ParameterLocation};
use crate::spec::Pointer;

/// A base in the place of the plan's own baseline.
#[derive(Clone, Debug)]
pub(super) struct Rebase {
    plain: RequestValues,
    base: RequestValues,
}

impl Rebase {
    pub fn new(plain: RequestValues, base: RequestValues) -> Self {
        Self { plain, base }
    }

    /// Whether a path parameter names what only the base knows.
    pub fn names_by_path(&self, operation: &Operation, index: usize) -> bool {
        operation.parameters[index].place == ParameterLocation::Path
            && self.plain.parameters[index] != self.base.parameters[index]
    }

    /// The nodes of the body in which the base differs from the baseline: what the target asked for.
    pub fn asked_for(&self) -> Vec<Pointer> {
        let (Some((index, plain)), Some((base_index, base))) = (&self.plain.body, &self.base.body) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if index == base_index {
            differing(plain, base, &Pointer::root(), &mut found);
        }
        found
    }

    /// The request with all of the base in which it does not differ from the baseline.
    pub fn apply(&self, values: &RequestValues) -> RequestValues {
        let parameters = values.parameters.iter().zip(&self.plain.parameters).zip(&self.base.parameters);
        let parameters = parameters.map(|((value, plain), base)| if value == plain { base } else { value }.clone());
        let body = match (&values.body, &self.plain.body, &self.base.body) {
            (own, plain, base) if own == plain => base.clone(),
            (Some((index, value)), Some((plain_index, plain)), Some((base_index, base)))
                if index == plain_index && index == base_index =>
            {
                Some((*index, merge(value, plain, base)))
            }
            (own, ..) => own.clone(),
        };
        RequestValues { parameters: parameters.collect(), body, ..values.clone() }
    }
}

fn differing(plain: &Value, base: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match (plain, base) {
        _ if plain == base => {}
        (Value::Object(plain), Value::Object(base)) => {
            for (name, value) in plain {
                if let Some(other) = base.get(name) {
                    differing(value, other, &at.join(name), found);
                }
            }
        }
        _ => found.push(at.clone()),
    }
}

/// `value` with all of `base` in which it does not differ from `plain`.
fn merge(value: &Value, plain: &Value, base: &Value) -> Value {
    match (value, plain, base) {
        _ if value == plain => base.clone(),
        (Value::Object(value), Value::Object(plain), Value::Object(base)) => {
            let is_gone = |name: &String| plain.contains_key(name) && !value.contains_key(name);
            let mut merged: serde_json::Map<String, Value> = base
                .iter()
                .filter(|(name, _)| !is_gone(name))
                .map(|(name, child)| (name.clone(), child.clone()))
                .collect();
            for (name, child) in value {
                let child = match (plain.get(name), base.get(name)) {
                    (Some(plain), Some(base)) => merge(child, plain, base),
                    (Some(plain), None) if plain == child => continue,
                    _ => child.clone(),
                };
                merged.insert(name.clone(), child);
            }
            Value::Object(merged)
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_as_in_the_baseline_becomes_as_in_the_base() {
        let (plain, base) = (
            json!({"id": 0, "name": "a", "at": {"x": 1}}),
            json!({"id": 7, "name": "b", "at": {"x": 2, "y": 3}, "tag": "t"}),
        );
        let merged = |value: Value| merge(&value, &plain, &base);
        assert_eq!(merged(plain.clone()), base);
        assert_eq!(
            merged(json!({"id": 0, "name": 5, "at": {"x": 1}})),
            json!({"id": 7, "name": 5, "at": {"x": 2, "y": 3}, "tag": "t"})
        );
        assert_eq!(
            merged(json!({"id": 0, "at": {"x": "no"}})),
            json!({"id": 7, "at": {"x": "no", "y": 3}, "tag": "t"})
        );
        assert_eq!(merged(json!([])), json!([]));
    }

    #[test]
    fn a_parameter_that_is_varied_stays() {
        let values = |parameters: Vec<Option<Value>>| RequestValues {
            parameters,
            body: None,
            credentials: Default::default(),
            mutation: None,
        };
        let rebase = Rebase::new(values(vec![Some(json!("a")), None]), values(vec![Some(json!("b")), Some(json!(1))]));
        assert_eq!(rebase.apply(&values(vec![Some(json!("a")), None])), values(vec![Some(json!("b")), Some(json!(1))]));
        assert_eq!(rebase.apply(&values(vec![Some(json!("c")), None])).parameters, [Some(json!("c")), Some(json!(1))]);
    }
}
