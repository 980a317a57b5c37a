//! Reads a document's operations. A broken part becomes a diagnostic and spares the rest.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::diagnostic::Diagnostic;
use super::dialect::Dialect;
use super::model::{Operation, Parameter, ParameterPlace, Style};
use super::paths::Paths;
use super::read_schema::SchemaReader;
use super::rule;
use super::schema::SchemaId;
use super::{Contract, read_security};
use crate::rule::Rule;
use crate::spec::{Document, Location, SpecError};

/// The methods that a path item may have; 3.2 adds `query`.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
const MAX_REFERENCES: usize = 32;

/// Compiles a document.
pub(super) fn compile(document: Document) -> Result<Contract, SpecError> {
    let (dialect, version) = dialect_of(&document)?;
    let mut reader = Reader { schemas: SchemaReader::new(dialect), document, dialect };
    let operations = reader.operations()?;
    let Reader { schemas: SchemaReader { mut schemas, mut diagnostics, .. }, document, .. } = reader;
    schemas.components_name_elements = version.starts_with("3.2");
    for file in document.files() {
        for (position, key) in &file.duplicates {
            let place = format!("{}:{}:{}", file.name, position.line, position.column);
            let message = format!("the key `{key}` stands twice in one object, again at {place}; the last one counts");
            diagnostics.push(Diagnostic::new(&rule::KEY_TWICE, document.root(), message));
        }
    }
    let root = &document.files()[0];
    let name = root.path.file_stem().map_or_else(|| root.name.clone(), |stem| stem.to_string_lossy().into_owned());
    let title = root.value.pointer("/info/title").and_then(Value::as_str).unwrap_or(&name).to_owned();
    let schemas = Arc::new(schemas);
    let paths = Paths::of(&operations);
    Ok(Contract { name, title, version, dialect, operations, schemas, diagnostics, document, paths })
}

/// Finds out which version a document is of.
fn dialect_of(document: &Document) -> Result<(Dialect, String), SpecError> {
    let root = &document.files()[0].value;
    let version = |name: &str| match root.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        // An unquoted `openapi: 3.1` is a number in YAML.
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let (key, version) = match (version("openapi"), version("swagger")) {
        (Some(version), _) => ("openapi", version),
        (None, Some(version)) => ("swagger", version),
        (None, None) => {
            return Err(not_openapi(
                document,
                &document.root(),
                "this is no OpenAPI document: it has neither `openapi` nor `swagger` at the top".into(),
                "start the document with its version, for example `openapi: 3.1.0`",
            ));
        }
    };
    let dialect = match version.as_str() {
        v if key == "swagger" && v.starts_with("2") => Dialect::Swagger2,
        v if key == "openapi" && v.starts_with("3.0") => Dialect::OpenApi30,
        v if key == "openapi" && (v.starts_with("3.1") || v.starts_with("3.2")) => Dialect::OpenApi31,
        _ => {
            return Err(not_openapi(
                document,
                &document.root().join(key),
                format!("`{key}: {version}` is a version that conform does not know"),
                "use Swagger 2.0 or OpenAPI 3.0, 3.1 or 3.2",
            ));
        }
    };
    Ok((dialect, version))
}

fn not_openapi(document: &Document, at: &Location, message: String, help: &str) -> SpecError {
    let file = document.file(at.file);
    let span = file.key_span(&at.pointer);
    let (start, end) = (file.offset(span.start), file.offset(span.end));
    SpecError::NotOpenApi {
        source_code: std::sync::Arc::new(miette::NamedSource::new(&file.name, file.text.clone())),
        // A mapping that spans the whole file is pointed at by its first character.
        span: (start, if end - start > 200 { 1 } else { end - start }).into(),
        place: document.place(at),
        message,
        help: help.to_owned(),
    }
}

/// A node with its place, references followed.
pub(super) type Node = (Location, Map<String, Value>);

/// Reads one document.
pub(super) struct Reader {
    pub schemas: SchemaReader,
    pub document: Document,
    pub dialect: Dialect,
}

impl Reader {
    pub fn note(&mut self, rule: &'static Rule, location: &Location, message: impl Into<String>) {
        self.schemas.diagnostics.push(Diagnostic::new(rule, location.clone(), message));
    }

    /// The object at `location`, following references; a diagnostic where there is none.
    pub fn object(&mut self, location: &Location) -> Option<Node> {
        let mut at = location.clone();
        for _ in 0..MAX_REFERENCES {
            let members = match self.document.get(&at) {
                Some(Value::Object(members)) => members,
                Some(_) => {
                    self.note(&rule::PART_TYPE, &at, "an object is expected here; this part is left out");
                    return None;
                }
                None => return None,
            };
            match members.get("$ref").and_then(Value::as_str).map(str::to_owned) {
                None => return Some((at.clone(), members.clone())),
                Some(reference) => match self.document.resolve(at.file, &reference) {
                    Ok(next) => at = next,
                    Err(error) => {
                        let message = format!("{error}; this part is left out");
                        self.note(rule::of_reference(&error), &at.join("$ref"), message);
                        return None;
                    }
                },
            }
        }
        self.note(&rule::REFERENCE_LOOP, location, "this reference leads back to itself; this part is left out");
        None
    }

