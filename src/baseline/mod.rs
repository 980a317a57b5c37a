//! The accepted baseline: findings that a team has decided to live with, each with a reason and, if it is wise, an end.

mod error;
mod file;
mod model;

pub use error::BaselineError;
pub use model::{Accepted, Baseline};
