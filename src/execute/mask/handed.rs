//! The secrets that a target hands out: the values of its cookies, and the tokens that a response names as such.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use indexmap::IndexSet;
use regex::bytes::Regex;

use super::finder::Finder;
use super::layer::Layer;
use super::spelling::Spelling;
use crate::execute::{Response, SentRequest};

/// What is shown for one.
pub(super) const SHOWN: &str = "[secret]";
/// A shorter value, such as that of `lang=en`, is none.
const SHORTEST: usize = 8;
/// A value that is this long is made by chance: it is hidden wherever else it stands, too.
const SHORTEST_ELSEWHERE: usize = 16;
/// Beyond this many, they are hidden where they are handed out alone.
const MOST: usize = 512;

/// As much of a request's body is looked at.
const LONGEST_SENT: usize = 64 << 10;

/// The ends of names of secrets, without the marks between words.
const NAMES: [&str; 9] =
    ["token", "jwt", "secret", "password", "passwd", "apikey", "accesskey", "privatekey", "sessionkey"];
/// What such a name holds that is no secret: a place in a list.
const PLACES_OF_LISTS: [&str; 9] = ["page", "next", "prev", "continu", "sync", "cursor", "pagina", "paging", "resume"];

/// What no body without a secret holds, mostly.
static ANY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?i-u)token|jwt|secret|passw|(?:api|access|private|session)[_-]?key").ok());
/// A name and its value: a member of JSON, also in a text of JSON, a pair of a form or of a URL, an element of XML, and an
/// attribute.
static NAMED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r#"(?s-u)"([\w.$-]{1,64})"\s*:\s*"((?:[^"\\]|\\.)*)""#,
        r#"(?-u)\\"([\w.$-]{1,64})\\"\s*:\s*\\"([^"\\]+)\\""#,
        r#"(?-u)(?:^|[?&\#;,\s])([\w.-]{1,64})=([^&;,\s"'<>\\]+)"#,
        r"(?-u)<(?:[\w-]+:)?([\w.-]{1,64})>([^<>\s]+)</",
        r#"(?-u)\s(?:[\w-]+:)?([\w.-]{1,64})\s*=\s*"([^"<>\s]+)""#,
        r"(?-u)\s(?:[\w-]+:)?([\w.-]{1,64})\s*=\s*'([^'<>\s]+)'",
    ];
    patterns.into_iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// A name and an array of JSON, and a text in that.
static LISTED: LazyLock<Option<(Regex, Regex)>> = LazyLock::new(|| {
    let list = Regex::new(r#"(?-u)"([\w.$-]{1,64})"\s*:\s*\[([^\[\]{}]*)\]"#).ok()?;
    Some((list, Regex::new(r#"(?s-u)"((?:[^"\\]|\\.)*)""#).ok()?))
});

/// Whether this is the name of a secret: `access_token`, `X-Api-Key`, but neither `nextPageToken` nor `token_type`.
fn names_secret(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.iter().any(|end| name.ends_with(end)) && !PLACES_OF_LISTS.iter().any(|word| name.contains(word))
}

/// Where a response hands out secrets: in header fields, by their position, and in its body.
pub(super) struct Places {
    pub fields: Vec<(usize, Vec<Range<usize>>)>,
    pub body: Vec<Range<usize>>,
}

impl Places {
    /// Those of a response. What its request said itself is none, nor is what an error names.
    pub fn of(request: &SentRequest, response: &Response) -> Self {
        let fields = response.headers.iter().enumerate().map(|(index, (name, value))| (index, in_field(name, value)));
        let is_success = response.is_success();
        let holds = |text: &[u8]| ANY.as_ref().is_some_and(|any| any.is_match(text));
        let body = if is_success && holds(&response.body) { named(&response.body) } else { Vec::new() };
        let mut places = Self { fields: fields.filter(|(_, ranges)| !ranges.is_empty()).collect(), body };
        let sent = LazyLock::new(|| sent(request));
        let is_new = |text: &[u8], range: &Range<usize>| {
            let value = undone(&text[range.clone()]);
            !sent.windows(value.len().max(1)).any(|sent| sent == value)
        };
        places.body.retain(|range| is_new(&response.body, range));
        for (index, ranges) in &mut places.fields {
            ranges.retain(|range| is_new(response.headers[*index].1.as_bytes(), range));
        }
        places
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.body.is_empty()
    }

    /// The texts at these places.
    pub fn values<'a>(&'a self, response: &'a Response) -> impl Iterator<Item = &'a str> {
        let texts = self.fields.iter().map(|(index, ranges)| (response.headers[*index].1.as_bytes(), ranges));
        texts
            .chain([(response.body.as_slice(), &self.body)])
            .flat_map(|(text, ranges)| ranges.iter().filter_map(|range| std::str::from_utf8(&text[range.clone()]).ok()))
    }
}

/// What the request said, but for the end of a long body, one layer of its escapes undone.
fn sent(request: &SentRequest) -> Vec<u8> {
    let fields = request.headers.iter().flat_map(|(_, value)| [value.as_bytes(), b"\0"]);
    let body = request.body.as_deref().unwrap_or_default();
    let parts = [request.url.as_bytes(), b"\0", &body[..body.len().min(LONGEST_SENT)], b"\0"];
    undone(&parts.into_iter().chain(fields).collect::<Vec<_>>().concat())
}

fn undone(text: &[u8]) -> Vec<u8> {
    Layer::of(text).map_or_else(|| text.to_vec(), |layer| layer.bytes)
}

fn is_long(text: &[u8], least: usize) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.chars().nth(least - 1).is_some())
}

/// The secrets of a header field.
fn in_field(name: &str, value: &str) -> Vec<Range<usize>> {
    let whole =
        |from: usize, to: usize| Some(from..to).filter(|range| is_long(&value.as_bytes()[range.clone()], SHORTEST));
    if name.eq_ignore_ascii_case("set-cookie") {
        let to = value.find(';').unwrap_or(value.len());
        return value[..to].find('=').and_then(|mark| whole(mark + 1, to)).into_iter().collect();
    }
    if names_secret(name) || name.eq_ignore_ascii_case("authorization") {
        return whole(0, value.len()).into_iter().collect();
    }
    // The fragment of a redirection may carry one (RFC 6749, section 4.2.2).
    if name.eq_ignore_ascii_case("location") { named(value.as_bytes()) } else { Vec::new() }
}

/// The values in a text that it names as secrets: texts of some length, without white space.
fn named(text: &[u8]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for found in NAMED.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let (Some(name), Some(value)) = (found.get(1), found.get(2)) else { continue };
        let is_value = is_long(value.as_bytes(), SHORTEST) && !value.as_bytes().iter().any(u8::is_ascii_whitespace);
        if is_value && std::str::from_utf8(name.as_bytes()).is_ok_and(names_secret) {
            ranges.push(value.range());
        }
    }
    ranges.extend(listed(text));
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, last| next.start < last.end);
    ranges
}

