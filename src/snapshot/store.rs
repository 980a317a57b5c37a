//! Reads and writes the snapshot files of one directory, with insta.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use insta::Snapshot;
use insta::internals::Content;
use tempfile::NamedTempFile;

use super::sections::Sections;
use super::{Record, SnapshotError};
use crate::text::hidden::escape;
use crate::whole_file;

/// A directory of snapshots. Names of snapshots are paths below it, `behaviour/asapp/createMessage.snap`.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// The snapshots below `root`, which need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The path of a snapshot's file.
    pub fn path(&self, name: &Path) -> PathBuf {
        self.root.join(name)
    }

    /// How a message names a snapshot, or a section of one: `snapshots/behaviour/asapp/createMessage.snap#no-credentials`.
    pub fn shown(&self, name: &Path, section: Option<&str>) -> String {
        let section = section.map_or_else(String::new, |section| format!("#{section}"));
        format!("{}{section}", self.path(name).display())
    }

    /// The text of a snapshot; `None` where there is none.
    ///
    /// # Errors
    /// [`SnapshotError`] where the file cannot be read, holds conflict markers, or is no snapshot.
    pub fn read(&self, name: &Path) -> Result<Option<String>, SnapshotError> {
        Ok(self.record(name, false)?.map(|record| record.text))
    }

    /// A snapshot, or what waits beside it as `.snap.new`, with what a reviewer sees beside the text; `None` where there
    /// is none.
    pub(super) fn record(&self, name: &Path, is_pending: bool) -> Result<Option<Record>, SnapshotError> {
        let path = self.path(name);
        let Some(snapshot) = read(&if is_pending { pending_path(&path) } else { path })? else { return Ok(None) };
        let metadata = snapshot.metadata();
        Ok(Some(Record {
            name: name.to_owned(),
            source: metadata.source().unwrap_or_default().to_owned(),
            description: metadata.description().unwrap_or_default().to_owned(),
            node: node(&snapshot).unwrap_or_default(),
            text: text(&snapshot),
        }))
    }

    /// The sections of a snapshot, or of what waits beside it; none where there is no such file.
    pub(super) fn sections(&self, name: &Path, is_pending: bool) -> Result<Sections, SnapshotError> {
        self.record(name, is_pending)?.map_or_else(|| Ok(Sections::default()), |record| self.sections_of(&record))
    }

    /// The sections of a file that was read.
    pub(super) fn sections_of(&self, record: &Record) -> Result<Sections, SnapshotError> {
        Sections::parse(&record.text).map_err(|reason| SnapshotError::broken(&self.path(&record.name), reason))
    }

    /// Writes a record as its snapshot, beside which nothing waits then, or as `.snap.new`.
    ///
    /// # Errors
    /// [`SnapshotError::Unwritable`]; the old file is then whole, and so is every file at any time.
    pub fn write(&self, record: &Record, is_pending: bool) -> Result<(), SnapshotError> {
        let path = self.path(&record.name);
        let target = if is_pending { pending_path(&path) } else { path.clone() };
        let folder = target.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(|error| SnapshotError::unwritable(folder, error))?;
        let mut draft = draft(&target)?;
        let text = format!(
            "---\nsource: {}\ndescription: {}\ninfo:\n  node: {}\n---\n{}\n",
            quoted(&record.source),
            quoted(&record.description),
            quoted(&record.node),
            record.text.trim_end(),
        );
        draft
            .write_all(text.as_bytes())
            .and_then(|()| draft.flush())
            .map_err(|error| SnapshotError::unwritable(&target, error))?;
        let snapshot = load(draft.path())?;
        save(&snapshot, draft, &target)?;
        if is_pending { Ok(()) } else { self.drop_pending(&record.name) }
    }

    /// Removes the `.snap.new` of a snapshot, if there is one.
    ///
    /// # Errors
    /// [`SnapshotError::Unwritable`].
    pub fn drop_pending(&self, name: &Path) -> Result<(), SnapshotError> {
        remove(&pending_path(&self.path(name)))
    }

    /// Removes a snapshot and what waits beside it.
    ///
    /// # Errors
    /// [`SnapshotError::Unwritable`].
    pub fn remove(&self, name: &Path) -> Result<(), SnapshotError> {
        remove(&self.path(name))?;
        self.drop_pending(name)
    }

    /// The names of all files `*.snap` and `*.snap.new` below a directory of the store, in order; none where there is
    /// no such directory.
    ///
    /// # Errors
    /// [`SnapshotError::Unreadable`].
    pub fn names(&self, below: &str) -> Result<Vec<PathBuf>, SnapshotError> {
        let mut names = Vec::new();
        let mut folders = vec![self.root.join(below)];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(SnapshotError::unreadable(&folder, error)),
            };
            for entry in entries {
                let (entry, kind) = entry
                    .and_then(|entry| entry.file_type().map(|kind| (entry, kind)))
                    .map_err(|error| SnapshotError::unreadable(&folder, error))?;
                let path = entry.path();
                let file_name = entry.file_name().to_string_lossy().into_owned();
                if kind.is_dir() {
                    folders.push(path);
                } else if (file_name.ends_with(".snap") || file_name.ends_with(".snap.new"))
                    && let Ok(name) = path.strip_prefix(&self.root)
                {
                    names.push(name.to_owned());
                }
            }
        }
        names.sort();
        Ok(names)
    }
}

