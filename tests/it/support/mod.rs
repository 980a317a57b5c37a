//! What several modules need: the binary, contracts and plans made of small documents, reports, peers, scripted targets.

pub mod command;
pub mod contract;
pub mod peer;
pub mod property;
pub mod report;
pub mod scripted;

/// The names of the built-in contracts.
pub const PROVIDERS: [&str; 5] = ["telnyx", "asapp", "ada", "respondent", "example-ai"];
