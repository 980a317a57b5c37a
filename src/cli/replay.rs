//! `conform replay`: sends one kept case again and says what became of its finding.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command};

use super::connect::{self, Connected};
use super::providers::PROVIDERS;
use super::run_args::RunArgs;
use super::tell::hide;
use super::{CliError, Exit, hook, jobs, logins};
use crate::engine::{self, Backend, Fate, Group, Replay, Resent, RunOptions};
use crate::execute::{Client, Hook, Masker};
use crate::plan::{PlanOptions, plan};
use crate::regression::{self, Saved};
use crate::report::{Output, Paint, escape, terminal};
use crate::text::nearest::suggest;

/// Arguments of `conform replay`.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// A kept case: its file, or its name in the folder of --regressions
    case: PathBuf,
    #[command(flatten)]
    pub run: RunArgs,
}

/// The arguments that one case has a use for. A run has more, which are refused.
const USED: [&str; 38] = [
    "case",
    "document",
    "yes",
    "spec_header",
    "overlay",
    "retries",
    "ca_file",
    "insecure",
    "client_cert",
    "client_key",
    "proxy",
    "resolve",
    "user_agent",
    "request_id_header",
    "target",
    "provider",
    "spec",
    "fixtures",
    "operation",
    "bearer",
    "credential",
    "header",
    "seed",
    "destructive",
    "timeout",
    "rate",
    "wait",
    "strict",
    "max_response_time",
    "config",
    "hook",
    "hook_timeout",
    "profile",
    "api",
    "regressions",
    "color",
    "allow_remote_refs",
    "allow_outside_refs",
];

fn is_used(argument: &Arg) -> bool {
    USED.contains(&argument.get_id().as_str())
}

/// The subcommand, whose help names only what it uses.
pub(super) fn subcommand(command: Command) -> Command {
    command.mut_args(|argument| if is_used(&argument) { argument } else { argument.hide(true) })
}

