//! Options that few runs need.

use serde_json::json;

use crate::support::command::{folder_with, run, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// A document with an operation for each of these schemas of its answer.
fn document(schemas: &[&str]) -> String {
    let head = "openapi: 3.1.0\ninfo: {title: Many, version: '1'}\npaths:\n".to_owned();
    let operation = |(index, schema): (usize, &&str)| {
        format!(
            "  /p{index}:\n    get: {{operationId: get{index}, responses: {{'200': {{description: it, content: \
             {{application/json: {{schema: {schema}}}}}}}}}}}\n"
        )
    };
    head + &schemas.iter().enumerate().map(operation).collect::<String>()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_findings_are_shown_in_full_where_they_are_asked_for() {
    let respond = |asked: &Asked| match asked.method.as_str() {
        "GET" | "HEAD" if asked.path.starts_with("/p") => answer(200, &json!({"a": 1, "b": [2, 2]})),
        _ if asked.path.starts_with("/p") => not_allowed("GET, HEAD"),
        _ => empty(404),
    };
    let url = serve_all(respond).await;
    let schemas = [
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [c]}",
        "{type: object, properties: {b: {type: array, maxItems: 1}}}",
        "{type: object, properties: {b: {type: array, uniqueItems: true}}}",
        "{type: array}",
    ];
    let folder = folder_with(&[("api.yaml", &document(&schemas))]);
    let fixed = ["api.yaml", "--target", &url, "--cases", "0", "--regressions", "off"];
    let shown = async |more: &[&str]| {
        let output = run_beside(folder.path(), &[&fixed[..], more].concat()).await;
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with("  request ")).count()
    };
    assert_eq!(shown(&[]).await, 3);
    assert_eq!(shown(&["--all-findings"]).await, 5);
}

#[test]
fn snapshots_may_be_in_another_folder() {
    let folder = folder_with(&[]);
    let fixed =
        ["asapp", "--cases", "0", "--regressions", "off", "--snapshot-dir", "mine", "--update-snapshots", "all"];
    let ended = run(folder.path(), &fixed);
    assert!(matches!(ended.status, Some(0 | 1)), "{}{}", ended.stdout, ended.stderr);
    assert!(folder.path().join("mine/behaviour/asapp").is_dir() && !folder.path().join("snapshots").exists());
    let ended = run(folder.path(), &["snapshots", "list", "--provider", "asapp", "--snapshot-dir", "mine"]);
    assert!(matches!(ended.status, Some(0 | 1)), "{}{}", ended.stdout, ended.stderr);
    let ended = run(folder.path(), &["snapshots", "prune", "--dry-run", "--snapshot-dir", "mine"]);
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn what_is_outside_of_the_folder_is_read_where_it_is_allowed() {
    let folder = folder_with(&[("shared.yaml", "Note: {type: object}\n")]);
    std::fs::create_dir(folder.path().join("api")).expect("a folder");
    let document = document(&["{$ref: '../shared.yaml#/Note'}"]);
    std::fs::write(folder.path().join("api/api.yaml"), document).expect("is written");
    let ended = run(folder.path(), &["lint", "api/api.yaml"]);
    let text = ended.stdout.clone() + &ended.stderr;
    assert!(ended.status != Some(0) && text.contains("--allow-outside-refs"), "{text}");
    let ended = run(folder.path(), &["lint", "api/api.yaml", "--allow-outside-refs"]);
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn lists_are_narrowed() {
    let folder = folder_with(&[
        ("old.yaml", &document(&["{type: object}"])),
        ("new.yaml", &document(&["{type: object}", "{type: array}"])),
    ]);
    let all = run(folder.path(), &["checks"]).stdout;
    let lint = run(folder.path(), &["checks", "--family", "lint"]).stdout;
    assert!(all.contains("server-error") && all.contains("one-of-overlap"), "{all}");
    assert!(!lint.contains("server-error") && lint.contains("one-of-overlap"), "{lint}");
    let whole = run(folder.path(), &["diff", "old.yaml", "new.yaml"]);
    let hidden = run(folder.path(), &["diff", "old.yaml", "new.yaml", "--hide-compatible"]);
    assert_eq!((whole.status, hidden.status), (Some(0), Some(0)), "{}{}", whole.stderr, hidden.stderr);
    assert!(whole.stdout.contains("/p1") && !hidden.stdout.contains("/p1"), "{}{}", whole.stdout, hidden.stdout);
}
