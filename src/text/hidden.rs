//! Characters that a terminal would obey, hide, or let reorder their neighbours: the one list of them.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// Controls (C0, C1), format characters (marks and overrides of direction, zero-width ones, the soft hyphen, tags),
/// private and unassigned code points, separators of lines and paragraphs, and all that Unicode says is ignored where
/// a font does not know it (variation selectors, fillers).
const HIDDEN: &str = r"[\p{Other}\p{Line_Separator}\p{Paragraph_Separator}\p{Default_Ignorable_Code_Point}]";

/// The ranges of [`HIDDEN`] in order. `hidden_is_what_unicode_says` proves that it is a class.
static RANGES: LazyLock<Vec<(char, char)>> =
    LazyLock::new(|| match regex_syntax::parse(HIDDEN).map(|hir| hir.into_kind()) {
        Ok(HirKind::Class(Class::Unicode(class))) => {
            class.ranges().iter().map(|range| (range.start(), range.end())).collect()
        }
        _ => Vec::new(),
    });

/// Whether a terminal would obey a character, or hide it, or let it reorder its neighbours.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let at = RANGES.partition_point(|(_, end)| *end < c);
    RANGES.get(at).is_some_and(|(start, _)| *start <= c)
}

/// Whether a character leaves no mark that tells it from a space or from nothing: a hidden one, or a blank that is
/// not the space itself.
pub fn is_unseen(c: char) -> bool {
    is_hidden(c) || c != ' ' && c.is_whitespace() || c == '\u{2800}'
}

/// Makes a text that came from a target or a document safe to print on one line.
///
/// Hidden characters (ANSI escapes, line breaks, and those that reorder or hide text) become `\n`, `\t` or `\u001b`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if is_hidden(c) => safe.push_str(&format!("\\u{:04x}", c as u32)),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// As [`escape`], but line breaks stay.
pub fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_is_what_unicode_says() {
        assert!(RANGES.len() > 100, "{HIDDEN} is no class of characters");
        let hidden = [
            ('\0', "C0"),
            ('\u{1b}', "C0"),
            ('\u{7f}', "delete"),
            ('\u{9b}', "C1"),
            ('\u{ad}', "soft hyphen"),
            ('\u{34f}', "grapheme joiner"),
            ('\u{61c}', "Arabic letter mark"),
            ('\u{115f}', "Hangul filler"),
            ('\u{180e}', "Mongolian vowel separator"),
            ('\u{200b}', "zero-width space"),
            ('\u{200d}', "zero-width joiner"),
            ('\u{2028}', "line separator"),
            ('\u{2029}', "paragraph separator"),
            ('\u{202e}', "right-to-left override"),
            ('\u{2060}', "word joiner"),
            ('\u{2066}', "left-to-right isolate"),
            ('\u{3164}', "Hangul filler"),
            ('\u{e000}', "private use"),
            ('\u{fe0f}', "variation selector"),
            ('\u{feff}', "byte order mark"),
            ('\u{fff9}', "interlinear annotation"),
            ('\u{ffff}', "no character"),
            ('\u{1d173}', "musical format"),
            ('\u{e0041}', "tag"),
            ('\u{e0100}', "variation selector"),
            ('\u{10fffd}', "private use"),
        ];
        for (c, what) in hidden {
            assert!(is_hidden(c) && is_unseen(c), "{c:?}, {what}");
        }
        for c in " ~éß你ا\u{301}👋🏽\u{fffd}".chars() {
            assert!(!is_hidden(c) && !is_unseen(c), "{c:?}");
        }
        for c in "\u{a0}\u{2003}\u{3000}\u{2800}".chars() {
            assert!(is_unseen(c) && !is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_or_hides_gets_through() {
        assert_eq!(escape("a\x1b[31mred\x07"), "a\\u001b[31mred\\u0007");
        assert_eq!(escape("one\r\ntwo\t\u{9b}2J"), "one\\r\\ntwo\\t\\u009b2J");
        assert_eq!(escape("user\u{202e}txt.exe \u{200b}\u{feff}\u{2028}"), "user\\u202etxt.exe \\u200b\\ufeff\\u2028");
        assert_eq!(escape("pay\u{ad}pal\u{fe0f}"), "pay\\u00adpal\\ufe0f");
        assert_eq!(escape("\u{e0041}"), "\\ue0041");
        assert_eq!(escape_lines("a\x1b\nb"), "a\\u001b\nb");
        assert!(matches!(escape("Grüße, 你好, 👋, 1\u{a0}000"), Cow::Borrowed(_)));
    }
}
