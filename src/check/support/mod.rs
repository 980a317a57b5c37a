//! What several checks have in common.

pub(super) mod anchor;
pub(super) mod payload;
pub(super) mod response_view;
pub(super) mod schema_violations;
mod violation_path;
