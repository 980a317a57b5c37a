//! A request as values, before they become bytes.

use serde_json::Value;

use super::open::departs_from_example;
use crate::contract::{Direction, MediaType, Operation, ParameterLocation, PayloadKind, SchemaId, Schemas, Validators};
use crate::fixtures::WrittenCase;
use crate::spec::nodes;
use crate::wire::style::{Carried, as_written, carry, is_undefined, scalar};
use crate::wire::{self, Body, Credentials, Request, form, xml};

/// A method that no server knows, so that none acts on it unless its handler takes every method.
pub const MADE_UP_METHOD: &str = "CONFORM";

/// A request as values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestValues {
    /// The value of each parameter of the operation; `None` leaves it out.
    pub parameters: Vec<Option<Value>>,
    /// The media type, by its position, and the value of the body.
    pub body: Option<(usize, Value)>,
    /// What is sent in place of each credential.
    pub credentials: Credentials,
    /// What is sent in place of a part of what the values say.
    pub mutation: Option<Mutation>,
}

/// What a request has that no values of its operation give it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Mutation {
    /// Another method; without a body where that only reads.
    Method(String),
    /// Another body: of another media type or size, in another spelling, or with a broken syntax.
    Body(Body),
    /// Another `Accept`: only the media types that it covers are taken.
    Accept(String),
    /// Another text in place of a parameter's value.
    Text {
        /// Where the parameter is.
        place: ParameterLocation,
        /// Its name.
        name: String,
        /// As it is sent: percent-encoded in a path or query.
        encoded: String,
    },
}

impl RequestValues {
    /// The request; `None` where a value cannot be written at its place.
    pub fn request(&self, operation: &Operation, schemas: &Schemas) -> Option<Request> {
        let mut request = self.head(operation)?;
        if let (Some((index, value)), Some(body)) = (&self.body, &operation.body) {
            request.body = Some(wire::write(schemas, body.content.get(*index)?, value)?);
        }
        match &self.mutation {
            Some(Mutation::Method(method)) => {
                request.method.clone_from(method);
                if is_safe(method) {
                    request.body = None;
                }
            }
            Some(Mutation::Body(body)) => request.body = Some(body.clone()),
            Some(Mutation::Accept(accept)) => {
                request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("accept"));
                request.headers.push(("accept".to_owned(), accept.clone()));
            }
            Some(Mutation::Text { .. }) | None => {}
        }
        Some(request)
    }

    /// The request without its body, and with the method and the header fields of the document.
    pub(crate) fn head(&self, operation: &Operation) -> Option<Request> {
        let mut request = Request {
            method: operation.method.clone(),
            path_params: Vec::new(),
            path: operation.path.clone(),
            is_whole: false,
            query: Vec::new(),
            headers: Vec::new(),
            cookies: Vec::new(),
            credentials: self.credentials.clone(),
            body: None,
        };
        for (parameter, value) in operation.parameters.iter().zip(&self.parameters) {
            let carried = match (&self.mutation, value) {
                (Some(Mutation::Text { place, name, encoded }), _)
                    if *place == parameter.place && *name == parameter.name =>
                {
                    as_written(parameter, encoded)?
                }
                (_, Some(value)) => carry(parameter, value)?,
                (_, None) => continue,
            };
            match carried {
                Carried::Path { encoded, plain } => {
                    request.path = request.path.replace(&format!("{{{}}}", parameter.name), &encoded);
                    request.path_params.push((parameter.name.clone(), plain));
                }
                Carried::Query(pairs) => request.query.extend(pairs),
                Carried::Header(name, text) => request.headers.push((name, text)),
                Carried::Cookie(name, text) => request.cookies.push((name, text)),
            }
        }
        Some(request).filter(|request| !wire::has_any(&request.path, b"{}"))
    }

    /// Whether a server may refuse this request for more than the contract says: a value whose serialisation OpenAPI
    /// leaves undefined, a path segment that many servers split, a value of which the document leaves something unknown,
    /// a text with control characters, an integer beyond its format, a text that usual readers of its format refuse, a
    /// payload whose format no schema describes, an object that only an example describes, or one of several branches
    /// of a union.
    pub fn is_doubtful(&self, operation: &Operation, validators: &Validators) -> bool {
        let schemas = validators.schemas();
        let parameters = operation.parameters.iter().zip(&self.parameters);
        let parameter =
            parameters.filter_map(|(parameter, value)| Some((parameter, value.as_ref()?))).any(|(parameter, value)| {
                let text = scalar(value);
                let is_split = parameter.place == ParameterLocation::Path
                    && text.is_some_and(|text| !wire::channel(parameter).carries(&text));
                is_split
                    || parameter.schema.is_some_and(|schema| may_mean_less(validators, schema, value))
                    || is_undefined(parameter, value)
            });
        parameter
            || self.holds_unknown(operation, schemas)
            || self.media(operation).is_some_and(|(media, value)| {
                media.schema.is_some_and(|schema| may_mean_less(validators, schema, value))
                    || holds_controls(value)
                    || is_vague(schemas, media, value)
                    || departs_from_example(schemas, media, value)
            })
    }

    /// How many nodes the values have. A place that is left empty takes room, too.
    pub(crate) fn nodes(&self) -> usize {
        let parameters = self.parameters.iter().flatten().map(nodes).sum::<usize>();
        self.parameters.len() / 8 + parameters + self.body.as_ref().map_or(0, |(_, value)| nodes(value))
    }

    /// Whether the document leaves open whether this request is valid: a reference or keyword of what it has, or of what
    /// it may lack, cannot be read.
    pub(crate) fn holds_unknown(&self, operation: &Operation, schemas: &Schemas) -> bool {
        let of = |schema: Option<SchemaId>, value: Option<&Value>| {
            schema.is_some_and(|schema| match value {
                Some(value) => schemas.holds_unknown(schema, value),
                None => schemas.may_be_required(schema),
            })
        };
        let mut parameters = operation.parameters.iter().zip(&self.parameters);
        let body = || match self.media(operation) {
            Some((media, value)) => of(media.schema, Some(value)),
            None => operation.body.iter().flat_map(|body| &body.content).any(|media| of(media.schema, None)),
        };
        !operation.unknown.is_empty()
            || parameters.any(|(parameter, value)| of(parameter.schema, value.as_ref()))
            || body()
    }

    /// Takes the parameters of a written case; those that the operation does not have are handed back.
    pub(crate) fn take_written<'w>(
        &mut self,
        operation: &Operation,
        written: &'w WrittenCase,
    ) -> Vec<(&'w String, &'w Value)> {
        let path = written.path.iter().map(|pair| (ParameterLocation::Path, pair));
        let query = written.query.iter().map(|pair| (ParameterLocation::Query, pair));
        let mut unknown = Vec::new();
        for (place, (name, value)) in path.chain(query) {
            match operation.parameter_position(place, name) {
                Some(index) => self.parameters[index] = Some(value.clone()),
                None => unknown.push((name, value)),
            }
        }
        unknown
    }

    /// These values, with no body yet.
    pub(crate) fn without_body(&self) -> Self {
        Self { parameters: self.parameters.clone(), body: None, credentials: self.credentials.clone(), mutation: None }
    }

    /// The media type and the value of the body.
    pub(crate) fn media<'a>(&'a self, operation: &'a Operation) -> Option<(&'a MediaType, &'a Value)> {
        let (index, value) = self.body.as_ref()?;
        Some((operation.body.as_ref()?.content.get(*index)?, value))
    }
}