    /// The members of the object at `at.key`, each with its place; empty where there is none.
    pub fn members(&mut self, (at, members): &Node, key: &str) -> Vec<(String, Location)> {
        match members.get(key) {
            Some(Value::Object(inner)) => {
                let at = at.join(key);
                inner.keys().filter(|name| !name.starts_with("x-")).map(|name| (name.clone(), at.join(name))).collect()
            }
            Some(Value::Null) | None => Vec::new(),
            Some(_) => {
                self.note(&rule::PART_TYPE, &at.join(key), format!("`{key}` must be an object; it is left out"));
                Vec::new()
            }
        }
    }

    /// The places of the items of the array at `at.key`.
    pub fn items(&mut self, (at, members): &Node, key: &str) -> Vec<Location> {
        match members.get(key) {
            Some(Value::Array(items)) => {
                let at = at.join(key);
                (0..items.len()).map(|index| at.index(index)).collect()
            }
            Some(Value::Null) | None => Vec::new(),
            Some(_) => {
                self.note(&rule::PART_TYPE, &at.join(key), format!("`{key}` must be an array; it is left out"));
                Vec::new()
            }
        }
    }

    pub fn schema(&mut self, location: &Location) -> SchemaId {
        self.schemas.read(&mut self.document, location)
    }

    fn operations(&mut self) -> Result<Vec<Operation>, SpecError> {
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

    fn path_item(&mut self, root: &Node, path: &str, location: &Location, operations: &mut Vec<Operation>) {
        let Some(item) = self.object(location) else { return };
        let methods: Vec<&str> = METHODS.into_iter().filter(|method| item.1.contains_key(*method)).collect();
        let shared = self.parameters(&item);
        for method in &methods {
            let at = item.0.join(method);
            let Some(node) = self.object(&at) else { continue };
            let mut operation = self.operation(root, &item, &node, method, path, &shared);
            operation.methods_on_path = methods.iter().map(|method| method.to_ascii_uppercase()).collect();
            operations.push(operation);
        }
    }

    fn operation(
        &mut self,
        root: &Node,
        item: &Node,
        node: &Node,
        method: &str,
        path: &str,
        shared: &[Parameter],
    ) -> Operation {
        let (at, members) = node;
        let mut parameters = self.parameters(node);
        // The operation's own parameters replace the path item's of the same name and place.
        let inherited = shared
            .iter()
            .filter(|theirs| !parameters.iter().any(|own| own.name == theirs.name && own.place == theirs.place));
        let inherited: Vec<Parameter> = inherited.cloned().collect();
        parameters.extend(inherited);
        self.path_parameters(path, at, &mut parameters);
        let method = method.to_ascii_uppercase();
        let named = members.get("operationId").and_then(Value::as_str).filter(|id| !id.trim().is_empty());
        let id = named.map_or_else(|| format!("{method} {path}"), str::to_owned);
        let body = match self.dialect {
            Dialect::Swagger2 => self.swagger_body(root, item, node),
            _ => self.request_body(node),
        };
        let security = read_security::requirements(self, root, node);
        let responses = self.responses(root, node);
        if responses.is_empty() {
            self.note(&rule::NO_RESPONSES, at, format!("`{id}` documents no response, so none can be judged"));
        }
        Operation {
            base_path: self.base_path(root, item, node),
            id,
            method,
            path: path.to_owned(),
            parameters,
            body,
            responses,
            security,
            methods_on_path: Vec::new(),
            location: at.clone(),
        }
    }

    /// The parameters of a path item or operation; header fields that OpenAPI keeps for itself left out.
    fn parameters(&mut self, node: &Node) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for location in self.items(node, "parameters") {
            let Some((at, members)) = self.object(&location) else { continue };
            let text = |key: &str| members.get(key).and_then(Value::as_str);
            let (Some(name), Some(place)) = (text("name"), text("in")) else {
                self.note(&rule::PARAMETER_INCOMPLETE, &at, "a parameter needs `name` and `in`; this one is left out");
                continue;
            };
            if self.dialect == Dialect::Swagger2 && matches!(place, "body" | "formData") {
                continue;
            }
            let Some(place) = ParameterPlace::named(place) else {
                let message = format!("`in: {place}` is not supported; this parameter is left out");
                self.note(&rule::UNSUPPORTED, &at.join("in"), message);
                continue;
            };
            let reserved = ["accept", "content-type", "authorization"];
            if place == ParameterPlace::Header && reserved.iter().any(|field| name.eq_ignore_ascii_case(field)) {
                continue;
            }
            if parameters.iter().any(|known| known.name == name && known.place == place) {
                self.note(&rule::PARAMETER_TWICE, &at, format!("the {place} parameter `{name}` is documented twice"));
                continue;
            }
            let name = name.to_owned();
            let parameter = match self.dialect {
                Dialect::Swagger2 => self.swagger_parameter(&at, &members, name, place),
                _ => self.parameter(&at, &members, name, place),
            };
            parameters.push(parameter);
        }
        parameters
    }

