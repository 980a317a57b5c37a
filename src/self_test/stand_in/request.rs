//! Judges a request by the contract, as a server does that knows nothing but the contract.

use axum::http::{HeaderMap, Method, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fancy_regex::Regex;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

use super::reading;
use crate::contract::{
    Contract, Direction, MediaType, Operation, Parameter, ParameterPlace, PayloadKind, SchemeKind, SecurityUse, Style,
    Validators,
};
use crate::fixtures::{Fixtures, ResourcePlace};
use crate::xml;

/// A request that has arrived.
pub(super) struct Arrived {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    NoSuchPath,
    WrongMethod,
    Unauthorized,
    WrongMediaType,
    TooLarge,
    Invalid,
    MissingResource,
}

/// The operations of a contract with the paths that they answer to.
pub(super) struct Routes(Vec<Regex>);

impl Routes {
    pub fn new(contract: &Contract) -> Self {
        let path = |operation: &Operation| {
            let template = format!("{}{}", operation.base_path, operation.path);
            let mut pattern = String::from("^");
            for part in template.split_inclusive(['{', '}']) {
                match part.strip_suffix('}') {
                    Some(_) => pattern.push_str("([^/]*)"),
                    None => pattern.push_str(&regex_syntax::escape(part.trim_end_matches('{'))),
                }
            }
            Regex::new(&format!("{pattern}$"))
        };
        // An escaped template is always a pattern; one that is not would match nothing.
        Self(contract.operations.iter().filter_map(|operation| path(operation).ok()).collect())
    }

    /// The operation of a method and path, with the values of the path's variables, or an operation that has the path.
    fn find(&self, contract: &Contract, arrived: &Arrived) -> Result<(usize, Vec<String>), (Option<usize>, Refusal)> {
        let on_path = || {
            self.0.iter().enumerate().filter_map(|(index, path)| {
                let captures = path.captures(arrived.uri.path()).ok()??;
                let values = captures.iter().skip(1).flatten().map(|text| decoded(text.as_str()));
                Some((index, values.collect::<Vec<_>>()))
            })
        };
        let has_method = |found: &(usize, Vec<String>)| contract.operations[found.0].method == arrived.method.as_str();
        // Of several, the one with the fewest variables (OpenAPI 3.1, section 4.8.8.2).
        let found = on_path().filter(has_method).min_by_key(|(_, values)| values.len());
        found.ok_or_else(|| match on_path().min_by_key(|(_, values)| values.len()) {
            Some((index, _)) => (Some(index), Refusal::WrongMethod),
            None => (None, Refusal::NoSuchPath),
        })
    }
}

/// All that requests are judged by, and what is not looked at.
pub(super) struct Judge<'a> {
    pub contract: &'a Contract,
    pub validators: &'a Validators,
    pub fixtures: &'a Fixtures,
    pub routes: &'a Routes,
}

