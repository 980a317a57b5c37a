//! Reads a document into operations, in one dialect whatever its version. A broken part becomes a diagnostic and spares
//! the rest.

mod compile;
mod content;
mod operations;
mod parameters;
mod reader;
mod security;
mod sent;
mod size;
mod swagger2;

pub(super) use compile::compile;
