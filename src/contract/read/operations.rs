//! Reads a document's operations. A broken part becomes a diagnostic and spares the rest.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::reader::{Node, Reader, not_openapi};
use super::security;
use crate::contract::model::{LazyClauses, Operation, Parameter};
use crate::contract::rule;
use crate::contract::schema::{Dialect, Unknown};
use crate::spec::{SourceLocation, SpecError};

/// The methods that a path item may have; 3.2 adds `query`.
pub(super) const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// A path with what its operations share.
struct PathItem<'a> {
    root: &'a Node,
    path: &'a str,
    node: Node,
    shared: Vec<Parameter>,
    unknown: Vec<Unknown>,
}

impl Reader {
    pub(super) fn operations(&mut self) -> Result<Vec<Operation>, SpecError> {
        let root = self.document.root();
        let Some(Value::Object(members)) = self.document.get(&root) else { return Ok(Vec::new()) };
        let node = (root.clone(), members.clone());
        match members.get("paths") {
            Some(Value::Object(_)) => {}
            None if self.dialect == Dialect::OpenApi31 => {}
            _ => {
                let at = if members.contains_key("paths") { root.join("paths") } else { root };
                return Err(not_openapi(
                    &self.document,
                    &at,
                    "the document has no `paths` object, so there is nothing to test".into(),
                    "add `paths` with at least one operation",
                ));
            }
        }
        let mut operations = Vec::new();
        for (path, location) in self.members(&node, "paths") {
            if !path.starts_with('/') {
                self.note(&rule::PATH_SLASH, &location, "a path must start with `/`; this one is left out");
                continue;
            }
            self.path_item(&node, &path, &location, &mut operations);
        }
        self.unique_ids(&mut operations);
        Ok(operations)
    }

    pub(super) fn path_item(
        &mut self,
        root: &Node,
        path: &str,
        location: &SourceLocation,
        operations: &mut Vec<Operation>,
    ) {
        let Some(node) = self.object(location) else { return };
        let shared = self.parameters(&node);
        let item = PathItem { root, path, shared, unknown: std::mem::take(&mut self.unknown), node };
        let methods: Vec<&str> = METHODS.into_iter().filter(|method| item.node.1.contains_key(*method)).collect();
        for method in &methods {
            let at = item.node.0.join(method);
            let Some(node) = self.object(&at) else { continue };
            let mut operation = self.operation(&item, &node, method);
            operation.methods_on_path = methods.iter().map(|method| method.to_ascii_uppercase()).collect();
            operations.push(operation);
        }
    }

    fn operation(&mut self, item: &PathItem<'_>, node: &Node, method: &str) -> Operation {
        let (at, members) = node;
        let PathItem { root, path, .. } = *item;
        let mut parameters = self.parameters(node);
        // The operation's own parameters replace the path item's of the same name and place.
        let inherited = item
            .shared
            .iter()
            .filter(|theirs| !parameters.iter().any(|own| own.name == theirs.name && own.place == theirs.place));
        let inherited: Vec<Parameter> = inherited.cloned().collect();
        parameters.extend(inherited);
        self.path_parameters(path, at, &mut parameters);
        let method = method.to_ascii_uppercase();
        let named = members.get("operationId").and_then(Value::as_str).filter(|id| !id.trim().is_empty());
        let id = named.map_or_else(|| format!("{method} {path}"), str::to_owned);
        let body = match self.dialect {
            Dialect::Swagger2 => self.swagger_body(root, &item.node, node),
            _ => self.request_body(node),
        };
        let security = security::requirements(self, root, node);
        let unknown = item.unknown.iter().cloned().chain(std::mem::take(&mut self.unknown)).collect();
        let responses = self.responses(root, node);
        if responses.is_empty() {
            self.note(&rule::NO_RESPONSES, at, format!("`{id}` documents no response, so none can be judged"));
        }
        let base_paths = self.base_paths(root, &item.node, node);
        Operation {
            base_path: base_paths[0].clone(),
            base_paths,
            id,
            method,
            path: path.to_owned(),
            description: description(members),
            parameters,
            body,
            unknown,
            responses,
            security,
            methods_on_path: Vec::new(),
            location: at.clone(),
            clauses: LazyClauses::default(),
        }
    }

    /// The path parts of the servers that apply, variables filled with their defaults; there is always one.
    fn base_paths(&self, root: &Node, item: &Node, node: &Node) -> Vec<String> {
        if self.dialect == Dialect::Swagger2 {
            let base = root.1.get("basePath").and_then(Value::as_str).unwrap_or("");
            return vec![base.trim_end_matches('/').to_owned()];
        }
        let listed = |holder: &'_ Node| holder.1.get("servers").and_then(Value::as_array).cloned().unwrap_or_default();
        let servers = [node, item, root].into_iter().map(listed).find(|servers| !servers.is_empty());
        let mut paths: Vec<String> = Vec::new();
        for path in servers.unwrap_or_default().iter().map(server_path) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            paths.push(String::new());
        }
        paths
    }

    pub(super) fn unique_ids(&mut self, operations: &mut [Operation]) {
        let mut seen: HashMap<String, SourceLocation> = HashMap::new();
        for operation in operations {
            if let Some(first) = seen.get(&operation.id) {
                let place = self.document.place(first);
                let message = format!("the operationId `{}` is that of {place} too", operation.id);
                self.note(&rule::OPERATION_ID_TWICE, &operation.location.join("operationId"), message);
                operation.id = format!("{} {}", operation.method, operation.path);
            }
            seen.insert(operation.id.clone(), operation.location.clone());
        }
    }
}

/// The path part of a server's URL.
fn server_path(server: &Value) -> String {
    let mut url = server.get("url").and_then(Value::as_str).unwrap_or("").to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        let default = variable.get("default").and_then(Value::as_str).unwrap_or("");
        url = url.replace(&format!("{{{name}}}"), default);
    }
    // A URL without a scheme may name its authority all the same (RFC 3986, section 4.2).
    let authority = url.strip_prefix("//").or_else(|| Some(url.split_once("://")?.1));
    let path = match authority {
        Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url.as_str(),
    };
    let path = path.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// What an operation says of itself: its summary and its description.
fn description(members: &Map<String, Value>) -> Option<String> {
    let texts: Vec<&str> = ["summary", "description"].iter().filter_map(|name| members.get(*name)?.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::server_path;

    #[test]
    fn the_path_of_a_server_is_what_follows_its_authority() {
        for (url, path) in [
            ("https://api.example.com/v1/", "/v1"),
            ("//api.example.com/v1", "/v1"),
            ("//api.example.com", ""),
            ("/v1", "/v1"),
            ("v1", "/v1"),
            ("/", ""),
            ("https://a.test/b//c?d=e", "/b//c"),
        ] {
            assert_eq!(server_path(&json!({"url": url})), path, "{url}");
        }
    }
}
