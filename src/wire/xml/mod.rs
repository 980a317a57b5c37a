//! XML: writes a value by the `xml` objects of its schema, and reads it back (OpenAPI 3.1, section 4.8.26; 3.2,
//! section 4.26, for `nodeType` and the names that are inferred).
//!
//! XML has no types: `write` and `read` only report facts, and their callers decide which interpretations of a
//! string count.

mod answer;
mod characters;
mod interpretation;
mod misplaced;
mod parse;
mod read;
mod site;
mod sure;
mod tree;
mod unwritable;
mod write;

pub use answer::read_answer;
pub use characters::is_character;
pub use misplaced::Misplaced;
pub use parse::{Unread, parse};
pub use read::{Read, read};
pub(crate) use sure::{
    body, example, is_open, is_surely_valid, may_be_missed, may_be_right, media_type, surely_invalid,
};
pub use tree::{Element, Name, Node};
pub use unwritable::Unwritable;
pub use write::{Leaf, Written, write};
