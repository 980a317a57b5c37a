//! Where the nodes of a document are: in which file, at which pointer, line and column.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::pointer::Pointer;

/// A file of a document, by its position in [`Document::files`](super::Document::files).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// The address of a node: a file and a pointer into it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceLocation {
    /// The file.
    pub file: FileId,
    /// The node in the file.
    pub pointer: Pointer,
}

impl SourceLocation {
    /// Whether this node is below `other`.
    pub fn is_inside(&self, other: &Self) -> bool {
        self.file == other.file && self.pointer.is_inside(&other.pointer)
    }

    /// The location of a member or, with a decimal index, of an item of this node.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        Self { file: self.file, pointer: self.pointer.join(token) }
    }

    /// The location of an item of this array.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self { file: self.file, pointer: self.pointer.index(index) }
    }
}

/// Which references may be followed.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoadOptions {
    /// Follow `http:` and `https:` references.
    pub allow_remote: bool,
    /// Follow references to files outside the document's folder.
    pub allow_outside: bool,
}

/// A place in a text: line and column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A stretch of text, its end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// The character after the last.
    pub end: Position,
}

/// The places of a node and of all that it holds, in the order of the value's own members.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    /// Where the member's name stands; the item itself for an array's item.
    pub key: Span,
    pub value: Span,
    pub children: Box<[Spans]>,
}

/// What a parser makes of a text.
#[derive(Debug)]
pub(super) struct Parsed {
    pub value: Value,
    pub spans: Spans,
    pub duplicates: Vec<(Position, String)>,
}

/// The members of an object while they are read.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub values: Map<String, Value>,
    pub spans: Vec<Spans>,
    /// Where each name is, once one stands twice: to look for one after the other takes the square of their number.
    positions: HashMap<String, usize>,
}

impl Members {
    /// None yet, with room for so many.
    pub fn with_room(count: usize) -> Self {
        Self { values: Map::with_capacity(count), spans: Vec::with_capacity(count), positions: HashMap::new() }
    }

    /// Adds a member, or puts it in the place of the earlier one of its name, which is told then.
    pub fn add(&mut self, name: String, value: Value, spans: Spans) -> Option<String> {
        let count = self.spans.len();
        if !self.values.contains_key(&name) {
            if !self.positions.is_empty() {
                self.positions.insert(name.clone(), count);
            }
            self.values.insert(name, value);
            self.spans.push(spans);
            return None;
        }
        if self.positions.is_empty() {
            self.positions = self.values.keys().cloned().zip(0..).collect();
        }
        self.spans[self.positions[&name]] = spans;
        self.values.insert(name.clone(), value);
        Some(name)
    }
}
