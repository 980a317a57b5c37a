//! Where a finding points: a node of a file, with all that it takes to show it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::spec::{Document, Location, Position, SourceFile};

/// A node of a document's file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The node.
    pub location: Location,
    /// The keyword that is meant, for example `minLength`, `status` or `security`; empty where none is.
    pub keyword: String,
    file: Arc<SourceFile>,
    /// The file's path as seen from the document's folder, for fingerprints.
    relative: Arc<str>,
}

impl Place {
    /// The node of `document` at `location`.
    pub fn new(document: &Document, location: Location, keyword: impl Into<String>) -> Self {
        let file = document.files()[location.file.0 as usize].clone();
        let folder = document.files()[0].path.parent().unwrap_or(Path::new(""));
        let relative = file.path.strip_prefix(folder).unwrap_or(&file.path).to_string_lossy().replace('\\', "/");
        // The document itself may be renamed or moved.
        let relative = if location.file.0 == 0 { String::new() } else { relative };
        Self { location, keyword: keyword.into(), file, relative: relative.into() }
    }

    /// The file that the node stands in.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// Line and column of the node (of its name, where it is a member).
    pub fn position(&self) -> Position {
        self.file.key_span(&self.location.pointer).start
    }

    /// The node's address, the same wherever the document lies: `FILE#POINTER KEYWORD`, without the name of the
    /// document's own file.
    pub fn address(&self) -> String {
        format!("{}#{} {}", self.relative, self.location.pointer, self.keyword)
    }
}

impl fmt::Display for Place {
    /// `file:line:column`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position();
        write!(f, "{}:{line}:{column}", self.file.name)
    }
}
