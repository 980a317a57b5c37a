//! Reads what the target sends by itself: webhooks, and callbacks of its operations.

use std::collections::{HashMap, HashSet};

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
    /// expression. Of two that come to one URL, the second has `#2` at the end of its path, which no request has. No server and no security of the document is for them: the requests go to whoever is listening.
    pub(super) fn sent(&mut self) -> (Vec<Operation>, Vec<Callback>) {
        let root = self.document.root();
        let Some(Value::Object(members)) = self.document.get(&root) else { return Default::default() };
        let node: Node = (root, members.clone());
        let (mut operations, mut callbacks) = (Vec::new(), Vec::new());
        let mut bases = Bases::default();
        for (name, location) in self.members(&node, "webhooks") {
            self.path_item(&node, &bases.of("webhooks", &name), &location, &mut operations);
        }
        for (path, location) in self.members(&node, "paths") {
            let Some(item) = self.object(&location) else { continue };
            for method in METHODS.into_iter().filter(|method| item.1.contains_key(*method)) {
                let Some(operation) = self.object(&item.0.join(method)) else { continue };
                self.callbacks_of(&node, (method, &path), &operation, &mut bases, (&mut operations, &mut callbacks));
            }
        }
        let mut same: HashMap<(String, String), usize> = HashMap::new();
        for operation in &mut operations {
            let count = same.entry((operation.method.clone(), operation.path.clone())).or_default();
            *count += 1;
            if *count > 1 {
                operation.path = format!("{}#{count}", operation.path);
            }
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
        bases: &mut Bases,
        (operations, callbacks): (&mut Vec<Operation>, &mut Vec<Callback>),
    ) {
        let named = operation.1.get("operationId").and_then(Value::as_str).map(str::to_owned);
        let named = named.unwrap_or_else(|| format!("{method} {path}"));
        // What goes to different places of one request is told apart by where it comes to.
        let mut of_places: HashMap<String, String> = HashMap::new();
        for (_, location) in self.members(operation, "callbacks") {
            let Some(callback) = self.object(&location) else { continue };
            for expression in callback.1.keys().filter(|key| !key.starts_with("x-")) {
                let before = operations.len();
                let base = of_places
                    .entry(place(expression).to_owned())
                    .or_insert_with(|| bases.of("callbacks", &named))
                    .clone();
                let at = callback.0.join(expression);
                self.path_item(root, &format!("{base}{}", after_place(expression)), &at, operations);
                callbacks.extend((before..operations.len()).map(|operation| Callback {
                    operation,
                    of: (method.to_ascii_uppercase(), path.to_owned()),
                    expression: expression.clone(),
                    base: base.clone(),
                }));
            }
        }
    }
}

/// Paths that nothing else begins with.
#[derive(Default)]
struct Bases(HashSet<String>);

impl Bases {
    /// One for what has this name, with a number where another one has its words.
    fn of(&mut self, kind: &str, name: &str) -> String {
        let plain = format!("/{kind}/{}", slug(name, LONGEST));
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|base| self.0.insert(base.clone()));
        free.unwrap_or(plain)
    }
}

/// The first expression of a URL, which says where in the request the rest of it is; all of a URL that has none.
fn place(expression: &str) -> &str {
    expression.find('}').map_or(expression, |end| &expression[..=end])
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
    use serde_json::json;

    use super::{Bases, after_place};
    use crate::contract::{CompileOptions, Contract};
    use crate::testing::contract;

    #[test]
    fn what_has_the_words_of_another_one_has_a_number() {
        let mut bases = Bases::default();
        let made = ["add order", "add-order", "add order"].map(|name| bases.of("callbacks", name));
        assert_eq!(made, ["/callbacks/add-order", "/callbacks/add-order-2", "/callbacks/add-order-3"]);
    }

    #[test]
    fn callbacks_that_end_alike_are_kept_apart() {
        let call = json!({"post": {"responses": {"204": {"description": "taken"}}}});
        let callbacks = json!({
            "done": {"{$request.body#/done}": call.clone(), "{$request.body#/done}/late": call.clone()},
            "failed": {"{$request.body#/failed}": call.clone()},
            "again": {"{$request.body#/done}": call}
        });
        let operation =
            json!({"operationId": "add", "callbacks": callbacks, "responses": {"204": {"description": "a"}}});
        let whole = contract(&json!({"/a": {"post": operation}}), &json!({}));
        let options = CompileOptions { sent: true, ..CompileOptions::default() };
        let sent = Contract::compile_with(whole.document.clone(), &options).expect("a contract");
        let paths: Vec<&str> = sent.operations.iter().map(|operation| operation.path.as_str()).collect();
        let bases: Vec<&str> = sent.callbacks.iter().map(|callback| callback.base.as_str()).collect();
        assert_eq!(paths, ["/callbacks/add", "/callbacks/add/late", "/callbacks/add-2", "/callbacks/add#2"]);
        assert_eq!(bases, ["/callbacks/add", "/callbacks/add", "/callbacks/add-2", "/callbacks/add"]);
    }

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
