//! `conform SPEC`, with the target that the document names.

use std::time::Duration;

use super::peer::Peer;
use crate::support::command::{Ended, folder_with, run};

fn document(head: &str) -> String {
    format!(
        "{head}\ninfo: {{title: Notes, version: '1'}}\npaths:\n  /notes:\n    get: {{operationId: list, responses: {{'204': {{description: all}}}}}}\n"
    )
}

fn run_in(document: &str, arguments: &[&str]) -> Ended {
    let folder = folder_with(&[("notes.yaml", document), ("asapp", "no document\n")]);
    run(folder.path(), &[arguments, &["--regressions", "off", "--cases", "0"]].concat())
}

#[test]
fn the_server_of_a_document_is_tested_if_it_is_on_this_machine() {
    let server = Peer::start(None, "204 No Content", Duration::ZERO);
    let here = format!("http://127.0.0.1:{}", server.port);
    let of = |servers: &str| document(&format!("openapi: 3.1.0\nservers: {servers}"));
    for text in [
        of(&format!("[{{url: '{here}'}}]")),
        of(&format!("[{{url: 'http://{{host}}:{}', variables: {{host: {{default: localhost}}}}}}]", server.port)),
        of(&format!("[{{url: 'https://api.test'}}, {{url: '{here}'}}]")),
        document(&format!("swagger: '2.0'\nhost: 127.0.0.1:{}\nschemes: [http]", server.port)),
    ] {
        let before = server.heads().len();
        let ended = run_in(&text, &["notes.yaml"]);
        assert_eq!(ended.status, Some(0), "{text}\n{}{}", ended.stdout, ended.stderr);
        assert!(server.heads().len() > before);
    }
    // With a path, and with another target than the document's.
    run_in(&of(&format!("[{{url: '{here}/v1'}}]")), &["notes.yaml"]);
    assert!(server.heads().last().is_some_and(|head| head.contains(" /v1/notes ")), "{:?}", server.heads().last());
    let other = run_in(&of("[{url: 'https://api.test'}]"), &["run", "notes.yaml", "--target", &here]);
    assert_eq!(other.status, Some(0), "{}", other.stderr);
}

#[test]
fn what_cannot_be_tested_names_the_command_to_type() {
    let remote = document("openapi: 3.1.0\nservers: [{url: 'https://api.test/v2'}]");
    let relative = document("openapi: 3.1.0\nservers: [{url: /v2}]");
    for (text, arguments, told) in [
        (&remote, &["notes.yaml"][..], "conform notes.yaml --target https://api.test/v2"),
        (&relative, &["notes.yaml"], "conform notes.yaml --target http://localhost:8080"),
        (&remote, &["notes.yaml", "--provider", "ada"], "add --target URL"),
        (&remote, &["note.yaml"], "note.yaml"),
        (&remote, &["replya"], "did you mean `replay`?"),
        (&remote, &["telnix"], "did you mean `telnyx`?"),
        (&remote, &["quux"], "conform FILE --target URL"),
        (&remote, &["http://127.0.0.1:1"], "conform --target http://127.0.0.1:1"),
        (&remote, &["ftp://a.test/openapi.json"], "fetched from an http or https URL"),
        (&remote, &["asapp"], "asapp"),
        (&remote, &["notes.yaml", "http://127.0.0.1:1"], "conform notes.yaml --target http://127.0.0.1:1"),
        (&remote, &["http://a:s3cret@127.0.0.1:1", "notes.yaml"], "conform notes.yaml --target http://…@127.0.0.1:1"),
        (&remote, &["test", "notes.yaml"], "help: conform notes.yaml"),
        (&remote, &["validate", "notes.yaml"], "help: conform lint notes.yaml"),
        (&remote, &["notes.yaml", "other.yaml"], "conform diff notes.yaml other.yaml"),
        (&remote, &["notes.yaml", "--url", "http://127.0.0.1:1"], "here that is --target URL"),
        (&remote, &["notes.yaml", "--base-url=http://127.0.0.1:1"], "here that is --target URL"),
        (&remote, &["notes.yaml", "-k"], "here that is --insecure"),
        (&remote, &["run", "notes.yaml", "--workers", "4"], "here that is --concurrency N"),
    ] {
        let ended = run_in(text, arguments);
        assert_eq!(ended.status, Some(2), "{arguments:?}: {}{}", ended.stdout, ended.stderr);
        let stderr = ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(stderr.contains(told), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_built_in_contract_needs_no_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--regressions", "off", "--cases", "0"];
    let ended = run(folder.path(), &[&["ada"], &options[..]].concat());
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains(" ada ") && !ended.stdout.contains(" telnyx "), "{}", ended.stdout);
}
