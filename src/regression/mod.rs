//! Failing cases, kept as small files and sent first in the next run.

mod folder;
mod saved;

pub use folder::{FolderError, Kept, load, load_file, save};
pub use saved::Saved;