/// Whether requests of this method ask for no change of state (RFC 9110, section 9.2.1, and the QUERY method).
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY")
}

/// Whether the author of a schema may mean less than it allows.
fn may_mean_less(validators: &Validators, schema: SchemaId, value: &Value) -> bool {
    let schemas = validators.schemas();
    schemas.exceeds_format(schema, value)
        || schemas.is_unusual(schema, value)
        || schemas.misnames(schema, value)
        || validators.is_ambiguous(schema, Direction::Request, value)
}

/// Whether a text holds control characters beside white space. Few schemas rule them out, and many servers cannot store
/// them: PostgreSQL and C have no string with a NUL.
fn holds_controls(value: &Value) -> bool {
    let is_control = |text: &str| {
        // Most texts have none at all, which is seen at once.
        let is_plain = text.bytes().fold(true, |plain, byte| plain & (b' '..=b'~').contains(&byte));
        !is_plain && text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
    };
    match value {
        Value::String(text) => is_control(text),
        Value::Array(items) => items.iter().any(holds_controls),
        Value::Object(members) => members.iter().any(|(name, member)| is_control(name) || holds_controls(member)),
        _ => false,
    }
}

/// Whether a payload must have a form that no schema describes, such as that of an image.
fn is_vague(schemas: &Schemas, media: &MediaType, value: &Value) -> bool {
    match media.kind() {
        PayloadKind::Json => media.schema.is_none(),
        PayloadKind::Form | PayloadKind::Multipart => {
            let sent = |name: &String| value.get(name).is_some();
            let mut members = value.as_object().into_iter().flatten();
            media.schema.is_none()
                || members.any(|(name, member)| form::is_open(media, name, member))
                || media.encoding.iter().any(|(name, encoding)| encoding.file && sent(name))
        }
        PayloadKind::Text => media.schema.is_none() || !media.name.starts_with("text/plain"),
        PayloadKind::Xml => media.schema.is_none_or(|schema| xml::is_open(schemas, schema, value)),
        PayloadKind::Binary => true,
    }
}
