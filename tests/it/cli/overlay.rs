//! `--overlay`: somebody else's document, mended without a fork.

use std::time::Duration;

use super::peer::Peer;
use crate::support::command::{folder_with, run};

const NOTES: &str = "openapi: 3.1.0\ninfo: {title: N, version: '1'}\nwebhooks:\n  made: {post: {responses: {}}}\npaths:\n  /a: {get: {operationId: a, responses: {'200': {description: all}}}}\n  /gone: {get: {operationId: gone, responses: {'204': {description: all}}}}\n";

#[test]
fn an_overlay_changes_what_is_tested() {
    let server = Peer::start(None, "204 No Content", Duration::ZERO);
    let target = format!("http://127.0.0.1:{}", server.port);
    let overlay = "overlay: 1.0.0\ninfo: {title: mend, version: '1'}\nactions:\n- {target: '$.paths[\"/gone\"]', remove: true}\n\
                   - {target: '$.paths[\"/a\"].get.responses', update: {'204': {description: nothing}}}\n";
    let nowhere = "overlay: 1.0.0\nactions:\n- {target: $.paths.nothing, remove: true}\n";
    let folder = folder_with(&[("notes.yaml", NOTES), ("mend.yaml", overlay), ("nowhere.yaml", nowhere)]);
    let run_with = |more: &[&str]| {
        run(
            folder.path(),
            &[&["notes.yaml", "--target", &target, "--regressions", "off", "--cases", "0"], more].concat(),
        )
    };
    let plain = run_with(&[]);
    assert!(plain.stdout.contains("undocumented-status"), "{}", plain.stdout);
    assert!(plain.stderr.contains("not tested: webhook `made` (POST): the target sends it"), "{}", plain.stderr);
    let before = server.heads().len();
    let mended = run_with(&["--overlay", "mend.yaml"]);
    assert_eq!(mended.status, Some(0), "{}{}", mended.stdout, mended.stderr);
    assert!(server.heads()[before..].iter().all(|head| !head.contains("/gone")));
    let wrong = run_with(&["--overlay", "nowhere.yaml"]);
    assert!(
        wrong.status == Some(2) && wrong.stderr.contains("nowhere.yaml:3:4: `$.paths.nothing` matches nothing"),
        "{}",
        wrong.stderr
    );
    let missing = run_with(&["--overlay", "missing.yaml"]);
    assert!(missing.status == Some(2) && missing.stderr.contains("missing.yaml: cannot be read"), "{}", missing.stderr);
}
