//! Long texts, cut between two characters.

use std::borrow::Cow;

/// The text in at most `limit` characters; where it is longer, `…` stands for its end.
pub fn end(text: &str, limit: usize) -> Cow<'_, str> {
    if fits(text, limit) {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().nth(limit.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…", &text[..end]))
}

/// The text in at most `limit` characters; where it is longer, `…` stands for its middle, a third of the rest behind it.
pub fn middle(text: &str, limit: usize) -> Cow<'_, str> {
    if fits(text, limit) {
        return Cow::Borrowed(text);
    }
    let kept = limit.saturating_sub(1);
    let tail = kept / 3;
    let head = text.char_indices().nth(kept - tail).map_or(text.len(), |(at, _)| at);
    let tail = text.char_indices().rev().take(tail).last().map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…{}", &text[..head], &text[tail..]))
}

/// Most texts are short in bytes already, and need no counting.
fn fits(text: &str, limit: usize) -> bool {
    text.len() <= limit || text.chars().nth(limit).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_to_its_limit() {
        for cut in [end, middle] {
            assert_eq!(cut("short", 5), "short");
            assert_eq!(cut("ééééé", 5), "ééééé");
            assert_eq!(cut("éééééé", 1), "…");
            assert_eq!(cut("", 0), "");
            assert_eq!(cut("👋👋👋👋👋👋👋👋", 7).chars().count(), 7);
        }
        assert_eq!(end("abcdefghijklmnop", 10), "abcdefghi…");
        assert_eq!(middle("abcdefghijklmnop", 10), "abcdef…nop");
        assert_eq!(end("éééééé", 3), "éé…");
    }
}
