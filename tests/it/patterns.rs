//! A pattern is looked for in a text, and `$` stands for its very end: the real binary against targets that read patterns
//! otherwise.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::serve;

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Parts, version: '1'}
paths:
  /parts:
    post:
      operationId: make
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [code]
              properties:
                code: {type: string, pattern: '[A-Z]{2}'}
                lot: {type: string, pattern: '^[0-9]{3}$'}
      responses: {'204': {description: made}, '400': {description: refused}, '415': {description: refused}}
";

/// The expressions by which a target judges a code and a lot.
type Expressions = (&'static str, &'static str);

async fn start((code, lot): Expressions) -> String {
    let [code, lot] = [code, lot].map(|expression| regex::Regex::new(expression).expect("an expression"));
    let make = move |headers: HeaderMap, body: Bytes| async move {
        let media_type = headers.get("content-type").map_or(&b""[..], axum::http::HeaderValue::as_bytes);
        if !media_type.starts_with(b"application/json") {
            return StatusCode::UNSUPPORTED_MEDIA_TYPE;
        }
        let part: Value = serde_json::from_slice(&body).unwrap_or_default();
        let is_code = part["code"].as_str().is_some_and(|text| code.is_match(text));
        let is_lot = part.get("lot").is_none_or(|text| text.as_str().is_some_and(|text| lot.is_match(text)));
        if is_code && is_lot { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST }
    };
    serve(Router::new().route("/parts", post(make))).await
}

/// The check, severity and message of each finding.
async fn found(expressions: Expressions) -> Vec<[String; 3]> {
    let url = start(expressions).await;
    let folder = folder_with(&[("parts.yaml", DOCUMENT)]);
    let arguments = ["--target", &url, "--spec", "parts.yaml", "--cases", "5", "--regressions", "off"];
    let output = run_beside(folder.path(), &[&arguments[..], &["--format", "json"]].concat()).await;
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let all = report::findings(&report::read(&output));
    let target = all.iter().filter(|finding| finding["check"] != "undocumented-status");
    target.map(|finding| ["check", "severity", "message"].map(|key| text(finding, key))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_without_anchors_is_looked_for() {
    assert_eq!(found(("[A-Z]{2}", r"\A[0-9]{3}\z")).await, [[""; 3]; 0]);
    for anchored in [r"\A[A-Z]{2}", r"[A-Z]{2}\z", r"\A[A-Z]{2}\z"] {
        let found = found((anchored, r"\A[0-9]{3}\z")).await;
        assert!(found.iter().any(|[check, severity, _]| check == "rejected-valid" && severity == "error"), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_before_or_behind_a_pattern_with_anchors_is_refused() {
    // The last is how Python, Java, .NET and PCRE read `$`.
    for open in [r"\A[0-9]{3}", r"[0-9]{3}\z", r"\A[0-9]{3}\n?\z"] {
        let found = found(("[A-Z]{2}", open)).await;
        let [[check, severity, message]] = &*found else { panic!("{open}: {found:?}") };
        assert_eq!((check.as_str(), severity.as_str()), ("accepted-invalid", "error"), "{message}");
    }
}
