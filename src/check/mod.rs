//! Judges exchanges against the contract.
//!
//! Every check is one file of the same shape: a unit struct that implements [`Check`] and stands in
//! [`all`]. What a status means for a case is decided once, in [`standing`], so that no two checks tell
//! the same fault.

mod accepted_invalid;
mod across;
mod auth_ignored;
mod echo;
mod error_envelope;
mod expected_status;
mod false_success;
mod finding;
mod idempotence;
mod item;
mod leak;
mod malformed_body;
mod media_type;
mod missing_resource;
mod nearest;
mod no_response;
mod payload;
mod pin;
mod policy;
mod read_only;
mod reading;
mod rejected_valid;
mod response_headers;
mod response_schema;
mod server_error;
mod slow;
mod snapshot;
mod standing;
#[cfg(test)]
pub(crate) mod testing;
mod undocumented_status;
mod write_only;
mod wrong_media_type;
mod wrong_method;
mod wrong_refusal;

pub use across::{Across, Sighting};
pub use finding::{Finding, Severity};
pub use idempotence::{is_safe, judge_repeated};
pub use payload::matching;
pub use policy::{Policy, PolicyError};
pub use reading::Reading;
pub use standing::can_authenticate;

use std::time::Duration;

use standing::Standing;

use crate::case::Case;
use crate::contract::{Contract, Operation, Validators};
use crate::execute::{Exchange, Failure};
use crate::fixtures::Fixtures;

/// One exchange with all that it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Validators of its schemas.
    pub validators: &'a Validators,
    /// The operation.
    pub operation: &'a Operation,
    /// What is known of the target.
    pub fixtures: &'a Fixtures,
    /// The case.
    pub case: &'a Case,
    /// What was sent and what came back.
    pub exchange: &'a Exchange,
    /// The longest time that a response may take, if there is a limit.
    pub max_response_time: Option<Duration>,
}

/// What a check is, for `conform checks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The stable name, for example `accepted-invalid`.
    pub name: &'static str,
    /// What it finds, in one sentence.
    pub sentence: &'static str,
    /// The kinds of clauses that it judges, by keyword.
    pub clauses: &'static [&'static str],
    /// The section that makes the rule.
    pub section: &'static str,
}

/// A rule that judges one exchange. One that takes several of them, or files, has no part in [`judge`].
pub trait Check: Sync {
    /// What it is.
    fn about(&self) -> About;

    /// What is wrong with a response.
    fn judge(&self, reading: &Reading<'_>) -> Vec<Finding> {
        let _ = reading;
        Vec::new()
    }

    /// What is wrong with there being no whole response.
    fn judge_failure(&self, subject: &Subject<'_>, failure: &Failure) -> Vec<Finding> {
        let _ = (subject, failure);
        Vec::new()
    }
}

/// Every check, in the order in which findings of one exchange are told.
pub fn all() -> &'static [&'static dyn Check] {
    &[
        &no_response::NoResponse,
        &server_error::ServerError,
        &accepted_invalid::AcceptedInvalid,
        &wrong_media_type::WrongMediaType,
        &auth_ignored::AuthIgnored,
        &missing_resource::MissingResource,
        &wrong_method::WrongMethod,
        &rejected_valid::RejectedValid,
        &idempotence::Idempotence,
        &wrong_refusal::WrongRefusal,
        &undocumented_status::UndocumentedStatus,
        &expected_status::ExpectedStatus,
        &media_type::MediaTypes,
        &malformed_body::MalformedBody,
        &response_headers::ResponseHeaders,
        &response_schema::ResponseSchema,
        &error_envelope::ErrorEnvelope,
        &false_success::FalseSuccess,
        &write_only::WriteOnly,
        &read_only::ReadOnly,
        &echo::Echo,
        &leak::Leak,
        &slow::Slow,
        &snapshot::Snapshot,
    ]
}

/// All that is wrong with one exchange.
///
/// A request that gets no connection is a finding too; whether the target was there at all is for the
/// caller to know.
pub fn judge(subject: &Subject<'_>) -> Vec<Finding> {
    examine(subject).0
}

/// All that is wrong with one exchange, and what it adds to the whole.
pub fn examine(subject: &Subject<'_>) -> (Vec<Finding>, Sighting) {
    let (mut findings, sighting): (Vec<Finding>, _) = match &subject.exchange.outcome {
        Ok(answer) => {
            let reading = Reading::new(subject, answer);
            (all().iter().flat_map(|check| check.judge(&reading)).collect(), Sighting::of(&reading))
        }
        Err(failure) => {
            (all().iter().flat_map(|check| check.judge_failure(subject, failure)).collect(), Sighting::default())
        }
    };
    for finding in &mut findings {
        hide_secrets(subject.fixtures, &mut finding.message);
    }
    (findings, sighting)
}

/// Puts the variable in place of each credential that a response repeated.
fn hide_secrets(fixtures: &Fixtures, message: &mut String) {
    for secret in fixtures.credentials.values() {
        if !secret.value.is_empty() && message.contains(&secret.value) {
            *message = message.replace(&secret.value, &format!("${{{}}}", secret.variable));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_name_of_its_own_and_says_what_it_is() {
        let mut names: Vec<&str> = all().iter().map(|check| check.about().name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for check in all() {
            let about = check.about();
            assert!(about.sentence.ends_with('.') && !about.section.is_empty(), "{about:?}");
        }
    }
}
