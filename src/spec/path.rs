//! Paths of files, without asking the file system unless it is said.

use std::path::{Component, Path, PathBuf};

/// A path as messages show it.
pub(super) fn display(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Takes `.` and `..` out of a path, without asking the file system.
pub(super) fn normalise(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// Whether a path is inside a folder by its name.
pub(super) fn inside(folder: &Path, path: &Path) -> bool {
    if folder.as_os_str().is_empty() {
        return path.is_relative() && !path.starts_with("..");
    }
    path.starts_with(folder)
}

/// Whether a path that is inside a folder by its name is so by where its links lead. What is not there leads nowhere.
pub(super) fn leads_inside(folder: &Path, path: &Path) -> bool {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match (folder.canonicalize(), path.canonicalize()) {
        (Ok(folder), Ok(path)) => path.starts_with(folder),
        _ => true,
    }
}
