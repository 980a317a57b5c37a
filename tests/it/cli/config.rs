//! `conform.toml`, and `conform config`.

use std::time::Duration;

use super::peer::Peer;
use crate::support::command::{Ended, conform, ended, folder_with, root, run};

const NOTES: &str = "openapi: 3.1.0\ninfo: {title: Notes, version: '1'}\npaths:\n  /notes:\n    get: {operationId: list, responses: {'204': {description: all}}}\n  /rest:\n    get: {operationId: rest, responses: {'204': {description: all}}}\n";

pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "")
}

pub fn run_with(config: &str, arguments: &[&str]) -> Ended {
    let folder = folder_with(&[("notes.yaml", NOTES), ("conform.toml", config)]);
    run(folder.path(), arguments)
}

#[test]
fn a_run_needs_no_arguments_where_the_file_holds_them() {
    let server = Peer::start(None, "204 No Content", Duration::ZERO);
    let target = format!("http://127.0.0.1:{}", server.port);
    let config = format!(
        "spec = \"notes.yaml\"\ntarget = \"${{CONFORM_TEST_NO_SUCH:-{target}}}\"\nregressions = \"off\"\ncases = 0\n\
         user-agent = \"from the file\"\noperation = [\"list\"]\n\n[profiles.named]\nuser-agent = \"from the profile\"\n"
    );
    let agent = || {
        let head = server.heads().last().cloned().unwrap_or_default();
        head.lines().find_map(|line| line.strip_prefix("user-agent: ").map(str::to_owned))
    };
    for (arguments, expected) in [
        (&[][..], "from the file"),
        (&["run"], "from the file"),
        (&["--profile", "named"], "from the profile"),
        (&["--profile", "named", "--user-agent", "from the command"], "from the command"),
    ] {
        let ended = run_with(&config, arguments);
        assert_eq!(ended.status, Some(0), "{arguments:?} {}{}", ended.stdout, ended.stderr);
        assert_eq!(agent().as_deref(), Some(expected), "{arguments:?}");
    }
    assert!(server.heads().iter().all(|head| !head.contains("/rest")), "the file's choice of operations counts");
    // Another document is tested without what belongs to the file's; and the file may be left out.
    let folder = folder_with(&[
        ("notes.yaml", NOTES),
        ("other.yaml", &NOTES.replace("/rest", "/other")),
        ("conform.toml", &config),
    ]);
    let ended = run(folder.path(), &["other.yaml"]);
    assert!(ended.status == Some(0) && ended.stdout.contains("other"), "{}{}", ended.stdout, ended.stderr);
    let ended = run(folder.path(), &["notes.yaml", "--config", "off"]);
    assert!(ended.status == Some(2) && words(&ended.stderr).contains("no --target is named"), "{}", ended.stderr);
}

