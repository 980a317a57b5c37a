//! Where bodies hold what they show: one object, or a list of them; and what their ids are called.

use serde_json::{Map, Value};

/// Properties that hold what is shown, where a body is an object around it.
const HOLDERS: [&str; 3] = ["data", "result", "item"];
/// Properties that hold the items of a list.
const LISTS: [&str; 4] = ["items", "data", "results", "records"];
/// Names of ids, of which a resource may have several; the likeliest first.
pub(crate) const IDS: [&str; 8] = ["id", "_id", "uuid", "key", "iid", "number", "slug", "index"];

/// What a body holds under the names of holders: what it shows may be in it.
pub(crate) fn held(body: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    HOLDERS.iter().filter_map(|name| body.get(*name))
}

/// The items of the list that a body is, or that is its one array.
pub(crate) fn items(body: &Value) -> Option<&Vec<Value>> {
    match body {
        Value::Array(items) => Some(items),
        Value::Object(members) => {
            let mut arrays = members.values().filter_map(Value::as_array);
            let only = arrays.next().filter(|_| arrays.next().is_none());
            LISTS.iter().find_map(|name| members.get(*name)?.as_array()).or(only)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_the_body_or_what_is_called_so_or_the_one_array_in_it() {
        let count = |body: Value| items(&body).map(Vec::len);
        assert_eq!(count(json!([1, 2])), Some(2));
        assert_eq!(count(json!({"tags": [1], "items": [1, 2, 3]})), Some(3));
        assert_eq!(count(json!({"pets": [1], "total": 1})), Some(1));
        assert_eq!(count(json!({"pets": [1], "tags": []})), None, "either may be it");
        assert_eq!(count(json!({"data": {"items": [1]}})), None);
    }
}
