//! The parts of a document, and which of them lead to schemas.

use super::dialect::Dialect;

/// A kind of object of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Root,
    Components,
    PathItem,
    Operation,
    Callback,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Schema,
    /// The schema of a response of Swagger 2.0, which may be a file.
    Payload,
    /// A parameter, header or item of Swagger 2.0 that holds the keywords of its schema itself.
    Simple,
}

/// How a field holds its parts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    One,
    Array,
    ByName,
    /// By name, where names that start with `x-` are extensions.
    ByPattern,
}

/// A field of a kind of object that leads to schemas.
pub(super) type Field = (Part, &'static str, Holds, Part);

/// The fields of OpenAPI 3; those of later versions do no harm in earlier ones.
const OPENAPI: &[Field] = &[
    (Part::Root, "paths", Holds::ByPattern, Part::PathItem),
    (Part::Root, "webhooks", Holds::ByName, Part::PathItem),
    (Part::Root, "components", Holds::One, Part::Components),
    (Part::Components, "schemas", Holds::ByName, Part::Schema),
    (Part::Components, "responses", Holds::ByName, Part::Response),
    (Part::Components, "parameters", Holds::ByName, Part::Parameter),
    (Part::Components, "requestBodies", Holds::ByName, Part::RequestBody),
    (Part::Components, "headers", Holds::ByName, Part::Header),
    (Part::Components, "callbacks", Holds::ByName, Part::Callback),
    (Part::Components, "pathItems", Holds::ByName, Part::PathItem),
    (Part::Components, "mediaTypes", Holds::ByName, Part::MediaType),
    (Part::PathItem, "parameters", Holds::Array, Part::Parameter),
    (Part::PathItem, "get", Holds::One, Part::Operation),
    (Part::PathItem, "put", Holds::One, Part::Operation),
    (Part::PathItem, "post", Holds::One, Part::Operation),
    (Part::PathItem, "delete", Holds::One, Part::Operation),
    (Part::PathItem, "options", Holds::One, Part::Operation),
    (Part::PathItem, "head", Holds::One, Part::Operation),
    (Part::PathItem, "patch", Holds::One, Part::Operation),
    (Part::PathItem, "trace", Holds::One, Part::Operation),
    (Part::PathItem, "query", Holds::One, Part::Operation),
    (Part::PathItem, "additionalOperations", Holds::ByName, Part::Operation),
    (Part::Operation, "parameters", Holds::Array, Part::Parameter),
    (Part::Operation, "requestBody", Holds::One, Part::RequestBody),
    (Part::Operation, "responses", Holds::ByPattern, Part::Response),
    (Part::Operation, "callbacks", Holds::ByName, Part::Callback),
    (Part::Parameter, "schema", Holds::One, Part::Schema),
    (Part::Parameter, "content", Holds::ByName, Part::MediaType),
    (Part::Header, "schema", Holds::One, Part::Schema),
    (Part::Header, "content", Holds::ByName, Part::MediaType),
    (Part::RequestBody, "content", Holds::ByName, Part::MediaType),
    (Part::Response, "headers", Holds::ByName, Part::Header),
    (Part::Response, "content", Holds::ByName, Part::MediaType),
    (Part::MediaType, "schema", Holds::One, Part::Schema),
    (Part::MediaType, "itemSchema", Holds::One, Part::Schema),
    (Part::MediaType, "encoding", Holds::ByName, Part::Encoding),
    (Part::MediaType, "prefixEncoding", Holds::Array, Part::Encoding),
    (Part::MediaType, "itemEncoding", Holds::One, Part::Encoding),
    (Part::Encoding, "headers", Holds::ByName, Part::Header),
    (Part::Encoding, "encoding", Holds::ByName, Part::Encoding),
    (Part::Encoding, "prefixEncoding", Holds::Array, Part::Encoding),
    (Part::Encoding, "itemEncoding", Holds::One, Part::Encoding),
];

/// The fields of Swagger 2.0.
const SWAGGER: &[Field] = &[
    (Part::Root, "paths", Holds::ByPattern, Part::PathItem),
    (Part::Root, "definitions", Holds::ByName, Part::Schema),
    (Part::Root, "parameters", Holds::ByName, Part::Parameter),
    (Part::Root, "responses", Holds::ByName, Part::Response),
    (Part::PathItem, "parameters", Holds::Array, Part::Parameter),
    (Part::PathItem, "get", Holds::One, Part::Operation),
    (Part::PathItem, "put", Holds::One, Part::Operation),
    (Part::PathItem, "post", Holds::One, Part::Operation),
    (Part::PathItem, "delete", Holds::One, Part::Operation),
    (Part::PathItem, "options", Holds::One, Part::Operation),
    (Part::PathItem, "head", Holds::One, Part::Operation),
    (Part::PathItem, "patch", Holds::One, Part::Operation),
    (Part::Operation, "parameters", Holds::Array, Part::Parameter),
    (Part::Operation, "responses", Holds::ByPattern, Part::Response),
    (Part::Parameter, "schema", Holds::One, Part::Schema),
    (Part::Response, "schema", Holds::One, Part::Payload),
    (Part::Response, "headers", Holds::ByName, Part::Simple),
];

/// How a file is written.
#[derive(Clone, Copy)]
pub(super) struct Language {
    pub fields: &'static [Field],
    /// Whether a parameter holds the keywords of its schema itself.
    pub is_swagger: bool,
    pub dialect: Dialect,
}

impl Language {
    /// How a document of this version is written.
    pub fn of_version(version: &str) -> Option<Self> {
        let dialect = Dialect::of_version(version)?;
        let is_swagger = version.starts_with('2');
        Some(Self { fields: if is_swagger { SWAGGER } else { OPENAPI }, is_swagger, dialect })
    }
}
