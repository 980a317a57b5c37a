//! What is wrong with a request that is sent on a state that others have made: a safe one that was answered well before they
//! wrote, and a step in the life of a resource.

use super::rules::{
    error_envelope, head_body, leak, malformed_body, media_type, no_response, response_headers, response_schema,
    server_error, undocumented_status,
};
use crate::finding::Finding;
use crate::rule::Rule;

/// What a server cannot excuse by what it holds.
const FAILURES: [&Rule; 2] = [&server_error::RULE, &no_response::RULE];
/// What it can excuse by what it should not hold: something invalid that it took is the cause, and is reported as such.
const WRONG_BODIES: [&Rule; 2] = [&response_schema::RULE, &malformed_body::RULE];

/// What a response is held to whatever was sent before it.
const OF_RESPONSES: [&Rule; 7] = [
    &response_schema::RULE,
    &malformed_body::RULE,
    &media_type::RULE,
    &response_headers::RULE,
    &error_envelope::RULE,
    &head_body::RULE,
    &leak::RULE,
];

/// Of the findings of a step in the life of a resource that was answered with the status `is`, those of the response alone.
/// Which refusal is due the state decides; an undocumented success nothing excuses. Where something invalid was taken, what
/// shows it (`may_show_it`) is wrong for that.
pub fn of_response(findings: &[Finding], is: Option<u16>, may_show_it: bool) -> impl Iterator<Item = &Finding> {
    let is_success = is.is_some_and(|is| (200..300).contains(&is));
    findings.iter().filter(move |finding| {
        let rule = finding.rule;
        OF_RESPONSES.contains(&rule) && !(may_show_it && WRONG_BODIES.contains(&rule))
            || is_success && *rule == undocumented_status::RULE
    })
}

/// Of the findings of a request, those that nothing excuses.
pub fn failures(findings: Vec<Finding>) -> impl Iterator<Item = Finding> {
    findings.into_iter().filter(|finding| FAILURES.contains(&finding.rule))
}

/// Of the findings of a request that had been answered with the status `was`, those that are due to what was written in
/// between (`since` names it, for the message). Whether a resource is still there, or may be seen, is for the server to decide.
pub fn after_writes(findings: Vec<Finding>, was: u16, any_invalid: bool, since: &str) -> Vec<Finding> {
    let is_wrong = |rule: &Rule| FAILURES.contains(&rule) || (!any_invalid && WRONG_BODIES.contains(&rule));
    let told = |finding: Finding| {
        let message =
            format!("{}; before others wrote, the same request was answered with {was}{since}", finding.message);
        Finding { message, ..finding }
    };
    findings.into_iter().filter(|finding| is_wrong(finding.rule)).map(told).collect()
}
