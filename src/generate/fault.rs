//! What the search for faults finds.

use serde_json::Value;

/// A value that is meant to break a clause.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What was done, for example "one character too long".
    pub label: String,
    /// The whole value.
    pub value: Value,
}
