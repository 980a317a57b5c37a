//! What is wrong with a safe request that was answered well before others wrote.

use super::rules::{malformed_body, no_response, response_schema, server_error};
use crate::finding::Finding;
use crate::rule::Rule;

/// What a server cannot excuse by what it holds.
const FAILURES: [&Rule; 2] = [&server_error::RULE, &no_response::RULE];
/// What it can excuse by what it should not hold: something invalid that it took is the cause, and is reported as such.
const WRONG_BODIES: [&Rule; 2] = [&response_schema::RULE, &malformed_body::RULE];

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
