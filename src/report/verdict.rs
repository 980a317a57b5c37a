//! The verdict of a run as a word.

use crate::engine::{Outcome, Results};

/// `conforms`, `fails`, `untestable`, or `unfinished` for a run that was interrupted before it found anything.
pub(super) fn verdict(results: &Results, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fails => "fails",
        _ if results.interrupted => "unfinished",
        Outcome::Untestable => "untestable",
        Outcome::Conforms => "conforms",
    }
}
