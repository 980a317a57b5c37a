//! The contract: what a document obliges a server to, operation by operation.

use std::fmt;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use serde_json::Value;

use super::clause::Clauses;
use super::media_type::{MediaRange, PayloadKind};
use super::schema::{SchemaId, Schemas, Unknown};
use super::status::StatusRange;
use crate::spec::SourceLocation;

/// One operation: a method on a path (OpenAPI 3.1, section 4.8.10).
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`, or the method and path where the document gives none.
    pub id: String,
    /// The method, in upper case.
    pub method: String,
    /// The path template as the document writes it.
    pub path: String,
    /// The path part of the server's URL, without a trailing slash; a target's own prefix replaces it.
    pub base_path: String,
    /// The path parts of all servers' URLs, the first of them [`Operation::base_path`].
    pub base_paths: Vec<String>,
    /// What the document says of it, for people: its summary and its description.
    pub description: Option<String>,
    /// Parameters, the path item's included.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<RequestBody>,
    /// Its parts that cannot be read, so that it is not known what a request must have.
    pub unknown: Vec<Unknown>,
    /// Responses in the document's order.
    pub responses: Vec<ResponseSpec>,
    /// Alternatives, each a set of schemes that are needed together; empty means public.
    pub security: Vec<Vec<SchemeRequirement>>,
    /// The methods that the document has on this path.
    pub methods_on_path: Vec<String>,
    /// The operation object.
    pub location: SourceLocation,
    /// Its clauses, compiled when they are first asked for.
    pub(super) clauses: LazyClauses,
}

impl Operation {
    /// The response that documents `status`: its own code, then its class, then `default`.
    pub fn response(&self, status: u16) -> Option<&ResponseSpec> {
        let find = |wanted: StatusRange| self.responses.iter().find(|response| response.status == wanted);
        find(StatusRange::Code(status))
            .or_else(|| find(StatusRange::Class((status / 100) as u8)))
            .or_else(|| find(StatusRange::Default))
    }

    /// The position of the header parameter by which a target knows a request again: `Idempotency-Key`, or one that is called
    /// so in its own way.
    pub fn idempotency_key(&self) -> Option<usize> {
        let mut parameters = self.parameters.iter();
        parameters.position(|one| {
            one.place == ParameterLocation::Header && one.name.to_ascii_lowercase().contains("idempoten")
        })
    }

    /// Whether a parameter carries a credential, which is put in when the request is sent.
    pub fn carries_credential(&self, parameter: &Parameter) -> bool {
        self.security.iter().flatten().any(|used| match &used.kind {
            SchemeKind::ApiKey(place, name) => *place == parameter.place && name.eq_ignore_ascii_case(&parameter.name),
            _ => parameter.place == ParameterLocation::Header && parameter.name.eq_ignore_ascii_case("authorization"),
        })
    }

    /// The parameter of this name in this place.
    pub fn parameter(&self, place: ParameterLocation, name: &str) -> Option<&Parameter> {
        self.parameters.get(self.parameter_position(place, name)?)
    }

    /// Whether a parameter may be sent without a value (`allowEmptyValue`; OpenAPI 3.1, section 4.8.12).
    pub fn may_be_empty(&self, place: ParameterLocation, name: &str) -> bool {
        let parameter = self.parameter(place, name);
        place == ParameterLocation::Query && parameter.is_some_and(|parameter| parameter.allow_empty)
    }

    /// The position of the parameter of a place and name among all.
    pub fn parameter_position(&self, place: ParameterLocation, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| {
            parameter.place == place
                && match place {
                    // RFC 9110, section 5.1: field names are case-insensitive.
                    ParameterLocation::Header => parameter.name.eq_ignore_ascii_case(name),
                    _ => parameter.name == name,
                }
        })
    }
}

/// The clauses of an operation, once they are compiled, and what they are compiled from.
#[derive(Clone, Default)]
pub(super) struct LazyClauses {
    pub schemas: Arc<Schemas>,
    pub compiled: OnceLock<Clauses>,
}

impl fmt::Debug for LazyClauses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.compiled.fmt(f)
    }
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// In a header field.
    Header,
    /// In the `Cookie` header field.
    Cookie,
}

impl ParameterLocation {
    /// As OpenAPI's `in` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// From OpenAPI's `in`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::Header, Self::Cookie].into_iter().find(|place| place.name() == name)
    }
}

impl fmt::Display for ParameterLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a parameter's value becomes text (OpenAPI 3.1, section 4.8.12.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a,b,c`
    Simple,
    /// `.a.b.c`
    Label,
    /// `;name=a;name=b`
    Matrix,
    /// `name=a&name=b` or `name=a,b`
    Form,
    /// `name=a%20b`
    SpaceDelimited,
    /// `name=a%09b`, Swagger 2.0's `tsv`.
    TabDelimited,
    /// `name=a|b`
    PipeDelimited,
    /// `name[key]=a`
    DeepObject,
    /// One media type's text (`content`).
    Content,
}

