//! Generates values: valid ones that reach the edges of what a schema allows, and ones that break a single clause.

mod array;
mod breaks;
mod descent;
mod edges;
mod fault;
mod format;
mod generator;
mod number;
mod object;
mod pattern;
mod plain;
mod random;
mod shape;
mod text;

pub use descent::is_swallowed;
pub use edges::BoundaryValue;
pub use fault::Broken;
pub(crate) use format::constrains_text;
pub use generator::Generator;
pub(crate) use pattern::edits;
