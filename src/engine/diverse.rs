//! Of many requests, the few that differ most from each other.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::case::RequestValues;
use crate::spec::Pointer;

/// Members of a body are told apart down to here.
const DEEPEST: usize = 3;

/// Up to `most` of these: the fullest one, and then each time the one that has most of what none before it has.
pub(super) fn diverse(all: Vec<RequestValues>, most: usize) -> Vec<RequestValues> {
    let mut left: Vec<(BTreeSet<String>, RequestValues)> = all.into_iter().map(|one| (features(&one), one)).collect();
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::new();
    while chosen.len() < most {
        let news = |(features, _): &(BTreeSet<String>, _)| features.difference(&seen).count();
        // The first of equal ones.
        let Some(best) = (0..left.len()).rev().max_by_key(|index| news(&left[*index])) else { break };
        let (features, values) = left.remove(best);
        seen.extend(features);
        chosen.push(values);
    }
    chosen
}

/// What a request has where, as far as another value may depend on it.
fn features(values: &RequestValues) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (index, value) in values.parameters.iter().enumerate() {
        found.insert(format!("{index} {}", value.as_ref().map_or("none", kind)));
    }
    if let Some((media, body)) = &values.body {
        found.insert(format!("media {media}"));
        collect(body, &Pointer::root(), 0, &mut found);
    }
    found
}

fn collect(value: &Value, at: &Pointer, depth: usize, found: &mut BTreeSet<String>) {
    found.insert(format!("{at} {}", kind(value)));
    if let (Value::Object(members), true) = (value, depth < DEEPEST) {
        for (name, member) in members {
            collect(member, &at.join(name), depth + 1, found);
        }
    }
}

/// What a value is, as programs ask for it: whether there is one, and of a flag which one.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(number) => match number.as_f64() {
            Some(number) if number > 0.0 => "positive",
            Some(number) if number < 0.0 => "negative",
            _ => "zero",
        },
        Value::String(text) if text.is_empty() => "empty",
        Value::String(_) => "text",
        Value::Array(items) if items.is_empty() => "no items",
        Value::Array(_) => "items",
        Value::Object(members) if members.is_empty() => "no members",
        Value::Object(_) => "members",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Credentials;
    use serde_json::json;

    #[test]
    fn the_fullest_comes_first_and_then_what_has_something_new() {
        let of = |body: Value| RequestValues {
            parameters: Vec::new(),
            body: Some((0, body)),
            credentials: Credentials::default(),
            mutation: None,
        };
        let all =
            [json!({"a": 1}), json!({"a": 2}), json!({"a": 1, "tags": []}), json!({"a": 0, "tags": ["x"], "b": true})];
        let chosen = diverse(all.iter().cloned().map(of).collect(), 3);
        let bodies: Vec<Value> = chosen.into_iter().filter_map(|values| Some(values.body?.1)).collect();
        assert_eq!(bodies, [all[3].clone(), all[2].clone(), all[0].clone()]);
    }
}
