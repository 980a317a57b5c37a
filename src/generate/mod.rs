//! Generates values: valid ones that reach the edges of what a schema allows, and ones that break a single clause.

mod pattern;

pub use pattern::pattern_is_usable;
