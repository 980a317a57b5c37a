//! `conform run`: tests a target.

use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::sync::oneshot;
use url::Url;

use super::colour::ColourChoice;
use super::references::ReferenceArgs;
use super::report_file::ReportFile;
use super::run_snapshots::{self, RunSnapshots};
use super::tell::{hide, tell};
use super::values::{self, Seed};
use super::{CliError, Exit, credentials, embedded, given, jobs, signals, writable};
use crate::check::Policy;
use crate::engine::{self, Finished, Job, Judge, Listener, Listeners, Observers, RegressionWriter, RunOptions};
use crate::execute::ClientOptions;
use crate::fixtures::Secret;
use crate::plan::PlanOptions;
use crate::regression::{self, Kept};
use crate::report::terminal::Detail;
use crate::report::{Json, Paint, Progress, Setting, Terminal};
use crate::snapshot::Recorder;

/// The variable that holds the target's URL.
pub(super) const TARGET_VARIABLE: &str = "CONFORM_TARGET";

/// Where failing cases are kept unless `--regressions` says otherwise.
const REGRESSIONS: &str = "conform-regressions";

/// What `conform run` is told.
#[derive(Args, Clone, Debug)]
pub(super) struct RunArgs {
    /// The server to test; a path in the URL replaces that of the document's server
    #[arg(long, value_name = "URL", env = TARGET_VARIABLE, hide_env_values = true, value_parser = values::target, help_heading = "What to test")]
    pub target: Option<Url>,
    /// A built-in contract: telnyx, asapp, ada, respondent or example-ai; all five by default
    #[arg(long, value_name = "NAME", help_heading = "What to test")]
    pub provider: Vec<String>,
    /// An OpenAPI document (Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2; YAML or JSON) to test the target against
    #[arg(long, value_name = "FILE", help_heading = "What to test")]
    pub spec: Vec<PathBuf>,
    /// Credentials, resource ids and written cases for the one contract that is selected
    #[arg(long, value_name = "FILE", help_heading = "What to test")]
    pub fixtures: Option<PathBuf>,
    /// Only the operation with this operationId
    #[arg(long, value_name = "ID", help_heading = "What to test")]
    pub operation: Vec<String>,

    /// The token for every bearer scheme, in place of the fixtures' one: @FILE, env:NAME, or - to read stdin; a
    /// token that is written here itself is seen by all who list processes
    #[arg(
        long,
        value_name = "TOKEN",
        env = credentials::BEARER_VARIABLE,
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

    /// The seed of all that is left to chance: a number, or `random`
    #[arg(long, value_name = "N", default_value = "0", value_parser = values::seed, allow_negative_numbers = true, help_heading = "How to test")]
    pub seed: Seed,
    /// Random cases an operation, on top of those that follow from the contract
    /// [default: 100, fewer where the document or the operation is large]
    #[arg(long, value_name = "N", help_heading = "How to test")]
    pub cases: Option<usize>,
    /// Send also what may do harm: methods that a path does not document, changes of what logs in
    #[arg(long, help_heading = "How to test")]
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
    /// The most requests in flight at once; there are two at first, and more as long as the target keeps up
    #[arg(
        long,
        value_name = "N",
        default_value_t = RunOptions::CONCURRENCY,
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "How to test"
    )]
    pub concurrency: u16,
    /// The most requests a second
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=100_000),
        help_heading = "How to test"
    )]
    pub rate: Option<u32>,
    /// How long to wait for a target that accepts no connections, at the start or after it died; for example 30s
    #[arg(
        long,
        value_name = "TIME",
        value_parser = values::duration,
        help_heading = "How to test"
    )]
    pub wait: Option<Duration>,
    /// Count warnings as findings, and the documents' own faults
    #[arg(long, help_heading = "How to test")]
    pub strict: bool,
    /// Requests that may be spent on making one finding small; 0 shows findings as they came
    #[arg(long, value_name = "N", default_value_t = RunOptions::MAX_SHRINKS, help_heading = "How to test")]
    pub max_shrinks: usize,
    /// The longest time that a response may take, for example 2s; longer ones are findings
    #[arg(long, value_name = "TIME", value_parser = values::duration, help_heading = "How to test")]
    pub max_response_time: Option<Duration>,
    /// Severities by check, operation and status; `conform.toml` if there is one
    #[arg(long, value_name = "FILE", help_heading = "How to test")]
    pub config: Option<PathBuf>,
    /// Where failing cases are kept, to be sent first next time; `off` keeps and sends none
    #[arg(long, value_name = "FOLDER", default_value = REGRESSIONS, help_heading = "How to test")]
    pub regressions: PathBuf,
    #[command(flatten, next_help_heading = "How to test")]
    pub references: ReferenceArgs,

    #[command(flatten)]
    pub snapshots: RunSnapshots,

    /// How to report: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: Format,
    /// Write the report here in place of stdout
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub color: ColourChoice,
    /// Show everything: all findings in full, and the clauses that were not exercised
    #[arg(short, long, help_heading = "Output")]
    verbose: bool,
}