impl Judge<'_> {
    /// The operation that a request is for, and all that is wrong with it, in the order in which servers look.
    pub fn judge(&self, arrived: &Arrived) -> (Option<usize>, Vec<Refusal>) {
        let (index, path) = match self.routes.find(self.contract, arrived) {
            Ok(found) => found,
            Err((operation, refusal)) => return (operation, vec![refusal]),
        };
        let operation = &self.contract.operations[index];
        let mut refusals = Vec::new();
        if !self.is_authorized(operation, arrived) {
            refusals.push(Refusal::Unauthorized);
        }
        refusals.extend(self.body(operation, arrived));
        for parameter in operation.parameters.iter().filter(|parameter| !is_credential(operation, parameter)) {
            let texts = texts(self.validators, operation, parameter, arrived, &path);
            if self.is_missing(parameter, &texts) {
                refusals.push(Refusal::MissingResource);
            } else if !self.is_valid_parameter(parameter, &texts) {
                refusals.push(Refusal::Invalid);
            }
        }
        (Some(index), refusals)
    }

    fn is_authorized(&self, operation: &Operation, arrived: &Arrived) -> bool {
        operation.security.is_empty()
            || operation.security.iter().any(|schemes| schemes.iter().all(|used| self.has_credential(used, arrived)))
    }

    fn has_credential(&self, used: &SecurityUse, arrived: &Arrived) -> bool {
        let Some(secret) = self.fixtures.credentials.get(&used.scheme) else { return true };
        let authorization = |scheme: &str, value: &str| {
            let sent = header(arrived, "authorization");
            let sent = sent.as_deref().and_then(|sent| sent.split_once(' '));
            sent.is_some_and(|(name, sent)| name.eq_ignore_ascii_case(scheme) && sent == value)
        };
        match &used.kind {
            SchemeKind::Basic => authorization("Basic", &STANDARD.encode(&secret.value)),
            SchemeKind::Bearer => authorization("Bearer", &secret.value),
            SchemeKind::Http(scheme) => authorization(scheme, &secret.value),
            SchemeKind::ApiKey(place, name) => named(*place, name, arrived).contains(&secret.value),
            SchemeKind::MutualTls => true,
        }
    }

    fn body(&self, operation: &Operation, arrived: &Arrived) -> Option<Refusal> {
        let body = operation.body.as_ref()?;
        if body.max_size.as_ref().is_some_and(|limit| arrived.body.len() as u64 > limit.accepted) {
            return Some(Refusal::TooLarge);
        }
        let Some(media_type) = header(arrived, "content-type") else {
            return (body.required || !arrived.body.is_empty()).then_some(Refusal::Invalid);
        };
        let Some(media) = MediaType::documenting(&body.content, &media_type).map(|index| &body.content[index]) else {
            return Some(Refusal::WrongMediaType);
        };
        match self.is_valid_body(media, &media_type, &arrived.body) {
            true => None,
            false => Some(Refusal::Invalid),
        }
    }

    fn is_valid_body(&self, media: &MediaType, media_type: &str, body: &[u8]) -> bool {
        let readings = match media.kind() {
            PayloadKind::Json => serde_json::from_slice(body).into_iter().collect(),
            PayloadKind::Form => self.form(media, &form_urlencoded::parse(body).into_owned().collect::<Vec<_>>()),
            PayloadKind::Multipart => self.form(media, &reading::parts(media_type, body)),
            PayloadKind::Xml => self.xml(media, body).into_iter().collect(),
            _ => vec![Value::String(String::from_utf8_lossy(body).into_owned())],
        };
        match media.schema {
            Some(schema) => readings.iter().any(|value| self.validators.is_valid(schema, Direction::Request, value)),
            None => !readings.is_empty(),
        }
    }

    fn xml(&self, media: &MediaType, body: &[u8]) -> Option<Value> {
        let root = xml::parse(body).ok()?;
        match media.schema {
            Some(schema) => xml::read(&self.contract.schemas, schema, &root).map(|read| read.value),
            None => Some(Value::Null),
        }
    }

    fn form(&self, media: &MediaType, pairs: &[(String, String)]) -> Vec<Value> {
        let is_joined = |name: &str| media.encoding.get(name).is_some_and(|encoding| encoding.explode == Some(false));
        media.schema.map_or_else(
            || vec![Value::Null],
            |schema| vec![reading::object(self.validators, schema, pairs, &is_joined)],
        )
    }

    /// Whether the texts are those of something that does not exist.
    fn is_missing(&self, parameter: &Parameter, texts: &[(String, String)]) -> bool {
        let at = ResourcePlace::Parameter(parameter.place, parameter.name.clone());
        let resource = self.fixtures.resources.iter().find(|resource| resource.at == at);
        let is_sent = |value: &Value| texts.iter().any(|(_, text)| value.as_str() == Some(text));
        resource.is_some_and(|resource| resource.missing.iter().any(is_sent))
    }

    fn is_valid_parameter(&self, parameter: &Parameter, texts: &[(String, String)]) -> bool {
        let Some(schema) = parameter.schema else { return !(parameter.required && texts.is_empty()) };
        if texts.is_empty() {
            return !parameter.required;
        }
        let readings = reading::parameter(self.validators, schema, parameter, texts);
        readings.iter().any(|value| self.validators.is_valid(schema, Direction::Request, value))
    }
}

fn is_credential(operation: &Operation, parameter: &Parameter) -> bool {
    operation.security.iter().flatten().any(|used| used.location == parameter.location)
}

/// The names and texts that carry a parameter.
fn texts(
    validators: &Validators,
    operation: &Operation,
    parameter: &Parameter,
    arrived: &Arrived,
    path: &[String],
) -> Vec<(String, String)> {
    if parameter.place == ParameterPlace::Path {
        let mut variables = operation.path.split('{').skip(1).filter_map(|part| part.split('}').next());
        let at = variables.position(|name| name == parameter.name);
        let text = at.and_then(|at| path.get(at)).cloned();
        return text.into_iter().map(|text| (parameter.name.clone(), text)).collect();
    }
    let spread = matches!(parameter.style, Style::Form | Style::DeepObject) && parameter.place == ParameterPlace::Query;
    let prefix = format!("{}[", parameter.name);
    let own = named(parameter.place, &parameter.name, arrived);
    if !own.is_empty() || !spread {
        return own.into_iter().map(|text| (parameter.name.clone(), text)).collect();
    }
    // The members of an exploded object stand among the other parameters.
    let uses = |name: &str| {
        let is_key = |used: &SecurityUse| matches!(&used.kind, SchemeKind::ApiKey(_, key) if key == name);
        operation.security.iter().flatten().any(is_key) || operation.parameters.iter().any(|other| other.name == name)
    };
    let is_member =
        |name: &str| parameter.schema.is_some_and(|schema| reading::property(validators, schema, name).is_some());
    let pairs = form_urlencoded::parse(arrived.uri.query().unwrap_or_default().as_bytes()).into_owned();
    pairs
        .filter_map(|(name, text)| match parameter.style {
            Style::DeepObject => Some((name.strip_prefix(&prefix)?.strip_suffix(']')?.to_owned(), text)),
            _ if parameter.explode && !uses(&name) && is_member(&name) => Some((name, text)),
            _ => None,
        })
        .collect()
}

/// The texts of this name in this place.
fn named(place: ParameterPlace, name: &str, arrived: &Arrived) -> Vec<String> {
    match place {
        ParameterPlace::Query => {
            let query = arrived.uri.query().unwrap_or_default().as_bytes();
            form_urlencoded::parse(query)
                .filter(|(known, _)| known == name)
                .map(|(_, text)| text.into_owned())
                .collect()
        }
        ParameterPlace::Header => header(arrived, name).into_iter().collect(),
        ParameterPlace::Cookie => {
            let cookies = header(arrived, "cookie").unwrap_or_default();
            let pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
            pairs.filter(|(known, _)| *known == name).map(|(_, text)| decoded(text)).collect()
        }
        ParameterPlace::Path => Vec::new(),
    }
}

fn header(arrived: &Arrived, name: &str) -> Option<String> {
    arrived.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
