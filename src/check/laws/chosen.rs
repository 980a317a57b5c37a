//! Whether a document has chosen what a change sets.

use std::collections::BTreeSet;

use serde_json::Value;

use super::asked::is_merge_patch;
use super::{merged, spaced};
use crate::check::Subject;
use crate::check::support::payload;
use crate::check::support::response_view::ResponseView;
use crate::contract::SchemaId;

/// Words of a description by which what is named need not be set.
const TAKEN_BACK: [&str; 19] = [
    "immutable",
    "cannot",
    "can not",
    "can't",
    "not be changed",
    "ignored",
    "only at creation",
    "only on creation",
    "only when",
    "once set",
    "read only",
    "confirm",
    "verif",
    "pending",
    "approv",
    "not be modified",
    "not be updated",
    "not editable",
    "has no effect",
];

/// Whether the body of a change has a property by a schema of its own, which neither the creation nor what is read shares:
/// whoever lists what can be changed has chosen it.
pub fn is_chosen(made: &Subject<'_>, change: &Subject<'_>, read: &Subject<'_>, property: &str) -> bool {
    let schemas = &change.contract.schemas;
    let shown = read.exchange.result.as_ref().ok().and_then(|response| ResponseView::new(read, response).media);
    let others: Vec<SchemaId> = body(made).into_iter().chain(shown.and_then(|media| media.schema)).collect();
    let others: Vec<SchemaId> = schemas.with_branches(&others).collect();
    let own = Vec::from_iter(body(change));
    let mut holders =
        schemas.with_branches(&own).filter(|id| schemas.get(*id).properties.contains_key(property)).peekable();
    let is_open = |id: SchemaId| !is_described_as_fixed(change, id, property);
    let names = |ids: &[SchemaId]| -> BTreeSet<&str> {
        schemas.with_branches(ids).flat_map(|id| schemas.get(id).properties.keys().map(String::as_str)).collect()
    };
    // Who lists all that a creation has has chosen nothing.
    let leaves_out = !names(&Vec::from_iter(body(made))).is_subset(&names(&own));
    leaves_out
        && holders.peek().is_some()
        && holders.all(|id| !others.contains(&id) && is_open(id))
        && !change.operation.description.as_deref().is_some_and(is_taken_back)
}

/// Words by which nothing of a resource stays, and by which something does all the same.
const WHOLE: [&str; 6] = ["everything", "whole", "entire", "entirely", "completely", "fully"];
const BUT: [&str; 11] =
    ["but", "except", "other", "keeps", "kept", "preserved", "remains", "remain", "stays", "unchanged", "generated"];

/// Whether the document says that a request replaces the whole, and of a property of it nothing that takes this back.
pub fn is_replaced(put: &Subject<'_>, property: &str) -> bool {
    let description = put.operation.description.as_deref().unwrap_or_default();
    let said = spaced(&description.to_lowercase());
    let has = |words: &[&str]| words.iter().any(|word| said.contains(&format!(" {word} ")));
    merged::says_replaces(&said) && has(&WHOLE) && !has(&BUT) && is_settable(put, property)
}

/// Whether the document says that one operation makes what is not there, and replaces what is, and of a property of it nothing
/// that takes this back.
pub fn is_made_or_replaced(made: &Subject<'_>, put: &Subject<'_>, property: &str) -> bool {
    let description = put.operation.description.as_deref().unwrap_or_default();
    let said = spaced(&description.to_lowercase());
    let is_less = BUT.iter().any(|word| said.contains(&format!(" {word} ")));
    made.case.operation == put.case.operation
        && merged::is_replacement(put.operation)
        && !is_less
        && is_settable(put, property)
}

/// Words for what a change names, and for what becomes of it.
const OF_IT: [&str; 6] = ["properties", "property", "fields", "field", "attributes", "members"];
const GIVEN: [&str; 8] = ["given", "sent", "named", "provided", "supplied", "included", "present", "specified"];
const CHANGED: [&str; 8] = ["changed", "updated", "replaced", "set", "changes", "updates", "replaces", "sets"];

/// Whether the document says that a PATCH sets what it names: it is a JSON merge patch (RFC 7396, section 2), or described so.
pub fn is_promised(patch: &Subject<'_>, property: &str) -> bool {
    let description = patch.operation.description.as_deref().unwrap_or_default().to_lowercase();
    let says = |sentence: &str| {
        let said = spaced(sentence);
        let has = |words: &[&str]| words.iter().any(|word| said.contains(&format!(" {word} ")));
        has(&OF_IT) && has(&GIVEN) && has(&CHANGED)
    };
    let is_said = description.split(['.', ';']).any(says);
    patch.operation.method == "PATCH" && (is_said || is_merge_patch(patch)) && is_settable(patch, property)
}

/// Whether the body of a change has a property, of which the document does not say that it cannot be changed.
fn is_settable(change: &Subject<'_>, property: &str) -> bool {
    let schemas = &change.contract.schemas;
    let own = Vec::from_iter(body(change));
    let mut holders =
        schemas.with_branches(&own).filter(|id| schemas.get(*id).properties.contains_key(property)).peekable();
    let is_free = |id: SchemaId| {
        let own = schemas.get(schemas.get(id).properties[property]);
        !own.read_only && !is_described_as_fixed(change, id, property)
    };
    let is_open = !change.operation.description.as_deref().is_some_and(is_taken_back);
    is_open && holders.peek().is_some() && holders.all(is_free)
}

fn is_described_as_fixed(change: &Subject<'_>, holder: SchemaId, property: &str) -> bool {
    let schemas = &change.contract.schemas;
    let property = &schemas.get(schemas.get(holder).properties[property]).location;
    let said = change.contract.document.get(&property.join("description"));
    said.and_then(Value::as_str).is_some_and(is_taken_back)
}

fn is_taken_back(said: &str) -> bool {
    let said = said.to_lowercase().replace('-', " ");
    TAKEN_BACK.iter().any(|words| said.contains(words))
}

/// The schema of what a request has sent.
fn body(subject: &Subject<'_>) -> Option<SchemaId> {
    let sent = subject.case.request.body.as_ref()?.media_type.as_deref();
    payload::matching(&subject.operation.body.as_ref()?.content, sent)?.schema
}
