//! What several modules need: the binary, contracts and plans made of small documents, reports, peers, targets of a test's own.

pub mod command;
pub mod contract;
pub mod peer;
pub mod property;
pub mod report;
pub mod scripted;
pub mod served;

/// The names of the built-in contracts.
pub const PROVIDERS: [&str; 5] = ["telnyx", "asapp", "ada", "respondent", "example-ai"];
