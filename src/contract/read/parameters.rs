//! Reads parameters.

use serde_json::{Map, Value};

use super::reader::{Node, Reader};
use crate::contract::diagnostic::Diagnostic;
use crate::contract::model::{Parameter, ParameterLocation, Style};
use crate::contract::rule;
use crate::contract::schema::Dialect;
use crate::contract::template::template_variables;
use crate::spec::SourceLocation;

impl Reader {
    /// The parameters of a path item or operation; header fields that OpenAPI keeps for itself left out.
    pub(super) fn parameters(&mut self, node: &Node) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = Vec::new();
        if node.1.get("parameters").is_some_and(|listed| !listed.is_array()) {
            self.leave_open("parameters", node.0.join("parameters"));
        }
        for location in self.items(node, "parameters") {
            let Some((at, members)) = self.object(&location) else {
                self.leave_open("parameters", location);
                continue;
            };
            let text = |key: &str| members.get(key).and_then(Value::as_str);
            let (Some(name), Some(place)) = (text("name"), text("in")) else {
                self.note(&rule::PARAMETER_INCOMPLETE, &at, "a parameter needs `name` and `in`; this one is left out");
                self.leave_open("parameters", location);
                continue;
            };
            if self.dialect == Dialect::Swagger2 && matches!(place, "body" | "formData") {
                continue;
            }
            let Some(place) = ParameterLocation::named(place) else {
                let message = format!("`in: {place}` is not supported; this parameter is left out");
                self.note(&rule::UNSUPPORTED, &at.join("in"), message);
                self.leave_open("parameters", location);
                continue;
            };
            let reserved = ["accept", "content-type", "authorization"];
            if place == ParameterLocation::Header && reserved.iter().any(|field| name.eq_ignore_ascii_case(field)) {
                continue;
            }
            if parameters.iter().any(|known| known.name == name && known.place == place) {
                self.note(&rule::PARAMETER_TWICE, &at, format!("the {place} parameter `{name}` is documented twice"));
                continue;
            }
            let name = name.to_owned();
            let required = self.is_required(&(at.clone(), members.clone()));
            let mut parameter = match self.dialect {
                Dialect::Swagger2 => self.swagger_parameter(&at, &members, name, place),
                _ => self.parameter(&at, &members, name, place),
            };
            parameter.required |= required;
            parameters.push(parameter);
        }
        parameters
    }

    fn parameter(
        &mut self,
        at: &SourceLocation,
        members: &Map<String, Value>,
        name: String,
        place: ParameterLocation,
    ) -> Parameter {
        let flag = |key: &str| members.get(key).and_then(Value::as_bool);
        let content = self.members(&(at.clone(), members.clone()), "content");
        let media_type = content.first().map(|(name, _)| name.clone());
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
                ParameterLocation::Path | ParameterLocation::Header => Style::Simple,
                ParameterLocation::Query | ParameterLocation::Cookie => Style::Form,
            });
            (schema, examples, style)
        };
        Parameter {
            explode: flag("explode").unwrap_or(style == Style::Form),
            required: place == ParameterLocation::Path,
            allow_reserved: flag("allowReserved").unwrap_or(false),
            allow_empty: flag("allowEmptyValue").unwrap_or(false),
            description: members.get("description").and_then(Value::as_str).map(str::to_owned),
            name,
            place,
            style,
            media_type,
            schema,
            examples,
            location: at.clone(),
        }
    }

    /// Every variable of the path template needs a parameter, and every path parameter a variable.
    pub(super) fn path_parameters(&mut self, path: &str, at: &SourceLocation, parameters: &mut Vec<Parameter>) {
        let variables: Vec<&str> = template_variables(path).collect();
        for name in &variables {
            if !parameters.iter().any(|known| known.place == ParameterLocation::Path && known.name == *name) {
                self.note(
                    &rule::PARAMETER_UNDOCUMENTED,
                    at,
                    format!("the path's `{{{name}}}` is not documented as a parameter"),
                );
                parameters.push(Parameter {
                    name: (*name).to_owned(),
                    place: ParameterLocation::Path,
                    required: true,
                    style: Style::Simple,
                    media_type: None,
                    explode: false,
                    allow_reserved: false,
                    allow_empty: false,
                    description: None,
                    schema: None,
                    examples: Vec::new(),
                    location: at.clone(),
                });
            }
        }
        for parameter in parameters.iter() {
            if parameter.place == ParameterLocation::Path && !variables.contains(&parameter.name.as_str()) {
                let message = format!("the path has no `{{{}}}`; this parameter is left out", parameter.name);
                self.schemas.diagnostics.push(Diagnostic::new(
                    &rule::PARAMETER_NOT_IN_PATH,
                    parameter.location.clone(),
                    message,
                ));
            }
        }
        parameters.retain(|parameter| {
            parameter.place != ParameterLocation::Path || variables.contains(&parameter.name.as_str())
        });
    }
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