/// Refuses what has no effect on a single case.
///
/// # Errors
/// Names the first such argument that was given.
pub(super) fn check(command: &mut Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    let is_given = |argument: &&Arg| {
        !is_used(argument) && matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let Some(flag) = command.get_arguments().find(is_given).and_then(Arg::get_long).map(str::to_owned) else {
        return Ok(());
    };
    Err(command.error(ErrorKind::UnknownArgument, format!("--{flag} has no effect on a single case; leave it out")))
}

/// Sends the case.
pub(super) fn run(args: &ReplayArgs) -> Result<Exit, CliError> {
    let run = &super::natural::named(&args.run, &[])?;
    super::run::check(run)?;
    let saved = load(args)?;
    let mut selection = run.clone();
    if selection.provider.is_empty() && selection.spec.is_empty() {
        if !PROVIDERS.iter().any(|provider| provider.name == saved.contract) {
            return Err(wants_document(args, &saved));
        }
        selection.provider = vec![saved.contract.clone()];
    }
    let mut jobs = jobs::select(&selection)?;
    let run = &RunArgs { target: super::server::target(&selection, &jobs)?, ..run.clone() };
    let policy = super::run::policy(run, &mut jobs)?;
    let runtime = super::run::runtime()?;
    let headers = super::run::headers(run)?;
    let Connected { client, stop, sessions } =
        runtime.block_on(connect::connect(run, &mut jobs, (&policy, &headers)))?;
    let found = jobs.iter().find_map(|job| {
        let operation = job.operations().find(|index| job.contract.operations[*index].id == saved.operation)?;
        (job.contract.name == saved.contract).then_some((job, operation))
    });
    let Some((job, operation)) = found else {
        return Err(CliError::usage(
            format!("no selected contract is `{}` with an operation `{}`", saved.contract, saved.operation),
            "name the document with --spec, or the built-in contract with --provider",
        ));
    };
    let secrets = engine::masker(std::slice::from_ref(job), &headers);
    let sessions = logins::sessions(sessions, secrets.clone(), &jobs);
    hide(secrets.clone());
    let saved = saved.revealed(&secrets);
    let hook = client.hook.clone();
    let replay = runtime.block_on(async {
        let options = RunOptions {
            client: client.clone(),
            sessions: sessions.clone(),
            plan: PlanOptions { seed: run.seed.value(), cases: Some(0), destructive: run.destructive },
            concurrency: 1,
            rate: run.rate,
            until: None,
            rates: HashMap::new(),
            wait: run.wait.unwrap_or_default(),
            sequences: 0,
            strict: run.strict,
            keep: false,
            max_shrinks: 0,
            receiver: None,
            policy: Arc::new(policy),
            baseline: Arc::default(),
        };
        let client = Client::new(client).map_err(|error| CliError::system("cannot set up an HTTP client", error))?;
        let backend = Backend { transport: Arc::new(client.with_sessions(sessions.clone())), planner: Arc::new(plan) };
        let replay = engine::replay(job, operation, &saved, &options, &backend).await;
        drop(stop);
        Ok::<_, CliError>(replay)
    })?;
    if let Some(error) = logins::broken(&sessions, &jobs) {
        return Err(error);
    }
    if let Some(trouble) = hook.as_ref().and_then(Hook::is_broken) {
        return Err(hook::told(trouble.clone()));
    }
    let paint = run.color.paint(&std::io::stdout());
    let told = text(paint, &saved, &replay, &secrets);
    let mut out = Output::new(std::io::stdout(), secrets.clone());
    out.line(told);
    out.finish().map_err(|error| CliError::system("cannot write the report", error))?;
    Ok(match replay.fate {
        Fate::StillFails => Exit::Findings,
        Fate::Fixed | Fate::Tolerated => Exit::Conforms,
        Fate::NotReached(_) => Exit::Untestable,
    })
}

/// The exchange with what it shows, and what became of the kept finding.
fn text(paint: Paint, saved: &Saved, replay: &Replay, secrets: &Masker) -> String {
    let mut text = String::new();
    if let Some(Resent { case, exchange, kept, others }) = &replay.sent {
        secrets.learn(exchange);
        let shown = |finding| terminal::finding(paint, &Group::new(finding, case, exchange, secrets).finding);
        if kept.is_empty() && others.is_empty() {
            text.push_str(&terminal::exchange(paint, &secrets.exchange(exchange)));
        }
        kept.iter().for_each(|finding| text.push_str(&shown(finding)));
        if !others.is_empty() {
            text.push_str(&format!("{}\n", paint.strong("the same exchange also shows")));
            others.iter().for_each(|finding| text.push_str(&shown(finding)));
        }
        text.push('\n');
    }
    let check = escape(&saved.check);
    let fate = match &replay.fate {
        Fate::StillFails => format!("{}  {check}", paint.bad("STILL FAILS")),
        Fate::Fixed => format!("{}  {check}", paint.good("FIXED")),
        Fate::Tolerated => {
            format!("{}  {check} still shows, and the configuration does not count it", paint.warn("TOLERATED"))
        }
        Fate::NotReached(reason) => {
            format!("{}  {check}: {}", paint.warn("NOT REACHED"), escape(&secrets.text(reason)))
        }
    };
    text + &fate
}

/// The case is of a document that is not built in, and none is named.
fn wants_document(args: &ReplayArgs, saved: &Saved) -> CliError {
    let name = &saved.contract;
    let target = args.run.target.as_ref().map_or("URL", url::Url::as_str);
    CliError::usage(
        format!("{} is of the document `{name}`, operation `{}`", args.case.display(), saved.operation),
        format!(
            "name that document's file, which is called {name}.yaml or {name}.json: \
             `conform replay {} --spec {name}.yaml --target {target}`",
            args.case.display()
        ),
    )
}

/// Names the cases that there are.
fn no_case(path: &Path, folder: Option<&Path>) -> CliError {
    let kept = folder.map(regression::load).and_then(Result::ok).unwrap_or_default();
    let names = kept.iter().map(|kept| kept.id.as_str());
    let among = folder.map_or_else(String::new, |folder| format!(" in {}", folder.display()));
    let help = suggest(&path.to_string_lossy(), names, "give its file, or the folder with `--regressions FOLDER`");
    CliError::usage(format!("there is no kept case {}{among}", path.display()), help)
}

fn load(args: &ReplayArgs) -> Result<Arc<Saved>, CliError> {
    let named = |folder: &Path| folder.join(format!("{}.yaml", args.case.display()));
    let path = match (&args.case, args.run.regressions_folder()) {
        (path, _) if path.exists() => path.clone(),
        (_, Some(folder)) if named(folder).exists() => named(folder),
        (path, folder) => return Err(no_case(path, folder)),
    };
    Ok(Arc::new(regression::load_file(&path)?))
}