    fn parameter(
        &mut self,
        at: &Location,
        members: &Map<String, Value>,
        name: String,
        place: ParameterPlace,
    ) -> Parameter {
        let flag = |key: &str| members.get(key).and_then(Value::as_bool);
        let content = self.members(&(at.clone(), members.clone()), "content");
        let (schema, examples, style) = if let Some((_, location)) = content.first() {
            let media = self.object(location);
            let schema = media.as_ref().filter(|(_, m)| m.contains_key("schema")).map(|(at, _)| at.join("schema"));
            let examples = media.map(|node| self.examples(&node)).unwrap_or_default();
            (schema.map(|at| self.schema(&at)), examples, Style::Content)
        } else {
            let schema = members.contains_key("schema").then(|| self.schema(&at.join("schema")));
            let examples = self.examples(&(at.clone(), members.clone()));
            let written = members.get("style").and_then(Value::as_str);
            let style = written.and_then(style_named).unwrap_or(match place {
                ParameterPlace::Path | ParameterPlace::Header => Style::Simple,
                ParameterPlace::Query | ParameterPlace::Cookie => Style::Form,
            });
            (schema, examples, style)
        };
        Parameter {
            explode: flag("explode").unwrap_or(style == Style::Form),
            required: flag("required").unwrap_or(false) || place == ParameterPlace::Path,
            allow_reserved: flag("allowReserved").unwrap_or(false),
            allow_empty: flag("allowEmptyValue").unwrap_or(false),
            name,
            place,
            style,
            schema,
            examples,
            location: at.clone(),
        }
    }

    /// Every variable of the path template needs a parameter, and every path parameter a variable.
    fn path_parameters(&mut self, path: &str, at: &Location, parameters: &mut Vec<Parameter>) {
        let variables = template_variables(path);
        for name in &variables {
            if !parameters.iter().any(|known| known.place == ParameterPlace::Path && known.name == *name) {
                self.note(
                    &rule::PARAMETER_UNDOCUMENTED,
                    at,
                    format!("the path's `{{{name}}}` is not documented as a parameter"),
                );
                parameters.push(Parameter {
                    name: name.clone(),
                    place: ParameterPlace::Path,
                    required: true,
                    style: Style::Simple,
                    explode: false,
                    allow_reserved: false,
                    allow_empty: false,
                    schema: None,
                    examples: Vec::new(),
                    location: at.clone(),
                });
            }
        }
        for parameter in parameters.iter() {
            if parameter.place == ParameterPlace::Path && !variables.contains(&parameter.name) {
                let message = format!("the path has no `{{{}}}`; this parameter is left out", parameter.name);
                self.schemas.diagnostics.push(Diagnostic::new(
                    &rule::PARAMETER_NOT_IN_PATH,
                    parameter.location.clone(),
                    message,
                ));
            }
        }
        parameters.retain(|parameter| parameter.place != ParameterPlace::Path || variables.contains(&parameter.name));
    }

    /// `example` and `examples` of a parameter or media type, with their places.
    pub fn examples(&mut self, node: &Node) -> Vec<(Value, Location)> {
        let (at, members) = node;
        let mut examples = Vec::new();
        if let Some(value) = members.get("example") {
            examples.push((value.clone(), at.join("example")));
        }
        if members.get("examples").is_some_and(Value::is_object) {
            for (_, location) in self.members(node, "examples") {
                let Some((at, members)) = self.object(&location) else { continue };
                for key in ["value", "dataValue"] {
                    if let Some(value) = members.get(key) {
                        examples.push((value.clone(), at.join(key)));
                    }
                }
            }
        }
        examples
    }

    /// The path part of the first server that applies, variables filled with their defaults.
    fn base_path(&mut self, root: &Node, item: &Node, node: &Node) -> String {
        if self.dialect == Dialect::Swagger2 {
            let base = root.1.get("basePath").and_then(Value::as_str).unwrap_or("");
            return base.trim_end_matches('/').to_owned();
        }
        let server = [node, item, root].into_iter().find_map(|holder| holder.1.get("servers")?.get(0)?.as_object());
        let Some(server) = server else { return String::new() };
        let mut url = server.get("url").and_then(Value::as_str).unwrap_or("").to_owned();
        for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
            let default = variable.get("default").and_then(Value::as_str).unwrap_or("");
            url = url.replace(&format!("{{{name}}}"), default);
        }
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
            None => url.as_str(),
        };
        let path = path.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
        if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
    }

    fn unique_ids(&mut self, operations: &mut [Operation]) {
        let mut seen: HashMap<String, Location> = HashMap::new();
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

/// The names between braces in a path template.
pub(super) fn template_variables(path: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        let name = rest[open + 1..open + close].to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
        rest = &rest[open + close + 1..];
    }
    names
}

pub(super) fn style_named(name: &str) -> Option<Style> {
    Some(match name {
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "form" | "cookie" => Style::Form,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        _ => return None,
    })
}
