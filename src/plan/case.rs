//! A case: one request with its intent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::draft::Draft;
use crate::contract::{ClauseId, ParameterPlace, SchemaId};
use crate::spec::Location;

/// One request with its intent.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its position in the operation's plan, from 0.
    pub index: usize,
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// What is tried, in a few words, for example "`text` is missing".
    pub name: String,
    /// Who thought of it.
    pub origin: Origin,
    /// What the case is meant to show.
    pub intent: Intent,
    /// The one clause that an invalid case breaks, or that a valid case is about.
    pub clause: Option<ClauseId>,
    /// Further clauses that cannot but break together with it.
    pub also_broken: Vec<ClauseId>,
    /// The request.
    pub request: Request,
    /// The values that the request was made from, where it was; they can be made simpler.
    pub draft: Option<Draft>,
    /// The value that was generated, and the schema it was generated from.
    pub generated: Option<Generated>,
    /// The statuses that a person wrote down for this case.
    pub expected: Option<Vec<crate::contract::StatusRange>>,
    /// The contract allows what the request holds beside its fault, yet says so little that a server may well
    /// refuse it for another reason: a crash or a wrong answer tells against the server, a refusal does not.
    pub doubtful: bool,
    /// Where a person wrote the case, `file:line`.
    pub written_at: Option<String>,
}

/// A generated value, with the schema it keeps or breaks.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The schema of the whole value.
    pub schema: SchemaId,
    /// Where that schema stands.
    pub location: Location,
    /// The value, as the server sees it.
    pub value: Value,
}

/// Who thought of a case, in the order in which cases are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An earlier run, which it made fail.
    Regression,
    /// A person, in the fixtures.
    Fixture,
    /// The document's own example.
    Example,
    /// A value at an edge of what is allowed.
    Edge,
    /// A value that breaks one clause.
    Fault,
    /// The protocol around the value: credentials, method, media type, size, resource.
    Protocol,
    /// Chance.
    Random,
}

/// What a case is meant to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    /// The request keeps every clause.
    Valid,
    /// The request breaks exactly one clause of a parameter or of the body.
    Invalid(Fault),
    /// The request's credentials are missing or wrong; all else is valid.
    Unauthenticated,
    /// The request is valid, yet names a resource that does not exist.
    MissingResource,
    /// The path has no such method.
    WrongMethod,
}

/// The class of a fault; it decides which statuses are an acceptable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The body, or a parameter outside the path, breaks its schema or is missing.
    Validation,
    /// A path parameter breaks its schema: the server may as well say that there is no such resource.
    PathParameter,
    /// The body's media type is none that the operation understands.
    MediaType,
    /// The body is larger than the operation accepts.
    TooLarge,
    /// The body is no text of its media type.
    Malformed,
}

impl Intent {
    /// The name that plans and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(Fault::Malformed) => "malformed",
            Self::Invalid(_) => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::MissingResource => "missing-resource",
            Self::WrongMethod => "wrong-method",
        }
    }
}

/// A request, all but its credentials and the target's address.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The values of the path's variables, in the template's order, not yet percent-encoded.
    pub path_params: Vec<(String, String)>,
    /// The path as it is sent: the template filled, percent-encoded, without the server's prefix.
    pub path: String,
    /// Query pairs in order. A name or value is not yet percent-encoded.
    pub query: Vec<QueryPair>,
    /// Header fields in order, `Content-Type` aside.
    pub headers: Vec<(String, String)>,
    /// Cookies in order, not yet encoded.
    pub cookies: Vec<(String, String)>,
    /// What is sent in place of each credential.
    pub credentials: Credentials,
    /// The body.
    pub body: Option<Body>,
}

/// A name and value of the query string.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryPair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Whether reserved characters stay as they are (`allowReserved`, and the delimiters of some styles).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reserved: bool,
}

/// A body with its media type.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Body {
    /// The `Content-Type`; `None` sends none.
    pub media_type: Option<String>,
    /// What is sent.
    pub payload: Payload,
}

/// What a body holds.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Payload {
    /// A JSON value, written compactly.
    Json(Value),
    /// Bytes, sent as they are.
    Bytes(Vec<u8>),
    /// This many bytes: a JSON text that is valid but for its size. Made when it is sent, to keep plans small.
    Padded {
        /// The valid value.
        value: Value,
        /// The size of the text in bytes; the value is followed by white space.
        size: u64,
    },
}

impl Payload {
    /// The bytes that go over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Padded { value, size } => {
                let mut bytes = value.to_string().into_bytes();
                let size = usize::try_from(*size).unwrap_or(usize::MAX);
                bytes.resize(size.max(bytes.len()), b' ');
                bytes
            }
        }
    }
}

/// What a request sends for its credentials. Secrets themselves are put in by `execute`, never kept in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// Which of the operation's security alternatives is used, by position.
    pub alternative: usize,
    /// The schemes that are not sent as configured.
    pub changed: Vec<(String, CredentialChange)>,
}

/// What is sent in place of one credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialChange {
    /// Nothing.
    Missing,
    /// An empty value (for a scheme of `Authorization`, its name alone).
    Empty,
    /// A well-formed value that is not the configured one.
    Wrong,
    /// The configured value without its last character.
    Truncated,
    /// The configured value with one character more.
    Extended,
    /// The configured value with the case of its letters swapped.
    OtherCase,
    /// The right value under another `Authorization` scheme.
    WrongScheme,
    /// This value, written by a person.
    Value(String),
}

impl CredentialChange {
    /// How a report puts it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Empty => "empty",
            Self::Wrong => "wrong",
            Self::Truncated => "cut short by one character",
            Self::Extended => "one character too long",
            Self::OtherCase => "in the other case",
            Self::WrongScheme => "under the wrong scheme",
            Self::Value(_) => "replaced",
        }
    }
}

impl Request {
    /// The value of a header field, by its case-insensitive name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is sent in this place under this name.
    pub fn carries(&self, place: ParameterPlace, name: &str) -> bool {
        match place {
            ParameterPlace::Path => self.path_params.iter().any(|(known, _)| known == name),
            ParameterPlace::Query => self.query.iter().any(|pair| pair.name == name),
            ParameterPlace::Header => self.header(name).is_some(),
            ParameterPlace::Cookie => self.cookies.iter().any(|(known, _)| known == name),
        }
    }
}
