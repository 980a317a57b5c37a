//! Values that a reason asks for, as far as it says them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

/// The most values of a list that are tried.
const MOST: usize = 3;
/// Texts longer than this are not made.
const LONGEST: usize = 200;

/// What certain words ask for.
const KINDS: [(&str, &str); 8] = [
    (r"\be-?mail\b", "conform@example.com"),
    (r"\b(?:uuid|guid)\b", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    (r"\b(?:url|uri|link)\b", "https://example.com/"),
    (r"\b(?:date-?time|datetime|timestamp|iso-? ?8601)\b", "2030-01-15T12:00:00Z"),
    (r"\bdate\b", "2030-01-15"),
    (r"\b(?:phone|e\.?164|msisdn)\b", "+15555550123"),
    (r"\b(?:time ?zone)\b", "Europe/Berlin"),
    (r"\b(?:currency|iso-? ?4217)\b", "EUR"),
];

/// Whether a reason says that something is missing.
pub(in crate::engine) fn is_missing(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    [
        "required",
        "missing",
        "must be provided",
        "can't be blank",
        "cannot be blank",
        "must not be null",
        "must be present",
    ]
    .iter()
    .any(|words| reason.contains(words))
}

/// Values that would do by what a reason says, in the place of this one; none where it says nothing of that kind.
pub(in crate::engine) fn meant(reason: &str, present: Option<&Value>) -> Vec<Value> {
    let listed = listed(reason);
    if !listed.is_empty() {
        // What is written without quotes may be a number.
        let is_number = present.is_some_and(Value::is_number);
        let value = |text: &String| match text.parse::<i64>().ok().filter(|_| is_number) {
            Some(number) => json!(number),
            None => json!(text),
        };
        return listed.iter().map(value).collect();
    }
    let lower = reason.to_lowercase();
    let limited = limited(&lower, present);
    if !limited.is_empty() {
        return limited;
    }
    static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        KINDS.iter().filter_map(|(pattern, value)| Some((Regex::new(pattern).ok()?, *value))).collect()
    });
    let kind = PATTERNS.iter().find(|(pattern, _)| pattern.is_match(&lower)).map(|(_, value)| json!(value));
    kind.into_iter().filter(|value| Some(value) != present).collect()
}

/// The values of a list: `must be one of red, green`, `Input should be 'a' or 'b'`.
fn listed(reason: &str) -> Vec<String> {
    static LEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let lead = r"one of|allowed(?: values?)?(?: are| is)?|expected|should be|must be(?: either)?|valid (?:values?|options?|choices?)(?: are| is)?|accepted values?(?: are)?|permitted(?: values?)?";
        Regex::new(&format!(r"(?i)\b(?:{lead})\b[\s:=]*(?:one of\b[\s:=]*)?(?:the following(?: values?)?:?)?\s*(.+)$"))
            .ok()
    });
    static QUOTED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"'([^']{1,60})'|"([^"]{1,60})"|`([^`]{1,60})`"#).ok());
    let Some(rest) = LEAD.as_ref().and_then(|lead| Some(lead.captures(reason)?.get(1)?.as_str())) else {
        return Vec::new();
    };
    let quoted = QUOTED.as_ref().into_iter().flat_map(|quoted| quoted.captures_iter(rest));
    let quoted = quoted.filter_map(|found| found.iter().skip(1).flatten().next().map(|text| text.as_str().to_owned()));
    let quoted: Vec<String> = quoted.take(MOST).collect();
    if quoted.len() > 1 {
        return quoted;
    }
    static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\w.+/-]{1,40}$").ok());
    let bare =
        rest.trim_matches(|letter: char| "[](){}<>.:; ".contains(letter)).replace(" or ", ",").replace(" and ", ",");
    let parts: Vec<String> =
        bare.split([',', '|']).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    let is_list = parts.len() > 1 && parts.iter().all(|part| PLAIN.as_ref().is_some_and(|plain| plain.is_match(part)));
    if is_list { parts.into_iter().take(MOST).collect() } else { Vec::new() }
}

/// A text as long, or a number as large, as a limit asks for.
fn limited(reason: &str, present: Option<&Value>) -> Vec<Value> {
    static LEAST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(at least|minimum(?: length)?(?: is| of)?|greater than or equal to|>=|more than|greater than|longer than|>)\s*(-?\d{1,9})").ok()
    });
    static LARGEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(at most|maximum(?: length)?(?: is| of)?|less than or equal to|<=|less than|fewer than|shorter than|<)\s*(-?\d{1,9})").ok()
    });
    let of = |limit: &LazyLock<Option<Regex>>| {
        let found = limit.as_ref()?.captures(reason)?;
        let number: i64 = found.get(2)?.as_str().parse().ok()?;
        let words = found.get(1)?.as_str();
        // `more than 3` leaves 3 out.
        let is_within = words.contains("equal")
            || words.contains('=')
            || words.starts_with("at ")
            || words.starts_with("m") && !words.starts_with("more");
        Some((number, is_within))
    };
    let (least, largest) = (of(&LEAST), of(&LARGEST));
    let number = match (least, largest) {
        (Some((number, true)), _) => number,
        (Some((number, false)), _) => number + 1,
        (_, Some((number, true))) => number,
        (_, Some((number, false))) => number - 1,
        (None, None) => return Vec::new(),
    };
    match present {
        Some(Value::Number(_)) => vec![json!(number)],
        Some(Value::String(text)) => match usize::try_from(number).ok().filter(|length| *length <= LONGEST) {
            Some(length) => vec![json!(text.chars().chain(std::iter::repeat('a')).take(length).collect::<String>())],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reason_asks_for() {
        let text = json!("text");
        for (reason, expected) in [
            ("must be a well-formed email address", json!(["conform@example.com"])),
            (
                "value is not a valid email address: An email address must have an @-sign.",
                json!(["conform@example.com"]),
            ),
            ("Input should be 'red' or 'green'", json!(["red", "green"])),
            ("must be one of red, green", json!(["red", "green"])),
            ("must be one of [small, large]", json!(["small", "large"])),
            ("Invalid enum value. Expected 'a' | 'b' | 'c', received 'text'", json!(["a", "b", "c"])),
            ("Input should be a valid UUID, invalid length", json!(["3fa85f64-5717-4562-b3fc-2c963f66afa6"])),
            ("is too short (minimum is 6 characters)", json!(["textaa"])),
            ("String should have at least 8 characters", json!(["textaaaa"])),
            ("must be longer than 5 characters", json!(["textaa"])),
            ("is invalid", json!([])),
            ("must match \"^SKU-\"", json!([])),
            ("should be nicer", json!([])),
        ] {
            assert_eq!(Value::from(meant(reason, Some(&text))), expected, "{reason}");
        }
        assert_eq!(meant("must be greater than 10", Some(&json!(1))), [json!(11)]);
        assert_eq!(meant("must be less than or equal to 5", Some(&json!(9))), [json!(5)]);
        assert!(is_missing("Field required") && is_missing("can't be blank") && !is_missing("is invalid"));
    }
}
