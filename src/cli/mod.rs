//! The command line: reads arguments, puts the pipeline together, and maps how it ended to an exit status.
//!
//! One file a subcommand, each with its arguments and one function that returns an [`Exit`].

mod auth;
mod baseline;
mod checks;
mod colour;
mod completions;
mod config;
mod connect;
mod credentials;
mod diff;
mod discover;
mod document;
mod embedded;
mod error;
mod exit;
mod explain;
mod github;
mod given;
mod hook;
mod in_order;
mod init;
mod jobs;
mod limits;
mod lint;
mod load;
mod load_args;
mod logins;
mod man;
mod merge;
mod min_coverage;
mod narrow;
mod natural;
mod network_args;
mod origin;
mod pending;
mod plan;
mod providers;
mod received;
mod refused;
mod replay;
mod report_arg;
mod report_file;
mod reports;
mod resources;
mod review;
mod run;
mod run_args;
mod run_snapshots;
mod selection;
mod selection_args;
#[cfg(feature = "reference")]
mod self_test;
#[cfg(feature = "reference")]
mod serve;
mod server;
mod signals;
mod snapshots;
mod tell;
mod values;
mod width;
mod writable;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub use error::CliError;
pub use exit::Exit;
use refused::Refused;
use run_args::RunArgs;
use tell::tell;

/// Help is wrapped between words. What must not be broken stands on a line of at most 60 columns.
const AFTER_HELP: &str = "\
Examples:
  conform
      tests the built-in reference target against all five contracts
  conform asapp --target http://localhost:3000
      tests your server against one of the five contracts
  conform openapi.yaml --target https://api.test/v2 \\
      --fixtures fixtures.yaml
      tests your server against your own document
  conform serve
      runs the reference target, to try things out

Exit status:
    0  every contract is kept
    1  at least one finding
    2  wrong usage, configuration or document
    3  untestable: unreachable, or no valid request accepted
   70  a fault of conform itself
  130  interrupted, or --max-time is over; still reported";

/// Checks an HTTP implementation against its OpenAPI document
///
/// Sends requests that keep the contract and requests that break exactly one of its clauses, and
/// judges every response. Without --target it starts the reference target and tests that.
#[derive(Debug, Parser)]
#[command(name = "conform", version, after_help = AFTER_HELP, max_term_width = 110)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Test a target; this is what conform does when no command is named
    #[command(after_help = AFTER_HELP)]
    Run(Box<RunArgs>),
    /// Send one kept failing case again and say what became of its finding
    #[command(
        after_help = "Examples:\n  conform replay conform-regressions/NAME.yaml\n      sends the request of that file again"
    )]
    Replay(Box<replay::ReplayArgs>),
    /// Run the reference target: all five providers on one port
    #[command(after_help = "Examples:\n  conform serve --listen 127.0.0.1:8080\n      serves all five contracts there")]
    #[cfg(feature = "reference")]
    Serve(serve::ServeArgs),
    /// Compare two documents as contracts: which changes break a client
    #[command(after_help = diff::AFTER_HELP)]
    Diff(diff::DiffArgs),
    /// Tell what is surely wrong with documents themselves
    #[command(after_help = lint::AFTER_HELP)]
    Lint(lint::LintArgs),
    /// List the rules that targets, documents and changes are judged by
    #[command(after_help = "Examples:\n  conform checks --family lint\n      lists what conform lint judges by")]
    Checks(checks::ChecksArgs),
    /// Measure conform itself, with faults seeded one at a time into the reference target
    #[command(after_help = "Examples:\n  conform self-test --provider ada\n      seeds each fault of one provider")]
    #[cfg(feature = "reference")]
    SelfTest(self_test::SelfTestArgs),
    /// Join the JSON reports of a run's parts into one
    #[command(after_help = merge::AFTER_HELP)]
    Merge(merge::MergeArgs),
    /// Review what differs from the snapshots of contracts and behaviour
    #[command(
        after_help = "Examples:\n  conform snapshots list --verbose\n      shows what waits for review, and changes nothing"
    )]
    Snapshots(snapshots::SnapshotsArgs),
    /// Show the cases that a document leads to, without sending them
    #[command(after_help = "Examples:\n  conform plan openapi.yaml --format ndjson\n      writes a case a line")]
    Plan(plan::PlanArgs),
    /// Try the credentials, and say who gets in where
    Auth(Box<auth::AuthArgs>),
    /// Write conform.toml and fixtures for a document
    Init(init::InitArgs),
    /// Show the options of a run as they are in effect, and where each comes from
    Config(Box<config::ConfigArgs>),
    /// Accept findings for a while, or take out what does not show any more
    Baseline(Box<baseline::BaselineArgs>),
    /// Show what a document obliges a server to: its operations and clauses, and which of them can be tested
    #[command(
        after_help = "Examples:\n  conform explain openapi.yaml --resources\n      shows which operations make and read which resource"
    )]
    Explain(explain::ExplainArgs),
    /// Write the completions of a shell
    #[command(after_help = "Examples:\n  conform completions bash\n      writes what bash needs")]
    Completions(completions::CompletionsArgs),
    /// Write the manual page, or those of all commands to a folder
    #[command(after_help = "Examples:\n  conform man --output man\n      writes a page for each command")]
    Man(man::ManArgs),
}

