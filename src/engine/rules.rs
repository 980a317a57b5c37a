//! What the engine must know of a rule beside its findings. No other file of the engine names a rule.

use crate::check::Finding;

/// Whether the finding is about there being no whole response.
pub(super) fn is_of_no_response(finding: &Finding) -> bool {
    finding.check == "no-response"
}

/// Whether any request will do to show the finding, valid or not: a crash is a crash.
pub(super) fn holds_for_any_request(finding: &Finding) -> bool {
    matches!(finding.check, "server-error" | "no-response")
}

/// Whether the cause is in the values of the request, so that it can be named by what is left of them.
pub(super) fn depends_on_values(finding: &Finding) -> bool {
    holds_for_any_request(finding) || finding.check == "rejected-valid"
}

/// Whether a finding about one request says nothing more once a sequence has shown why it was refused.
pub(super) fn is_explained_by_a_sequence(finding: &Finding) -> bool {
    finding.check == "rejected-valid"
}

/// Whether the finding can be shown again by one request alone, and is worth it: what differs from a snapshot is
/// reported by every run, and may well be right.
pub(super) fn is_replayable(finding: &Finding) -> bool {
    !matches!(finding.check, "snapshot" | "idempotence")
}

/// Whether a finding is of the rule of this name, as kept cases hold it.
pub(super) fn is_of(finding: &Finding, rule: &str) -> bool {
    finding.check == rule
}
