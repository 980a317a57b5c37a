//! Generates values: valid ones that reach the edges of what a schema allows, and ones that break a single clause.

mod breaks;
mod charset;
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

pub use charset::{Carrier, Charset};
pub use descent::is_swallowed;
pub use edges::Edge;
pub(crate) use fault::is_of;
pub use fault::{Broken, Hit, hit};
pub(crate) use format::constrains_text;
pub(crate) use pattern::edits;
pub use values::Generator;