/// `x.snap.new` beside `x.snap`, as insta names it.
fn pending_path(path: &Path) -> PathBuf {
    path.with_extension("snap.new")
}

fn draft(target: &Path) -> Result<NamedTempFile, SnapshotError> {
    whole_file::draft(target).map_err(|error| SnapshotError::unwritable(target, error))
}

/// Has insta write a snapshot, in its own form, and puts the file in its place.
fn save(snapshot: &Snapshot, draft: NamedTempFile, target: &Path) -> Result<(), SnapshotError> {
    snapshot.save(draft.path()).map_err(|error| SnapshotError::unwritable(target, error))?;
    whole_file::put(draft, target).map_err(|error| SnapshotError::unwritable(target, error))
}

fn remove(path: &Path) -> Result<(), SnapshotError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(SnapshotError::unwritable(path, error)),
        _ => Ok(()),
    }
}

/// Whether a merge that was not finished left this line.
fn is_conflict_marker(line: &str) -> bool {
    line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")
}

/// The snapshot at `path`; `None` where there is no such file.
fn read(path: &Path) -> Result<Option<Snapshot>, SnapshotError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SnapshotError::unreadable(path, error)),
        Ok(_) => load(path).map(Some),
    }
}

fn load(path: &Path) -> Result<Snapshot, SnapshotError> {
    let text = whole_file::read(path).map_err(|reason| SnapshotError::unreadable(path, reason))?;
    if let Some(line) = text.lines().position(is_conflict_marker) {
        return Err(SnapshotError::Conflict { path: path.to_owned(), line: line + 1 });
    }
    // What does not start with its metadata, insta takes for its oldest format.
    if text.lines().next() != Some("---") || !text.lines().skip(1).any(|line| line == "---") {
        return Err(SnapshotError::broken(path, "its metadata does not stand between two lines `---`"));
    }
    let snapshot = Snapshot::from_file(path).map_err(|error| SnapshotError::broken(path, error))?;
    match snapshot.as_text() {
        Some(_) => Ok(snapshot),
        None => Err(SnapshotError::broken(path, "it is a binary one")),
    }
}

fn text(snapshot: &Snapshot) -> String {
    snapshot.as_text().map(ToString::to_string).unwrap_or_default()
}

/// The `node` in a snapshot's `info`.
fn node(snapshot: &Snapshot) -> Option<String> {
    let Some(Content::Map(pairs)) = snapshot.metadata().private_info() else { return None };
    let (_, node) = pairs.iter().find(|(key, _)| key.as_str() == Some("node"))?;
    node.as_str().map(str::to_owned)
}

/// A YAML scalar on one line.
fn quoted(text: &str) -> String {
    serde_json::Value::from(escape(text)).to_string()
}
