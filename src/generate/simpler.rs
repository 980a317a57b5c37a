//! Simpler values, the boldest simplification first.

use serde_json::Value;

use crate::spec::Pointer;
use crate::text::character::kind_of;

/// The longest list of candidates that one step looks at.
const MOST: usize = 400;
/// Values that are put into the minimal one, each alone.
const MOST_ALONE: usize = 32;

/// Values simpler than `current`; `baseline` is the minimal one that its schema allows, and `kept` the node that
/// must not be lost.
pub(crate) fn simpler(current: &Value, baseline: &Value, kept: Option<&Pointer>) -> Vec<Value> {
    let mut out = Vec::new();
    out.extend(kept.and_then(|at| transplanted(current, baseline, at)));
    if kept.is_none() {
        out.push(baseline.clone());
    }
    if let (Value::Object(members), Value::Object(plain_members)) = (current, baseline) {
        for (name, value) in members {
            if plain_members.get(name) != Some(value) {
                let mut one = baseline.clone();
                one[name] = value.clone();
                out.push(one);
            }
        }
    }
    if kept.is_none() {
        out.extend(each_alone(current, baseline));
    }
    for (at, node) in nodes(current) {
        for simpler in simpler_node(node, baseline.pointer(at.as_str())) {
            let mut changed = current.clone();
            let is_new = match simpler {
                Some(simpler) => at.assign(&mut changed, simpler),
                None => at.remove(&mut changed).is_some(),
            };
            if is_new {
                out.push(changed);
            }
            if out.len() >= MOST {
                return out;
            }
        }
    }
    out
}

/// The baseline value with one value of the current one each, as deep as both go. An item that the baseline lacks stands in the
/// place of its first.
fn each_alone(current: &Value, baseline: &Value) -> Vec<Value> {
    let mut differing = Vec::new();
    compare(current, baseline, &Pointer::root(), &mut differing);
    let put = |(at, value): (Pointer, &Value)| {
        let mut one = baseline.clone();
        at.assign(&mut one, value.clone()).then_some(one)
    };
    // What is not below a member, or an item, is put there by the other steps.
    differing.into_iter().filter(|(at, _)| at.tokens().nth(1).is_some()).take(MOST_ALONE).filter_map(put).collect()
}

/// The values in which the current one differs, by where they belong in the baseline.
fn compare<'v>(current: &'v Value, baseline: &Value, at: &Pointer, found: &mut Vec<(Pointer, &'v Value)>) {
    match (current, baseline) {
        _ if current == baseline => {}
        (Value::Object(members), Value::Object(plain)) => {
            for (name, value) in members {
                compare(value, plain.get(name).unwrap_or(&Value::Null), &at.join(name), found);
            }
        }
        (Value::Array(items), Value::Array(plain)) if !plain.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                let index = if index < plain.len() { index } else { 0 };
                compare(item, &plain[index], &at.index(index), found);
            }
        }
        _ => found.push((at.clone(), current)),
    }
}

/// The baseline value with the node at `at` of the current one.
fn transplanted(current: &Value, baseline: &Value, at: &Pointer) -> Option<Value> {
    let mut out = baseline.clone();
    match current.pointer(at.as_str()) {
        Some(node) if at.assign(&mut out, node.clone()) => Some(out),
        Some(_) => {
            // The baseline value lacks what holds the node: take the whole member.
            let top = Pointer::root().join(&at.tokens().next()?);
            top.assign(&mut out, current.pointer(top.as_str())?.clone()).then_some(out)
        }
        None => at.remove(&mut out).map(|_| out),
    }
}

/// Every node below the root, outer ones first.
fn nodes(value: &Value) -> Vec<(Pointer, &Value)> {
    let mut found = vec![(Pointer::root(), value)];
    let mut index = 0;
    while index < found.len() && found.len() < MOST {
        let (at, node) = found[index].clone();
        match node {
            Value::Object(members) => found.extend(members.iter().map(|(name, child)| (at.join(name), child))),
            Value::Array(items) => {
                found.extend(items.iter().enumerate().map(|(index, child)| (at.index(index), child)));
            }
            _ => {}
        }
        index += 1;
    }
    found
}

