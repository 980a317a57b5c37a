//! What the body of a refusal or failure says, once all that changes from request to request is taken out.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;
use serde_json::Value;

use crate::case::{Case, Mutation};
use crate::wire::{Payload, Request};

/// A body is known by its start, in bytes.
const START: usize = 16 * 1024;
/// In place of what was quoted.
const QUOTED: &str = "“”";
/// Short words that say no value, even where one was sent.
const SHORT_WORDS: [&str; 26] = [
    "a", "am", "an", "as", "at", "be", "by", "do", "go", "he", "i", "if", "in", "is", "it", "my", "no", "not", "of",
    "on", "or", "so", "the", "to", "up", "we",
];
/// A text may be quoted in a text that is quoted.
const DEPTH: usize = 3;

/// What a request sent, as a response may repeat it: free of every escape.
#[derive(Debug, Default)]
pub struct Sent(Vec<String>);

impl Sent {
    /// The values of a case.
    pub fn of(case: &Case) -> Self {
        let mut texts = BTreeSet::new();
        let request = &case.request;
        let plain = request.path_params.iter().chain(&request.headers).chain(&request.cookies);
        texts.extend(plain.map(|(_, text)| text.clone()));
        texts.extend(request.query.iter().map(|pair| pair.value.clone()));
        // Many a page of errors shows what was asked for.
        let asked = [request.method.clone(), request.path.clone(), query(request)];
        texts.extend(asked.into_iter().filter(|text| text.len() > 1));
        match request.body.as_ref().map(|body| &body.payload) {
            Some(Payload::Json(value) | Payload::Padded { value, .. }) => leaves(value, &mut texts),
            Some(Payload::Bytes(bytes)) if bytes.len() <= START => {
                texts.insert(String::from_utf8_lossy(bytes).into_owned());
            }
            _ => {}
        }
        if let Some(values) = &case.values {
            let body = values.body.iter().map(|(_, value)| value);
            values.parameters.iter().flatten().chain(body).for_each(|value| leaves(value, &mut texts));
            if let Some(Mutation::Text { encoded, .. }) = &values.mutation {
                texts.insert(encoded.clone());
            }
        }
        Self::default().and(texts)
    }

    /// These texts as well.
    #[must_use]
    pub fn and(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        let is_value =
            |text: &String| !text.is_empty() && !SHORT_WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
        for text in texts {
            let text = unescaped(&text);
            // Whoever hands it to C sees the end of it at a NUL.
            let start = text.split_once('\0').map(|(start, _)| start.trim().to_owned());
            // Numbers are read and written anew, as are `NaN` and `True`.
            let all = [Some(text.trim().to_ascii_lowercase()), start.map(|start| start.to_ascii_lowercase())];
            self.0.extend(all.into_iter().flatten().filter(is_value));
        }
        // What holds another is looked for before it.
        self.0.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        self.0.dedup();
        self
    }

    /// The text without them, where they stand as whole words.
    fn taken_out(&self, text: &str) -> String {
        let mut text = unescaped(text);
        for sent in &self.0 {
            // Letters of ASCII alone change their cases, so that all others stand where they stood.
            let lower = text.to_ascii_lowercase();
            if !lower.contains(sent.as_str()) {
                continue;
            }
            let (mut left, mut from) = (String::new(), 0);
            for (at, found) in lower.match_indices(sent.as_str()) {
                let end = at + found.len();
                let is_whole = is_bound(text[..at].chars().next_back(), found.chars().next())
                    && is_bound(found.chars().next_back(), text[end..].chars().next())
                    && !is_after_apostrophe(&text[..at]);
                if is_whole {
                    left.push_str(&text[from..at]);
                    from = end;
                }
            }
            left.push_str(&text[from..]);
            text = left;
        }
        text
    }
}

/// Whether a word may end between two characters.
fn is_bound(before: Option<char>, after: Option<char>) -> bool {
    let is_of_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    !is_of_word(before) || !is_of_word(after)
}

/// Whether a text ends within a word that has an apostrophe, as `can't`; `b'` begins what is quoted.
fn is_after_apostrophe(text: &str) -> bool {
    let Some(before) = text.strip_suffix(['\'', '’']) else { return false };
    before.chars().rev().take_while(|letter| letter.is_alphanumeric()).count() > 1
}

/// The query of a request, as a body may show it.
fn query(request: &Request) -> String {
    let pairs: Vec<String> = request.query.iter().map(|pair| format!("{}={}", pair.name, pair.value)).collect();
    pairs.join("&")
}

/// The texts in a value.
fn leaves(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            texts.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, texts)),
        Value::Object(members) => members.values().for_each(|member| leaves(member, texts)),
        _ => {}
    }
}

/// A text without the escapes of JSON, URLs and programming languages, however often it was escaped.
fn unescaped(text: &str) -> String {
    let mut text = percent_decode_str(text).decode_utf8_lossy().into_owned();
    for _ in 0..DEPTH {
        if !text.contains('\\') {
            break;
        }
        text = without_backslashes(&text);
    }
    text
}

