//! What a document writes out at several operations and not as a component: parameters and objects of equal content.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::bare::bare;
use crate::finding::digest;
use crate::spec::Pointer;

/// What path items hold besides operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// An object of fewer properties is equal to others by chance.
const LEAST: usize = 2;
/// Objects are looked for so far down.
const DEPTH: usize = 12;

/// The nodes that have an earlier one of equal content, with that.
pub(super) struct Inlined<'a> {
    /// The first of each component's twins.
    components: &'a HashMap<String, String>,
    first: HashMap<u64, String>,
    pub found: HashMap<String, String>,
}

impl<'a> Inlined<'a> {
    /// Those of the paths of a document.
    pub fn of(paths: &Map<String, Value>, components: &'a HashMap<String, String>) -> Self {
        let mut inlined = Self { components, first: HashMap::new(), found: HashMap::new() };
        for (path, item) in paths {
            let at = Pointer::root().join("paths").join(path);
            inlined.parameters(path, &at, item);
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    inlined.operation(path, method, &at.join(method), operation);
                }
            }
        }
        inlined
    }

    fn operation(&mut self, path: &str, method: &str, at: &Pointer, operation: &Value) {
        self.parameters(path, at, operation);
        if let Some(body) = operation.get("requestBody") {
            self.content(&at.join("requestBody"), body);
            for (media_type, media) in body.get("content").and_then(Value::as_object).into_iter().flatten() {
                let at = at.join("requestBody").join("content").join(media_type).join("schema");
                let schema = media.get("schema").unwrap_or(&Value::Null);
                self.body(&[resource(path), media_type], (&Pointer::root(), &at), schema, DEPTH);
            }
        }
        for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            let at = at.join("responses").join(status);
            self.content(&at, response);
            if let Some(schema) = response.get("schema") {
                self.schema("", &at.join("schema"), schema, DEPTH);
            }
            // Without content, responses are alike whatever they are of.
            if response.get("content").or(response.get("schema")).is_none() {
                continue;
            }
            let text = bare(response, self.components).to_string();
            let sisters = without_one_name(path).map(|path| digest(&["response", method, &path, status, &text]));
            self.note(&sisters.collect::<Vec<_>>(), &at);
        }
    }

    fn parameters(&mut self, path: &str, at: &Pointer, holder: &Value) {
        let parameters = holder.get("parameters").and_then(Value::as_array).into_iter().flatten();
        for (index, parameter) in parameters.enumerate() {
            let at = at.join("parameters").join(&index.to_string());
            let text = |name| parameter.get(name).and_then(Value::as_str);
            let (Some(name), Some(place)) = (text("name"), text("in")) else { continue };
            if place == "body" {
                if let Some(schema) = parameter.get("schema") {
                    self.schema("", &at.join("schema"), schema, DEPTH);
                }
                continue;
            }
            // What a variable names is a matter of what stands before it.
            let of = match (place, path.find(&format!("{{{name}}}"))) {
                ("path", Some(end)) => &path[..end],
                _ => "",
            };
            let text = bare(parameter, self.components).to_string();
            self.note(&[digest(&["parameter", of, &text])], &at);
        }
    }

    fn content(&mut self, at: &Pointer, holder: &Value) {
        for (media_type, media) in holder.get("content").and_then(Value::as_object).into_iter().flatten() {
            if let Some(schema) = media.get("schema") {
                self.schema(media_type, &at.join("content").join(media_type).join("schema"), schema, DEPTH);
            }
        }
    }

    fn schema(&mut self, media_type: &str, at: &Pointer, schema: &Value, depth: usize) {
        let Some(members) = schema.as_object().filter(|_| depth > 0) else { return };
        let properties = members.get("properties").and_then(Value::as_object);
        if properties.is_some_and(|properties| properties.len() >= LEAST) {
            let text = bare(schema, self.components).to_string();
            self.note(&[digest(&["schema", media_type, &text])], at);
        }
        for (name, property) in properties.into_iter().flatten() {
            self.schema(media_type, &at.join("properties").join(name), property, depth - 1);
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(inner) = members.get(keyword) {
                self.schema(media_type, &at.join(keyword), inner, depth - 1);
            }
        }
        for keyword in ["allOf", "anyOf", "oneOf", "prefixItems"] {
            for (index, branch) in members.get(keyword).and_then(Value::as_array).into_iter().flatten().enumerate() {
                self.schema(media_type, &at.join(keyword).join(&index.to_string()), branch, depth - 1);
            }
        }
    }

    /// Notes the members of a request's body, and that it has no others: whoever makes a thing and changes it reads both by
    /// the same code, as it does where both are components of one kind.
    fn body(&mut self, of: &[&str; 2], (inside, at): (&Pointer, &Pointer), schema: &Value, depth: usize) {
        let Some(members) = schema.as_object().filter(|_| depth > 0) else { return };
        let [resource, media_type] = of;
        if members.get("additionalProperties") == Some(&Value::Bool(false)) {
            self.note(&[digest(&["closed", resource, media_type, inside.as_str()])], &at.join("additionalProperties"));
        }
        for (name, property) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let (inside, at) = (inside.join(name), at.join("properties").join(name));
            let text = bare(property, self.components).to_string();
            self.note(&[digest(&["member", resource, media_type, inside.as_str(), &text])], &at);
            self.body(of, (&inside, &at), property, depth - 1);
        }
    }

    /// Notes a node by what others may have in common with it.
    fn note(&mut self, contents: &[u64], at: &Pointer) {
        let own = format!("#{at}");
        let known = || self.found.get(&own);
        let first = contents.iter().find_map(|content| self.first.get(content)).or_else(known).unwrap_or(&own).clone();
        for content in contents {
            self.first.entry(*content).or_insert_with(|| first.clone());
        }
        if first != own {
            self.found.insert(own, first);
        }
    }
}

