//! Strings without what a terminal would obey, and counts as a person reads them.

use std::borrow::Cow;

/// Makes a text that came from a target or a document safe to print on one line.
///
/// Control characters (ANSI escapes, line breaks, C1), and those that reorder or hide text, become
/// `\n`, `\t` or `\u001b`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if is_unsafe(c) => safe.push_str(&format!("\\u{:04x}", c as u32)),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// As [`escape`], but line breaks stay.
pub fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

/// Whether a terminal would obey a character, or hide it, or let it reorder its neighbours.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Zero-width characters, directional marks and overrides, line and paragraph separators.
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            // Tags, which no font shows.
            | '\u{e0000}'..='\u{e007f}')
}

/// `1 case`, `2 cases`, `12,345 cases`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// `12,345`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_or_hides_gets_through() {
        assert_eq!(escape("a\x1b[31mred\x07"), "a\\u001b[31mred\\u0007");
        assert_eq!(escape("one\r\ntwo\t\u{9b}2J"), "one\\r\\ntwo\\t\\u009b2J");
        assert_eq!(escape("user\u{202e}txt.exe \u{200b}\u{feff}\u{2028}"), "user\\u202etxt.exe \\u200b\\ufeff\\u2028");
        assert_eq!(escape("\u{e0041}"), "\\ue0041");
        assert_eq!(escape_lines("a\x1b\nb"), "a\\u001b\nb");
        assert!(matches!(escape("Grüße, 你好, 👋"), Cow::Borrowed(_)));
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(count(1, "case"), "1 case");
        assert_eq!(count(12_345, "case"), "12,345 cases");
        assert_eq!(thousands(123), "123");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
