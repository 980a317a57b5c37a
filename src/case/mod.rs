//! Cases as plain data: one request with its intent, and the values that it is made of.

mod coverage;
mod model;
mod values;

pub use coverage::{Coverage, CoverageSum};
pub use model::{Case, Fault, Generated, Intent, Origin};
pub use values::RequestValues;
