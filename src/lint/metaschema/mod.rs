//! Schemas held to the metaschema of their dialect.
//!
//! Every Schema Object of a document is looked at once: `walk` finds them, `schema` holds each to the keywords of its
//! dialect, which `keyword` lists with the form of their values. Values that look like schemas and are none, such as
//! those of `example`, `default`, `enum` and `x-` extensions, are never looked at.

mod advice;
mod dialect;
mod enumeration;
mod form;
mod keyword;
mod node;
mod part;
pub mod rule;
mod schema;
mod type_name;
mod typo;
mod walk;

use self::node::SchemaNode;
use crate::contract::Diagnostic;
use crate::spec::Document;

/// Faults of the document's schemas.
pub(super) fn faults(document: &mut Document, version: &str) -> Vec<Diagnostic> {
    walk::faults(document, version)
}
