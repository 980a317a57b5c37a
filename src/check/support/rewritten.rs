//! Values that the document says are not kept as they were sent.

use serde_json::Value;

use crate::check::Subject;
use crate::contract::SchemaId;

/// Beginnings of the words that say so.
const WORDS: [&str; 23] = [
    "adjust",
    "canonical",
    "clamp",
    "clean",
    "collaps",
    "convert",
    "cut",
    "dedup",
    "encod",
    "escap",
    "lower",
    "mask",
    "normal",
    "redact",
    "rewrit",
    "round",
    "sanit",
    "short",
    "slug",
    "strip",
    "trim",
    "truncat",
    "upper",
];

/// Whether the description of a property says that the target changes what it is sent.
pub fn is_rewritten(subject: &Subject<'_>, property: SchemaId) -> bool {
    let schemas = &subject.contract.schemas;
    schemas.conjunction(&[property]).any(|id| {
        let said = subject.contract.document.get(&schemas.get(id).location.join("description"));
        let words = said.and_then(Value::as_str).map(str::to_lowercase).unwrap_or_default();
        words.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.iter().any(|start| word.starts_with(start)))
    })
}
