//! A request is answered only when it is sent again: something dies of the first one.

use crate::case::Intent;

use super::{Finding, Rule, Severity, Subject, anchor, finding};

/// The rule, by which [`judge_lost`] judges several exchanges.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    is_of_one_request: false,
    is_replayable: false,
    clauses: &["operation"],
    ..Rule::check(
        "lost-connection",
        "Valid requests lose their connections, just opened, and are answered when they are sent again.",
        "RFC 9112, section 9.5",
    )
};

/// So many may be somebody else's doing.
const FEW: usize = 3;

/// Whether an exchange is one of those that are counted: a valid request, alone, that was answered when it was sent again.
pub fn is_lost(subject: &Subject<'_>) -> bool {
    subject.exchange.attempts.is_cut && subject.exchange.result.is_ok() && subject.case.intent == Intent::Valid
}

/// The finding of a target that did so a number of times, by the last of them.
pub fn judge_lost(last: &Subject<'_>, times: usize) -> Option<Finding> {
    let message = format!(
        "The connection was closed before any response, and the same request was answered over another one: a worker may \
         die of it. More than {FEW} valid requests fared so, with nothing else in flight"
    );
    let found = || finding(last, &RULE, &anchor::operation(last), message, "").of_habit("closed");
    (times > FEW).then(|| found().with_severity(RULE.severity).expecting("a response at once"))
}
