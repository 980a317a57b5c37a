//! Examples and counterexamples of each `format`.

use serde_json::Value;

use crate::text::words;

/// Examples of a format, the simplest first. Each is validated before use.
pub(crate) fn examples(format: &str) -> &'static [&'static str] {
    match format {
        // RFC 3339. Leap seconds and lower-case letters are left out: many sound parsers refuse them.
        "date-time" => &[
            "2024-01-15T10:30:00Z",
            "2021-11-23T12:13:14.555Z",
            "2021-11-23T12:13:14+05:30",
            "1996-12-19T16:39:57-08:00",
            "2024-02-29T23:59:59Z",
            "2000-01-01T00:00:00+00:00",
            "1969-12-31T23:59:59.999999Z",
            "2038-01-19T03:14:08.5+14:00",
            "2099-12-31T23:59:59.123456789Z",
        ],
        "date" => &["2024-01-15", "2024-02-29", "1969-12-31", "2099-12-31"],
        "time" => &["10:30:00Z", "23:59:59.999Z", "00:00:00+05:30"],
        "duration" => &["P3D", "PT1H30M", "P1Y2M3DT4H5M6S", "P2W"],
        "uuid" => &[
            "123e4567-e89b-42d3-a456-426614174000",
            "00000000-0000-4000-8000-000000000000",
            "F81D4FAE-7DEC-41D0-A765-00A0C91E6BF6",
        ],
        "email" | "idn-email" => &["user@example.com", "first.last+tag@sub.example.org", "x@example.io"],
        "hostname" | "idn-hostname" => &["example.com", "a.b-c.example.org", "localhost"],
        "ipv4" => &["192.0.2.1", "0.0.0.0", "255.255.255.255"],
        "ipv6" => &["2001:db8::1", "::1", "2001:0db8:0000:0000:0000:ff00:0042:8329"],
        "uri" | "iri" | "url" => {
            &["https://example.com/path", "http://example.com:8080/a/b?c=d#e", "https://example.com/%E2%82%AC?q=a%20b"]
        }
        "uri-reference" | "iri-reference" => &["/path?query#fragment", "https://example.com/", "a/b"],
        "uri-template" => &["https://example.com/{id}", "/a/{b}{?c}"],
        "json-pointer" => &["/a/b", "", "/a~1b/0"],
        "relative-json-pointer" => &["0", "1/a"],
        "regex" => &["^[a-z]+$", "a|b"],
        "byte" => &["aGVsbG8=", "", "AAEC/w=="],
        _ => &[],
    }
}

/// Last words of the names of times by which something is over.
const ENDS: [&str; 11] =
    ["end", "ends", "until", "expires", "expire", "expiry", "expiration", "due", "deadline", "finish", "till"];
/// The same of parameters, which ask for a period.
const ENDS_OF_PERIODS: [&str; 2] = ["to", "before"];
/// Times after the plainest ones, by their formats: ones that have not passed, and ones that are soon after.
const LATER: [(&str, &str, &str); 2] =
    [("date-time", "2099-12-31T23:59:59Z", "2024-01-16T10:30:00Z"), ("date", "2099-12-31", "2024-01-16")];

/// A later time in the place of the plainest one, where the name of the property says that something is over then: it is
/// after the plainest time of what begins, and has not passed.
pub(super) fn later(name: &str, value: &Value) -> Option<Value> {
    over(name, value, |word| ENDS.contains(&word)).map(|(_, later, _)| Value::from(*later))
}

/// The same of a parameter, which is the end of a period that is asked for: it may not be long.
pub(crate) fn soon_after(name: &str, value: &Value) -> Option<Value> {
    let is_end = |word: &str| ENDS.contains(&word) || ENDS_OF_PERIODS.contains(&word);
    over(name, value, is_end).map(|(_, _, soon)| Value::from(*soon))
}

fn over(
    name: &str,
    value: &Value,
    is_end: impl Fn(&str) -> bool,
) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let words = words::of(name);
    let last = words.iter().rev().find(|word| !matches!(word.as_str(), "at" | "on" | "date" | "time" | "by"))?;
    let text = value.as_str().filter(|_| is_end(last))?;
    LATER.iter().find(|(format, ..)| examples(format).first() == Some(&text))
}

