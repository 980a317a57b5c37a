//! What a stand-in may do wrong, one thing at a time, and the check that is to find it.

use serde_json::{Value, json};

use super::reply::{Reply, success};
use super::request::Refusal;
use crate::case::is_safe;
use crate::check::rules;
use crate::contract::{Operation, StatusRange, Validators};
use crate::rule::Rule;

/// One thing that a stand-in does wrong, wherever the document gives it occasion to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// A required member of a success is left out.
    PropertyDropped,
    /// The body of a success is of another type.
    WrongType,
    /// A success has no body.
    BodyMissing,
    /// The JSON of a success is not closed.
    JsonCut,
    /// A success is of a media type that the document does not have.
    WrongMediaType,
    /// A success does not say of which media type it is.
    MediaTypeMissing,
    /// A required header field is left out.
    HeaderMissing,
    /// The status of a success is none that the document has.
    UndocumentedStatus,
    /// A valid request is refused that is larger than the first one.
    RejectsValid,
    /// A safe request is refused once it has been answered.
    ReadOnce,
    /// Invalid requests fail.
    ServerError,
    /// The connection ends in the middle of every second success.
    CutOff,
    /// Invalid requests are accepted.
    AcceptsInvalid,
    /// Bodies of every media type are accepted.
    AcceptsMediaType,
    /// Credentials are not looked at.
    IgnoresAuth,
    /// Resources that do not exist are found.
    FindsMissing,
    /// Invalid requests are refused as unauthorized.
    WrongRefusal,
    /// Every method is the one that the path has.
    AnyMethod,
    /// 405 does not say which methods there are.
    AllowMissing,
    /// The body of an error breaks its schema.
    ErrorShape,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::PropertyDropped,
        Self::WrongType,
        Self::BodyMissing,
        Self::JsonCut,
        Self::WrongMediaType,
        Self::MediaTypeMissing,
        Self::HeaderMissing,
        Self::UndocumentedStatus,
        Self::RejectsValid,
        Self::ReadOnce,
        Self::ServerError,
        Self::CutOff,
        Self::AcceptsInvalid,
        Self::AcceptsMediaType,
        Self::IgnoresAuth,
        Self::FindsMissing,
        Self::WrongRefusal,
        Self::AnyMethod,
        Self::AllowMissing,
        Self::ErrorShape,
    ];

    /// What it is, as a sentence without its full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::PropertyDropped => "a required property of a success is left out",
            Self::WrongType => "the body of a success is of another type",
            Self::BodyMissing => "a success has no body",
            Self::JsonCut => "the JSON of a success is not closed",
            Self::WrongMediaType => "a success is of an undocumented media type",
            Self::MediaTypeMissing => "a success has no media type",
            Self::HeaderMissing => "a required header field is left out",
            Self::UndocumentedStatus => "the status of a success is not documented",
            Self::RejectsValid => "valid requests that are larger than the first one are refused",
            Self::ReadOnce => "what was read once is refused from then on",
            Self::ServerError => "invalid requests get 500",
            Self::CutOff => "every second success is cut off",
            Self::AcceptsInvalid => "invalid requests are accepted",
            Self::AcceptsMediaType => "every media type is accepted",
            Self::IgnoresAuth => "credentials are not looked at",
            Self::FindsMissing => "resources that do not exist are found",
            Self::WrongRefusal => "invalid requests are refused as unauthorized",
            Self::AnyMethod => "every method is accepted",
            Self::AllowMissing => "405 has no `Allow`",
            Self::ErrorShape => "the body of an error breaks its schema",
        }
    }

    /// The check that is to find it.
    pub fn rule(self) -> &'static Rule {
        match self {
            Self::PropertyDropped | Self::WrongType | Self::BodyMissing => &rules::response_schema::RULE,
            Self::JsonCut => &rules::malformed_body::RULE,
            Self::WrongMediaType | Self::MediaTypeMissing => &rules::media_type::RULE,
            Self::HeaderMissing | Self::AllowMissing => &rules::response_headers::RULE,
            Self::UndocumentedStatus => &rules::undocumented_status::RULE,
            Self::RejectsValid => &rules::rejected_valid::RULE,
            Self::ReadOnce => &rules::idempotence::RULE,
            Self::ServerError => &rules::server_error::RULE,
            Self::CutOff => &rules::no_response::RULE,
            Self::AcceptsInvalid => &rules::accepted_invalid::RULE,
            Self::AcceptsMediaType => &rules::wrong_media_type::RULE,
            Self::IgnoresAuth => &rules::auth_ignored::RULE,
            Self::FindsMissing => &rules::missing_resource::RULE,
            Self::WrongRefusal => &rules::wrong_refusal::RULE,
            Self::AnyMethod => &rules::wrong_method::RULE,
            Self::ErrorShape => &rules::error_envelope::RULE,
        }
    }

    /// Whether what is wrong with a request is overlooked.
    pub(super) fn overlooks(self, refusal: Refusal) -> bool {
        match refusal {
            Refusal::Invalid | Refusal::TooLarge => self == Self::AcceptsInvalid,
            Refusal::WrongMediaType => self == Self::AcceptsMediaType,
            Refusal::Unauthorized => self == Self::IgnoresAuth,
            Refusal::MissingResource => self == Self::FindsMissing,
            Refusal::WrongMethod => self == Self::AnyMethod,
        }
    }

    /// The status in place of the right one, if another is due; `earlier` valid requests came before.
    pub(super) fn status(
        self,
        operation: &Operation,
        refusal: Option<Refusal>,
        earlier: usize,
        is_larger: bool,
    ) -> Option<u16> {
        let names = |status: u16| operation.responses.iter().any(|r| r.status.contains(status));
        match (self, refusal) {
            (Self::UndocumentedStatus, None) => [299, 207, 206].into_iter().find(|status| !names(*status)),
            (Self::RejectsValid, None) => is_larger.then_some(400),
            (Self::ReadOnce, None) => (earlier > 0 && is_safe(&operation.method)).then_some(400),
            (Self::ServerError, Some(Refusal::Invalid)) => Some(500),
            (Self::WrongRefusal, Some(Refusal::Invalid)) => {
                let is_named = |range: StatusRange| operation.responses.iter().any(|response| response.status == range);
                let validates = [400, 422].into_iter().any(|status| is_named(StatusRange::Code(status)));
                (validates && is_named(StatusRange::Code(401))).then_some(401)
            }
            _ => None,
        }
    }

    /// Spoils an answer. False where there is nothing to apply.
    pub(super) fn apply(self, operation: &Operation, validators: &Validators, turn: bool, reply: &mut Reply) -> bool {
        let is_success = reply.status == success(operation);
        match self {
            Self::PropertyDropped if is_success => drop_member(validators, reply),
            Self::WrongType if is_success => other_type(validators, reply),
            Self::ErrorShape if reply.status >= 400 => other_type(validators, reply),
            Self::BodyMissing if is_success && reply.value.is_some() => {
                reply.body.clear();
                true
            }
            Self::JsonCut if is_success && reply.value.as_ref().is_some_and(|v| v.is_object() || v.is_array()) => {
                reply.body.pop();
                true
            }
            Self::WrongMediaType if is_success && !reply.body.is_empty() => {
                let content = operation.response(reply.status).and_then(|response| response.content.as_deref());
                let is_open = content.into_iter().flatten().any(|media| media.name.contains('*'));
                if !is_open {
                    reply.media_type = Some("application/x-undocumented".to_owned());
                }
                !is_open
            }
            Self::MediaTypeMissing if is_success && !reply.body.is_empty() => reply.media_type.take().is_some(),
            Self::HeaderMissing if is_success => {
                let count = reply.headers.len();
                reply.headers.clear();
                count > 0
            }
            Self::AllowMissing if reply.status == 405 => {
                reply.headers.clear();
                true
            }
            Self::CutOff if is_success && turn && reply.body.len() > 1 => {
                reply.is_cut = true;
                true
            }
            _ => false,
        }
    }
}

/// Leaves out the first member that the schema needs.
fn drop_member(validators: &Validators, reply: &mut Reply) -> bool {
    let Some(Value::Object(members)) = reply.value.clone() else { return false };
    members.keys().any(|name| {
        let mut lacking = members.clone();
        lacking.shift_remove(name);
        reply.replace(validators, Value::Object(lacking))
    })
}

/// Puts a value of a type in the body's place that its schema does not have.
fn other_type(validators: &Validators, reply: &mut Reply) -> bool {
    [json!(null), json!([]), json!("text"), json!(1), json!(true), json!({})]
        .into_iter()
        .any(|value| reply.replace(validators, value))
}