/// How to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document at the end
    Json,
}

/// Refuses credentials where reports would show them, and those that cannot be read.
pub(super) fn check(args: &RunArgs) -> Result<(), CliError> {
    if args.target.as_ref().is_some_and(|target| !target.username().is_empty() || target.password().is_some()) {
        return Err(CliError::usage(
            "the target's URL holds credentials, and URLs end up in reports",
            "give them with --credential, --bearer, --header or in fixtures",
        ));
    }
    given::check(args)
}

/// Tests what the arguments select.
pub(super) fn run(args: &RunArgs) -> Result<Exit, CliError> {
    check(args)?;
    let jobs = jobs::select(args)?;
    let headers = headers(args)?;
    let policy = policy(args, &jobs)?;
    let folder = args.regressions_folder();
    // A read-only checkout is no reason to test nothing, unless a folder was asked for.
    if let Some(folder) = folder.filter(|folder| *folder != Path::new(REGRESSIONS)) {
        writable::folder(
            folder,
            "failing cases are kept there; name another folder, or keep none with `--regressions off`",
        )?;
    }
    let secrets = engine::masker(&jobs, &headers);
    hide(secrets.clone());
    let kept = folder.map(regression::load).transpose()?.unwrap_or_default().into_iter();
    let kept = kept.map(|kept| Kept { saved: kept.saved.revealed(&secrets), ..kept });
    let saved = Arc::new(kept.collect::<Vec<_>>());
    let jobs: Vec<Job> = jobs.into_iter().map(|job| Job { regressions: saved.clone(), ..job }).collect();
    let setting = Setting { seed: args.seed.value(), secrets: secrets.clone(), hint: hint(args), strict: args.strict };
    let plan = PlanOptions { seed: setting.seed, cases: args.cases, destructive: args.destructive };
    let contracts: Vec<_> = jobs.iter().map(|job| job.contract.clone()).collect();
    let recorder = run_snapshots::options(&args.snapshots, args.target.is_none(), &jobs, &secrets)?;
    let mut recorder = Recorder::new(recorder, &contracts)?;
    let mut progress = Progress::new();
    let (report_file, file) = args.output.as_deref().map(ReportFile::new).transpose()?.unzip();
    let mut report = report(args, setting, &jobs, &progress, file);
    let mut regressions = folder.map(|folder| RegressionWriter::new(folder.to_owned(), secrets.clone()));
    let runtime = runtime()?;
    let finished = runtime.block_on(async {
        let (target, stop) = target(args).await?;
        let client = ClientOptions { target, timeout: args.timeout, headers };
        let options = RunOptions {
            client,
            plan,
            concurrency: args.concurrency.into(),
            rate: args.rate,
            wait: args.wait.unwrap_or_default(),
            strict: args.strict,
            max_shrinks: args.max_shrinks,
            policy: Arc::new(policy),
        };
        let mut listeners: Vec<&mut dyn Listener> = vec![&mut progress, &mut *report];
        listeners.extend(regressions.as_mut().map(|writer| writer as &mut dyn Listener));
        let judges: Vec<&mut dyn Judge> = vec![&mut recorder];
        let mut observers = Observers { judges, listeners: Listeners::new(secrets, listeners) };
        let finished = engine::run(&jobs, &options, &mut observers, signals::end()).await;
        drop(stop);
        finished.map_err(|error| CliError::system("cannot write the report", error))
    });
    // A plan that is still being made is of no use to anybody.
    runtime.shutdown_background();
    let finished = finished?;
    report_file.map_or(Ok(()), ReportFile::put)?;
    recorder.finish()?;
    if let (Some(writer), Some(folder)) = (regressions, folder) {
        report_kept(writer, folder);
    }
    Ok(match finished {
        Finished { interrupted: true, .. } => Exit::Interrupted,
        Finished { outcome, .. } => outcome.into(),
    })
}

