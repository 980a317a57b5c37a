//! Support for checks.

pub(super) mod anchor;
pub(super) mod body_findings;
pub(super) mod crash;
pub(super) mod dialect;
pub(super) mod empty_talk;
pub(super) mod equality;
pub(super) mod partial;
pub(super) mod payload;
pub(super) mod reading;
pub(super) mod response_view;
pub(super) mod rewritten;
pub(super) mod said;
pub(super) mod schema_violations;
pub(super) mod traces;
pub(super) mod violation_path;
pub(super) mod ways;
pub(super) mod xml_answer;
