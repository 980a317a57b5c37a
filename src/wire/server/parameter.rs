//! The parameters of a request, and the fields of a form.

use indexmap::IndexMap;
use serde_json::Value;

use super::{Arrived, Best, Problem, ProblemKind, Server};
use crate::contract::{
    ClauseTarget, Direction, Parameter, ParameterLocation, SchemaId, SchemeKind, SchemeRequirement, Style, Validators,
};

impl Server<'_> {
    /// The value of the parameter at `index`; adds what is wrong with it.
    pub(super) fn parameter(&self, arrived: &Arrived<'_>, index: usize, problems: &mut Vec<Problem>) -> Option<Value> {
        let parameter = &self.operation.parameters[index];
        // A parameter that carries a credential is a matter of security.
        if self.operation.carries_credential(parameter) {
            return None;
        }
        let place = ClauseTarget::Parameter(index);
        let strings = self.strings(parameter, arrived);
        let mut invalid = |clauses| problems.push(Problem { kind: ProblemKind::Invalid, clauses });
        if strings.is_empty() {
            if parameter.required {
                invalid(self.clause("required", &place));
            }
            return None;
        }
        let all = match parameter.schema {
            Some(schema) => interpretations(self.validators, schema, parameter, &strings),
            None => strings.iter().take(1).map(|(_, string)| Value::String(string.clone())).collect(),
        };
        match self.best(&place, parameter.schema, all) {
            Some(Best::Valid(value)) => Some(value),
            Some(Best::Invalid(value, clauses)) => {
                invalid(clauses);
                Some(value)
            }
            None => {
                invalid(Vec::new());
                None
            }
        }
    }

    /// The names and strings that carry a parameter.
    fn strings(&self, parameter: &Parameter, arrived: &Arrived<'_>) -> Vec<(String, String)> {
        let named = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
            pairs.into_iter().filter(|(known, _)| *known == parameter.name).collect()
        };
        let query = match parameter.place {
            ParameterLocation::Path => return named(arrived.variables.clone()),
            ParameterLocation::Cookie => return named(arrived.cookies()),
            ParameterLocation::Header => {
                let field = arrived.header(&parameter.name);
                return field.map(|field| (parameter.name.clone(), field)).into_iter().collect();
            }
            ParameterLocation::Query => arrived.query(),
        };
        let own = named(query.clone());
        if !own.is_empty() || !matches!(parameter.style, Style::Form | Style::DeepObject) {
            return own;
        }
        // The properties of an exploded object stand among the other parameters.
        let uses = |name: &str| {
            let is_key = |used: &SchemeRequirement| matches!(&used.kind, SchemeKind::ApiKey(_, key) if key == name);
            self.operation.security.iter().flatten().any(is_key)
                || self.operation.parameters.iter().any(|other| other.name == name)
        };
        let is_member =
            |name: &str| parameter.schema.is_some_and(|schema| property(self.validators, schema, name).is_some());
        let prefix = format!("{}[", parameter.name);
        let members = query.into_iter().filter_map(|(name, string)| match parameter.style {
            Style::DeepObject => Some((name.strip_prefix(&prefix)?.strip_suffix(']')?.to_owned(), string)),
            _ if parameter.explode && !uses(&name) && is_member(&name) => Some((name, string)),
            _ => None,
        });
        members.collect()
    }
}

/// What one string may stand for.
fn scalars(string: &str) -> Vec<Value> {
    let parsed = serde_json::from_str::<Value>(string).ok().filter(|value| !value.is_string());
    std::iter::once(Value::String(string.to_owned())).chain(parsed).collect()
}

/// Strings as an array: all of them as strings, and each as what it looks most like.
fn lists(strings: &[&str]) -> Vec<Value> {
    let pick = |last: bool| {
        let item = |string: &&str| {
            let mut found = scalars(string);
            if last { found.pop() } else { Some(found.swap_remove(0)) }
        };
        Value::Array(strings.iter().filter_map(item).collect())
    };
    vec![pick(false), pick(true)]
}

