//! The arguments of `conform run`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use url::Url;

use super::colour::ColourChoice;
use super::limits::LimitArgs;
use super::listen;
use super::load_args::LoadArgs;
use super::min_coverage::{self, MinCoverage};
use super::network_args::NetworkArgs;
use super::report_arg::{self, ReportArg};
use super::run_snapshots::RunSnapshots;
use super::selection_args::SelectionArgs;
use super::values::{self, Seed};
use crate::engine::RunOptions;

/// The variable that holds the target's URL.
pub(super) const TARGET_VARIABLE: &str = "CONFORM_TARGET";

/// Where failing cases are kept unless `--regressions` says otherwise.
pub(super) const REGRESSIONS: &str = "conform-regressions";

/// What `conform run` is told.
#[derive(Args, Clone, Debug)]
pub(super) struct RunArgs {
    /// The server to test; a path in the URL replaces that of the document's server. Without it, a document's own server
    /// is tested if it is on this machine
    #[arg(long, value_name = "URL", env = TARGET_VARIABLE, hide_env_values = true, value_parser = values::target, help_heading = "What to test")]
    pub target: Option<Url>,
    /// Test the server that the document names even if it is not on this machine
    #[arg(short, long, help_heading = "What to test")]
    pub yes: bool,
    /// A built-in contract: telnyx, asapp, ada, respondent or example-ai; all five by default
    #[arg(long, value_name = "NAME", help_heading = "What to test")]
    pub provider: Vec<String>,
    /// What to test: an OpenAPI document, as for --spec, or a built-in contract, as for --provider
    #[arg(value_name = "SPEC", help_heading = "What to test")]
    pub document: Option<PathBuf>,
    /// An OpenAPI document (Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2; YAML or JSON) to test the target against: a file, a URL,
    /// - for stdin, or REVISION:PATH of git
    #[arg(long, value_name = "SPEC", help_heading = "What to test")]
    pub spec: Vec<PathBuf>,
    /// Credentials, resource ids and written cases for the one contract that is selected
    #[arg(long, value_name = "FILE", help_heading = "What to test")]
    pub fixtures: Option<PathBuf>,
    #[command(flatten, next_help_heading = "What to test")]
    pub selection: SelectionArgs,