impl Style {
    /// As OpenAPI's `style` writes it; `tsv` is Swagger 2.0's `collectionFormat`, and `content` the parameter's other
    /// keyword.
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::TabDelimited => "tsv",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
            Self::Content => "content",
        }
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it travels.
    pub place: ParameterLocation,
    /// Whether a request must carry it.
    pub required: bool,
    /// How its value becomes text.
    pub style: Style,
    /// The media type of its value, where that is said by `content`.
    pub media_type: Option<String>,
    /// Whether each item or member becomes a text of its own.
    pub explode: bool,
    /// Whether reserved characters stay as they are.
    pub allow_reserved: bool,
    /// Whether it may be sent with an empty value.
    pub allow_empty: bool,
    /// What the document says of it, for people.
    pub description: Option<String>,
    /// Its schema.
    pub schema: Option<SchemaId>,
    /// Examples that stand beside the schema.
    pub examples: Vec<(Value, SourceLocation)>,
    /// The parameter object.
    pub location: SourceLocation,
}

impl Parameter {
    /// How its value is written, where `content` says so.
    pub fn content_kind(&self) -> Option<PayloadKind> {
        self.media_type.as_deref().map(|name| MediaRange::parse(name).kind())
    }

    /// Whether its value travels as JSON, with its types.
    pub fn is_json(&self) -> bool {
        self.content_kind() == Some(PayloadKind::Json)
    }
}

/// A request body.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// Whether a request must carry one.
    pub required: bool,
    /// The media types that are understood.
    pub content: Vec<MediaType>,
    /// The largest body that is accepted, where the document says (`x-max-request-size`).
    pub max_size: Option<SizeLimit>,
    /// The request body object.
    pub location: SourceLocation,
}

/// A limit such as `10MB`, whose unit may be read as a decimal or a binary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeLimit {
    /// Bytes that are accepted by every reading.
    pub accepted: u64,
    /// Bytes that no reading accepts more than.
    pub rejected_above: u64,
    /// Where it stands.
    pub location: SourceLocation,
}

/// A media type with the schema of its payload.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// As the document writes it, for example `application/json` or `text/*`.
    pub name: String,
    /// The schema of the payload.
    pub schema: Option<SchemaId>,
    /// Examples of the payload.
    pub examples: Vec<(Value, SourceLocation)>,
    /// The content type of single properties (form and multipart).
    pub encoding: IndexMap<String, Encoding>,
    /// The media type object.
    pub location: SourceLocation,
}

/// How one property of a form travels (OpenAPI 3.1, section 4.8.15).
#[derive(Clone, Debug, Default)]
pub struct Encoding {
    /// The part's media type.
    pub content_type: Option<String>,
    /// The style, as for a query parameter.
    pub style: Option<Style>,
    /// Whether items become texts of their own.
    pub explode: Option<bool>,
    /// Whether the part is a file: bytes of any kind, with a file name (RFC 7578, section 4.2).
    pub file: bool,
}

impl Encoding {
    /// The media types that the part may have: there may be several (OpenAPI 3.1, section 4.8.15.1). Ranges are left out.
    pub fn listed(&self) -> Vec<&str> {
        let names = self.content_type.as_deref().unwrap_or("").split(',').map(str::trim);
        names.filter(|name| !name.is_empty() && !name.contains('*')).collect()
    }

    /// Whether the part is a file of one of the media types that are listed, and no other.
    pub fn is_closed(&self) -> bool {
        let is_any = self.content_type.as_deref().is_some_and(|all| all.contains('*'));
        let all = self.listed();
        self.file && !is_any && !all.is_empty() && !all.contains(&"application/octet-stream")
    }
}

impl MediaType {
    /// How its payload is written.
    pub fn kind(&self) -> PayloadKind {
        MediaRange::parse(&self.name).kind()
    }

    /// The one of these that documents the media type `name`, by its position: the same, else the same but for
    /// parameters, else the narrowest range that holds it.
    pub fn documenting(content: &[Self], name: &str) -> Option<usize> {
        MediaRange::parse(name).nearest(content.iter().map(|media| media.name.as_str()))
    }
}

/// A documented response.
#[derive(Clone, Debug)]
pub struct ResponseSpec {
    /// The statuses it documents.
    pub status: StatusRange,
    /// Its header fields, `Content-Type` aside (OpenAPI 3.1, section 4.8.17).
    pub headers: Vec<Header>,
    /// Its payloads; `None` where the document is silent, so that nothing may be said of the body.
    pub content: Option<Vec<MediaType>>,
    /// The response object.
    pub location: SourceLocation,
}

/// A documented header field of a response.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Whether the response must carry it.
    pub required: bool,
    /// Its schema.
    pub schema: Option<SchemaId>,
    /// The header object.
    pub location: SourceLocation,
}

/// What a security scheme asks a request for (OpenAPI 3.1, section 4.8.27).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SchemeKind {
    /// `Authorization: Basic` (RFC 7617).
    Basic,
    /// `Authorization: Bearer` (RFC 6750); OAuth 2 and OpenID Connect send their tokens so too.
    Bearer,
    /// Another scheme of the `Authorization` header field.
    Http(String),
    /// A key in a header field, query parameter or cookie of this name.
    ApiKey(ParameterLocation, String),
    /// A client certificate, which no request text can carry.
    MutualTls,
}

/// One scheme that a request must satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeRequirement {
    /// The scheme's name in the document, or the parameter's that carries a credential.
    pub scheme: String,
    /// What it asks for.
    pub kind: SchemeKind,
    /// The scheme in the security requirement.
    pub location: SourceLocation,
}
