//! The checks, one file each: a static [`Rule`], and a unit struct that judges by it.
//!
//! To add one, copy the most similar one, and name it in `CHECKS`. Rules that need several exchanges or files are here
//! as well, and are judged elsewhere.

pub mod accepted_invalid;
pub mod auth_ignored;
pub mod echo;
pub mod error_envelope;
pub mod expected_status;
pub mod false_success;
pub mod head_body;
pub mod idempotence;
pub mod leak;
pub mod lost_connection;
pub mod malformed_body;
pub mod media_type;
pub mod missing_resource;
pub mod no_response;
pub mod not_acceptable;
pub mod read_only;
pub mod received_invalid;
pub mod rejected_valid;
pub mod response_headers;
pub mod response_schema;
pub mod server_error;
pub mod slow;
pub mod snapshot;
pub mod undocumented_status;
pub mod write_only;
pub mod wrong_media_type;
pub mod wrong_method;
pub mod wrong_refusal;

use super::status::{StatusVerdict, has_one_type, is_hint, may_have_one_type};
use super::support::anchor::{self, Anchor};
use super::support::response_view::{ResponseView, brief, finding};
use super::support::{body_findings, crash, dialect, payload, reading, schema_violations, traces, violation_path};
use super::{Check, Subject};
use crate::finding::Finding;
use crate::rule::{Pins, Rule, Severity, Shrink, Weight};

/// Every check, in the order in which findings of one exchange are reported.
pub(super) static CHECKS: [&dyn Check; 24] = [
    &no_response::NoResponse,
    &server_error::ServerError,
    &accepted_invalid::AcceptedInvalid,
    &wrong_media_type::WrongMediaType,
    &auth_ignored::AuthIgnored,
    &missing_resource::MissingResource,
    &wrong_method::WrongMethod,
    &rejected_valid::RejectedValid,
    &wrong_refusal::WrongRefusal,
    &undocumented_status::UndocumentedStatus,
    &expected_status::ExpectedStatus,
    &media_type::MediaTypes,
    &not_acceptable::NotAcceptable,
    &malformed_body::MalformedBody,
    &head_body::HeadBody,
    &response_headers::ResponseHeaders,
    &response_schema::ResponseSchema,
    &error_envelope::ErrorEnvelope,
    &false_success::FalseSuccess,
    &write_only::WriteOnly,
    &read_only::ReadOnly,
    &echo::Echo,
    &leak::Leak,
    &slow::Slow,
];

/// Rules that are judged elsewhere.
pub(super) static OTHERS: [&Rule; 4] =
    [&idempotence::RULE, &lost_connection::RULE, &snapshot::RULE, &received_invalid::RULE];
