//! A property or parameter of a request.

use serde_json::Value;

use crate::contract::{Schema, SchemaId};

/// A property or parameter.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub name: &'a str,
    pub schema: &'a Schema,
    pub id: SchemaId,
    pub is_required: bool,
    pub value: Option<&'a Value>,
}
