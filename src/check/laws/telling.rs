//! Properties that only tell of a resource.

use serde_json::Value;

use crate::text::words;

/// Last words of the names of what people write about a resource: nothing follows from it, and it follows from nothing.
const TELLING: [&str; 18] = [
    "name",
    "title",
    "note",
    "notes",
    "description",
    "label",
    "labels",
    "tag",
    "tags",
    "keywords",
    "email",
    "phone",
    "address",
    "metadata",
    "nickname",
    "bio",
    "comment",
    "remarks",
];

/// Whether a property is called as what only tells of a resource.
pub(super) fn tells(property: &str) -> bool {
    words::of(property).last().is_some_and(|word| TELLING.contains(&word.as_str()))
}

/// Whether it is what stands for no value. A value in the place of another may follow from a change.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
