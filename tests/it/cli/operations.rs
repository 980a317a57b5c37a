//! What is different for one operation: `[[operations]]` of `conform.toml`.

use std::time::Duration;

use super::config::{run_with, words};
use super::peer::Peer;
use crate::support::command::{folder_with, run};

#[test]
fn an_operation_may_take_longer_and_answer_otherwise() {
    let slow = Peer::start(None, "204 No Content", Duration::from_millis(700));
    let base = format!(
        "spec = \"notes.yaml\"\ntarget = \"http://127.0.0.1:{}\"\nregressions = \"off\"\ncases = 0\noperation = \"list\"\ntimeout = \"300ms\"\n",
        slow.port
    );
    let late = run_with(&base, &[]);
    assert_ne!(late.status, Some(0), "{}", late.stdout);
    let allowed = run_with(&format!("{base}[[operations]]\noperation = \"GET /notes\"\ntimeout = \"5s\"\n"), &[]);
    assert_eq!(allowed.status, Some(0), "{}{}", allowed.stdout, allowed.stderr);
    let gone = Peer::start(None, "200 OK", Duration::ZERO);
    let base = base.replace(&slow.port.to_string(), &gone.port.to_string());
    let refused = run_with(&base, &["--format", "json"]);
    assert!(refused.stdout.contains("undocumented-status"), "{}", refused.stdout);
    let expected =
        run_with(&format!("{base}[[operations]]\noperation = \"list\"\nexpect = [\"200\"]\n"), &["--format", "json"]);
    assert!(!expected.stdout.contains("undocumented-status"), "{}", expected.stdout);
}

#[test]
fn an_operation_may_weigh_less_and_be_called_less_often() {
    let wrong = Peer::start(None, "500 Internal Server Error", Duration::ZERO);
    let base = format!(
        "spec = \"notes.yaml\"\ntarget = \"http://127.0.0.1:{}\"\nregressions = \"off\"\ncases = 0\noperation = \"list\"\n",
        wrong.port
    );
    assert_eq!(run_with(&base, &[]).status, Some(1));
    let warned = run_with(&format!("{base}[[operations]]\noperation = \"list\"\nseverity = \"warning\"\n"), &[]);
    assert_ne!(warned.status, Some(1), "{}{}", warned.stdout, warned.stderr);
    assert!(warned.stdout.contains("server-error"), "{}", warned.stdout);
    // A twin: another operation's severity changes nothing here.
    let right = Peer::start(None, "204 No Content", Duration::ZERO);
    let base = base.replace(&wrong.port.to_string(), &right.port.to_string());
    let all = run_with(&base, &[]);
    assert_eq!(all.status, Some(0), "{}", all.stdout);
    let sent = right.heads().len();
    assert!(sent > 2, "{sent} requests");
    let started = std::time::Instant::now();
    let limited = run_with(&format!("{base}[[operations]]\noperation = \"GET /notes\"\nrate = \"10/s\"\n"), &[]);
    assert_eq!(limited.status, Some(0), "{}", limited.stdout);
    let (more, least) = (right.heads().len() - sent, Duration::from_millis(100));
    assert!(started.elapsed() >= least * u32::try_from(more - 1).expect("few"), "{more} in {:?}", started.elapsed());
}

const REGIONS: &str = "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /regions/{region}/notes:
    get:
      operationId: list
      parameters:
        - {name: region, in: path, required: true, schema: {type: string}}
        - {name: tenant, in: query, required: true, schema: {type: string}}
      responses: {'204': {description: done}, '404': {description: none}, '400': {description: refused}}
";

#[test]
fn an_operation_is_called_with_the_values_that_are_written() {
    let peer = Peer::start(None, "204 No Content", Duration::ZERO);
    let base =
        format!("spec = \"api.yaml\"\ntarget = \"http://127.0.0.1:{}\"\nregressions = \"off\"\ncases = 5\n", peer.port);
    let operation = "[[operations]]\noperation = \"GET /regions/{region}/notes\"\n\
                     [operations.values]\n\"path.region\" = [\"eu\", \"us\"]\n\"query.tenant\" = \"${TENANT:-acme}\"\n";
    let folder = folder_with(&[("api.yaml", REGIONS), ("conform.toml", &format!("{base}{operation}"))]);
    let ended = run(folder.path(), &["--format", "json"]);
    assert!(matches!(ended.status, Some(0 | 1)), "{}", ended.stderr);
    let lines: Vec<String> = peer.heads().iter().filter_map(|head| head.lines().next().map(str::to_owned)).collect();
    let with = lines.iter().filter(|line| line.contains("/regions/eu/notes?tenant=acme ")).count();
    assert!(with > 0, "{lines:?}");
    assert!(lines.iter().all(|line| !line.contains("/regions/ap/")), "{lines:?}");
    for (wrong, told) in [
        ("rate = 0\n", "conform.toml:7: `rate` is how many requests are sent a second"),
        ("rate = \"fast\"\n", "conform.toml:7: `rate` is how many requests are sent a second"),
        ("severity = \"fatal\"\n", "conform.toml:7: unknown variant `fatal`"),
        ("values = {\"query.tennant\" = \"a\"}\n", "conform.toml:7: `list` has no `query.tennant`"),
        ("values = {\"tenant\" = \"a\"}\n", "conform.toml:7: `tenant` is no place of a request"),
        ("values = {\"query.tenant\" = []}\n", "conform.toml:7: the value of `query.tenant` is no text"),
        ("values = {\"query.tenant\" = \"${CONFORM_NO_SUCH}\"}\n", "`CONFORM_NO_SUCH` is not set"),
    ] {
        let config = format!("{base}[[operations]]\noperation = \"list\"\n{wrong}");
        let folder = folder_with(&[("api.yaml", REGIONS), ("conform.toml", &config)]);
        let ended = run(folder.path(), &[]);
        let told_words = words(&ended.stderr);
        assert!(ended.status == Some(2) && told_words.contains(told), "{wrong}: {told_words}");
    }
}
