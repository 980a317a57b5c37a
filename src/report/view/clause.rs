//! A node of a document, as reports name it.

use serde::Deserialize;

/// A node of a document: lines and columns from 1, the end exclusive.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Hash)]
pub struct ClauseView {
    /// The file.
    pub file: String,
    /// The node in the file.
    #[serde(default)]
    pub pointer: String,
    /// Where the node's name begins.
    pub line: u32,
    /// Where the node's name begins.
    pub column: u32,
    /// Where it ends.
    pub end_line: u32,
    /// Where it ends.
    pub end_column: u32,
}

impl ClauseView {
    /// `file:line:column`.
    pub fn place(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }

    /// `file:line`, or the node's address where the document is one line.
    pub fn named(&self) -> String {
        match self.line {
            1 if self.column > 1 => format!("{}#{}", self.file, self.pointer),
            line => format!("{}:{line}", self.file),
        }
    }
}
