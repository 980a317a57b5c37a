//! Words and numbers as a person reads them, and nothing that a terminal would obey.

use std::borrow::Cow;
use std::time::Duration;

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

/// Cuts a text to at most `limit` characters, its middle replaced by `…`.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    // Most texts are short in bytes already, and need no counting.
    if text.len() <= limit || text.chars().count() <= limit {
        return Cow::Borrowed(text);
    }
    let kept = limit.saturating_sub(1);
    let head = kept - kept / 3;
    let tail = kept / 3;
    let start: String = text.chars().take(head).collect();
    let mut end: Vec<char> = text.chars().rev().take(tail).collect();
    end.reverse();
    Cow::Owned(format!("{start}…{}", end.into_iter().collect::<String>()))
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

/// `0.21 s`, `12.3 s`, `3 min 05 s`.
pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.995 {
        format!("{seconds:.2} s")
    } else if seconds < 99.95 {
        format!("{seconds:.1} s")
    } else {
        // Rounded before it is split, so that no minute has 60 seconds.
        let whole = seconds.round() as u64;
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// `404 Not Found`; a status without a registered name stands alone.
pub fn status(code: u16) -> String {
    match http::StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason()) {
        Some(reason) => format!("{code} {reason}"),
        None => code.to_string(),
    }
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
    fn a_long_text_keeps_its_ends() {
        assert_eq!(shorten("short", 5), "short");
        assert_eq!(shorten("abcdefghijklmnop", 10), "abcdef…nop");
        assert_eq!(shorten("ééééé", 5), "ééééé");
        assert_eq!(shorten("éééééé", 1), "…");
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(count(1, "case"), "1 case");
        assert_eq!(count(12_345, "case"), "12,345 cases");
        assert_eq!(thousands(123), "123");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn times_never_show_sixty_seconds() {
        assert_eq!(seconds(Duration::from_millis(214)), "0.21 s");
        assert_eq!(seconds(Duration::from_millis(12_345)), "12.3 s");
        assert_eq!(seconds(Duration::from_millis(9_999)), "10.0 s");
        assert_eq!(seconds(Duration::from_millis(119_700)), "2 min 00 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn statuses_are_named() {
        assert_eq!(status(404), "404 Not Found");
        assert_eq!(status(799), "799");
    }
}
