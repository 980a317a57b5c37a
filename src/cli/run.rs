//! `conform run`: tests a target.

use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;
use url::Url;

use super::limits::{Early, Limits};
use super::min_coverage::{self, Counted};
use super::report_file::ReportFile;
use super::reports::Reports;
use super::run_args::{REGRESSIONS, ReportFormat, RunArgs};
use super::run_snapshots;
use super::tell::{hide, tell};
use super::{CliError, Exit, credentials, embedded, given, jobs, logins, server, values, width, writable};
use crate::check::Policy;
use crate::engine::{
    self, Finished, Job, Judge, Listener, Listeners, Observers, Outcome, RegressionWriter, RunOptions,
};
use crate::execute::Sessions;
use crate::fixtures::Secret;
use crate::plan::PlanOptions;
use crate::regression::{self, Kept};
use crate::report::terminal::Detail;
use crate::report::{Json, Paint, Progress, Setting, Terminal, escape};
use crate::snapshot::Recorder;

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
    let mut jobs = jobs::select(args)?;
    let args = &RunArgs { target: server::target(args, &jobs)?, ..args.clone() };
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
    let runtime = runtime()?;
    let (client, stop, sessions) = runtime.block_on(async {
        let (target, stop) = target(args).await?;
        let client = args.network.client_options(target, args.timeout, headers.clone())?;
        hide(engine::masker(&jobs, &headers));
        let sessions = logins::log_in(&mut jobs, &client).await?;
        Ok::<_, CliError>((client, stop, sessions))
    })?;
    let secrets = engine::masker(&jobs, &headers);
    let sessions = Sessions::new(sessions, secrets.clone());
    hide(secrets.clone());
    let kept = folder.map(regression::load).transpose()?.unwrap_or_default().into_iter();
    let kept = kept.map(|kept| Kept { saved: kept.saved.revealed(&secrets), ..kept });
    let saved = Arc::new(kept.collect::<Vec<_>>());
    let jobs: Vec<Job> = jobs.into_iter().map(|job| Job { regressions: saved.clone(), ..job }).collect();
    if let Some(folder) = folder {
        jobs.iter().for_each(|job| report_dropped(job, folder));
    }
    let setting = Setting {
        seed: args.seed.value(),
        secrets: secrets.clone(),
        hint: hint(args),
        strict: args.strict,
        partition: args.selection.partition,
    };
    let plan = PlanOptions { seed: setting.seed, cases: args.cases, destructive: args.destructive };
    let contracts: Vec<_> = jobs.iter().map(|job| job.contract.clone()).collect();
    let recorder = run_snapshots::options(&args.snapshots, args.target.is_none(), &jobs, &secrets)?;
    let mut recorder = Recorder::new(recorder, &contracts)?;
    let mut progress = Progress::new();
    let (report_file, file) = args.output.as_deref().map(ReportFile::new).transpose()?.unzip();
    let mut reports = Reports::open(args, &setting, &progress)?;
    let mut report = report(args, setting, &jobs, &progress, file);
    let mut regressions = folder.map(|folder| RegressionWriter::new(folder.to_owned(), secrets.clone()));
    let mut limits = Limits::new(&args.limits, args.strict);
    let mut counted = Counted::default();
    let obtained = sessions.clone();
    let broken = obtained.broken();
    let login = async move {
        broken.await;
    };
    let finished = runtime.block_on(async {
        let end = limits.end(login);
        let options = RunOptions {
            client,
            sessions,
            plan,
            concurrency: args.concurrency.into(),
            rate: args.rate,
            wait: args.wait.unwrap_or_default(),
            sequences: args.sequences,
            strict: args.strict,
            keep: args.keep,
            max_shrinks: args.max_shrinks,
            policy: Arc::new(policy),
        };
        let mut listeners: Vec<&mut dyn Listener> = vec![&mut progress, &mut *report, &mut limits, &mut counted];
        listeners.extend(reports.listeners());
        listeners.extend(regressions.as_mut().map(|writer| writer as &mut dyn Listener));
        let judges: Vec<&mut dyn Judge> = vec![&mut recorder];
        let mut observers = Observers { judges, listeners: Listeners::new(secrets, listeners) };
        let finished = engine::run(&jobs, &options, &mut observers, end).await;
        drop(stop);
        finished.map_err(|error| CliError::system("cannot write the report", error))
    });
    // A plan that is still being made is of no use to anybody.
    runtime.shutdown_background();
    let finished = finished?;
    let shown = report_file.map_or(Ok(()), ReportFile::put);
    reports.put().and(shown)?;
    recorder.finish()?;
    if let (Some(writer), Some(folder)) = (regressions, folder) {
        report_kept(writer, folder);
    }
    if let Some((scheme, trouble)) = obtained.is_broken()
        && let Some(job) = jobs.iter().find(|job| job.fixtures.logins.contains_key(scheme))
    {
        return Err(logins::told(&job.fixtures, scheme, trouble.clone()));
    }
    let early = limits.why().filter(|_| finished.interrupted);
    early.and_then(Early::told).into_iter().for_each(tell);
    let too_little = min_coverage::told(&counted.0, &args.min_coverage).filter(|_| !finished.interrupted);
    too_little.iter().for_each(tell);
    Ok(match finished {
        Finished { outcome: Outcome::Conforms, interrupted: false } if too_little.is_some() => Exit::Findings,
        Finished { interrupted: true, .. } if matches!(early, Some(Early::Findings(_))) => Exit::Findings,
        Finished { interrupted: true, .. } => Exit::Interrupted,
        Finished { outcome, .. } => outcome.into(),
    })
}

/// Says which kept cases are not sent, since the document has changed.
fn report_dropped(job: &Job, folder: &Path) {
    for (id, reason) in engine::dropped(job) {
        let file = folder.join(format!("{id}.yaml"));
        tell(format!(
            "warning: {} is not sent, since it does not fit the document any more: {}\n",
            escape(&file.display().to_string()),
            escape(&reason)
        ));
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
    if jobs.iter().all(|job| job.selection.is_whole()) {
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
    let width = width::of_stdout().filter(|_| file.is_none());
    let (writer, paint): (Box<dyn Write>, Paint) = match file {
        None => (Box::new(std::io::stdout()), args.color.paint(&std::io::stdout())),
        // A line that cannot be written is noticed at once.
        Some(file) => {
            let paint = args.color.paint(&file);
            (Box::new(LineWriter::new(file)), paint)
        }
    };
    let writer = progress.beside(writer);
    let detail = match args {
        RunArgs { quiet: true, .. } => Detail::Summary,
        RunArgs { verbose: true, .. } => Detail::Full,
        RunArgs { all_findings: true, .. } => Detail::AllFindings,
        _ => Detail::Short,
    };
    match args.format {
        ReportFormat::Text => {
            let terminal = Terminal::new(writer, paint, detail, setting, jobs);
            match width {
                Some(width) => Box::new(terminal.within(width, jobs.len())),
                None => Box::new(terminal),
            }
        }
        ReportFormat::Json => Box::new(Json::new(writer, setting)),
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