fn without_backslashes(text: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        let (letter, taken) = if letter == '\\' { escaped(rest) } else { (u32::from(letter), 0) };
        match (u16::try_from(letter), char::from_u32(letter)) {
            // Half of a pair, perhaps.
            (Ok(unit), _) => units.push(unit),
            (Err(_), Some(letter)) => units.extend_from_slice(letter.encode_utf16(&mut [0; 2])),
            (Err(_), None) => {}
        }
        rest = &rest[taken..];
    }
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// What a backslash before this text stands for, and how many bytes of the text belong to it.
fn escaped(text: &str) -> (u32, usize) {
    let digits = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    let numbered = match text.as_bytes() {
        [b'u', b'{', ..] => {
            text.find('}').filter(|end| *end < 10).and_then(|end| digits(2, end).map(|letter| (letter, end + 1)))
        }
        [b'u', ..] => digits(1, 5).map(|letter| (letter, 5)),
        [b'x', ..] => digits(1, 3).map(|letter| (letter, 3)),
        _ => None,
    };
    let simple = || match text.chars().next()? {
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        '0' => Some(('\0', 1)),
        letter @ ('"' | '\'' | '\\' | '/') => Some((letter, 1)),
        _ => None,
    };
    let simple = || simple().map(|(letter, taken)| (u32::from(letter), taken));
    numbered.or_else(simple).unwrap_or((u32::from('\\'), 0))
}

/// Whether a body speaks of a text that was sent, elsewhere than where it says which request it was.
pub fn speaks_of(body: &[u8], text: &str) -> bool {
    says(body, &Sent::default()) != says(body, &Sent::default().and([text.to_owned()]))
}

/// A body without ids, numbers, times, paths, quoted values and what was sent.
pub fn says(body: &[u8], sent: &Sent) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(START)]);
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => {
            let mut said = String::new();
            members(&value, sent, &mut said);
            said
        }
        Err(_) => without_values(&sent.taken_out(&without_tags(&start))),
    }
}

/// The names and texts of a value, those of an object in the order of their names.
fn members(value: &Value, sent: &Sent, said: &mut String) {
    if said.len() > START {
        return;
    }
    match value {
        Value::Object(object) => {
            let mut sorted: Vec<_> = object.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            for (name, member) in sorted {
                said.push_str(&without_values(&sent.taken_out(name)));
                said.push_str(": ");
                if !is_of_the_moment(name) {
                    members(member, sent, said);
                }
                said.push('\n');
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, sent, said)),
        Value::String(text) => {
            said.push_str(&without_values(&sent.taken_out(&text.chars().take(START).collect::<String>())))
        }
        Value::Bool(truth) => said.push_str(if *truth { "true" } else { "false" }),
        Value::Number(_) | Value::Null => {}
    }
}

/// Whether a member says which request it was, and not what went wrong.
fn is_of_the_moment(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["id", "time", "timestamp", "date", "path", "instance", "host", "trace", "url", "uri", "method"]
        .iter()
        .any(|end| name.ends_with(end))
}

