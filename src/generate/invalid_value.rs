//! An invalid value with its label.

use serde_json::Value;

/// A value that is meant to violate a clause.
#[derive(Clone, Debug)]
pub struct InvalidValue {
    /// What is wrong with it, for example "too long".
    pub label: String,
    /// The whole value.
    pub value: Value,
}
