//! Words on stderr, for people. Where nobody can read them, the exit status still says what there is to know.

use std::fmt::Display;
use std::io::Write as _;

/// Writes a text that ends in a line break.
pub(super) fn tell(text: impl Display) {
    // `eprint!` panics on a full disk, and in a panic it aborts.
    let _ = std::io::stderr().write_all(text.to_string().as_bytes());
}
