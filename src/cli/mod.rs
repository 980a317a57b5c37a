//! The command line: reads arguments, puts the pipeline together, and maps how it ended to an exit status.
//!
//! One file a subcommand, each with its arguments and one function that returns an [`Exit`].

mod accounts;
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
mod guess;
mod hook;
mod in_order;
mod init;
mod jobs;
mod limits;
mod lint;
mod listen;
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
mod report_places;
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
mod terminal_modes;
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
    #[command(
        after_help = "Examples:\n  conform auth openapi.yaml --target http://localhost:3000\n      shows who gets in where"
    )]
    Auth(Box<auth::AuthArgs>),
    /// Write conform.toml and fixtures for a document
    #[command(
        after_help = "Examples:\n  conform init openapi.yaml --force\n      writes conform.toml and fixtures.yaml"
    )]
    Init(init::InitArgs),
    /// Show the options of a run as they are in effect, and where each comes from
    #[command(
        after_help = "Examples:\n  conform config --timeout 5s\n      shows what a run with this option would do"
    )]
    Config(Box<config::ConfigArgs>),
    /// Accept findings for a while, or take out what does not show any more
    #[command(
        after_help = "Examples:\n  conform baseline update openapi.yaml \\\n      --target http://localhost:3000 --baseline known.yaml\n      accepts what a run finds now"
    )]
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
    if several {
        reports::check_several(prepared.iter_mut().filter_map(|(cli, ..)| cli.run_args()))?;
    }
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

/// What `-h` shows of the options of a run; `--help` shows all.
const USUAL: [&str; 16] = [
    "target", "spec", "document", "fixtures", "include", "exclude", "bearer", "seed", "cases", "rate", "config",
    "report", "verbose", "quiet", "case", "schema",
];

fn command() -> clap::Command {
    let brief = |argument: clap::Arg| {
        let is_usual = USUAL.contains(&argument.get_id().as_str());
        argument.hide_short_help(!is_usual)
    };
    let brief_of = |command: clap::Command| command.mut_args(brief);
    let command = brief_of(Cli::command()).mut_subcommand("run", brief_of).mut_subcommand("config", brief_of);
    let of_baseline =
        |baseline: clap::Command| baseline.mut_subcommand("update", brief_of).mut_subcommand("prune", brief_of);
    command
        .mut_subcommand("baseline", of_baseline)
        .mut_subcommand("auth", |auth| brief_of(auth::subcommand(auth)))
        .mut_subcommand("replay", |replay| brief_of(replay::subcommand(replay)))
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
mod tests;
