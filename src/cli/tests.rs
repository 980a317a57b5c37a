//! The command as a whole.

use super::refused::refusal;
use super::*;
use crate::engine::RunOptions;
use crate::report::Paint;

fn parse(arguments: &[&str]) -> Result<Cli, String> {
    super::parse(["conform"].iter().chain(arguments).map(OsString::from))
        .map(|(cli, _)| cli)
        .map_err(|error| error.to_string())
}

#[test]
fn the_definition_is_sound() {
    command().debug_assert();
}

#[test]
fn a_run_without_options_is_that_of_the_library() {
    let Ok(Cli { command: Some(Command::Run(args)), .. }) = Cli::try_parse_from(["conform", "run"]) else {
        panic!("a run");
    };
    assert_eq!((args.timeout, args.concurrency), (RunOptions::TIMEOUT, RunOptions::CONCURRENCY));
    assert_eq!((args.max_shrinks, args.seed.value()), (RunOptions::MAX_SHRINKS, 0));
}

#[test]
fn help_reads_well() {
    let mut command = Cli::command().term_width(100);
    insta::assert_snapshot!("help", command.render_long_help());
    insta::assert_snapshot!("short_help", command.render_help());
    command.build();
    for name in ["serve", "diff", "lint", "checks", "plan", "explain"] {
        let subcommand = command.find_subcommand_mut(name).expect("there is such a command");
        insta::assert_snapshot!(format!("{name}_help"), subcommand.render_long_help());
    }
}

#[test]
fn run_is_the_default_command() {
    let bare = parse(&["--target", "http://a.test", "--seed", "3"]).expect("parses");
    assert!(bare.command.is_none());
    assert!(matches!(parse(&["run", "--seed", "3"]).expect("parses").command, Some(Command::Run(_))));
    // What follows options is no command; no file is called so.
    let named = parse(&["--seed", "3", "run"]).expect("parses").run.document;
    assert_eq!(named, Some("run".into()));
}

#[test]
fn a_replay_refuses_what_has_no_effect_on_a_single_case() {
    for (flag, value) in [
        ("--cases", Some("0")),
        ("--concurrency", Some("1")),
        ("--max-shrinks", Some("0")),
        ("--snapshots", Some("off")),
        ("--snapshot-dir", Some("snapshots")),
        ("--update-snapshots", Some("no")),
        ("--format", Some("text")),
        ("--output", Some("report.txt")),
        ("--report", Some("json=report.json")),
        ("--verbose", None),
        ("--all-findings", None),
        ("--quiet", None),
    ] {
        let given: Vec<&str> = [flag].into_iter().chain(value).collect();
        let told = parse(&[&["replay", "a"], &given[..]].concat()).expect_err(flag);
        assert!(told.contains(&format!("{flag} has no effect on a single case")), "{told}");
        assert!(parse(&[&["run"], &given[..]].concat()).is_ok(), "{flag}");
    }
    let used = ["--target", "http://a.test", "--seed", "3", "--wait", "1s", "--rate", "5", "--strict"];
    assert!(parse(&[&["replay", "a"], &used[..]].concat()).is_ok());
    let help = command().find_subcommand_mut("replay").expect("there is one").render_long_help().to_string();
    assert!(help.contains("--wait") && !help.contains("--max-shrinks"), "{help}");
}

#[test]
fn what_is_wrong_with_a_url_is_told_without_its_password() {
    for (target, told) in [
        ("http://ada:s3cret@a.test?x=1", "neither"),
        ("ftp://ada:s3cret@a.test", "use http or https"),
        ("http://ada:s3cr/et@a.test", "invalid port"),
        ("http://ada:s3c@ret@a.test:99999", "invalid port"),
        ("ada:s3cret@a.test", "did you mean http://…@a.test?"),
    ] {
        for arguments in [vec!["conform", "--target", target], vec!["conform", &format!("--target={target}")]] {
            let error = Cli::try_parse_from(&arguments).expect_err(target);
            let shown = refusal(&error, Paint::Plain, arguments.iter().map(OsString::from));
            assert!(shown.contains(told) && shown.contains("a.test"), "{target}: {shown}");
            assert!(!shown.contains("ada") && !shown.contains("s3c") && !shown.contains("ret@"), "{target}: {shown}");
        }
    }
    // Two words are no value; an address of mail elsewhere is told as it is.
    let arguments = ["conform", "--seed", "soon"];
    let error = Cli::try_parse_from(arguments).expect_err("no seed");
    assert!(refusal(&error, Paint::Plain, arguments.into_iter().map(OsString::from)).contains("soon"));
}

#[test]
fn wrong_values_are_told_in_words() {
    for (arguments, told) in [
        (["--target", "localhost:8080"], "http://localhost:8080"),
        (["--target", "ftp://a.test"], "http or https"),
        (["--timeout", "0"], "longer than nothing"),
        (["--timeout", "10 parsecs"], "500ms"),
        (["--seed", "soon"], "random"),
        (["--concurrency", "0"], "from 1 to 1024, or `auto`"),
    ] {
        let error = parse(&arguments).expect_err(arguments[1]);
        assert!(error.contains(told), "{arguments:?}: {error}");
    }
}
