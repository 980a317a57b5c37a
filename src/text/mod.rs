//! Words for people: what every module needs to write a sentence that is short, safe and helpful.

pub(crate) mod character;
#[cfg(feature = "cli")]
pub(crate) mod command_line;
pub(crate) mod ellipsis;
pub(crate) mod glob;
pub(crate) mod hidden;
pub(crate) mod list;
pub(crate) mod nearest;
pub(crate) mod slug;
pub(crate) mod words;
