//! What right servers do that a document does not foresee, and near twins that are wrong: by the real binary over a real
//! socket.

mod access;
mod document;
mod echo;
mod format;
mod gone;
mod left_out;
mod lives;
mod odd;
mod opaque;
mod open;
mod partial;
mod size;
mod state;
mod stored;
mod unknown;
mod usual;

use axum::response::Response;
use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, serve_all};

/// Fixtures that know nothing.
const NOTHING: &str = "credentials: {}\n";

/// What a run says of a server.
struct Told {
    /// The operations that nothing can be said of, with the reason.
    untested: Vec<String>,
    /// Severity, rule and message of each root cause, and whether it is the document's.
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
    let url = serve_all(answer).await;
    let folder = folder_with(&[("api.yaml", document), ("fixtures.yaml", fixtures)]);
    let inputs = ["--target", &url, "--spec", "api.yaml", "--fixtures", "fixtures.yaml", "--regressions", "off"];
    let extent = if more.is_empty() { &["--cases", "40", "--max-shrinks", "0"] } else { more };
    let output = run_beside(folder.path(), &[&inputs[..], &["--format", "json"], extent].concat()).await;
    let report = report::read(&output);
    let causes = report["contracts"][0]["root_causes"].as_array().cloned().unwrap_or_default();
    let line = |cause: &Value| {
        let example = &cause["example"];
        let word = |key: &str| example[key].as_str().unwrap_or_default().to_owned();
        let blames = if cause["blames"] == "document" { " (the document)" } else { "" };
        format!("{} {} {}{blames}", word("severity"), word("rule"), word("message"))
    };
    let operations = report["contracts"][0]["operations"].as_array().cloned().unwrap_or_default();
    let untested = operations.iter().filter_map(|operation| operation["untestable"].as_str()).map(str::to_owned);
    Told { untested: untested.collect(), causes: causes.iter().map(line).collect() }
}
