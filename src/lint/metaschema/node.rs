//! A Schema Object, as the rules of keywords see it.

use serde_json::{Map, Value};

use super::dialect::Dialect;
use crate::spec::{Document, SourceLocation};

/// A Schema Object.
pub(super) struct SchemaNode<'a> {
    pub at: &'a SourceLocation,
    pub members: &'a Map<String, Value>,
    pub dialect: Dialect,
    /// Whether Swagger 2.0 allows `type: file` here.
    pub may_be_file: bool,
    pub document: &'a Document,
}
