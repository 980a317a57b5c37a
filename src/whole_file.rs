//! Files that nobody ever sees half written: each is written beside its place, and then renamed to it.

use std::io::{Error, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Puts `bytes` at `path`. Whatever goes wrong, the file that was there is whole.
///
/// # Errors
/// The system's reason, without the name of the draft.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = draft(path)?;
    draft.write_all(bytes).map_err(plain)?;
    put(draft, path)
}

/// A file in the directory of `path`, to be written and then [`put`] there; it is removed when it is dropped before.
///
/// # Errors
/// As [`write`].
pub fn draft(path: &Path) -> Result<NamedTempFile, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".conform-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other file of a repository; the process's own mask takes away what it must.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder).map_err(plain)
}

/// Makes a draft the file at `path`.
///
/// # Errors
/// As [`write`].
pub fn put(draft: NamedTempFile, path: &Path) -> Result<(), Error> {
    // A rename may reach the disk before what is renamed.
    draft.as_file().sync_all().map_err(plain)?;
    draft.persist(path).map(drop).map_err(|error| plain(error.error))
}

/// The reason alone: tempfile's errors name its own random path as well.
fn plain(error: Error) -> Error {
    match error.raw_os_error() {
        Some(code) => Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        for text in ["before", "after"] {
            write(&path, text.as_bytes()).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("read"), text);
        }
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told_without_the_name_of_the_draft() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        fs::create_dir(&path).expect("a directory in the way");
        for wrong in [path, folder.path().join("nowhere/a.txt")] {
            let error = write(&wrong, b"text").expect_err("no place").to_string();
            assert!(!error.contains(".conform-"), "{error}");
        }
        assert_eq!(names(folder.path()), ["a.txt"]);
    }
}