impl Cli {
    /// The arguments of the run that it is about.
    fn run_args(&mut self) -> Option<&mut RunArgs> {
        match &mut self.command {
            None => Some(&mut self.run),
            Some(Command::Run(args)) => Some(args),
            Some(Command::Replay(args)) => Some(&mut args.run),
            Some(Command::Config(args)) => Some(&mut args.run),
            Some(Command::Baseline(args)) => Some(args.run_args()),
            Some(Command::Auth(args)) => Some(&mut args.run),
            _ => None,
        }
    }
}

/// Runs the command that the process's arguments name.
pub fn main() -> ExitCode {
    exit::report_panics();
    let exit = std::panic::catch_unwind(dispatch).unwrap_or(Exit::Internal);
    ExitCode::from(exit::final_status(exit))
}

fn dispatch() -> Exit {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    configured(&arguments).unwrap_or_else(|refused| refused.told(arguments))
}

/// Does what the arguments say, with what the file of configuration adds to those of a run: once for each of its APIs.
fn configured(arguments: &[OsString]) -> Result<Exit, Refused> {
    let (cli, matches) = parse(arguments.iter().cloned())?;
    let command = command();
    let (mut depth, mut own, mut of) = (1, &command, &matches);
    while let Some((name, below)) = of.subcommand() {
        (depth, own, of) = (depth + 1, own.find_subcommand(name).unwrap_or(own), below);
    }
    if !own.get_arguments().any(|argument| argument.get_id() == "api") {
        return Ok(done(cli, None)?);
    }
    let runs = config::runs(own, of)?;
    let several = runs.len() > 1;
    let mut prepared = Vec::new();
    // What is wrong with one is told before the first is begun.
    for merged in runs {
        let (before, after) = arguments.split_at(depth);
        let (mut cli, matches) = parse([before, &merged.arguments, after].concat().into_iter())?;
        if let (Some(api), Some(args)) = (&merged.api, cli.run_args()) {
            *args = args.clone().of(api, several);
        }
        prepared.push((cli, matches, merged));
    }
    reports::check_several(prepared.iter_mut().filter_map(|(cli, ..)| cli.run_args()))?;
    let mut exit = Exit::Conforms;
    for (cli, matches, merged) in prepared {
        let mut of = &matches;
        while let Some((_, below)) = of.subcommand() {
            of = below;
        }
        if let Some(api) = merged.api.as_ref().filter(|_| several) {
            tell(format!("conform: API {}\n", crate::report::escape(api)));
        }
        exit = exit.and(done(cli, Some((own, of, &merged)))?);
        if exit == Exit::Interrupted {
            break;
        }
    }
    Ok(exit)
}

/// Does what one command says.
fn done(cli: Cli, configured: Option<(&clap::Command, &ArgMatches, &config::Merged)>) -> Result<Exit, CliError> {
    match cli.command {
        None => natural::named(&cli.run, &commands()).and_then(|args| run::run(&args)),
        Some(Command::Run(args)) => natural::named(&args, &commands()).and_then(|args| run::run(&args)),
        Some(Command::Replay(args)) => replay::run(&args),
        #[cfg(feature = "reference")]
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Diff(args)) => diff::run(&args),
        Some(Command::Lint(args)) => lint::run(&args),
        Some(Command::Checks(args)) => checks::run(&args),
        #[cfg(feature = "reference")]
        Some(Command::SelfTest(args)) => self_test::run(&args),
        Some(Command::Snapshots(args)) => snapshots::run(&args),
        Some(Command::Plan(args)) => plan::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Merge(args)) => merge::run(&args),
        Some(Command::Completions(args)) => completions::run(&args, command()),
        Some(Command::Man(args)) => man::run(&args, command()),
        Some(Command::Auth(args)) => auth::run(&args, &commands()),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Baseline(args)) => baseline::run(&args, &commands()),
        Some(Command::Config(args)) => match configured {
            Some((command, matches, merged)) => config::run(&args, (command, matches), merged),
            None => Ok(Exit::Conforms),
        },
    }
}

/// The names of all commands.
fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

fn command() -> clap::Command {
    Cli::command().mut_subcommand("replay", replay::subcommand)
}

fn parse(arguments: impl Iterator<Item = OsString>) -> Result<(Cli, ArgMatches), clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    if let Some(("replay", matches)) = matches.subcommand()
        && let Some(command) = command.find_subcommand_mut("replay")
    {
        replay::check(command, matches)?;
    }
    Ok((Cli::from_arg_matches(&matches)?, matches))
}

#[cfg(test)]
mod tests {
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
                assert!(
                    !shown.contains("ada") && !shown.contains("s3c") && !shown.contains("ret@"),
                    "{target}: {shown}"
                );
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
            (["--concurrency", "0"], "1..="),
        ] {
            let error = parse(&arguments).expect_err(arguments[1]);
            assert!(error.contains(told), "{arguments:?}: {error}");
        }
    }
}
