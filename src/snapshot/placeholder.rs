//! Recognises unpredictable strings, such as ids and times, by their form.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::execute::HttpDate;

/// The placeholder of a text whose schema has this format, if it looks like a value that differs from run to run.
pub(super) fn of(text: &str, format: Option<&str>) -> Option<String> {
    let looks = looks_like(text);
    let named = match format {
        Some("date") if is_date(text) => Some("date"),
        Some("time") if is_time(text) => Some("time"),
        // A format of the author's own, such as `ObjectId`, says it better.
        Some(format) if looks.is_some() && !STANDARD.contains(&format) => Some(format),
        _ => looks,
    };
    named.map(|name| format!("[{name}]"))
}

/// Formats of JSON Schema and OpenAPI whose values may look like an identifier without being named so.
const STANDARD: [&str; 20] = [
    "date",
    "date-time",
    "time",
    "duration",
    "uuid",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "regex",
    "password",
    "byte",
    "binary",
    "json-pointer",
];

fn looks_like(text: &str) -> Option<&'static str> {
    if !text.is_ascii() {
        return None;
    }
    if is_uuid(text) {
        Some("uuid")
    } else if is_date_time(text) {
        Some("date-time")
    } else if is_http_date(text) {
        Some("http-date")
    } else if is_ulid(text) {
        Some("ulid")
    } else if is_hex(text, 24) {
        Some("object-id")
    } else if [32, 40, 64].iter().any(|length| is_hex(text, *length)) {
        Some("hex")
    } else if is_prefixed(text) {
        Some("id")
    } else if is_token(text) {
        Some("token")
    } else {
        None
    }
}

/// RFC 9562, section 4.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// RFC 3339, the zone perhaps left out.
fn is_date_time(text: &str) -> bool {
    let is_split = text.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b't' | b' '));
    is_split && (text.parse::<Timestamp>().is_ok() || text.parse::<DateTime>().is_ok())
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

fn is_time(text: &str) -> bool {
    text.as_bytes().get(2) == Some(&b':') && is_date_time(&format!("2000-01-01T{text}"))
}

/// RFC 9110, section 5.6.7.
fn is_http_date(text: &str) -> bool {
    HttpDate::parse(text).is_some()
}

/// 26 digits of Crockford's base 32, the first of them at most 7: 48 bits of time, 80 of chance.
fn is_ulid(text: &str) -> bool {
    text.len() == 26
        && text.starts_with(|first: char| ('0'..='7').contains(&first))
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() && !b"ILOU".contains(&byte))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `msg_8sk2h1dka92k`: a word, then letters and digits by chance.
fn is_prefixed(text: &str) -> bool {
    let Some((word, chance)) = text.rsplit_once('_') else { return false };
    (1..=12).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && chance.len() >= 8
        && chance.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && mixes_digits(chance)
}

/// Letters of both cases and digits, and many of them.
fn is_token(text: &str) -> bool {
    text.len() >= 20
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=+".contains(&byte))
        && mixes_digits(text)
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn mixes_digits(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_predict_is_told_from_what_a_server_says() {
        for (text, format, expected) in [
            ("8e033668-9f1a-11ec-b909-0242ac120002", None, Some("[uuid]")),
            ("01BX5ZZKBKACTAV9WEVGEMMVS1", None, Some("[ulid]")),
            ("5df263b7db5a7e6ea03fae9b", None, Some("[object-id]")),
            ("5df263b7db5a7e6ea03fae9b", Some("ObjectId"), Some("[ObjectId]")),
            ("2021-11-23T12:13:14.555Z", None, Some("[date-time]")),
            ("2021-11-23T12:13:14.555+05:30", Some("date-time"), Some("[date-time]")),
            ("2021-11-23T12:13:14", None, Some("[date-time]")),
            ("2021-11-23", Some("date"), Some("[date]")),
            ("2021-11-23", None, None),
            ("12:13:14Z", Some("time"), Some("[time]")),
            ("Sat, 21 Nov 2026 07:00:00 GMT", None, Some("[http-date]")),
            ("msg_8sk2h1dka92k", None, Some("[id]")),
            ("d41d8cd98f00b204e9800998ecf8427e", None, Some("[hex]")),
            ("string_too_short", None, None),
            ("not-a-date", Some("date-time"), None),
            ("usr_82hd92", None, None),
            ("400-01", None, None),
            ("application/json", None, None),
            ("https://api.test/v1/messages", Some("uri"), None),
            ("Grüße", None, None),
            ("", None, None),
        ] {
            assert_eq!(of(text, format).as_deref(), expected, "{text} {format:?}");
        }
    }
}
