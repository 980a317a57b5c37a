//! Reads what the target sends by itself: webhooks, and callbacks of its operations.

use serde_json::Value;

use super::operations::METHODS;
use super::reader::{Node, Reader};
use crate::contract::compiled::Callback;
use crate::contract::model::Operation;
use crate::text::slug::slug;

/// Longer names are cut in paths.
const LONGEST: usize = 80;

impl Reader {
    /// Webhooks below `/webhooks/NAME`, callbacks below `/callbacks/OPERATION`, each with what follows the place in its
    /// expression. No server and no security of the document is for them: the requests go to whoever is listening.
    pub(super) fn sent(&mut self) -> (Vec<Operation>, Vec<Callback>) {
        let root = self.document.root();
        let Some(Value::Object(members)) = self.document.get(&root) else { return Default::default() };
        let node: Node = (root, members.clone());
        let (mut operations, mut callbacks) = (Vec::new(), Vec::new());
        for (name, location) in self.members(&node, "webhooks") {
            self.path_item(&node, &format!("/webhooks/{}", slug(&name, LONGEST)), &location, &mut operations);
        }
        for (path, location) in self.members(&node, "paths") {
            let Some(item) = self.object(&location) else { continue };
            for method in METHODS.into_iter().filter(|method| item.1.contains_key(*method)) {
                let Some(operation) = self.object(&item.0.join(method)) else { continue };
                self.callbacks_of(&node, (method, &path), &operation, &mut operations, &mut callbacks);
            }
        }
        for operation in &mut operations {
            operation.security = Vec::new();
            (operation.base_path, operation.base_paths) = (String::new(), vec![String::new()]);
            // A callback of several operations has one id, and a path for each.
            operation.id = format!("{} {}", operation.method, operation.path);
        }
        self.unique_ids(&mut operations);
        (operations, callbacks)
    }

    fn callbacks_of(
        &mut self,
        root: &Node,
        (method, path): (&str, &str),
        operation: &Node,
        operations: &mut Vec<Operation>,
        callbacks: &mut Vec<Callback>,
    ) {
        let named = operation.1.get("operationId").and_then(Value::as_str).map(str::to_owned);
        let base = format!("/callbacks/{}", slug(&named.unwrap_or_else(|| format!("{method} {path}")), LONGEST));
        for (_, location) in self.members(operation, "callbacks") {
            let Some(callback) = self.object(&location) else { continue };
            for expression in callback.1.keys().filter(|key| !key.starts_with("x-")) {
                let before = operations.len();
                let at = callback.0.join(expression);
                self.path_item(root, &format!("{base}{}", after_place(expression)), &at, operations);
                callbacks.extend((before..operations.len()).map(|operation| Callback {
                    operation,
                    of: (method.to_ascii_uppercase(), path.to_owned()),
                    expression: expression.clone(),
                }));
            }
        }
    }
}

/// What follows the first expression of a URL, its query aside: other expressions are variables of a path.
fn after_place(expression: &str) -> String {
    let Some((_, after)) = expression.split_once('}') else { return String::new() };
    let mut pattern = String::new();
    for (index, part) in after.split('{').enumerate() {
        match part.split_once('}') {
            Some((_, rest)) if index > 0 => pattern.push_str(&format!("{{value{index}}}{rest}")),
            _ => pattern.push_str(part),
        }
    }
    // An expression may hold a `#` itself.
    let path = pattern.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::after_place;

    #[test]
    fn what_follows_the_place_is_a_path() {
        for (expression, path) in [
            ("{$request.body#/url}", ""),
            ("{$request.query.url}/done", "/done"),
            ("{$request.body#/url}/done/{$response.body#/id}/now?x=1", "/done/{value1}/now"),
            ("https://fixed.example.test/hook", ""),
        ] {
            assert_eq!(after_place(expression), path, "{expression}");
        }
    }
}
