//! Cases as plain data: one request with its intent and its values. Every case that is made from values passes
//! [`Gate::confirm`].

mod at_clause;
mod confirm;
mod coverage;
mod model;
mod open;
mod values;

pub use at_clause::{at_clause, at_node_of};
pub use confirm::{Confirmed, Gate, Unsure, as_text};
pub use coverage::{Coverage, CoverageSum};
pub use model::{Case, Fault, Generated, Intent, Origin};
pub use values::{MADE_UP_METHOD, Mutation, RequestValues, is_safe};