/// The path of the collection that an operation's path is of, or of one of whose things it is.
fn resource(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/').filter(|(_, last)| last.starts_with('{')).map_or(path, |(collection, _)| collection)
}

/// A path with any word in the place of each name but the last: operations on two collections that are copies of one another
/// are below two such names.
fn without_one_name(path: &str) -> impl Iterator<Item = String> {
    let parts: Vec<&str> = path.split('/').collect();
    let names = (0..parts.len().saturating_sub(1)).filter(|at| !parts[*at].is_empty() && !parts[*at].contains('{'));
    let without: Vec<String> = names.map(|at| [&parts[..at], &["*"], &parts[at + 1..]].concat().join("/")).collect();
    without.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(paths: &Value) -> Vec<(String, String)> {
        let components = HashMap::new();
        let mut found: Vec<_> =
            Inlined::of(paths.as_object().expect("an object"), &components).found.into_iter().collect();
        found.sort();
        found
    }

    fn pair(own: &str, first: &str) -> (String, String) {
        (own.to_owned(), first.to_owned())
    }

    #[test]
    fn equal_parameters_are_one_node_and_others_are_not() {
        let limit = |most: u64| json!({"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": most}});
        let described =
            json!({"name": "limit", "description": "x", "in": "query", "schema": {"maximum": 5, "type": "integer"}});
        let paths = json!({
            "/a": {"get": {"parameters": [limit(5)]}},
            "/b": {"get": {"parameters": [limit(6)]}, "parameters": [described]},
        });
        assert_eq!(found(&paths), [pair("#/paths/~1b/parameters/0", "#/paths/~1a/get/parameters/0")]);
    }

    #[test]
    fn a_variable_is_one_node_on_the_paths_below_it_alone() {
        let id = json!([{"name": "id", "in": "path", "schema": {"type": "integer"}}]);
        let item = json!({"get": {"parameters": id}});
        let paths = json!({"/a/{id}": item, "/a/{id}/x": item, "/b/{id}": item});
        assert_eq!(
            found(&paths),
            [pair("#/paths/~1a~1{id}~1x/get/parameters/0", "#/paths/~1a~1{id}/get/parameters/0")]
        );
    }

    #[test]
    fn a_member_of_what_one_resource_takes_is_one_node() {
        let body = |schema: Value| json!({"requestBody": {"content": {"application/json": {"schema": schema}}}});
        let born = |kind: &str| json!({"additionalProperties": false, "properties": {"born": {"type": kind}}});
        let paths = json!({
            "/people": {"post": body(born("string"))},
            "/people/{id}": {"patch": body(born("string")), "put": body(born("integer"))},
            "/pets": {"post": body(born("string"))},
        });
        let at =
            |path: &str, rest: &str| format!("#/paths/~1{path}/requestBody/content/application~1json/schema/{rest}");
        let (closed, member) = ("additionalProperties", "properties/born");
        assert_eq!(
            found(&paths),
            [
                pair(&at("people~1{id}/patch", closed), &at("people/post", closed)),
                pair(&at("people~1{id}/patch", member), &at("people/post", member)),
                pair(&at("people~1{id}/put", closed), &at("people/post", closed)),
            ]
        );
    }

    #[test]
    fn equal_objects_of_one_media_type_are_one_node() {
        let body = |media_type: &str, schema: Value| json!({"post": {"requestBody": {"content": {media_type: {"schema": schema}}}}});
        let pet = |kind: &str| json!({"type": "object", "properties": {"name": {"type": kind}, "tag": {}}});
        let at = |path: &str| format!("#/paths/~1{path}/post/requestBody/content/application~1json/schema");
        let paths = json!({
            "/a": body("application/json", pet("string")),
            "/b": body("application/json", pet("string")),
            "/c": body("application/json", pet("integer")),
            "/d": body("application/x-www-form-urlencoded", pet("string")),
            "/e": body("application/json", json!({"properties": {"name": {"type": "string"}}})),
            "/f": body("application/json", json!({"properties": {"name": {"type": "string"}}})),
            "/g": body("application/json", json!({"type": "array", "items": pet("integer")})),
        });
        assert_eq!(found(&paths), [(at("b"), at("a")), (at("g") + "/items", at("c"))]);
    }

    #[test]
    fn equal_responses_are_one_node_below_copies_of_a_path_alone() {
        let get = |description: &str, of: &str| json!({"get": {"responses": {"200": {"description": description, "content": {of: {}}}}}});
        let paths = json!({
            "/sets/a/schema": get("of a", "application/json"),
            "/sets/b/schema": get("of b", "application/json"),
            "/sets/c/schema": get("of c", "text/html"),
            "/sets/d/items": get("of d", "application/json"),
            "/sets": get("all", "application/json"),
            "/gets": get("all", "application/json"),
        });
        let at = |path: &str| format!("#/paths/~1sets~1{path}~1schema/get/responses/200");
        assert_eq!(found(&paths), [(at("b"), at("a"))]);
    }
}
