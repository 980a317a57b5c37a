//! The schemas of a contract in one dialect: every version's keywords as JSON Schema 2020-12 means them.
//!
//! A [`Schema`] is one schema object; its subschemas and references are [`SchemaId`]s into one arena ([`Schemas`]), so
//! recursion is a cycle of ids and every schema still knows the node that it came from.

mod arena;
mod dialect;
mod dictionary;
mod ecma;
mod emit;
mod heavy;
mod inherit;
mod keywords;
mod model;
mod open;
mod overlap;
mod pattern;
mod read;
mod read_xml;
mod same_value;
mod types;
mod unknown;
mod unusual;
mod validate;
mod xml;
mod xml_name;

pub use arena::Schemas;
pub use dialect::Dialect;
pub(crate) use dictionary::quoted;
pub(crate) use emit::emit;
pub(super) use model::Assertion;
pub use model::{Direction, Discriminator, Schema, SchemaId};
pub use pattern::PatternReading;
pub(super) use read::SchemaReader;
pub use same_value::SameValue;
pub use types::{Types, is_integer};
pub use unknown::{Reach, Unknown};
pub(crate) use validate::is_base64;
pub use validate::{Validators, Violation};
pub use xml::{XmlNode, XmlObject};
pub use xml_name::is_xml_name;
