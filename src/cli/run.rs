//! `conform run`: tests a target.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

use super::colour::ColourChoice;
use super::values::{self, Seed};
use super::{CliError, Exit, credentials, jobs};
use crate::engine::{self, Event, Job, RunOptions};
use crate::execute::ClientOptions;
use crate::fixtures::Secret;
use crate::plan::PlanOptions;
use crate::reference::{self, Store};
use crate::report::terminal::Detail;
use crate::report::{Json, Paint, Progress, Report, Secrets, Setting, Terminal};

/// What `conform run` is told.
#[derive(Args, Debug)]
pub(super) struct RunArgs {
    /// The server to test; a path in the URL replaces that of the document's server
    #[arg(long, value_name = "URL", env = "CONFORM_TARGET", hide_env_values = true, value_parser = values::target, help_heading = "What to test")]
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

    /// The token for every bearer scheme, in place of the fixtures' one
    #[arg(
        long,
        value_name = "TOKEN",
        env = credentials::BEARER_VARIABLE,
        hide_env_values = true,
        help_heading = "Credentials"
    )]
    pub bearer: Option<String>,
    /// The value for one security scheme or header parameter, in place of the fixtures' one
    #[arg(long, value_name = "SCHEME=VALUE", help_heading = "Credentials")]
    pub credential: Vec<String>,
    /// A header field to send with every request; no report shows its value
    #[arg(long, value_name = "'NAME: VALUE'", help_heading = "Credentials")]
    pub header: Vec<String>,

    /// The seed of all that is left to chance: a number, or `random`
    #[arg(long, value_name = "N", default_value = "0", value_parser = values::seed, help_heading = "How to test")]
    pub seed: Seed,
    /// Random cases an operation, on top of those that follow from the contract
    #[arg(long, value_name = "N", default_value_t = 100, help_heading = "How to test")]
    pub cases: usize,
    /// The longest wait for a whole response, for example 10s or 500ms
    #[arg(
        long,
        value_name = "TIME",
        default_value = "10s",
        value_parser = values::duration,
        help_heading = "How to test"
    )]
    pub timeout: Duration,
    /// Requests in flight at once
    #[arg(
        long,
        value_name = "N",
        default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "How to test"
    )]
    pub concurrency: u16,
    /// Count warnings as findings, and the documents' own faults
    #[arg(long, help_heading = "How to test")]
    pub strict: bool,
    /// Follow $ref to http and https URLs
    #[arg(long, help_heading = "How to test")]
    pub allow_remote_refs: bool,
    /// Follow $ref to files outside the document's folder
    #[arg(long, help_heading = "How to test")]
    pub allow_outside_refs: bool,

    /// How to report: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: Format,
    /// Write the report here in place of stdout
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    color: ColourChoice,
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

/// Tests what the arguments select.
pub(super) fn run(args: &RunArgs) -> Result<Exit, CliError> {
    if args.target.as_ref().is_some_and(|target| !target.username().is_empty() || target.password().is_some()) {
        return Err(CliError::usage(
            "the target's URL holds credentials, and URLs end up in reports",
            "give them with --credential, --bearer, --header or in fixtures",
        ));
    }
    let jobs = jobs::select(args)?;
    let headers = args.header.iter().map(|text| credentials::header(text)).collect::<Result<Vec<_>, _>>()?;
    let setting =
        Setting { seed: args.seed.value(), secrets: secrets(&jobs, &headers), hint: hint(args), strict: args.strict };
    let plan = PlanOptions { seed: setting.seed, cases: args.cases };
    let mut report = report(args, setting, &jobs)?;
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| CliError::system("cannot start the async runtime", error))?;
    let exit = runtime.block_on(async {
        // The reference target stops when this is dropped.
        let mut own_target = None;
        let target = match &args.target {
            Some(target) => target.clone(),
            None => {
                let (url, stop) = start_reference().await?;
                own_target = Some(stop);
                url
            }
        };
        let client = ClientOptions { target, timeout: args.timeout, headers };
        let options = RunOptions { client, plan, concurrency: args.concurrency.into(), strict: args.strict };
        let exit = test(&jobs, &options, &mut *report).await;
        drop(own_target);
        Ok::<_, CliError>(exit)
    })?;
    report.finish().map_err(|error| CliError::system("cannot write the report", error))?;
    Ok(exit)
}

/// Runs the engine until it is done or a person has had enough.
async fn test(jobs: &[Job], options: &RunOptions, report: &mut dyn Report) -> Exit {
    let start = Instant::now();
    let interrupted = async {
        // Where the signal cannot be caught, it ends the process as it would without us.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        outcome = engine::run(jobs, options, &mut *report) => return outcome.into(),
        () = interrupted => {}
    }
    report.on(&Event::RunFinished { elapsed: start.elapsed() });
    Exit::Interrupted
}

/// Starts the reference target on a free port; it stops when the sender is dropped.
async fn start_reference() -> Result<(Url, oneshot::Sender<()>), CliError> {
    let failed = |error| CliError::system("cannot start the reference target", error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let store = Store::in_memory()?;
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(reference::serve(listener, store, async {
        let _ = stopped.await;
    }));
    let url = Url::parse(&format!("http://{address}"));
    Ok((url.map_err(|error| CliError::system("cannot name the reference target", error))?, stop))
}

fn report(args: &RunArgs, setting: Setting, jobs: &[Job]) -> Result<Box<dyn Report>, CliError> {
    let (writer, paint): (Box<dyn Write>, Paint) = match &args.output {
        None => (Box::new(std::io::stdout()), args.color.paint(&std::io::stdout())),
        Some(path) => {
            let file = File::create(path)
                .map_err(|error| CliError::system(format!("cannot write {}", path.display()), error))?;
            let paint = args.color.paint(&file);
            (Box::new(BufWriter::new(file)), paint)
        }
    };
    let detail = if args.verbose { Detail::Full } else { Detail::Short };
    Ok(match args.format {
        Format::Text => {
            let contracts: Vec<_> = jobs.iter().map(|job| job.contract.clone()).collect();
            Box::new(Progress::around(Terminal::new(writer, paint, detail, setting, &contracts)))
        }
        Format::Json => Box::new(Progress::around(Json::new(writer, setting))),
    })
}

fn secrets(jobs: &[Job], headers: &[(String, Secret)]) -> Secrets {
    let fixtures = jobs.iter().flat_map(|job| job.fixtures.all_secrets());
    Secrets::new(fixtures.chain(headers.iter().map(|(_, secret)| secret)).cloned())
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
