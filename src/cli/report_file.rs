//! The file of a report: what was there stays until the new report is whole.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::CliError;
use crate::whole_file;

/// What to write a report to that is added to what is at `path`.
///
/// # Errors
/// Nothing can be written there.
pub(super) fn append(path: &Path) -> Result<File, CliError> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.map_err(|error| CliError::system(format!("cannot write {}", path.display()), error))
}

/// What to write a report to that is read while it is written.
///
/// # Errors
/// Nothing can be written there.
pub(super) fn stream(path: &Path) -> Result<File, CliError> {
    File::create(path).map_err(|error| CliError::system(format!("cannot write {}", path.display()), error))
}

/// A folder for a report of many files, and what opens each by its name.
///
/// # Errors
/// The folder cannot be made.
pub(super) fn folder(path: &Path) -> Result<impl Fn(&str) -> Result<Box<dyn Write>, Error> + use<>, CliError> {
    let made = std::fs::create_dir_all(path);
    made.map_err(|error| CliError::system(format!("cannot make the folder {}", path.display()), error))?;
    let path = path.to_owned();
    Ok(move |name: &str| {
        let file: Box<dyn Write> = Box::new(BufWriter::new(File::create(path.join(name))?));
        Ok(file)
    })
}

/// A report on its way to its place. It is removed where it is dropped before it is put there.
pub(super) struct ReportFile {
    path: PathBuf,
    /// `None` where the place is no file, but a pipe or a device.
    draft: Option<NamedTempFile>,
}

impl ReportFile {
    /// A report for `path`, and what to write it to.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn new(path: &Path) -> Result<(Self, File), CliError> {
        // A link stays one, and what it names is replaced.
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Self::at(place).map_err(|error| CliError::system(format!("cannot write {}", path.display()), error))
    }

    fn at(path: PathBuf) -> Result<(Self, File), Error> {
        match std::fs::metadata(&path) {
            Ok(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => {
                let file = OpenOptions::new().write(true).open(&path)?;
                Ok((Self { path, draft: None }, file))
            }
            _ => {
                let draft = whole_file::draft(&path)?;
                let file = draft.as_file().try_clone()?;
                Ok((Self { path, draft: Some(draft) }, file))
            }
        }
    }

    /// Makes it the file at its place.
    ///
    /// # Errors
    /// The system refuses.
    pub fn put(self) -> Result<(), CliError> {
        let put = self.draft.map_or(Ok(()), |draft| whole_file::put(draft, &self.path));
        put.map_err(|error| CliError::system(format!("cannot write {}", self.path.display()), error))
    }
}
