//! A string that fits a line.

use crate::text::ellipsis;

/// Longer strings are cut, and their length shown, in characters.
const LONGEST_TEXT: usize = 200;

/// A text that fits a line.
pub(super) fn brief(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some(_) => {
            format!("{} [{} characters]", ellipsis::end(text, 41), text.chars().count())
        }
        None => text.to_owned(),
    }
}