struct Changing {
    tags: Regex,
    parts: [(Regex, &'static str); 6],
}

static CHANGING: LazyLock<Option<Changing>> = LazyLock::new(|| {
    let part = |pattern: &str, instead| Some((Regex::new(pattern).ok()?, instead));
    Some(Changing {
        tags: Regex::new(r"(?s)<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>").ok()?,
        parts: [
            part(r#""[^"\n]*"|`[^`\n]*`|\B'[^'\n]*'\B"#, QUOTED)?,
            part(r"\b(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b", "0")?,
            part(r"(?:\bhttps?:/)?(?:/[\w.@%~+-]+)+/?", "/")?,
            // Numbers, times, and ids that have digits in them.
            part(r"[0-9A-Za-z]*[0-9][0-9A-Za-z]*(?:[-:.,+][0-9A-Za-z]*[0-9][0-9A-Za-z]*)*", "0")?,
            part(r"\b[A-Za-z]{32,}\b", "0")?,
            part(r"\s+", " ")?,
        ],
    })
});

fn without_tags(text: &str) -> String {
    match &*CHANGING {
        Some(changing) => changing.tags.replace_all(text, " ").into_owned(),
        None => text.to_owned(),
    }
}

fn without_values(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, instead) in CHANGING.iter().flat_map(|changing| &changing.parts) {
        text = pattern.replace_all(&text, *instead).into_owned();
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Intent;
    use crate::wire::QueryPair;
    use serde_json::json;

    fn of(body: &str) -> String {
        says(body.as_bytes(), &Sent::default())
    }

    #[test]
    fn what_changes_from_request_to_request_is_no_part_of_a_crash() {
        let same = |one: &str, two: &str| assert_eq!(of(one), of(two), "{one}");
        same("KeyError: 'name' in request 17", "KeyError: 'size' in request 4711");
        same("no row 0b2f3d0e-aaaa-bbbb-cccc-abcdefabcdef", "no row 99999999-0000-bbbb-cccc-0123456789ab");
        same("failed at 2026-11-29T03:22:52.123Z", "failed at 2025-01-01T00:00:00Z");
        same("cannot open /srv/app/a.txt", "cannot open /tmp/b");
        same(r#"{"a": "no", "request_id": "xYz"}"#, r#"{"request_id": "Abc", "a": "no"}"#);
        same("<html><body class=a>\n<p>division by zero</p>", "<html><p>division  by zero");
    }

    #[test]
    fn what_went_wrong_is_the_crash() {
        let other = |one: &str, two: &str| assert_ne!(of(one), of(two), "{one}");
        other("KeyError: 'name'", "TypeError: 'name'");
        other("psycopg2.errors.NotNullViolation", "psycopg2.errors.UniqueViolation");
        other(r#"{"error": "division by zero"}"#, r#"{"error": "index out of range"}"#);
        other("it can't be read, and it's gone", "it can't be written, and it's gone");
    }

    /// What a body says to a request with this value in its body and in its path.
    fn repeats(value: &str, body: &str) -> String {
        let mut request = crate::testing::request("POST", "/a");
        request.path_params.push(("id".to_owned(), value.to_owned()));
        request.body = Some(crate::wire::Body { media_type: None, payload: Payload::Json(json!({"a": [value]})) });
        says(body.as_bytes(), &Sent::of(&crate::testing::case(Intent::Valid, request)))
    }

    #[test]
    fn what_was_sent_is_taken_out_however_it_is_escaped() {
        let plain = repeats("text", r#"{"a": "The 'text' kernel is not there, text not found"}"#);
        for (value, shown) in [
            ("kernel x", "kernel x"),
            ("x\0y", r"x\u0000y"),
            ("x\0y", r"x\\u0000y"),
            ("x\0y", r"x\\0y"),
            ("é😀", r"\u00e9\ud83d\ude00"),
            ("é😀", r"\\xe9\\u{1f600}"),
            ("a\"b\\c", r#"a\\\"b\\\\c"#),
            ("a b/c", "a%20b%2Fc"),
        ] {
            let body = format!(r#"{{"a": "The '{shown}' kernel is not there, {shown} not found"}}"#);
            assert_eq!(repeats(value, &body), plain, "{shown}");
        }
    }

    #[test]
    fn what_was_sent_is_taken_out_in_any_case_and_up_to_a_nul() {
        let none = repeats("text", "text: no such file");
        assert_eq!(repeats("x\0y", "x: no such file"), none);
        assert_ne!(repeats("x\0y", "xy: no such file"), none);
        let unfit = repeats("nan", "cannot convert nan to int");
        assert_eq!(repeats("NAN", "cannot convert nan to int"), unfit);
        assert_eq!(repeats("true", "cannot convert True to int"), unfit);
        assert_eq!(repeats("t", "can't read b't'"), repeats("text", "can't read b'text'"));
        assert_ne!(repeats("NAN", "cannot convert inf to int"), unfit);
    }

    #[test]
    fn what_was_asked_for_is_taken_out() {
        let shows = |path: &str, pairs: &[(&str, &str)], body: &str| {
            let mut request = crate::testing::request("GET", path);
            let pair = |(name, value): &(&str, &str)| QueryPair::new(*name, *value, false);
            request.query = pairs.iter().map(pair).collect();
            says(body.as_bytes(), &Sent::of(&crate::testing::case(Intent::Valid, request)))
        };
        let one = shows("/a/b%20c", &[], r#"{"error": "failed", "path": "/api/a/b c"}"#);
        assert_eq!(shows("/a/d", &[], r#"{"error": "failed", "path": "/api/a/d"}"#), one);
        let one = shows("/a", &[("q", "x y"), ("n", "1")], "GET /a?q=x%20y&n=1 failed");
        assert_eq!(shows("/a", &[("sort", "up")], "GET /a?sort=up failed"), one);
        assert_ne!(shows("/a", &[("sort", "up")], "GET /b?sort=up failed"), one);
        let by = |method: &str, body: &str| {
            says(
                body.as_bytes(),
                &Sent::of(&crate::testing::case(Intent::Valid, crate::testing::request(method, "/a"))),
            )
        };
        assert_eq!(by("PUT", "validation failed for PUT /a"), by("POST", "validation failed for POST /a"));
    }

    #[test]
    fn a_body_speaks_of_what_is_there_as_a_word() {
        assert!(speaks_of(br#"{"message": "notes.txt is not a directory", "reason": "bad type"}"#, "notes.txt"));
        assert!(!speaks_of(br#"{"message": "no such type", "path": "/api/notes.txt"}"#, "notes.txt"));
        assert!(!speaks_of(br#"{"message": "notes.txt2 is no directory"}"#, "notes.txt"));
    }

    #[test]
    fn what_was_not_sent_and_parts_of_words_stay() {
        let other = |value: &str, one: &str, two: &str| assert_ne!(repeats(value, one), repeats(value, two), "{one}");
        other("text", "no text found", "no kernel found");
        other("text", "no texture found", "no ure found");
        other("a", "it is a list", "it is list");
        other("t", "can't read it", "can' read it");
        other("text", r"failed in \alpha", r"failed in \beta");
    }
}
