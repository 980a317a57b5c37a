//! What a boundary value is.

use serde_json::Value;

use crate::contract::SchemaId;
use crate::spec::Pointer;

/// A valid value with what is special about it.
#[derive(Clone, Debug)]
pub struct BoundaryValue {
    /// What it is, for example "256 characters".
    pub label: String,
    /// The whole value.
    pub value: Value,
    /// The node that is special.
    pub at: Pointer,
    /// The keyword whose boundary it tests.
    pub about: Option<(SchemaId, &'static str)>,
    /// The schema allows it, yet says so little that its author may mean less.
    pub doubtful: bool,
}
