//! Odd requests: a target that fails on one is told, and one that takes or refuses them all is right.

mod target;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use target::{Asked, DOCUMENT, Manner, start};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;

/// What a target fails on.
type Fails = fn(&Asked) -> bool;

/// What a target fails on, and the case that shows it.
const FAILURES: [(Fails, &str); 31] = [
    (|asked| asked.header("content-type") == Some(b"multipart/form-data"), "of parts, without a boundary"),
    (|asked| has_type(asked, "charset=klingon"), "with an unknown charset"),
    (|asked| has_type(asked, ", "), "with two media types"),
    (|asked| asked.header("content-type").is_some_and(|name| name.ends_with(b"charset")), "without a value"),
    (|asked| asked.header("content-type") == Some(b""), "that is empty"),
    (|asked| has_type(asked, "nonsense"), "that is no media type"),
    (|asked| asked.method == "GET" && asked.header("content-type").is_some(), "of parts, without a boundary"),
    (|asked| asked.query.contains("%00"), "query parameter `note`: a NUL character"),
    (|asked| asked.path.contains("%00"), "path parameter `id`: a NUL character"),
    (|asked| asked.query.contains("%FF"), "a byte that is no UTF-8"),
    (|asked| asked.path.contains("%C3%28"), "half a character of UTF-8"),
    (|asked| asked.path.contains("%C0%80"), "an overlong NUL character"),
    (|asked| asked.query.contains("%0D%0A"), "a line break"),
    (|asked| asked.path.contains("%7F"), "control characters"),
    (|asked| asked.header("x-trace").is_some_and(|value| value.contains(&b'\t')), "header parameter `X-Trace`: a tab"),
    (|asked| asked.query.ends_with("kind="), "query parameter `kind`: nothing"),
    (|asked| asked.path == "/things" && asked.body.contains(&0xff), "a body with a byte that is no UTF-8"),
    (|asked| holds(asked, b"\xed\xa0\x80"), "a body with half a surrogate pair"),
    (|asked| asked.path == "/forms" && asked.body.contains(&0xff), "a body with a byte that is no UTF-8"),
    (|asked| holds(asked, b"%FF"), "a body with a percent-encoded byte that is no UTF-8"),
    (|asked| asked.path == "/parts" && asked.body.contains(&0xff), "a body with a byte that is no UTF-8"),
    (|asked| asked.path == "/pages" && asked.body.contains(&0xff), "a body with a byte that is no UTF-8"),
    (|asked| asked.path == "/pages" && holds(asked, b"\xed\xa0\x80"), "a body with half a surrogate pair"),
    (|asked| asked.path == "/texts" && asked.body.contains(&0xff), "a body with a byte that is no UTF-8"),
    (|asked| holds(asked, b"\\u0000"), "for a valid request"),
    (|asked| holds(asked, b"\x7f"), "for a valid request"),
    (|asked| asked.method == "HEAD", "the method HEAD"),
    (|asked| holds(asked, b"2147483648"), "for a valid request"),
    (|asked| holds(asked, b"9223372036854775808"), "for a valid request"),
    (|asked| asked.query.contains("page=2147483648"), "for a valid request"),
    (|asked| asked.path == "/pages/9223372036854775808", "for a valid request"),
];

const FIXTURES: &str = "resources: [{at: path.page, existing: [1]}]\n";

fn holds(asked: &Asked<'_>, bytes: &[u8]) -> bool {
    asked.body.windows(bytes.len()).any(|window| window == bytes)
}

fn has_type(asked: &Asked<'_>, text: &str) -> bool {
    asked.header("content-type").is_some_and(|name| String::from_utf8_lossy(name).contains(text))
}

/// The findings about a target of this manner.
async fn found(manner: Manner) -> Vec<Value> {
    let url = start(manner).await;
    let folder = folder_with(&[("things.yaml", DOCUMENT), ("fixtures.yaml", FIXTURES)]);
    let inputs = ["--target", &url, "--spec", "things.yaml", "--fixtures", "fixtures.yaml", "--cases", "10"];
    let options = ["--max-shrinks", "10", "--regressions", "off", "--format", "json"];
    report::findings(&report::read(&run_beside(folder.path(), &[&inputs[..], &options].concat()).await))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_fails_on_an_odd_request_is_told() {
    let failures: Vec<String> = stream::iter(FAILURES)
        .map(async |(fails, case)| {
            let found = found(Manner::FailsOn(fails)).await;
            let is_named = |finding: &Value| {
                finding["check"] == "server-error"
                    && finding["message"].as_str().is_some_and(|told| told.contains(case))
            };
            let is_told = found.iter().any(is_named);
            (!is_told).then(|| format!("{case}: {found:#?}"))
        })
        .buffered(4)
        .filter_map(async |failure| failure)
        .collect()
        .await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_takes_or_refuses_them_is_right() {
    for manner in [Manner::Takes, Manner::Refuses] {
        let found = found(manner).await;
        let errors: Vec<&Value> = found.iter().filter(|finding| finding["severity"] == "error").collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}
