//! The files of a document of what the parts of a run say of them.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::value::{items, text};

/// Each file once: a clause that one part had exercised is exercised.
pub(super) fn together(sources: &[Value]) -> Vec<Value> {
    let mut files: IndexMap<&str, Vec<&Value>> = IndexMap::new();
    for source in sources {
        files.entry(text(source, "file")).or_default().push(source);
    }
    // The parts have the files in the document's order, but not each of them all.
    files.into_values().map(|same| joined(&same)).collect()
}

fn joined(parts: &[&Value]) -> Value {
    let lines = |name: &str| -> BTreeSet<u64> {
        parts.iter().flat_map(|part| items(part, name)).filter_map(Value::as_u64).collect()
    };
    let (exercised, unexercised) = (lines("exercised"), lines("unexercised"));
    let mut broken: Vec<&Value> = parts.iter().flat_map(|part| items(part, "broken")).collect();
    broken.sort_by_key(|broken| (broken["line"].as_u64(), text(broken, "root_cause")));
    broken.dedup();
    let mut whole = parts[0].clone();
    whole["unexercised"] = unexercised.difference(&exercised).copied().collect::<Vec<u64>>().into();
    whole["exercised"] = exercised.into_iter().collect::<Vec<u64>>().into();
    whole["broken"] = broken.into_iter().cloned().collect::<Vec<Value>>().into();
    whole
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_one_part_has_exercised_is_exercised() {
        let part = |exercised: Value, unexercised: Value, broken: Value| json!({"file": "api.yaml", "text": "..", "exercised": exercised, "unexercised": unexercised, "broken": broken});
        let bug = |line: u64| json!({"line": line, "root_cause": "1a"});
        let one = part(json!([3, 5]), json!([7, 9]), json!([bug(5)]));
        let other = part(json!([7]), json!([3, 11]), json!([bug(5), bug(3)]));
        let whole = part(json!([3, 5, 7]), json!([9, 11]), json!([bug(3), bug(5)]));
        assert_eq!(together(&[one, other]), [whole]);
    }
}
