//! The snapshot files of one directory, through insta.

use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use insta::internals::{Content, TextSnapshotContents};
use insta::{Snapshot, TextSnapshotKind};
use tempfile::NamedTempFile;

use super::SnapshotError;
use crate::text::hidden::escape;
use crate::whole_file;

/// A directory of snapshots. Names of snapshots are paths below it, `behaviour/asapp/createMessage.no-credentials.snap`.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// A snapshot that is to be: its text, and what a reviewer is told beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name.
    pub name: PathBuf,
    /// The file that it comes from: fixtures or a document.
    pub source: String,
    /// What it shows, in a few words.
    pub description: String,
    /// The node of the document that it is about, for example `specs/asapp.yaml#/paths/…/required/0`.
    pub node: String,
    /// The text.
    pub text: String,
}

/// A snapshot that waits for review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The name of the snapshot, without `.new`.
    pub name: PathBuf,
    /// The text as it is; none where there is no snapshot yet.
    pub old: Option<String>,
    /// The text as it would be.
    pub new: String,
    /// What it shows.
    pub description: Option<String>,
    /// The node of the document that it is about.
    pub node: Option<String>,
    /// The record that it would be; none where it waits as a file.
    pub record: Option<Record>,
}

impl Pending {
    /// A record that differs from its snapshot, whose text is `old`, and is not written anywhere.
    pub fn of(record: Record, old: Option<String>) -> Self {
        Self {
            name: record.name.clone(),
            old,
            new: record.text.clone(),
            description: Some(record.description.clone()),
            node: Some(record.node.clone()),
            record: Some(record),
        }
    }
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

    /// The text of a snapshot; `None` where there is none.
    ///
    /// # Errors
    /// [`SnapshotError`] where the file cannot be read, holds conflict markers, or is no snapshot.
    pub fn read(&self, name: &Path) -> Result<Option<String>, SnapshotError> {
        Ok(read(&self.path(name))?.map(|snapshot| text(&snapshot)))
    }

    /// Whether two texts are the same snapshot to insta.
    pub fn is_same(old: &str, new: &str) -> bool {
        contents(old).matches_latest(&contents(new))
    }

    /// Writes a record as its snapshot, or as `.snap.new` beside it.
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

    /// All that wait for review, in the order of their names.
    ///
    /// # Errors
    /// [`SnapshotError`] where a directory or a file cannot be read.
    pub fn pending(&self) -> Result<Vec<Pending>, SnapshotError> {
        let names = self.names("")?.into_iter().filter(|name| name.extension() == Some(OsStr::new("new")));
        names
            .map(|new| {
                let name = new.with_extension("");
                let snapshot = load(&self.path(&new))?;
                let description = snapshot.metadata().description().map(str::to_owned);
                let node = node(&snapshot);
                Ok(Pending { old: self.read(&name)?, name, new: text(&snapshot), description, node, record: None })
            })
            .collect()
    }

    /// Makes what waits the snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`]; the snapshot is then as it was.
    pub fn accept(&self, pending: &Pending) -> Result<(), SnapshotError> {
        if let Some(record) = &pending.record {
            return self.write(record, false);
        }
        let path = self.path(&pending.name);
        let snapshot = load(&pending_path(&path))?;
        save(&snapshot, draft(&path)?, &path)?;
        self.drop_pending(&pending.name)
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
pub(super) fn is_conflict_marker(line: &str) -> bool {
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
    let text = fs::read_to_string(path).map_err(|error| SnapshotError::unreadable(path, error))?;
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

fn contents(text: &str) -> TextSnapshotContents {
    TextSnapshotContents::new(text.to_owned(), TextSnapshotKind::File)
}

/// A YAML scalar on one line.
fn quoted(text: &str) -> String {
    serde_json::Value::from(escape(text)).to_string()
}
