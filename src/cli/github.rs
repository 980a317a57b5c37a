//! What GitHub Actions says of itself.

use std::path::PathBuf;

/// The variable that a job of GitHub Actions has.
const ACTIONS: &str = "GITHUB_ACTIONS";
/// The variable by which it names the file of a step's summary.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Whether this is a step of a job.
pub(super) fn is_there() -> bool {
    std::env::var_os(ACTIONS).is_some_and(|value| value == "true")
}

/// The file of the step's summary.
pub(super) fn summary() -> Option<PathBuf> {
    std::env::var_os(SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from)
}
