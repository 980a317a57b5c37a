//! Generates values: valid ones that reach the edges of what a schema allows, and ones that break a single clause.

mod breaks;
mod descent;
mod edges;
mod fault;
mod format;
mod number;
mod pattern;
mod random;
mod shape;
mod text;
mod values;

pub use descent::is_swallowed;
pub use edges::Edge;
pub use fault::Broken;
pub(crate) use format::constrains_text;
pub(crate) use pattern::edits;
pub use pattern::pattern_is_usable;
pub use values::Generator;