/// What the strings of a parameter may stand for (OpenAPI 3.1, section 4.8.12.2).
fn interpretations(
    validators: &Validators,
    schema: SchemaId,
    parameter: &Parameter,
    strings: &[(String, String)],
) -> Vec<Value> {
    let Some((_, string)) = strings.first() else { return Vec::new() };
    if parameter.is_json() {
        return serde_json::from_str(string).into_iter().collect();
    }
    if parameter.style == Style::Content {
        return scalars(string);
    }
    let is_spread = strings.iter().any(|(name, _)| *name != parameter.name);
    if is_spread {
        return vec![object(validators, schema, strings, &|_| None)];
    }
    let all: Vec<&str> = strings.iter().map(|(_, string)| string.as_str()).collect();
    let (string, delimiter) = match parameter.style {
        Style::Label => (string.strip_prefix('.').unwrap_or(string), if parameter.explode { "." } else { "," }),
        Style::Matrix if parameter.explode => (string.strip_prefix(';').unwrap_or(string), ";"),
        Style::Matrix => {
            let value = string.strip_prefix(&format!(";{}=", parameter.name));
            (value.unwrap_or(string), ",")
        }
        Style::SpaceDelimited => (string.as_str(), " "),
        Style::TabDelimited => (string.as_str(), "\t"),
        Style::PipeDelimited => (string.as_str(), "|"),
        _ => (string.as_str(), ","),
    };
    let own = format!("{}=", parameter.name);
    let parts: Vec<&str> = string.split(delimiter).map(|part| part.strip_prefix(&own).unwrap_or(part)).collect();
    let mut found = Vec::new();
    if all.len() == 1 {
        found.extend(scalars(string.strip_prefix(&own).unwrap_or(string)));
        found.extend(lists(&parts));
        let equals: Option<Vec<_>> = parts.iter().map(|part| part.split_once('=')).collect();
        let alternate = parts.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect();
        let pairs: Vec<(String, String)> =
            equals.unwrap_or(alternate).into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        found.push(object(validators, schema, &pairs, &|_| None));
    }
    if parameter.place == ParameterLocation::Query && parameter.explode {
        found.extend(lists(&all));
    }
    found
}

/// Pairs as an object: each property as the interpretation that keeps its schema, or as a string. What has a `delimiter` is
/// one string of several values.
pub(super) fn object(
    validators: &Validators,
    schema: SchemaId,
    pairs: &[(String, String)],
    delimiter: &dyn Fn(&str) -> Option<&'static str>,
) -> Value {
    let mut fields: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (name, string) in pairs {
        fields.entry(name).or_default().push(string);
    }
    let member = |(name, strings): (&str, Vec<&str>)| {
        let mut found = Vec::new();
        if let [string] = strings.as_slice() {
            found.extend(scalars(string));
        }
        if delimiter(name).is_none() {
            found.extend(lists(&strings));
        }
        if let [string] = strings.as_slice() {
            let parts: Vec<&str> = string.split(delimiter(name).unwrap_or(",")).collect();
            found.extend(lists(&parts));
        }
        let property = property(validators, schema, name);
        if let ([string], Some(delimiter), Some(property)) = (strings.as_slice(), delimiter(name), property) {
            let parts: Vec<String> = string.split(delimiter).map(str::to_owned).collect();
            let pairs: Vec<(String, String)> =
                parts.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
            found.push(object(validators, property, &pairs, &|_| None));
        }
        let is_valid = |value: &&Value| property.is_none_or(|id| validators.is_valid(id, Direction::Request, value));
        let chosen = found.iter().find(is_valid).or(found.first()).cloned();
        (name.to_owned(), chosen.unwrap_or_default())
    };
    Value::Object(fields.into_iter().map(member).collect())
}

/// The schema of a property, declared or not, through references and `allOf`; `None` where the schema has no say.
pub(super) fn property(validators: &Validators, id: SchemaId, name: &str) -> Option<SchemaId> {
    let schemas = validators.schemas();
    schemas.conjunction(&[id]).into_iter().find_map(|id| {
        let schema = schemas.get(id);
        schema.properties.get(name).copied().or(schema.additional_properties)
    })
}
