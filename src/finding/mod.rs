//! A finding: a broken rule with its place, its evidence and what would have been acceptable. One type for what a run,
//! `conform lint` and `conform diff` find.

mod fingerprint;
mod model;
mod place;
mod root;

pub(crate) use fingerprint::digest;
pub use model::{Aspect, Evidence, Finding, Flakiness, OperationName, Related};
pub use place::Place;
pub use root::{Root, Symptom, habit_key};
