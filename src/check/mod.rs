//! Checks exchanges against the contract.
//!
//! Every check is one file of `rules`. The verdict on a status is given once, in `status`, so that no two checks
//! report the same fault.

mod after_writes;
mod cross_exchange;
mod exchange_check;
pub mod laws;
mod model;
mod policy;
pub mod rules;
mod status;
mod support;
#[cfg(test)]
pub(crate) mod testing;

pub use after_writes::{after_writes, failures, of_response};
pub use cross_exchange::{CrossExchange, Observation};
pub use exchange_check::Check;
pub use model::Subject;
#[cfg(feature = "cli")]
pub(crate) use policy::POLICY_KEYS;
pub use policy::{Policy, PolicyError};
pub use rules::idempotence::judge_repeated;
pub use rules::lost_connection::{is_lost, judge_lost};
pub use rules::received_invalid::judge_received;
pub use rules::server_error::under_load;
pub use status::{can_authenticate, has_no_success};
pub use support::crash::family;
pub use support::empty_talk::is_empty_talk;
pub use support::equality::{is_secret, is_server_made, says_state};
pub use support::payload::matching;
pub use support::reading::{MARGINS, manner};
pub use support::response_view::ResponseView;
pub use support::said::{Sent, says, speaks_of};

use crate::finding::Finding;
use crate::rule::Rule;

/// Every check, in the order in which findings of one exchange are reported.
pub fn all() -> &'static [&'static dyn Check] {
    &rules::CHECKS
}

/// The rules of all checks, in their order, and then those that take several exchanges, or files.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    all().iter().map(|check| check.rule()).chain(rules::OTHERS).chain(laws::RULES)
}

/// All that is wrong with one exchange.
///
/// A request that gets no connection is a finding too; whether the target was there at all is for the
/// caller to know.
pub fn judge(subject: &Subject<'_>) -> Vec<Finding> {
    examine(subject).0
}

/// All that is wrong with one exchange, and what it adds to the whole.
pub fn examine(subject: &Subject<'_>) -> (Vec<Finding>, Observation) {
    let (findings, observation): (Vec<Finding>, _) = match &subject.exchange.result {
        Ok(response) => {
            let view = ResponseView::new(subject, response);
            (all().iter().flat_map(|check| check.judge(&view)).collect(), Observation::of(&view))
        }
        Err(failure) => {
            (all().iter().flat_map(|check| check.judge_failure(subject, failure)).collect(), Observation::default())
        }
    };
    (findings, observation)
}
