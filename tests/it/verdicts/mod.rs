//! What right servers do that a document does not foresee, and near twins that are wrong: by the real binary over a real
//! socket.

mod access;
mod echo;
mod format;
mod open;
mod size;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;

/// Fixtures that know nothing.
const NOTHING: &str = "credentials: {}\n";

/// A request as a server sees it.
struct Asked {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// What a run says of a server.
struct Told {
    /// The operations that nothing can be said of, with the reason.
    untested: Vec<String>,
    /// Severity, rule and message of each root cause.
    causes: Vec<String>,
}

impl Told {
    fn errors(&self) -> Vec<&str> {
        self.causes.iter().filter(|cause| cause.starts_with("error")).map(String::as_str).collect()
    }

    /// The root causes of a rule.
    fn of(&self, rule: &str) -> Vec<&str> {
        let is_of = |cause: &&String| cause.split(' ').nth(1) == Some(rule);
        self.causes.iter().filter(is_of).map(String::as_str).collect()
    }
}

/// Runs against a server that answers so, not for long unless other options are given.
async fn run(
    document: &str,
    fixtures: &str,
    more: &[&str],
    answer: impl Fn(&Asked) -> Response + Send + Sync + 'static,
) -> Told {
    let url = serve(answer).await;
    let folder = folder_with(&[("api.yaml", document), ("fixtures.yaml", fixtures)]);
    let inputs = ["--target", &url, "--spec", "api.yaml", "--fixtures", "fixtures.yaml", "--regressions", "off"];
    let extent = if more.is_empty() { &["--cases", "40", "--max-shrinks", "0"] } else { more };
    let output = run_beside(folder.path(), &[&inputs[..], &["--format", "json"], extent].concat()).await;
    let report = report::read(&output);
    let causes = report["contracts"][0]["root_causes"].as_array().cloned().unwrap_or_default();
    let line = |cause: &Value| {
        let example = &cause["example"];
        let word = |key: &str| example[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", word("severity"), word("rule"), word("message"))
    };
    let operations = report["contracts"][0]["operations"].as_array().cloned().unwrap_or_default();
    let untested = operations.iter().filter_map(|operation| operation["untestable"].as_str()).map(str::to_owned);
    Told { untested: untested.collect(), causes: causes.iter().map(line).collect() }
}

async fn serve(answer: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    let handle = async move |request: Request| {
        let (parts, body) = request.into_parts();
        let asked = Asked {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.expect("a body"),
        };
        answer(&asked)
    };
    let router = Router::new().fallback(handle);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// A status with JSON.
fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// A status with no body.
fn empty(status: u16) -> Response {
    StatusCode::from_u16(status).expect("a status").into_response()
}

/// The refusal of a method.
fn not_allowed(allow: &'static str) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allow)]).into_response()
}