/// What one node may become; `None` takes it out.
fn simpler_node(node: &Value, baseline: Option<&Value>) -> Vec<Option<Value>> {
    let mut out = Vec::new();
    match baseline {
        Some(baseline) if baseline != node => out.push(Some(baseline.clone())),
        Some(_) => return out,
        None => out.push(None),
    }
    match node {
        Value::String(text) => out.extend(simpler_texts(text).into_iter().map(|text| Some(Value::String(text)))),
        Value::Array(items) if !items.is_empty() => {
            out.push(Some(Value::Array(Vec::new())));
            if items.len() > 1 {
                out.extend(items.iter().map(|item| Some(Value::Array(vec![item.clone()]))));
                out.push(Some(Value::Array(items[..items.len() / 2].to_vec())));
            }
        }
        Value::Object(members) if !members.is_empty() => {
            out.push(Some(Value::Object(serde_json::Map::new())));
            if members.len() > 1 {
                for (name, value) in members {
                    out.push(Some(serde_json::json!({name: value})));
                }
            }
        }
        Value::Number(number) => {
            out.push(Some(0.into()));
            out.push(Some(1.into()));
            out.extend(number.as_i64().map(|number| Some((number / 2).into())));
        }
        _ => {}
    }
    out
}

/// Shorter texts: nothing, each half, each single character of a kind, one character less.
fn simpler_texts(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut out = vec![String::new()];
    if letters.len() < 2 {
        return if letters.is_empty() { Vec::new() } else { out };
    }
    let mut kinds = Vec::new();
    for letter in &letters {
        let kind = kind_of(*letter);
        if !kinds.contains(&kind) && kinds.len() < 8 {
            kinds.push(kind);
            out.push(letter.to_string());
        }
    }
    let (first, second) = letters.split_at(letters.len() / 2);
    out.extend([first.iter().collect(), second.iter().collect()]);
    out.push(letters[..letters.len() - 1].iter().collect());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_boldest_simplification_comes_first() {
        let current = json!({"text": "a😀b", "sender": {"role": "agent", "tags": ["x", "y"]}, "note": "n"});
        let baseline = json!({"text": "text", "sender": {"role": "agent"}});
        let found = simpler(&current, &baseline, None);
        assert_eq!(found[0], baseline);
        assert_eq!(found[1], json!({"text": "a😀b", "sender": {"role": "agent"}}));
        assert!(found.contains(&json!({"text": "😀", "sender": {"role": "agent", "tags": ["x", "y"]}, "note": "n"})));
        assert!(found.contains(&json!({"text": "a😀b", "sender": {"role": "agent", "tags": ["x"]}, "note": "n"})));
        assert!(found.contains(&json!({"text": "a😀b", "sender": {"role": "agent", "tags": ["x", "y"]}})));
    }

    #[test]
    fn each_member_of_an_item_is_put_into_the_minimal_value_alone() {
        let current = json!({"rows": [{"name": "a", "value": "b"}, {"name": "", "value": "c"}], "note": "n"});
        let baseline = json!({"rows": [{"name": "a", "value": "b"}], "note": "n"});
        let found = each_alone(&current, &baseline);
        let alone = |name: &str, value: &str| json!({"rows": [{"name": name, "value": value}], "note": "n"});
        assert_eq!(found, [alone("", "b"), alone("a", "c")]);
        assert!(each_alone(&json!({"note": "m"}), &json!({"note": "n"})).is_empty());
    }

    #[test]
    fn the_node_at_fault_is_kept() {
        let baseline = json!({"text": "text"});
        let current = json!({"text": "long text", "metadata": {"a": 1.5, "b": 2}});
        let found = simpler(&current, &baseline, Some(&Pointer::new("/metadata/a")));
        assert_eq!(found[0], json!({"text": "text", "metadata": {"a": 1.5, "b": 2}}));
        let missing = simpler(&json!({"note": "n"}), &baseline, Some(&Pointer::new("/text")));
        assert_eq!(missing[0], json!({}));
    }
}
