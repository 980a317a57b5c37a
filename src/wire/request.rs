//! A serialised request, without the secrets of its credentials.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::percent::{cookie_pair, query_pair};
use crate::contract::{Operation, ParameterLocation};

/// A server need not take a request whose target, or whose header section, has more octets than this. RFC 9110, section
/// 4.1, recommends 8,000 for a target, and many servers and proxies stop at less.
pub const LONG: usize = 2_000;

/// A request, all but its credentials and the target's address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The values of the path's variables, in the template's order, not yet percent-encoded.
    pub path_params: Vec<(String, String)>,
    /// The path as it is sent: the template filled, percent-encoded, without the server's prefix.
    pub path: String,
    /// Whether the path is all of it: no prefix of the server comes before it.
    pub is_whole: bool,
    /// Query pairs in order.
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueryPair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Both as they are sent, percent-encoded.
    pub encoded: String,
}

impl QueryPair {
    /// A pair; `reserved` leaves reserved characters as they are (`allowReserved`, and the delimiters of some styles).
    pub fn new(name: impl Into<String>, value: impl Into<String>, reserved: bool) -> Self {
        let (name, value) = (name.into(), value.into());
        Self { encoded: query_pair(&name, &value, reserved), name, value }
    }
}

/// A body with its media type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Body {
    /// The `Content-Type`; `None` sends none.
    pub media_type: Option<String>,
    /// What is sent.
    pub payload: Payload,
}

/// What a body holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// No body of more bytes is made: it is held in memory, by several requests at once.
    pub const LARGEST: u64 = 64 << 20;

    /// Whether there is not a byte of it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty())
    }

    /// The bytes that go over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Padded { value, size } => {
                let mut bytes = value.to_string().into_bytes();
                let size = usize::try_from((*size).min(Self::LARGEST)).unwrap_or(0);
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
    /// Path and query as they are sent to a target without a path of its own, credentials aside.
    pub fn path_and_query(&self, operation: &Operation) -> String {
        let query = self.query.iter().map(|pair| pair.encoded.as_str()).collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{query}", operation.base_path.trim_end_matches('/'), self.path)
    }

    /// Whether a server may refuse it for its length alone, credentials aside.
    pub fn is_long(&self, operation: &Operation) -> bool {
        let fields = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        let cookies = self.cookies.iter().map(|(name, value)| cookie_pair(name, value).len()).sum::<usize>();
        self.path_and_query(operation).len() > LONG || fields + cookies > LONG
    }

    /// The request as a server of the contract receives it, credentials aside; `None` where it cannot be one of HTTP.
    pub fn to_http(&self, operation: &Operation) -> Option<http::Request<Vec<u8>>> {
        let mut request = http::Request::builder().method(self.method.as_str()).uri(self.path_and_query(operation));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| cookie_pair(name, value)).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(media_type) = self.body.as_ref().and_then(|body| body.media_type.as_ref()) {
            request = request.header("content-type", media_type);
        }
        let body = self.body.as_ref().map_or_else(Vec::new, |body| body.payload.bytes());
        request.body(body).ok()
    }

    /// The value of a header field, by its case-insensitive name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is sent in this place under this name.
    pub fn carries(&self, place: ParameterLocation, name: &str) -> bool {
        match place {
            ParameterLocation::Path => self.path_params.iter().any(|(known, _)| known == name),
            ParameterLocation::Query => self.query.iter().any(|pair| pair.name == name),
            ParameterLocation::Header => self.header(name).is_some(),
            ParameterLocation::Cookie => self.cookies.iter().any(|(known, _)| known == name),
        }
    }
}