/// Strings of a format that are as long as a text must be, or as short. Each is validated before use.
pub(crate) fn sized(format: &str, min: u64, max: Option<u64>) -> Vec<String> {
    /// The longest local part of an address (RFC 5321, section 4.5.3.1.1), and the longest label of a name (RFC 1035,
    /// section 2.3.4).
    const LOCAL: usize = 64;
    const LABEL: usize = 60;
    const LONGEST: u64 = 2_000;
    if min > LONGEST {
        return Vec::new();
    }
    let lacking = |text: &str| (min as usize).saturating_sub(text.len());
    let host = |lacking: usize| {
        let labels = vec![format!("{}.", "a".repeat(LABEL - 1)); lacking / LABEL].concat();
        let rest = lacking % LABEL;
        // A label of nothing is none.
        let label = if rest == 0 { String::new() } else { format!("{}.", "a".repeat((rest - 1).max(1))) };
        format!("{labels}{label}example.com")
    };
    match format {
        "email" | "idn-email" => {
            let local = "user".repeat(LOCAL / 4);
            let count = lacking("@example.com").clamp(1, LOCAL);
            let address = format!("{}@example.com", &local[..count]);
            let long = format!("{}@{}", &local[..count], host(lacking(&address)));
            let short = max.filter(|max| *max < 16).map(|_| "a@b.co".to_owned());
            [long].into_iter().chain(short).collect()
        }
        "hostname" | "idn-hostname" => {
            let short = max.filter(|max| *max < 9).map(|_| "b.co".to_owned());
            [host(lacking("example.com"))].into_iter().chain(short).collect()
        }
        "uri" | "iri" | "url" | "uri-reference" | "iri-reference" => {
            let start = "https://example.com/";
            let short = max.filter(|max| *max < 24).into_iter().flat_map(|_| ["http://a.co", "urn:a:b"]);
            let long = format!("{start}{}", "a".repeat(lacking(start)));
            [long].into_iter().chain(short.map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

/// Strings that no parser takes for the format, the simplest first. Borderline ones are left out.
pub(crate) fn counterexamples(format: &str) -> &'static [&'static str] {
    match format {
        // RFC 3339, section 5.7: the days of a month, and hours up to 23.
        "date-time" => &[
            "not-a-date",
            "2024-13-45T99:99:99Z",
            "2023-02-29T10:30:00Z",
            "2024-01-15T25:00:00Z",
            "2024-04-31T10:30:00Z",
            "2024-01-15T10:30:00Zjunk",
            "yesterday",
            "",
            "12:00",
            "{}",
        ],
        "date" => {
            &["not-a-date", "2024-13-45", "2023-02-29", "2024-04-31", "2024-01-15junk", "01/15/2024", "yesterday", ""]
        }
        "time" => &["not-a-time", "99:99:99Z", "25:00:00Z", ""],
        "duration" => &["not-a-duration", "three days", ""],
        "uuid" => &[
            "not-a-uuid",
            "123e4567-e89b-42d3-a456-42661417400",
            "123e4567-e89b-42d3-a456-42661417400g",
            "123e4567-e89b-42d3-a456-4266141740000",
            // RFC 9562, section 4: the hyphens are part of it, and nothing around is.
            "123e4567-e89b-42d3-a456_426614174000",
            "",
            "42",
        ],
        // RFC 5321, section 4.1.2: both parts have a character at least, and blanks none.
        "email" | "idn-email" => {
            &["not-an-email", "@", "user@", "@example.com", "user name@example.com", "user@@example.com", ""]
        }
        "hostname" | "idn-hostname" => &["-not a hostname-", "a..b", ""],
        // RFC 2673, section 3.2: four parts.
        "ipv4" => &[
            "not-an-address",
            "256.256.256.256",
            "1.2.3",
            "1.2.3.4.5",
            "192.0.2.256",
            "192.0.2.1/24",
            "192.0.2.1:80",
            "3221225985",
            "",
        ],
        "ipv6" => &["not-an-address", ":::::", "12345::", ""],
        // RFC 3986, section 3: the scheme is no option.
        "uri" | "iri" => &["not a uri", "://", "/relative/path", "example.com/path", "https://example.com/a b", ""],
        "uri-reference" | "iri-reference" => &["\\\\not a uri\\", "http://[bad"],
        "uri-template" => &["{unclosed", "{}}{"],
        "json-pointer" => &["not-a-pointer", "a/b"],
        "relative-json-pointer" => &["not-a-pointer", "/a"],
        "regex" => &["[unclosed", "(a"],
        "byte" => &["***", "not base64!", "aGVsbG8=!"],
        _ => &[],
    }
}

/// Whether there are strings that are surely not of this format.
pub(crate) fn constrains_strings(format: &str) -> bool {
    !counterexamples(format).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_ends_is_over_later_than_what_begins() {
        for name in ["endsAt", "expires_at", "due_date", "valid_until", "end"] {
            assert_eq!(later(name, &json!("2024-01-15T10:30:00Z")), Some(json!("2099-12-31T23:59:59Z")), "{name}");
        }
        assert_eq!(later("due", &json!("2024-01-15")), Some(json!("2099-12-31")));
        for (name, value) in
            [("startsAt", "2024-01-15"), ("endsAt", "2024-02-29"), ("weekend", "2024-01-15"), ("end", "text")]
        {
            assert_eq!(later(name, &json!(value)), None, "{name}");
        }
    }
}
