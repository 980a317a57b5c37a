//! What Swagger 2.0 says elsewhere: body and form parameters, `consumes`, `produces`, `collectionFormat`.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::reader::{Node, Reader};
use crate::contract::media_type::{MediaRange, PayloadKind};
use crate::contract::model::{Encoding, MediaType, Parameter, ParameterLocation, RequestBody, Style};
use crate::contract::schema::{Schema, Types};
use crate::spec::SourceLocation;

impl Reader {
    pub(super) fn swagger_parameter(
        &mut self,
        at: &SourceLocation,
        members: &Map<String, Value>,
        name: String,
        place: ParameterLocation,
    ) -> Parameter {
        let flag = |key: &str| members.get(key).and_then(Value::as_bool).unwrap_or(false);
        let (style, explode) = collection(members, place);
        // The parameter object carries the schema's keywords itself; its `required` is no keyword.
        let schema = Some(self.schema(at));
        Parameter {
            required: place == ParameterLocation::Path,
            allow_reserved: false,
            allow_empty: flag("allowEmptyValue"),
            description: members.get("description").and_then(Value::as_str).map(str::to_owned),
            name,
            place,
            style,
            media_type: None,
            explode,
            schema,
            examples: members.get("x-example").map(|value| (value.clone(), at.join("x-example"))).into_iter().collect(),
            location: at.clone(),
        }
    }

    /// The body that `in: body` or the `in: formData` parameters make.
    pub(super) fn swagger_body(&mut self, root: &Node, item: &Node, operation: &Node) -> Option<RequestBody> {
        let mut places = self.items(operation, "parameters");
        places.extend(self.items(item, "parameters"));
        let mut form: Vec<Node> = Vec::new();
        for location in places {
            let Some((at, members)) = self.object(&location) else { continue };
            match members.get("in").and_then(Value::as_str) {
                Some("body") => return Some(self.payload(root, operation, at, &members)),
                Some("formData") if !form.iter().any(|(_, known)| known.get("name") == members.get("name")) => {
                    form.push((at, members));
                }
                _ => {}
            }
        }
        if form.is_empty() { None } else { Some(self.form(root, operation, &form)) }
    }

    fn payload(
        &mut self,
        root: &Node,
        operation: &Node,
        at: SourceLocation,
        members: &Map<String, Value>,
    ) -> RequestBody {
        let schema = members.contains_key("schema").then(|| self.schema(&at.join("schema")));
        let content = media_names(root, operation, "consumes").into_iter().map(|name| MediaType {
            name,
            schema,
            examples: Vec::new(),
            encoding: IndexMap::new(),
            location: at.clone(),
        });
        let mut content: Vec<MediaType> = content.collect();
        self.fit_schemas(&mut content);
        RequestBody {
            required: members.get("required") == Some(&Value::Bool(true)),
            content,
            max_size: self.size_limit(&(at.clone(), members.clone())),
            location: at,
        }
    }

    /// Form fields become the properties of one object.
    fn form(&mut self, root: &Node, operation: &Node, fields: &[Node]) -> RequestBody {
        let location = operation.0.join("parameters");
        let mut schema = Schema { location: location.clone(), types: Some(Types::OBJECT), ..Schema::default() };
        let mut encoding = IndexMap::new();
        let mut has_file = false;
        for (at, members) in fields {
            let Some(name) = members.get("name").and_then(Value::as_str) else { continue };
            schema.properties.insert(name.to_owned(), self.schema(at));
            if members.get("required") == Some(&Value::Bool(true)) {
                schema.required.push(name.to_owned());
            }
            let file = members.get("type").and_then(Value::as_str) == Some("file");
            has_file |= file;
            let (style, explode) = collection(members, ParameterLocation::Query);
            encoding.insert(
                name.to_owned(),
                Encoding { content_type: None, style: Some(style), explode: Some(explode), file },
            );
        }
        let required = !schema.required.is_empty();
        let schema = self.schemas.synthesise(schema);
        let mut names = media_names(root, operation, "consumes");
        names.retain(|name| name.starts_with("multipart/") || name.starts_with("application/x-www-form-urlencoded"));
        if has_file {
            names.retain(|name| name.starts_with("multipart/"));
        }
        if names.is_empty() {
            names.push(if has_file { "multipart/form-data" } else { "application/x-www-form-urlencoded" }.to_owned());
        }
        let content = names.into_iter().map(|name| MediaType {
            name,
            schema: Some(schema),
            examples: Vec::new(),
            encoding: encoding.clone(),
            location: location.clone(),
        });
        RequestBody { required, content: content.collect(), max_size: None, location: location.clone() }
    }

    /// The payloads of a response: its schema in each of the media types that the operation produces.
    pub(super) fn swagger_content(&mut self, root: &Node, operation: &Node, response: &Node) -> Option<Vec<MediaType>> {
        let (at, members) = response;
        if !members.contains_key("schema") {
            return None;
        }
        // A `file` is bytes of any media type.
        if members["schema"].get("type").and_then(Value::as_str) == Some("file") {
            return None;
        }
        let schema = Some(self.schema(&at.join("schema")));
        let examples = members.get("examples").and_then(Value::as_object);
        let content = media_names(root, operation, "produces").into_iter().map(|name| {
            let example = examples.and_then(|examples| examples.get(&name));
            let place = at.join("examples").join(&name);
            MediaType {
                examples: example.map(|value| (value.clone(), place)).into_iter().collect(),
                name,
                schema,
                encoding: IndexMap::new(),
                location: at.clone(),
            }
        });
        Some(content.collect())
    }
}

/// The operation's `consumes` or `produces`, or the document's; JSON where neither says.
fn media_names(root: &Node, operation: &Node, key: &str) -> Vec<String> {
    let list = |node: &Node| node.1.get(key).and_then(Value::as_array).cloned();
    let names = list(operation).or_else(|| list(root)).unwrap_or_default();
    let mut names: Vec<String> = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    // One payload is tested once: JSON where it is among the choices.
    names.sort_by_key(|name| MediaRange::parse(name).kind() != PayloadKind::Json);
    if names.is_empty() {
        names.push("application/json".to_owned());
    }
    names
}

fn collection(members: &Map<String, Value>, place: ParameterLocation) -> (Style, bool) {
    let in_query = matches!(place, ParameterLocation::Query | ParameterLocation::Cookie);
    match members.get("collectionFormat").and_then(Value::as_str) {
        Some("multi") => (Style::Form, true),
        Some("ssv") => (Style::SpaceDelimited, false),
        Some("tsv") => (Style::TabDelimited, false),
        Some("pipes") => (Style::PipeDelimited, false),
        _ if in_query => (Style::Form, false),
        _ => (Style::Simple, false),
    }
}
