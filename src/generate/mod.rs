//! Generates values from schemas: minimal, boundary and random ones, and invalid ones that violate a single clause.

mod array;
mod boundary;
mod choices;
mod covering;
mod embed;
mod format;
mod generator;
mod invalid_node;
mod invalid_value;
mod minimal;
mod number;
mod object;
mod pattern;
mod recursion;
mod shape;
mod simpler;
mod strategy;
mod string;
mod violate;

pub use boundary::BoundaryValue;
pub(crate) use covering::covering;
pub use embed::is_swallowed;
pub(crate) use format::{constrains_strings, soon_after};
pub use generator::Generator;
pub use invalid_value::InvalidValue;
pub(crate) use pattern::edits;
pub(crate) use simpler::simpler;
pub use strategy::Values;
