//! What a finding of several requests shows of them: it can be run as it is.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::{Arc, Mutex};

use super::document::DOCUMENT;
use super::server::{Store, Ways};
use crate::support::command::{folder_with, normalised, run_beside};
use crate::support::served::serve_all;

/// As much of jq as scripts need, for machines without it.
const JQ: &str = r#"#!/usr/bin/env python3
import json, re, sys
value = json.load(sys.stdin)
for key in re.findall(r'\[("(?:[^"\\]|\\.)*")\]', sys.argv[2]):
    value = value[json.loads(key)]
print(value)
"#;

/// The section of the first finding with this label.
fn section(text: &str, label: &str) -> String {
    let label = format!("  {label:12}");
    let lines = text.lines().skip_while(|line| !line.starts_with(&label));
    let is_more = |line: &str| line.starts_with(&" ".repeat(14));
    let mut lines = lines.enumerate().take_while(|(index, line)| *index == 0 || is_more(line));
    let first = lines.next().map(|(_, line)| line).unwrap_or_default();
    let rest = lines.map(|(_, line)| line);
    std::iter::once(first).chain(rest).map(|line| format!("{}\n", &line[14..])).collect()
}

/// What the terminal shows of a run against a server with these ways, and what the script of its finding prints.
async fn told(ways: Ways) -> (String, String, String) {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("jq", JQ)]);
    let jq = folder.path().join("jq");
    std::fs::set_permissions(&jq, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--cases", "0"];
    let output = run_beside(folder.path(), &options).await;
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (steps, script) = (section(&text, "steps"), section(&text, "reproduce"));
    let path = format!("{}:{}", std::env::var("PATH").unwrap_or_default(), folder.path().display());
    let mut bash = Command::new("bash");
    bash.args(["-e", "-c", &script]).env("PATH", path);
    let ran = tokio::task::spawn_blocking(move || bash.output().expect("bash starts")).await.expect("no panic");
    assert!(ran.status.success(), "{script}\n{}", String::from_utf8_lossy(&ran.stderr));
    (steps, script, String::from_utf8(ran.stdout).expect("UTF-8"))
}

#[tokio::test]
async fn the_script_of_a_finding_shows_it_again() {
    let (steps, script, printed) = told(Ways::KeepsDeleted).await;
    let id: String =
        script.split("/projects/").nth(1).unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
    assert_eq!(id, "", "it is taken from the response");
    let id = steps.split("/projects/").nth(1).unwrap_or_default().split(' ').next().unwrap_or_default();
    insta::assert_snapshot!(normalised(&format!("{steps}\n{script}")).replace(id, "[id]"));
    assert!(printed.contains("\"name\":"), "the project is read after its end: {printed}");
    let (_, script, printed) = told(Ways::NoNotModified).await;
    assert!(script.contains("TAG") && printed.contains("\"name\":"), "{script}{printed}");
}
