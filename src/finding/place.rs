//! Where a finding points: a node of a file, with all that it takes to show it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::spec::{Document, Position, SourceFile, SourceLocation};

/// A node of a document's file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The node.
    pub location: SourceLocation,
    /// The keyword that is meant, for example `minLength`, `status` or `security`; empty where none is.
    pub keyword: String,
    file: Arc<SourceFile>,
    document: Arc<str>,
    relative: Arc<str>,
}

/// Of the address of a node so many names are shown.
const ENDING: usize = 2;

impl Place {
    /// The node of `document` at `location`.
    pub fn new(document: &Document, location: SourceLocation, keyword: impl Into<String>) -> Self {
        let file = document.files()[location.file.0 as usize].clone();
        let root = &document.files()[0];
        let folder = root.path.parent().unwrap_or(Path::new(""));
        let relative = match location.file.0 {
            0 => String::new(),
            _ => file.path.strip_prefix(folder).unwrap_or(&file.path).to_string_lossy().replace('\\', "/"),
        };
        let name = root.path.file_stem().map_or_else(|| root.name.clone(), |stem| stem.to_string_lossy().into_owned());
        Self { location, keyword: keyword.into(), file, document: name.into(), relative: relative.into() }
    }

    /// The document's name, which is also that of its contract: that of its own file, without the ending.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The file that the node stands in.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// Line and column of the node (of its name, where it is a member).
    pub fn position(&self) -> Position {
        self.file.key_span(&self.location.pointer).start
    }

    /// `file:line`, or `file#…/minLength`, with the end of the node's address, where the document is one line.
    pub fn named(&self) -> String {
        let name = &self.file.name;
        if !self.is_in_one_line() {
            return format!("{name}:{}", self.position().line);
        }
        let tokens: Vec<&str> = self.location.pointer.as_str().split('/').skip(1).collect();
        match tokens.len().checked_sub(ENDING) {
            None | Some(0) => format!("{name}#{}", self.location.pointer),
            Some(more) => format!("{name}#…/{}", tokens[more..].join("/")),
        }
    }

    /// Whether the document is one line, so that lines tell nothing of it.
    pub fn is_in_one_line(&self) -> bool {
        matches!(self.position(), Position { line: 1, column } if column > 1)
    }

    /// The node's address in its document, `FILE#POINTER KEYWORD`. The file is as seen from the document's folder, and
    /// empty where it is the document's own, so that the address is the same wherever the document lies.
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