impl RunArgs {
    /// The folder of regressions, unless they are switched off.
    pub fn regressions_folder(&self) -> Option<&Path> {
        (self.regressions != Path::new("off")).then_some(&self.regressions)
    }
}

/// Says where failing cases are kept. That they cannot be kept changes no verdict.
fn report_kept(writer: RegressionWriter, folder: &Path) {
    match writer.finish() {
        Ok(0) => {}
        Ok(count) => tell(format!(
            "{count} failing {} in {}, to be sent first next time; `conform replay FILE` sends one again\n",
            if count == 1 { "case is kept" } else { "cases are kept" },
            folder.display()
        )),
        Err(error) => tell(format!("failing cases are not kept: {error}\n")),
    }
}

/// What a team makes of findings, by the file that is named, else by `conform.toml` if there is one.
pub(super) fn policy(args: &RunArgs, jobs: &[Job]) -> Result<Policy, CliError> {
    let standard = Path::new("conform.toml");
    let file = args.config.as_deref().or_else(|| standard.exists().then_some(standard));
    let mut policy = file.map(|file| Policy::load(file, values::duration)).transpose()?.unwrap_or_default();
    policy.max_response_time = args.max_response_time.or(policy.max_response_time);
    // What `--operation` leaves out is in the document all the same.
    if args.operation.is_empty() {
        policy.check(&jobs.iter().map(|job| &*job.contract).collect::<Vec<_>>())?;
    }
    Ok(policy)
}

/// The header fields of the command line.
pub(super) fn headers(args: &RunArgs) -> Result<Vec<(String, Secret)>, CliError> {
    args.header.iter().map(|text| credentials::header(text)).collect()
}

/// The runtime that everything asynchronous runs on.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Runtime::new().map_err(|error| CliError::system("cannot start the async runtime", error))
}

/// The target that the arguments name, or the reference target, which stops when the sender is dropped.
pub(super) async fn target(args: &RunArgs) -> Result<(Url, Option<oneshot::Sender<()>>), CliError> {
    match &args.target {
        Some(target) => Ok((target.clone(), None)),
        None => embedded::start().await.map(|(url, stop)| (url, Some(stop))),
    }
}

/// Writes to a file, or else to stdout.
fn report(
    args: &RunArgs,
    setting: Setting,
    jobs: &[Job],
    progress: &Progress,
    file: Option<File>,
) -> Box<dyn Listener> {
    let (writer, paint): (Box<dyn Write>, Paint) = match file {
        None => (Box::new(std::io::stdout()), args.color.paint(&std::io::stdout())),
        // A line that cannot be written is noticed at once.
        Some(file) => {
            let paint = args.color.paint(&file);
            (Box::new(LineWriter::new(file)), paint)
        }
    };
    let writer = progress.beside(writer);
    let detail = if args.verbose { Detail::Full } else { Detail::Short };
    match args.format {
        Format::Text => Box::new(Terminal::new(writer, paint, detail, setting, jobs)),
        Format::Json => Box::new(Json::new(writer, setting)),
    }
}

/// A target that was not said to keep one contract was asked to keep all of them.
fn hint(args: &RunArgs) -> Option<String> {
    let narrowed = !args.provider.is_empty() || !args.spec.is_empty();
    (args.target.is_some() && !narrowed).then(|| {
        "all five built-in contracts were tested; --provider NAME tests the target against one, --spec FILE against \
         your own document"
            .to_owned()
    })
}
