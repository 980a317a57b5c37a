//! What of a schema is not known.

use serde_json::Value;

use crate::spec::SourceLocation;

/// A part of a schema that cannot be read, so that something is not known of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The keyword; `schema` where the schema itself is none.
    pub keyword: &'static str,
    /// Its place.
    pub location: SourceLocation,
    /// What is not known.
    pub reach: Reach,
    /// What stands there: the same in two documents says the same in both, whatever it is.
    pub written: Value,
}

/// Of what nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Whether a value is valid, whatever it is.
    Values,
    /// Whether a string is.
    Strings,
    /// Whether a property that `properties` does not name is.
    Names,
    /// Whether a value must be there at all.
    Presence,
}
