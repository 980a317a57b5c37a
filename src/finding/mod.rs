//! A finding: a broken rule with its place, its evidence and what would have been acceptable. One type for what a run,
//! `conform lint` and `conform diff` find.

mod digest;
mod fingerprint;
mod model;
mod place;
mod root;
mod root_key;

pub(crate) use digest::digest;
pub use model::{Aspect, Evidence, Finding, Flakiness, OperationName, Related};
pub use place::Place;
pub use root::{Root, Symptom};
pub use root_key::{crash_key, habit_key};
