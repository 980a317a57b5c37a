//! Judges exchanges against the contract.

mod finding;

pub use finding::{Finding, Severity};
