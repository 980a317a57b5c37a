//! `--changed-since` and `--failed`: what has changed, and what failed the last time.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::peer::Peer;
use crate::support::command::{Ended, run};

fn document(limit: u32) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: N, version: '1'}}\npaths:\n  /a: {{get: {{operationId: a, responses: {{'204': {{description: all}}}}}}}}\n  \
         /b:\n    get:\n      operationId: b\n      parameters: [{{name: q, in: query, schema: {{type: integer, maximum: {limit}}}}}]\n      responses: {{'204': {{description: all}}, '400': {{description: no}}}}\n"
    )
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]);
    assert!(command.args(arguments).output().expect("git runs").status.success(), "{arguments:?}");
}

fn asked(server: &Peer) -> (bool, bool) {
    let heads = server.heads();
    let has = |path: &str| heads.iter().any(|head| head.contains(&format!(" {path}")));
    (has("/a"), has("/b"))
}

fn run_in(folder: &Path, server: &Peer, arguments: &[&str]) -> Ended {
    let target = format!("http://127.0.0.1:{}", server.port);
    run(folder, &[&["api/notes.yaml", "--target", &target, "--regressions", "off", "--cases", "0"], arguments].concat())
}

#[test]
fn operations_whose_contract_differs_from_a_revision_are_tested() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("api")).expect("a folder");
    let file = folder.path().join("api/notes.yaml");
    std::fs::write(&file, document(10)).expect("is written");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let server = Peer::start(None, "204 No Content", Duration::ZERO);
    let same = run_in(folder.path(), &server, &["--changed-since", "main"]);
    assert_eq!(same.status, Some(0), "{}", same.stderr);
    assert!(same.stderr.contains("nothing is tested: no operation has changed since main"), "{}", same.stderr);
    assert_eq!(asked(&server), (false, false));
    std::fs::write(&file, document(20)).expect("is written");
    let changed = run_in(folder.path(), &server, &["--changed-since", "HEAD"]);
    assert_eq!(asked(&server), (false, true), "{}{}", changed.stdout, changed.stderr);
    let unknown = run_in(folder.path(), &server, &["--changed-since", "nowhere"]);
    assert!(unknown.status == Some(2) && unknown.stderr.contains("nowhere"), "{}", unknown.stderr);
}

#[test]
fn operations_that_failed_are_tested_again() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("api")).expect("a folder");
    std::fs::write(folder.path().join("api/notes.yaml"), document(10)).expect("is written");
    // It takes whatever comes: /b fails, and /a does not.
    let server = Peer::start(None, "204 No Content", Duration::ZERO);
    let first = run_in(folder.path(), &server, &["--report", "json=last.json"]);
    assert_eq!(first.status, Some(1), "{}{}", first.stdout, first.stderr);
    let again = Peer::start(None, "204 No Content", Duration::ZERO);
    let ended = run_in(folder.path(), &again, &["--failed", "last.json"]);
    assert_eq!((ended.status, asked(&again)), (Some(1), (false, true)), "{}{}", ended.stdout, ended.stderr);
    for (text, told) in [("{", "it is no JSON"), ("{}", "it is no report of a run")] {
        std::fs::write(folder.path().join("wrong.json"), text).expect("is written");
        let ended = run_in(folder.path(), &again, &["--failed", "wrong.json"]);
        assert!(ended.status == Some(2) && ended.stderr.contains(told), "{}", ended.stderr);
    }
    std::fs::write(folder.path().join("none.json"), "{\"contracts\": []}").expect("is written");
    let ended = run_in(folder.path(), &again, &["--failed", "none.json"]);
    assert!(ended.status == Some(0) && ended.stderr.contains("no operation failed by none.json"), "{}", ended.stderr);
}
