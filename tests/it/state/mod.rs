//! Operations are tested on what is there: what others have made or list, in the state that it has.

mod below;
mod conditions;
mod foreign;
mod former;
mod items;
mod keyed;
mod named;
mod offered;
mod opened;
mod several;
mod unique;
mod vanished;

use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, serve_all};

/// What a run comes to.
struct Ran {
    errors: Vec<[String; 3]>,
    /// The ids of the operations that were not tested.
    untested: Vec<String>,
    report: Value,
}

impl Ran {
    /// Nothing is wrong, and all was tested.
    fn is_whole(&self) -> bool {
        self.errors.is_empty() && self.untested.is_empty()
    }

    /// The checks and the ends of the pointers of the errors.
    fn found(&self) -> Vec<(String, String)> {
        let end = |at: &str| at.rsplit('/').next().unwrap_or_default().to_owned();
        self.errors.iter().map(|[check, _, at]| (check.clone(), end(at))).collect()
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let operations = self.report["contracts"][0]["operations"].as_array().into_iter().flatten();
        let untested: Vec<&Value> = operations.map(|operation| &operation["untestable"]).collect();
        write!(f, "{:?} {:?} {untested:?}", self.errors, self.untested)
    }
}

/// Runs against a server with a state; what it comes to, and the state then.
async fn run<S: Send + 'static>(
    document: &str,
    state: S,
    more: &[&str],
    answer: impl Fn(&mut S, &Asked) -> Response + Send + Sync + 'static,
) -> (Ran, Arc<Mutex<S>>) {
    let state = Arc::new(Mutex::new(state));
    let served = state.clone();
    let url = serve_all(move |asked| answer(&mut served.lock().expect("no panic"), asked)).await;
    let folder = folder_with(&[("api.yaml", document)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--cases", "20", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &[&options[..], more].concat()).await);
    (Ran { errors: report::errors(&report), untested: report::untested(&report), report }, state)
}