    /// The token for every bearer scheme, in place of the fixtures' one: @FILE, env:NAME, or - to read stdin; a
    /// token that is written here itself is seen by all who list processes
    #[arg(
        long,
        value_name = "TOKEN",
        env = BEARER_VARIABLE,
        hide_env_values = true,
        help_heading = "Credentials"
    )]
    pub bearer: Option<String>,
    /// The value for one security scheme or header parameter, in place of the fixtures' one; VALUE is as for --bearer
    #[arg(long, value_name = "SCHEME=VALUE", help_heading = "Credentials")]
    pub credential: Vec<String>,
    /// A header field to send with every request; no report shows its value, which is as for --bearer
    #[arg(long, value_name = "'NAME: VALUE'", help_heading = "Credentials")]
    pub header: Vec<String>,

    /// A program that is started once and asked before and after each request: it may change or sign them. It reads and
    /// writes lines of JSON; docs/hooks.md has examples
    #[arg(long, value_name = "COMMAND", help_heading = "Hooks")]
    pub hook: Option<String>,
    /// The longest wait for an answer of the hook
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = values::duration, help_heading = "Hooks")]
    pub hook_timeout: Duration,

    #[command(flatten, next_help_heading = "Network")]
    pub network: NetworkArgs,

    #[command(flatten, next_help_heading = "When to end")]
    pub limits: LimitArgs,

    /// The seed of all that is left to chance: a number, or `random`
    #[arg(long, value_name = "N", default_value = "0", value_parser = values::seed, allow_negative_numbers = true, help_heading = "How to test")]
    pub seed: Seed,
    /// Random cases an operation, on top of those that follow from the contract
    /// [default: 100, fewer where the document or the operation is large]
    #[arg(long, value_name = "N", value_parser = values::count, help_heading = "How to test")]
    pub cases: Option<usize>,
    /// Random sequences of requests for each kind of resource, after the lives that follow from the contract
    #[arg(long, value_name = "N", default_value_t = RunOptions::SEQUENCES, value_parser = values::count, help_heading = "How to test")]
    pub sequences: usize,
    /// Send also what may do harm: methods that a path does not document, changes of what logs in
    #[arg(long, conflicts_with = "safe", help_heading = "How to test")]
    pub destructive: bool,
    /// The longest wait for a whole response, for example 10s or 500ms
    #[arg(
        long,
        value_name = "TIME",
        default_value = "10s",
        value_parser = values::duration,
        help_heading = "How to test"
    )]
    pub timeout: Duration,
    /// The most requests in flight at once; there are two at first, and more as long as the target keeps up. With `auto`
    /// that alone is the limit, up to 64
    #[arg(
        long,
        value_name = "N",
        default_value_t = RunOptions::CONCURRENCY,
        value_parser = values::concurrency,
        help_heading = "How to test"
    )]
    pub concurrency: u16,
    /// The most requests a second, for example 50 or 50/s
    #[arg(long, value_name = "N", value_parser = values::rate, help_heading = "How to test")]
    pub rate: Option<u32>,
    /// How long to wait for a target that accepts no connections, at the start or after it died; for example 30s
    #[arg(
        long,
        value_name = "TIME",
        value_parser = values::duration,
        help_heading = "How to test"
    )]
    pub wait: Option<Duration>,
    /// Receive the webhooks and callbacks of the documents at this address, and judge them at the end; a port alone is one
    /// of this machine, and 0 any that is free
    #[arg(long, value_name = "ADDR", value_parser = listen::address, help_heading = "How to test")]
    pub listen: Option<SocketAddr>,
    /// What the target is told of that address, where it is another one there: a container's, a tunnel's
    #[arg(long, value_name = "URL", value_parser = values::target, help_heading = "How to test")]
    pub listen_url: Option<Url>,
    /// How long webhooks and callbacks are waited for when all else is done
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = values::duration, help_heading = "How to test")]
    pub listen_for: Duration,
    /// Count warnings as findings, and the documents' own faults
    #[arg(long, help_heading = "How to test")]
    pub strict: bool,
    /// Leave what the run makes, and list it
    #[arg(long, help_heading = "How to test")]
    pub keep: bool,
    /// Requests that may be spent on making one finding small; 0 shows findings as they were found
    #[arg(long, value_name = "N", default_value_t = RunOptions::MAX_SHRINKS, value_parser = values::count, help_heading = "How to test")]
    pub max_shrinks: usize,
    /// The longest time that a response may take, for example 2s; longer ones are findings
    #[arg(long, value_name = "TIME", value_parser = values::duration, help_heading = "How to test")]
    pub max_response_time: Option<Duration>,
    /// A file of options, severities and operations; `conform.toml` if there is one, unless it is `off`
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub config: Option<PathBuf>,
    /// The options of this profile of the file, [profiles.NAME], before its others
    #[arg(long, value_name = "NAME", help_heading = "Configuration")]
    pub profile: Option<String>,
    /// Only this one of the file's APIs, [[apis]]; all of them by default
    #[arg(long, value_name = "NAME", help_heading = "Configuration")]
    pub api: Vec<String>,
    /// Findings that are accepted, so that the run fails on others alone; see conform baseline --help
    #[arg(long, value_name = "FILE", help_heading = "How to test")]
    pub baseline: Option<PathBuf>,
    /// Where failing cases are kept, to be sent first next time; `off` keeps and sends none
    #[arg(long, value_name = "FOLDER", default_value = REGRESSIONS, help_heading = "How to test")]
    pub regressions: PathBuf,
    #[command(flatten, next_help_heading = "How to test")]
    pub load: LoadArgs,

    #[command(flatten)]
    pub snapshots: RunSnapshots,

    /// How to report: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub format: ReportFormat,
    /// Write the report here in place of stdout
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Report in this format as well, to the file or else to stdout; may be given several times: json, ndjson, junit,
    /// sarif, github, gitlab, markdown, html, har, allure (a folder), coverage or badge
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = report_arg::parse, help_heading = "Output")]
    pub report: Vec<ReportArg>,
    /// Fail where less of the documents was exercised: operations=N, clauses=N, statuses=N, media-types=N,
    /// lives=N or received=N, in percent
    #[arg(long, value_name = "KIND=PERCENT", value_parser = min_coverage::parse, help_heading = "Output")]
    pub min_coverage: Vec<MinCoverage>,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub color: ColourChoice,
    /// Show everything: all findings in full, and the clauses that were not exercised
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// Show every finding in full, and not the first three alone
    #[arg(long, help_heading = "Output")]
    pub all_findings: bool,
    /// Show the verdict and the totals alone
    #[arg(short, long, conflicts_with_all = ["verbose", "all_findings"], help_heading = "Output")]
    pub quiet: bool,
    /// Whether it is one of several APIs, so that what a file names may be another one's.
    #[arg(skip)]
    pub one_of_several: bool,
}

/// How to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people
    Text,
    /// One JSON document at the end
    Json,
}

impl RunArgs {
    /// The same for one API of a file, whose name stands in for `{api}` in the names of reports.
    pub fn of(mut self, api: &str, several: bool) -> Self {
        self.one_of_several = several;
        let named = |path: &PathBuf| PathBuf::from(path.to_string_lossy().replace("{api}", api));
        self.output = self.output.as_ref().map(named);
        for report in &mut self.report {
            report.file = report.file.as_ref().map(named);
        }
        self
    }

    /// The folder of regressions, unless they are switched off.
    pub fn regressions_folder(&self) -> Option<&Path> {
        (self.regressions != Path::new("off")).then_some(&self.regressions)
    }
}

/// The variable that holds the bearer token, here and in the commands that a report prints.
pub(super) const BEARER_VARIABLE: &str = "CONFORM_BEARER";
