//! How a case is kept in a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::case::{Fault, Intent, Mutation};
use crate::contract::{Clause, ClauseTarget, Operation, ParameterLocation};
use crate::wire::{Body, Credentials, Payload};

/// A failing case: the values that its request is made of, without any secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The contract's name.
    pub contract: String,
    /// The operation's id.
    pub operation: String,
    /// The check that it failed.
    pub check: String,
    /// What was wrong, for people.
    pub found: String,
    /// The case's name.
    pub case: String,
    /// What the case is meant to show: `valid`, `invalid`, `unauthenticated`, `missing-resource`, `wrong-method`,
    /// `robustness`.
    pub(super) intent: SavedIntent,
    /// The class of the fault of an invalid case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<Fault>,
    /// The clause that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) clause: Option<SavedClause>,
    /// The parameters that are sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) parameters: Vec<SavedParameter>,
    /// The credentials that are not sent as configured.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) credentials: Credentials,
    /// The body, as a value of a media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<SavedBody>,
    /// What is sent in place of what the values say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) instead: Option<SavedMutation>,
    /// A server may well refuse it for another reason, which is no fault then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) doubtful: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SavedIntent {
    Valid,
    Invalid,
    Unauthenticated,
    MissingResource,
    WrongMethod,
    Robustness,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedClause {
    pub keyword: String,
    pub pointer: String,
    /// What it speaks of: `query.page`, `body#/text`; nothing where that is the request as a whole. Schemas are shared, so
    /// that the pointer alone does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedParameter {
    /// OpenAPI's `in`.
    #[serde(rename = "in")]
    pub location: String,
    pub name: String,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedBody {
    /// As the document writes it.
    pub media_type: String,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SavedMutation {
    Method(String),
    Body(SavedBytes),
    Text(SavedText),
    Accept(String),
}

/// A text in place of a parameter's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedText {
    /// OpenAPI's `in`.
    #[serde(rename = "in")]
    location: String,
    name: String,
    encoded: String,
}

/// A body as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SavedBytes {
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    /// The size in bytes to which `json` is filled up with white space.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "sendable")]
    size: Option<u64>,
}

/// A size that a body may have.
fn sendable<'de, D: Deserializer<'de>>(size: D) -> Result<Option<u64>, D::Error> {
    let size = u64::deserialize(size)?;
    if size > Payload::LARGEST {
        let reason = format!("a body of {size} bytes is not sent; {} bytes are the most", Payload::LARGEST);
        return Err(D::Error::custom(reason));
    }
    Ok(Some(size))
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl SavedIntent {
    pub fn of(intent: Intent) -> (Self, Option<Fault>) {
        match intent {
            Intent::Valid => (Self::Valid, None),
            Intent::Invalid(fault) => (Self::Invalid, Some(fault)),
            Intent::Unauthenticated => (Self::Unauthenticated, None),
            Intent::MissingResource => (Self::MissingResource, None),
            Intent::WrongMethod => (Self::WrongMethod, None),
            Intent::Robustness => (Self::Robustness, None),
        }
    }

    pub fn intent(self, fault: Option<Fault>) -> Intent {
        match self {
            Self::Valid => Intent::Valid,
            Self::Invalid => Intent::Invalid(fault.unwrap_or(Fault::Validation)),
            Self::Unauthenticated => Intent::Unauthenticated,
            Self::MissingResource => Intent::MissingResource,
            Self::WrongMethod => Intent::WrongMethod,
            Self::Robustness => Intent::Robustness,
        }
    }
}

impl SavedClause {
    pub fn of(operation: &Operation, clause: &Clause) -> Self {
        let holder = match clause.place {
            ClauseTarget::Parameter(index) => {
                let parameter = operation.parameters.get(index);
                parameter.map(|parameter| format!("{}.{}", parameter.place, parameter.name)).unwrap_or_default()
            }
            ClauseTarget::Body(_) => "body".to_owned(),
            ClauseTarget::Request | ClauseTarget::Response(_) => String::new(),
        };
        let instance = clause.instance.as_str();
        let at = if instance.is_empty() { holder } else { format!("{holder}#{instance}") };
        Self { keyword: clause.keyword.to_owned(), pointer: clause.location.pointer.to_string(), at }
    }

    /// Whether it is this clause; one of a body is of the media type at `media`.
    pub fn is(&self, operation: &Operation, clause: &Clause, media: Option<usize>) -> bool {
        let is_sent = match clause.place {
            ClauseTarget::Body(index) => Some(index) == media,
            ClauseTarget::Response(_) => false,
            ClauseTarget::Request | ClauseTarget::Parameter(_) => true,
        };
        is_sent
            && clause.keyword == self.keyword
            && clause.location.pointer.as_str() == self.pointer
            && Self::of(operation, clause) == *self
    }
}

impl SavedMutation {
    pub fn of(mutation: &Mutation) -> Self {
        match mutation {
            Mutation::Method(method) => Self::Method(method.clone()),
            Mutation::Accept(accept) => Self::Accept(accept.clone()),
            Mutation::Body(body) => Self::Body(SavedBytes::of(body)),
            Mutation::Text { place, name, encoded } => Self::Text(SavedText {
                location: place.name().to_owned(),
                name: name.clone(),
                encoded: encoded.clone(),
            }),
        }
    }

    pub fn mutation(&self) -> Result<Mutation, String> {
        match self {
            Self::Method(method) => Ok(Mutation::Method(method.clone())),
            Self::Accept(accept) => Ok(Mutation::Accept(accept.clone())),
            Self::Body(bytes) => bytes.body().map(Mutation::Body),
            Self::Text(SavedText { location, name, encoded }) => {
                let place = ParameterLocation::named(location);
                let place = place.ok_or_else(|| format!("`{location}` is no place of a parameter"))?;
                Ok(Mutation::Text { place, name: name.clone(), encoded: encoded.clone() })
            }
        }
    }
}

impl SavedBytes {
    fn of(body: &Body) -> Self {
        let mut saved = Self { media_type: body.media_type.clone(), ..Self::default() };
        match &body.payload {
            Payload::Json(value) => saved.json = Some(value.clone()),
            Payload::Padded { value, size } => (saved.json, saved.size) = (Some(value.clone()), Some(*size)),
            Payload::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => saved.text = Some(text.to_owned()),
                Err(_) => saved.base64 = Some(STANDARD.encode(bytes)),
            },
        }
        saved
    }

    fn body(&self) -> Result<Body, String> {
        let payload = match (&self.json, &self.text, &self.base64, self.size) {
            (Some(value), None, None, Some(size)) => Payload::Padded { value: value.clone(), size },
            (Some(value), None, None, None) => Payload::Json(value.clone()),
            (None, Some(text), None, None) => Payload::Bytes(text.clone().into_bytes()),
            (None, None, Some(text), None) => {
                Payload::Bytes(STANDARD.decode(text).map_err(|error| format!("its body is no base64: {error}"))?)
            }
            _ => return Err("its body needs one of json, text and base64".to_owned()),
        };
        Ok(Body { media_type: self.media_type.clone(), payload })
    }
}
