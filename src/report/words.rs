//! Long strings, times and statuses as a person reads them.

use std::borrow::Cow;
use std::time::Duration;

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
    fn a_long_text_keeps_its_ends() {
        assert_eq!(shorten("short", 5), "short");
        assert_eq!(shorten("abcdefghijklmnop", 10), "abcdef…nop");
        assert_eq!(shorten("ééééé", 5), "ééééé");
        assert_eq!(shorten("éééééé", 1), "…");
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
