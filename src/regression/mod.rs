//! Failing cases, kept as small files and sent first in the next run.

mod folder;
mod model;
mod saved;
#[cfg(test)]
mod tests;
mod yaml;

pub use folder::{FolderError, Kept, load, load_file, save};
pub use model::Saved;