#[test]
fn paths_of_a_file_are_as_seen_from_its_folder() {
    let folder = folder_with(&[("notes.yaml", NOTES)]);
    std::fs::create_dir(folder.path().join("sub")).expect("a folder");
    std::fs::write(folder.path().join("sub/own.toml"), "spec = \"../notes.yaml\"\n").expect("is written");
    let ended = run(folder.path(), &["config", "--config", "sub/own.toml"]);
    assert!(
        words(&ended.stdout).contains("spec sub/../notes.yaml (sub/own.toml:1)"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_line() {
    for (config, arguments, told) in [
        (
            "\ntaget = \"http://a.test\"",
            &[][..],
            "conform.toml:2: there is no option `taget` help: did you mean `target`?",
        ),
        ("timeout = \"soon\"", &[], "conform.toml:1: `timeout` cannot be so: write a time such as 10s"),
        ("[checks]\nserver-eror = \"off\"", &["ada"], "conform.toml:2: there is no check `server-eror`"),
        ("strict = true", &["--profile", "ci"], "conform.toml has no profile `ci`"),
        ("[profiles.ci]", &["--profile", "cu"], "did you mean `ci`?"),
        ("[[apis]]\nname = \"a\"", &["--api", "b"], "conform.toml has no API `b`"),
        (
            "[[operations]]\noperation = \"lst\"\ntimeout = \"1s\"",
            &["notes.yaml", "--target", "http://127.0.0.1:1"],
            "there is no operation `lst`",
        ),
        (
            "safe = true\ndestructive = true\nspec = \"notes.yaml\"\ntarget = \"http://127.0.0.1:1\"",
            &[],
            "cannot be used with",
        ),
        ("= 1", &[], "conform.toml:1: "),
        ("[checks]\nserver-eror = \"off\"", &["config"], "did you mean `server-error`?"),
        ("[[operations]]\noperation = \"list\"\ntimeuot = \"1s\"", &["config"], "did you mean `timeout`?"),
        ("concurrency = \"some\"", &[], "conform.toml:1: `concurrency` cannot be so: write how many requests"),
    ] {
        let ended = run_with(config, arguments);
        assert_eq!(ended.status, Some(2), "{config}: {}{}", ended.stdout, ended.stderr);
        assert!(words(&ended.stderr).contains(told), "{told}\n{}", ended.stderr);
    }
    let folder = folder_with(&[]);
    let ended = run(folder.path(), &["--profile", "ci"]);
    assert!(ended.status == Some(2) && words(&ended.stderr).contains("there is none"), "{}", ended.stderr);
    let ended = run(folder.path(), &["--config", "nowhere.toml"]);
    assert!(
        ended.status == Some(2) && words(&ended.stderr).contains("nowhere.toml: cannot be read"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_slip_in_any_key_is_told_with_its_line_and_the_right_one() {
    let schema = std::fs::read_to_string(root().join("docs/conform.schema.json")).expect("a schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let keys: Vec<String> = schema["properties"].as_object().expect("keys").keys().cloned().collect();
    assert!(keys.len() > 60, "{keys:?}");
    for key in keys {
        // One letter too many.
        let wrong = format!("{key}{}", &key[key.len() - 1..]);
        let config = match key.as_str() {
            "apis" | "rules" | "operations" => format!("\n[[{wrong}]]\nname = \"a\"\n"),
            "profiles" | "checks" => format!("\n[{wrong}]\na = \"b\"\n"),
            _ => format!("\n{wrong} = \"a\"\n"),
        };
        let ended = run_with(&config, &["config"]);
        let told = words(&ended.stderr);
        let is_told = told.contains("conform.toml:2: ") && told.contains(&format!("did you mean `{key}`?"));
        assert!(ended.status == Some(2) && is_told, "{wrong}: {}", ended.stderr);
    }
}

#[test]
fn several_apis_are_tested_by_one_command() {
    let right = Peer::start(None, "204 No Content", Duration::ZERO);
    let wrong = Peer::start(None, "500 Internal Server Error", Duration::ZERO);
    let config = format!(
        "spec = \"notes.yaml\"\nregressions = \"off\"\ncases = 0\nreport = \"json={{api}}.json\"\n\
         [[apis]]\nname = \"one\"\ntarget = \"http://127.0.0.1:{}\"\n\
         [[apis]]\nname = \"two\"\ntarget = \"http://127.0.0.1:{}\"\n",
        right.port, wrong.port
    );
    let folder = folder_with(&[("notes.yaml", NOTES), ("conform.toml", &config)]);
    let both = run(folder.path(), &[]);
    assert_eq!(both.status, Some(1), "{}{}", both.stdout, both.stderr);
    assert!(both.stderr.contains("API one") && both.stderr.contains("API two"), "{}", both.stderr);
    for file in ["one.json", "two.json"] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
    assert_eq!(run(folder.path(), &["--api", "one"]).status, Some(0));
    assert_eq!(run(folder.path(), &["--api", "two"]).status, Some(1));
    // What would be written twice to one place is refused before anything is sent.
    let before = right.heads().len();
    let ended = run(folder.path(), &["--format", "json"]);
    assert!(ended.status == Some(2) && words(&ended.stderr).contains("all be written to stdout"), "{}", ended.stderr);
    assert_eq!(right.heads().len(), before);
}

#[test]
fn the_effective_values_are_shown_with_where_they_come_from() {
    let folder = folder_with(&[(
        "conform.toml",
        "target = \"http://a.test\"\nstrict = true\nbearer = \"s3cret-of-the-file\"\ncredential = [\"a=env:B\", \"c=s3cret\"]\n[profiles.ci]\nseed = 7\n",
    )]);
    let mut command = conform(folder.path());
    let shown = ended(
        command.args(["config", "--profile", "ci", "--cases", "5"]).env("CONFORM_BEARER", "s3cret-of-a-variable"),
    );
    assert_eq!(shown.status, Some(0), "{}", shown.stderr);
    insta::assert_snapshot!(shown.stdout);
    assert!(!shown.stdout.contains("s3cret"), "{}", shown.stdout);
}

#[test]
fn the_schema_for_editors_is_current() {
    let folder = folder_with(&[]);
    let shown = run(folder.path(), &["config", "--schema"]);
    let path = root().join("docs/conform.schema.json");
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&path, &shown.stdout).expect("is written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == shown.stdout,
        "docs/conform.schema.json is old: conform config --schema > docs/conform.schema.json"
    );
    let schema: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for right in [
        serde_json::json!({"target": "http://a.test", "strict": true, "include": "tag:a", "exclude": ["tag:b"], "cases": 5}),
        serde_json::json!({"operations": [{"operation": "a", "rate": "5/s", "severity": "off", "values": {"query.b": ["c", 1]}}]}),
        serde_json::json!({"checks": {"leak": "off"}, "apis": [{"name": "a", "spec": "b.yaml"}], "profiles": {"ci": {"seed": "random"}}}),
    ] {
        assert!(validator.is_valid(&right), "{right}");
    }
    for wrong in [
        serde_json::json!({"taget": "http://a.test"}),
        serde_json::json!({"strict": "yes"}),
        serde_json::json!({"checks": {"leek": "off"}}),
        serde_json::json!({"apis": [{"spec": "b.yaml"}]}),
        serde_json::json!({"format": "jsn"}),
        serde_json::json!({"operations": [{"operation": "a", "rate": 0}]}),
        serde_json::json!({"operations": [{"operation": "a", "values": {"query.b": {}}}]}),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}
