//! By what a failure of a server is known again: its status, what its body says once all that changes from request to
//! request is taken out, and what its route is about.

use std::sync::LazyLock;

use percent_encoding::percent_decode;
use regex::Regex;
use serde_json::Value;

use crate::case::{Case, Fault, Intent, Mutation};
use crate::check::Subject;
use crate::contract::Operation;
use crate::execute::Response;
use crate::finding::{Root, digest};

/// A body is known by its start, in bytes.
const START: usize = 16 * 1024;

/// Words that say no more than that something failed.
const EMPTY_WORDS: [&str; 48] = [
    "about",
    "administrator",
    "again",
    "an",
    "at",
    "blank",
    "code",
    "contact",
    "description",
    "detail",
    "details",
    "encountered",
    "error",
    "errors",
    "false",
    "has",
    "id",
    "in",
    "instance",
    "internal",
    "is",
    "later",
    "message",
    "null",
    "occurred",
    "on",
    "our",
    "path",
    "please",
    "reason",
    "request",
    "server",
    "something",
    "status",
    "success",
    "support",
    "the",
    "timestamp",
    "title",
    "trace",
    "true",
    "try",
    "type",
    "unable",
    "unexpected",
    "unknown",
    "went",
    "wrong",
];

/// The crash that a response reports. Where its body says nothing, those of one route with one kind of request are one.
pub fn root(subject: &Subject<'_>, response: &Response) -> Root {
    let said = says(&response.body);
    // Who trips over bytes, or over how a body is called, does so wherever they come.
    let route = if precedes_routes(subject.case) { "" } else { family(subject.operation) };
    let family = oddity(subject.case).unwrap_or_else(|| route.to_owned());
    if is_empty_talk(&said) {
        let signature = format!("{} {family}", response.status);
        return Root::Crash { signature, occasion: Some(subject.case.intent.name()) };
    }
    let signature = format!("{} {family} {:016x}", response.status, digest(&[&said]));
    Root::Crash { signature, occasion: None }
}

/// Whether it is the method or the media type that is wrong, which a framework reads before any route is asked.
fn precedes_routes(case: &Case) -> bool {
    matches!(case.intent, Intent::WrongMethod | Intent::Invalid(Fault::MediaType))
}

/// What is odd about an odd request, whatever the operation.
fn oddity(case: &Case) -> Option<String> {
    match case.values.as_ref().filter(|_| case.intent == Intent::Robustness)?.mutation.as_ref()? {
        Mutation::Text { encoded, .. } => Some(encoded.clone()).filter(|encoded| !encoded.is_empty()),
        Mutation::Body(body) => match percent_decode(&body.payload.bytes()).decode_utf8() {
            Ok(_) => body.media_type.clone(),
            Err(_) => Some("no UTF-8".to_owned()),
        },
        Mutation::Method(_) => None,
    }
}

/// What a route is about: the first part of its path that is fixed and no version of an API.
pub fn family(operation: &Operation) -> &str {
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let parts = operation.path.split('/');
    let mut named = parts.filter(|part| !part.is_empty() && *part != "api" && !is_version(part) && !part.contains('{'));
    named.next().unwrap_or_default()
}

/// A body without ids, numbers, times, paths and quoted values.
pub fn says(body: &[u8]) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(START)]);
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => {
            let mut said = String::new();
            members(&value, &mut said);
            said
        }
        Err(_) => without_values(&without_tags(&start)),
    }
}

