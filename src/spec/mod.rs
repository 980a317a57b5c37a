//! Loads a document: its files, the place of every node, the target of every reference.
//!
//! Nothing here knows what an OpenAPI object means; that is the contract's business.

mod document;
mod error;
mod fetch;
mod json;
mod json_path;
mod lines;
mod model;
mod named;
mod overlay;
mod path;
mod pointer;
mod revision;
mod size;
mod source;
mod yaml;

pub use document::Document;
pub use error::{OverlayError, RefError, SpecError};
pub use model::{FileId, LoadOptions, Position, SourceLocation, Span};
pub use overlay::Overlay;
pub(crate) use pointer::children;
pub use pointer::{Pointer, escape};
#[cfg(feature = "cli")]
#[cfg(feature = "cli")]
pub(crate) use revision::last_change;
pub(crate) use size::{Weight, marks, nodes};
pub use source::SourceFile;
pub(crate) use yaml::weigh as weigh_yaml;
