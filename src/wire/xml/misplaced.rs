//! What stands in XML where its schema has no place for it.

use crate::contract::SchemaId;
use crate::spec::Pointer;

/// A value that is written otherwise than its schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// Where it is in the value.
    pub at: Pointer,
    /// The schema that says how it is written.
    pub schema: SchemaId,
    /// What is wrong with it, in words that follow its name.
    pub found: String,
    /// What is right, in words.
    pub expected: String,
}
