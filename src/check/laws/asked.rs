//! What a change asks a property to become.

use serde_json::{Map, Value};

use super::Subject;
use super::shown::sent;

/// Words of a description by which a PATCH is one, and those that may say as well that it is none.
const SAID: [&str; 5] = ["rfc 7396", "rfc7396", "rfc 7386", "json merge patch", "json merge-patch"];
const MERGED: [&str; 4] = ["deep merge", "deep-merge", "deeply merge", "merged recursively"];
const DENIALS: [&str; 5] = [" not ", " no ", " without ", " instead of ", " rather than "];

/// What a property that was so may be once a change that names it was accepted: a PUT replaces, a JSON merge patch merges,
/// and of another PATCH nobody has said which.
pub(super) fn outcomes(change: &Subject<'_>, property: &str, was: &Value) -> Option<Vec<Value>> {
    let asked = sent(change)?.get(property)?;
    let mut all = Vec::new();
    if !is_merge_patch(change) {
        all.push(asked.clone());
    }
    if change.operation.method == "PATCH" {
        all.push(merged(was, asked));
    }
    Some(all)
}

/// Whether a change is a JSON merge patch (RFC 7396), by its media type or by what the document says.
pub fn is_merge_patch(change: &Subject<'_>) -> bool {
    let media = change.case.request.body.as_ref().and_then(|body| body.media_type.as_deref());
    let said = change.operation.description.as_deref().unwrap_or_default().to_lowercase();
    let is_merged = |sentence: &str| {
        MERGED.iter().any(|words| sentence.contains(words)) && !DENIALS.iter().any(|words| sentence.contains(words))
    };
    let is_said = SAID.iter().any(|words| said.contains(words)) || said.split(['.', ';', '\n']).any(is_merged);
    let is_one = media.is_some_and(|media| media.contains("merge-patch") || is_said && media == "application/json");
    change.operation.method == "PATCH" && is_one
}

/// A value after a merge patch (RFC 7396, section 2).
pub fn merged(was: &Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut members = was.as_object().cloned().unwrap_or_else(Map::new);
    for (name, value) in patch {
        let own = members.remove(name).unwrap_or_default();
        if !value.is_null() {
            members.insert(name.clone(), merged(&own, value));
        }
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_merged_and_all_else_is_replaced() {
        let was = json!({"a": {"b": 1, "c": [1, 2]}, "d": 1});
        assert_eq!(merged(&was, &json!({"a": {"c": [3]}})), json!({"a": {"b": 1, "c": [3]}, "d": 1}));
        assert_eq!(merged(&was, &json!({"a": null, "d": {"e": null}})), json!({"d": {}}));
        assert_eq!((merged(&was, &json!({})), merged(&was, &json!([]))), (was, json!([])));
    }
}