/// The texts in arrays that are named as secrets. What is no word in one of many (`tokens`) is long: those of a language are
/// none.
fn listed(text: &[u8]) -> Vec<Range<usize>> {
    let Some((list, item)) = &*LISTED else { return Vec::new() };
    let mut ranges = Vec::new();
    for found in list.captures_iter(text) {
        let (Some(name), Some(items)) = (found.get(1), found.get(2)) else { continue };
        let Ok(name) = std::str::from_utf8(name.as_bytes()) else { continue };
        let least = match names_secret(name) {
            true => SHORTEST,
            false if name.strip_suffix('s').is_some_and(names_secret) => SHORTEST_ELSEWHERE,
            false => continue,
        };
        let all = item.captures_iter(items.as_bytes()).filter_map(|found| found.get(1));
        let is_value = |value: &[u8]| is_long(value, least) && !value.iter().any(u8::is_ascii_whitespace);
        let values = all.filter(|value| is_value(value.as_bytes()));
        ranges.extend(values.map(|value| items.start() + value.start()..items.start() + value.end()));
    }
    ranges
}

/// The text with each of these ranges, in order and apart, hidden.
pub(super) fn hidden(text: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        clean.extend_from_slice(&text[done..range.start]);
        clean.extend_from_slice(SHOWN.as_bytes());
        done = range.end;
    }
    clean.extend_from_slice(&text[done..]);
    clean
}

/// The secrets that a target has handed out so far, to be hidden wherever they stand.
#[derive(Debug, Default)]
pub(super) struct Handed {
    values: IndexSet<String>,
    /// `None` where values were added since it was made.
    finder: Option<Option<Arc<Finder>>>,
}

impl Handed {
    /// Takes those of one response.
    pub fn learn(&mut self, places: &Places, response: &Response) {
        for value in places.values(response).filter(|value| is_long(value.as_bytes(), SHORTEST_ELSEWHERE)) {
            if self.values.len() < MOST && self.values.insert(value.to_owned()) {
                self.finder = None;
            }
        }
    }

    /// What finds them.
    pub fn finder(&mut self) -> Option<Arc<Finder>> {
        let spelling = |text: &String| Spelling { text: text.clone(), shown: SHOWN.to_owned(), is_plain: true };
        self.finder.get_or_insert_with(|| Finder::new(self.values.iter().map(spelling)).map(Arc::new)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_secrets_are_told_from_those_of_ordinary_values() {
        for name in
            ["token", "access_token", "refreshToken", "X-Auth-Token", "jwt", "api_key", "clientSecret", "csrftoken"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "nextPageToken",
            "next_token",
            "pageToken",
            "continuationToken",
            "sync_token",
            "token_type",
            "tokens",
            "max_tokens",
            "session_id",
            "sessions",
            "id",
            "key",
            "monkey",
            "secretary",
            "password_hint",
            "tokenId",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn the_values_of_named_secrets_are_found_in_json_forms_and_xml() {
        for (text, values) in [
            (r#"{"access_token": "abc-def\u002Bghi", "token_type":"bearer"}"#, &[r"abc-def\u002Bghi"][..]),
            ("access_token=abcdefghij&scope=user", &["abcdefghij"]),
            ("https://app.test/#state=1&id_token=abcdefghij", &["abcdefghij"]),
            ("<r><a:Token>abcdefghij</a:Token></r>", &["abcdefghij"]),
            (r#"{"token":"short","nextPageToken":"abcdefghij","tokens":12345678901}"#, &[]),
            (r#"{"token": "a word or two"}"#, &[]),
            (r#"{"data": "{\"access_token\": \"abcdefghij\", \"id\": \"bcdefghijk\"}"}"#, &["abcdefghij"]),
            (
                r#"{"token": ["abcdefghij", "short", "bcdefghijk"], "ids": ["cdefghijkl"]}"#,
                &["abcdefghij", "bcdefghijk"],
            ),
            (r#"{"tokens": ["abcdefghijklmnopq", "vocabulary"]}"#, &["abcdefghijklmnopq"]),
            (r#"<s id="bcdefghijk" token="abcdefghij" a:secret='cdefghijkl'/>"#, &["abcdefghij", "cdefghijkl"]),
        ] {
            let found: Vec<_> = named(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, values, "{text}");
        }
    }
}
