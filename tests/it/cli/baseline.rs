//! Accepted findings: `--baseline`, `conform baseline update` and `prune`.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::response::Response;
use serde_json::json;

use crate::support::command::{folder_with, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters: [{name: q, in: query, schema: {type: string, maxLength: 5}}]
      responses: {'200': {description: all, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}}, '400': {description: no}}
  /b:
    get: {operationId: b, responses: {'204': {description: all}}}
";

/// A server that has a wrong `id` at `/a` until it is mended, and crashes at `/b` once that is broken.
#[derive(Default)]
struct Server {
    is_mended: AtomicBool,
    is_broken: AtomicBool,
}

impl Server {
    fn answer(&self, asked: &Asked) -> Response {
        let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
        let is_long = pairs.any(|(name, value)| name == "q" && value.chars().count() > 5);
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET" | "HEAD", "/a") if is_long && self.is_mended.load(Ordering::SeqCst) => empty(400),
            ("GET" | "HEAD", "/a") if self.is_mended.load(Ordering::SeqCst) => answer(200, &json!({"id": 1})),
            ("GET" | "HEAD", "/a") => answer(200, &json!({"id": "one"})),
            ("GET" | "HEAD", "/b") if self.is_broken.load(Ordering::SeqCst) => answer(500, &json!({})),
            ("GET" | "HEAD", "/b") => empty(204),
            _ => not_allowed("GET, HEAD"),
        }
    }
}

async fn conform(folder: &Path, url: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let options = ["notes.yaml", "--target", url, "--regressions", "off", "--cases", "3"];
    let output = run_beside(folder, &[arguments, &options].concat()).await;
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), told)
}

const ACCEPTED: [&str; 3] = ["run", "--baseline", "conform-baseline.yaml"];

#[tokio::test(flavor = "multi_thread")]
async fn a_run_fails_on_new_findings_alone() {
    let server = Arc::new(Server::default());
    let state = server.clone();
    let url = serve_all(move |asked| state.answer(asked)).await;
    let folder = folder_with(&[("notes.yaml", NOTES)]);
    let file = folder.path().join("conform-baseline.yaml");
    assert_eq!(conform(folder.path(), &url, &["run"]).await.0, Some(1));
    let (status, told) = conform(
        folder.path(),
        &url,
        &["baseline", "update", "--reason", "it is known", "--author", "ada", "--expires", "30d"],
    )
    .await;
    assert_eq!(status, Some(0), "{told}");
    let written = fs::read_to_string(&file).expect("is written");
    for part in [
        "rule: response-schema",
        "operation: GET /a",
        "clause: '#/paths",
        "reason: it is known",
        "author: ada",
        "expires: 20",
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
    // What is accepted fails nothing, whatever the seed.
    for seed in ["0", "1"] {
        let (status, told) = conform(folder.path(), &url, &[&ACCEPTED[..], &["--seed", seed]].concat()).await;
        assert!(status == Some(0) && told.contains("accepted by conform-baseline.yaml: "), "{told}");
        assert!(!told.contains("response-schema"), "{told}");
    }
    // Reports show it apart.
    let reports = ["--report", "json=r.json", "--report", "markdown=r.md", "--report", "html=r.html"];
    let (status, told) = conform(folder.path(), &url, &[&ACCEPTED[..], &reports].concat()).await;
    assert_eq!(status, Some(0), "{told}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
    let report: serde_json::Value = serde_json::from_str(&read("r.json")).expect("JSON");
    let operation = &report["contracts"][0]["operations"][0];
    assert_eq!(operation["findings"], json!([]));
    let rules: Vec<_> = operation["accepted"].as_array().expect("accepted").iter().map(|one| &one["rule"]).collect();
    assert!(rules.iter().any(|rule| **rule == "response-schema"), "{rules:?}");
    assert!(read("r.md").contains("## Accepted\n\n- `"), "{}", read("r.md"));
    assert!(!read("r.md").contains("## Findings") && read("r.html").contains("<h2>Accepted</h2>"));
    // Written again, it is the same.
    let (_, told) = conform(folder.path(), &url, &["baseline", "update"]).await;
    assert!(told.contains("0 findings"), "{told}");
    assert_eq!(fs::read_to_string(&file).expect("is there"), written);
    // Something else fails all the same, and alone.
    server.is_broken.store(true, Ordering::SeqCst);
    let (status, told) = conform(folder.path(), &url, &ACCEPTED).await;
    assert!(status == Some(1) && told.contains("server-error") && !told.contains("response-schema"), "{told}");
    server.is_broken.store(false, Ordering::SeqCst);
    // What is mended is taken out, and what was not tested stays.
    server.is_mended.store(true, Ordering::SeqCst);
    let (status, told) = conform(folder.path(), &url, &ACCEPTED).await;
    assert!(status == Some(0) && told.contains("not shown any more"), "{told}");
    conform(folder.path(), &url, &["baseline", "prune", "--operation", "b"]).await;
    assert_eq!(fs::read_to_string(&file).expect("is there"), written);
    let (status, told) = conform(folder.path(), &url, &["baseline", "prune"]).await;
    assert!(status == Some(0) && fs::read_to_string(&file).expect("is there").ends_with("accepted: []\n"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_fails_again() {
    let url = serve_all(|asked| Server::default().answer(asked)).await;
    let folder = folder_with(&[("notes.yaml", NOTES)]);
    let file = folder.path().join("conform-baseline.yaml");
    conform(folder.path(), &url, &["baseline", "update", "--expires", "2020-01-01"]).await;
    let (status, told) = conform(folder.path(), &url, &ACCEPTED).await;
    assert!(
        status == Some(1) && told.contains("accepted until 2020-01-01, and no longer: response-schema at GET /a"),
        "{told}"
    );
    let (_, told) = conform(folder.path(), &url, &["baseline", "update"]).await;
    assert!(told.contains("expired, and failing again"), "{told}");
    conform(folder.path(), &url, &["baseline", "update", "--expires", "2999-01-01"]).await;
    assert_eq!(
        conform(folder.path(), &url, &ACCEPTED).await.0,
        Some(0),
        "{}",
        fs::read_to_string(&file).expect("is there")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_that_is_none_is_told() {
    let url = serve_all(|asked| Server::default().answer(asked)).await;
    let folder =
        folder_with(&[("notes.yaml", NOTES), ("conform-baseline.yaml", "accepted:\n- fingerprint: a\n  resaon: b\n")]);
    for (arguments, status, told) in [
        (&ACCEPTED[..], 2, "conform-baseline.yaml:3:3: accepted[0]: unknown field `resaon`"),
        (&["run", "--baseline", "nowhere.yaml"], 2, "nowhere.yaml: cannot be read"),
        (&["baseline", "prune", "--baseline", "nowhere.yaml"], 2, "nowhere.yaml: cannot be read"),
        (&["baseline", "update", "--expires", "soon"], 2, "such as 2026-12-31"),
        (&["baseline", "update", "--baseline", "new.yaml", "--target", "http://127.0.0.1:1"], 2, "says too little"),
    ] {
        let output = match arguments.contains(&"--target") {
            true => {
                let output =
                    run_beside(folder.path(), &[arguments, &["notes.yaml", "--regressions", "off"]].concat()).await;
                (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
            }
            false => conform(folder.path(), &url, arguments).await,
        };
        let shown = output.1.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(output.0 == Some(status) && shown.contains(told), "{arguments:?}: {shown}");
    }
    assert!(!folder.path().join("new.yaml").exists());
}
