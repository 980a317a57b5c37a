//! Values of `enum` that are equal.

use std::collections::HashMap;

use serde_json::Value;

/// The index of the first value that is equal to an earlier one, and such values in all.
pub(super) fn duplicates(values: &[Value]) -> Option<(usize, Vec<&Value>)> {
    let mut seen: HashMap<String, bool> = HashMap::with_capacity(values.len());
    let mut first = None;
    let mut twice = Vec::new();
    for (index, value) in values.iter().enumerate() {
        match seen.get_mut(&key(value)) {
            Some(reported) => {
                first = first.or(Some(index));
                if !*reported {
                    twice.push(value);
                    *reported = true;
                }
            }
            None => {
                seen.insert(key(value), false);
            }
        }
    }
    first.map(|first| (first, twice))
}

/// A text that is the same for equal values (JSON Schema 2020-12 Core, 4.2.2): 1 and 1.0 are one number, and the
/// order of members says nothing.
fn key(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 => format!("{}", float as i64),
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(key).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{}:{}", Value::from(name.as_str()), key(member)))
                .collect();
            members.sort_unstable();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_equal_as_json_has_it() {
        for (values, expected) in [
            (json!([1, 1.0]), Some(1)),
            (json!([0, -0.0]), Some(1)),
            (json!(["1", 1, "1"]), Some(2)),
            (json!([{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]), Some(1)),
            (json!([null, false, 0, "", [], {}]), None),
            (json!([[1, 2], [2, 1], "[1,2]"]), None),
            (json!([18446744073709551615u64, 18446744073709551614u64]), None),
            (json!([0.1, 1e-1]), Some(1)),
        ] {
            let found = duplicates(values.as_array().expect("an array")).map(|(first, _)| first);
            assert_eq!(found, expected, "{values}");
        }
    }

    #[test]
    fn each_value_is_named_once() {
        let values = json!(["a", "a", "a", "b", "b"]);
        let (first, twice) = duplicates(values.as_array().expect("an array")).expect("duplicates");
        assert_eq!((first, twice.len()), (1, 2));
    }
}
