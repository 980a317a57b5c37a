//! Tries, before anything is sent, whether what a run finds can be written.

use std::path::Path;

use super::CliError;

/// Whether files can be written below a folder, which need not be there yet. Leaves nothing behind.
///
/// # Errors
/// The system's reason against it, and `help`.
pub(super) fn folder(folder: &Path, help: &str) -> Result<(), CliError> {
    // What is there and no folder is refused by the system.
    let parents = folder.ancestors().map(|path| if path == Path::new("") { Path::new(".") } else { path });
    let nearest = parents.into_iter().find(|path| path.exists()).unwrap_or(Path::new("."));
    tempfile::tempfile_in(nearest).map(drop).map_err(|error| CliError::System {
        doing: format!("cannot write files below {}", folder.display()),
        // The whole text names a file that nobody asked for.
        reason: error.kind().to_string(),
        help: Some(help.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_tried_before_there_is_anything_to_write() {
        let root = tempfile::tempdir().expect("a folder");
        folder(&root.path().join("deep/er"), "--x").expect("can be made");
        assert_eq!(std::fs::read_dir(root.path()).expect("a folder").count(), 0);
        let file = root.path().join("file");
        std::fs::write(&file, "").expect("is written");
        for path in [file.clone(), file.join("deeper")] {
            let error = folder(&path, "--x").expect_err("a file is in the way").to_string();
            assert!(error.contains("not a directory"), "{error}");
        }
    }
}