/// The names and texts of a value, those of an object in the order of their names.
fn members(value: &Value, said: &mut String) {
    match value {
        Value::Object(object) => {
            let mut sorted: Vec<_> = object.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            for (name, member) in sorted {
                said.push_str(&without_values(name));
                said.push_str(": ");
                if !is_of_the_moment(name) {
                    members(member, said);
                }
                said.push('\n');
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, said)),
        Value::String(text) => said.push_str(&without_values(&text.chars().take(START).collect::<String>())),
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
            part(r#""[^"\n]*"|`[^`\n]*`|\B'[^'\n]*'\B"#, "“”")?,
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

/// Whether a body says no more than its status does.
fn is_empty_talk(said: &str) -> bool {
    let mut words = said.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    words.all(|word| EMPTY_WORDS.binary_search(&word.to_lowercase().as_str()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::RequestValues;
    use crate::check::testing::*;
    use crate::wire::Body;
    use serde_json::json;

    #[test]
    fn what_changes_from_request_to_request_is_no_part_of_a_crash() {
        let same = |one: &str, two: &str| assert_eq!(says(one.as_bytes()), says(two.as_bytes()), "{one}");
        same("KeyError: 'name' in request 17", "KeyError: 'size' in request 4711");
        same("no row 0b2f3d0e-aaaa-bbbb-cccc-abcdefabcdef", "no row 99999999-0000-bbbb-cccc-0123456789ab");
        same("failed at 2026-11-29T03:22:52.123Z", "failed at 2025-01-01T00:00:00Z");
        same("cannot open /srv/app/a.txt", "cannot open /tmp/b");
        same(r#"{"a": "no", "request_id": "xYz"}"#, r#"{"request_id": "Abc", "a": "no"}"#);
        same("<html><body class=a>\n<p>division by zero</p>", "<html><p>division  by zero");
    }

    #[test]
    fn what_went_wrong_is_the_crash() {
        let other = |one: &str, two: &str| assert_ne!(says(one.as_bytes()), says(two.as_bytes()), "{one}");
        other("KeyError: 'name'", "TypeError: 'name'");
        other("psycopg2.errors.NotNullViolation", "psycopg2.errors.UniqueViolation");
        other(r#"{"error": "division by zero"}"#, r#"{"error": "index out of range"}"#);
        other("it can't be read, and it's gone", "it can't be written, and it's gone");
    }

    #[test]
    fn a_body_that_says_nothing_is_known_by_the_occasion() {
        assert!(EMPTY_WORDS.is_sorted());
        for empty in ["", "Internal Server Error", r#"{"status": 500, "error": "Something went wrong", "path": "/a"}"#]
        {
            assert!(is_empty_talk(&says(empty.as_bytes())), "{empty}");
        }
        assert!(!is_empty_talk(&says(b"division by zero")));
    }

    #[test]
    fn crashes_of_one_signature_are_one_bug_and_others_are_others() {
        let bench = Bench::messages();
        let key = |intent, text: &str| {
            let response = response(500, &json!({"error": text, "at": 17}));
            bench.judge(&case(intent), Ok(response)).remove(0).root_key()
        };
        assert_eq!(key(Intent::Valid, "no row 1"), key(Intent::Unauthenticated, "no row 2"));
        assert_ne!(key(Intent::Valid, "no row 1"), key(Intent::WrongMethod, "no row 2"));
        assert_ne!(key(Intent::Valid, "no row 1"), key(Intent::Valid, "no column 1"));
        assert_ne!(key(Intent::Valid, "error"), key(Intent::WrongMethod, "error"), "nothing is said");
        assert_eq!(key(Intent::Valid, "error"), key(Intent::Valid, "error"));
    }

    #[test]
    fn an_oddity_that_a_server_trips_over_is_one_bug_on_all_routes() {
        let key = |path: &str, intent, media_type: &str| {
            let mut bench = Bench::messages();
            bench.contract.operations[0].path = path.to_owned();
            let mut case = case(intent);
            let body = Body { media_type: Some(media_type.to_owned()), ..case.request.body.clone().expect("a body") };
            let plain =
                RequestValues { parameters: Vec::new(), body: None, credentials: Default::default(), mutation: None };
            case.values = Some(RequestValues { mutation: Some(Mutation::Body(body)), ..plain });
            bench.judge(&case, Ok(response(500, &json!({"error": "error"})))).remove(0).root_key()
        };
        let odd = Intent::Robustness;
        assert_eq!(key("/pets", odd, "nonsense"), key("/stores", odd, "nonsense"));
        assert_ne!(key("/pets", odd, "nonsense"), key("/pets", odd, "a/b; charset"));
        let malformed = Intent::Invalid(Fault::Malformed);
        assert_ne!(key("/pets", malformed, "nonsense"), key("/stores", malformed, "nonsense"));
    }

    #[test]
    fn routes_about_one_thing_are_a_family() {
        let family_of = |path: &str| {
            let mut bench = Bench::messages();
            bench.contract.operations[0].path = path.to_owned();
            family(&bench.contract.operations[0]).to_owned()
        };
        assert_eq!(family_of("/api/v1/pets/{id}"), "pets");
        assert_eq!(family_of("/pets"), "pets");
        assert_eq!(family_of("/{tenant}/stores"), "stores");
        assert_eq!(family_of("/"), "");
    }
}
