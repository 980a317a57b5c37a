//! What a document says that the target sends: webhooks and callbacks. It is received with `--listen` alone.

use serde_json::Value;

use crate::contract::Contract;
use crate::spec::{Pointer, SourceLocation};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Why they are not tested.
pub(super) const WHY: &str = "the target sends it, and nothing here receives it; --listen ADDR does";

/// Each as a person would name it, for example "webhook `newPet` (POST)".
pub(super) fn all(contract: &Contract) -> Vec<String> {
    let root = contract.document.root();
    let webhooks = contract.document.get(&SourceLocation { file: root.file, pointer: Pointer::new("/webhooks") });
    let mut found: Vec<String> = Vec::new();
    for (name, item) in webhooks.and_then(Value::as_object).into_iter().flatten() {
        found.push(format!("webhook `{name}`{}", methods(item)));
    }
    for operation in &contract.operations {
        let callbacks = contract.document.get(&operation.location.join("callbacks")).and_then(Value::as_object);
        for (name, callback) in callbacks.into_iter().flatten() {
            let items = callback.as_object().into_iter().flatten().map(|(_, item)| methods(item));
            let methods = items.collect::<Vec<_>>().join("");
            found.push(format!("callback `{name}`{methods} of {} {}", operation.method, operation.path));
        }
    }
    found
}

fn methods(item: &Value) -> String {
    let named = METHODS.iter().filter(|method| item[**method].is_object());
    let named: Vec<String> = named.map(|method| method.to_ascii_uppercase()).collect();
    if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::contract;

    #[test]
    fn what_the_target_sends_is_named() {
        let paths =
            json!({"/a": {"post": {"responses": {}, "callbacks": {"done": {"{$request.body#/url}": {"post": {}}}}}}});
        assert_eq!(all(&contract(&paths, &json!({}))), ["callback `done` (POST) of POST /a"]);
        let none = json!({"/a": {"post": {"responses": {}}}});
        assert_eq!(all(&contract(&none, &json!({}))), [""; 0]);
    }
}
