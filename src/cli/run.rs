//! `conform run`: tests a target.

use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::baseline::Observed;
use super::connect::{self, Connected};
use super::limits::{Early, Limits};
use super::min_coverage::{self, Counted};
use super::report_file::ReportFile;
use super::reports::Reports;
use super::run_args::{REGRESSIONS, ReportFormat, RunArgs};
use super::run_snapshots;
use super::tell::{hide, tell};
use super::{
    CliError, Exit, accounts, baseline, config, credentials, discover, given, hook, jobs, listen, logins, narrow,
    received, server, values, width, writable,
};
use crate::baseline::Baseline;
use crate::check::Policy;
use crate::engine::{
    self, Finished, Job, Judge, Listener, Listeners, Observers, Outcome, RegressionWriter, RunOptions,
};
use crate::execute::{ClientOptions, ExchangeLog, Hook};
use crate::fixtures::Secret;
use crate::plan::PlanOptions;
use crate::regression::{self, Kept};
use crate::report::terminal::Detail;
use crate::report::{Format, Json, Paint, Progress, Setting, Terminal, escape};
use crate::snapshot::Recorder;

/// Refuses credentials where reports would show them, and those that cannot be read.
pub(super) fn check(args: &RunArgs) -> Result<(), CliError> {
    if args.target.as_ref().is_some_and(|target| !target.username().is_empty() || target.password().is_some()) {
        return Err(CliError::usage(
            "the target's URL holds credentials, and URLs end up in reports",
            "give them with --credential, --bearer, --header or in fixtures",
        ));
    }
    if let Some(url) = &args.listen_url {
        listen::check(url, args.listen.is_some())?;
    }
    given::check(args)
}

/// Tests what the arguments select.
pub(super) fn run(args: &RunArgs) -> Result<Exit, CliError> {
    let baseline = baseline::load(args.baseline.as_deref())?;
    let mut observed = Observed::new(args.strict);
    let exit = run_with(args, &mut observed, baseline.clone())?;
    if let Some(file) = &args.baseline {
        baseline::tell_all(&baseline, &file.display().to_string(), &observed);
    }
    Ok(exit)
}

/// Tests what the arguments select, where this is accepted, and tells somebody else, too.
pub(super) fn run_with(args: &RunArgs, observer: &mut dyn Listener, baseline: Arc<Baseline>) -> Result<Exit, CliError> {
    check(args)?;
    let mut jobs = jobs::select(args)?;
    if let Some(nothing) = narrow::nothing(&args.selection).filter(|_| jobs.is_empty()) {
        tell(nothing);
        return Ok(Exit::Conforms);
    }
    let args = &RunArgs { target: server::target(args, &jobs)?, ..args.clone() };
    let headers = headers(args)?;
    let policy = policy(args, &mut jobs)?;
    let folder = args.regressions_folder();
    // A read-only checkout is no reason to test nothing, unless a folder was asked for.
    if let Some(folder) = folder.filter(|folder| *folder != Path::new(REGRESSIONS)) {
        writable::folder(
            folder,
            "failing cases are kept there; name another folder, or keep none with `--regressions off`",
        )?;
    }
    let runtime = runtime()?;
    let Connected { client, stop, sessions } =
        runtime.block_on(connect::connect(args, &mut jobs, (&policy, &headers)))?;
    let receiver = args
        .listen
        .map(|address| runtime.block_on(listen::listen(address, args.listen_url.as_ref(), args.listen_for, &mut jobs)));
    let receiver = receiver.transpose()?.flatten();
    let received = receiver.clone();
    let secrets = engine::masker(&jobs, &headers);
    let sessions = logins::sessions(sessions, secrets.clone(), &jobs);
    hide(secrets.clone());
    let kept = folder.map(regression::load).transpose()?.unwrap_or_default().into_iter();
    let kept = kept.map(|kept| Kept { saved: kept.saved.revealed(&secrets), ..kept });
    let saved = Arc::new(kept.collect::<Vec<_>>());
    let jobs: Vec<Job> = jobs.into_iter().map(|job| Job { regressions: saved.clone(), ..job }).collect();
    if let Some(folder) = folder {
        jobs.iter().for_each(|job| report_dropped(job, folder));
    }
    let hint = runtime.block_on(hint(args))?;
    let setting = Setting {
        seed: args.seed.value(),
        secrets: secrets.clone(),
        hint,
        strict: args.strict,
        partition: args.selection.partition,
        exchanges: ExchangeLog::default(),
    };
    // They are kept for nobody else.
    let is_kept = args.report.iter().any(|report| report.format == Format::Har);
    let client = ClientOptions { exchanges: is_kept.then(|| setting.exchanges.clone()), ..client };
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
    let hook = client.hook.clone();
    let plain = client.clone();
    let mut left = None;
    let asked = hook.clone();
    let login = async move {
        tokio::select! {
            _ = broken => {}
            () = hook::broken(asked) => {}
        }
    };
    let finished = runtime.block_on(async {
        let end = limits.end(login);
        let options = RunOptions {
            client,
            sessions,
            plan,
            concurrency: args.concurrency.into(),
            rate: args.rate,
            until: args.limits.max_time.and_then(|time| Instant::now().checked_add(time)),
            rates: jobs.iter().flat_map(|job| policy.rates(&job.contract)).collect(),
            wait: args.wait.unwrap_or_default(),
            sequences: args.sequences,
            strict: args.strict,
            keep: args.keep,
            max_shrinks: args.max_shrinks,
            receiver,
            policy: Arc::new(policy),
            baseline: baseline.clone(),
        };
        let mut listeners: Vec<&mut dyn Listener> =
            vec![&mut progress, &mut *report, &mut limits, &mut counted, observer];
        listeners.extend(reports.listeners());
        listeners.extend(regressions.as_mut().map(|writer| writer as &mut dyn Listener));
        let judges: Vec<&mut dyn Judge> = vec![&mut recorder];
        let mut observers =
            Observers { judges, listeners: Listeners::new(secrets, listeners).accepting(baseline, args.strict) };
        let finished = engine::run(&jobs, &options, &mut observers, end).await;
        drop(stop);
        left = accounts::clear_up(&obtained, &jobs, plain, args.keep || args.selection.safe).await;
        if let (Some(hook), Ok(finished)) = (&hook, &finished) {
            // What is wrong with it is told below.
            let _ = hook.after_run(outcome(finished)).await;
        }
        finished.map_err(|error| CliError::system("cannot write the report", error))
    });
    // A plan that is still being made is of no use to anybody.
    runtime.shutdown_background();
    left.into_iter().for_each(tell);
    let finished = finished?;
    let shown = report_file.map_or(Ok(()), ReportFile::put);
    reports.put().and(shown)?;
    recorder.finish()?;
    if let (Some(writer), Some(folder)) = (regressions, folder) {
        report_kept(writer, folder);
    }
    if let Some(error) = logins::broken(&obtained, &jobs) {
        return Err(error);
    }
    if let Some(trouble) = hook.as_ref().and_then(Hook::is_broken) {
        return Err(hook::told(trouble.clone()));
    }
    received.iter().for_each(listen::tell_dropped);
    if args.listen.is_none() {
        jobs.iter().for_each(tell_received);
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

/// How a run ended, for a hook.
fn outcome(finished: &Finished) -> &'static str {
    match finished {
        Finished { interrupted: true, .. } => "interrupted",
        Finished { outcome: Outcome::Conforms, .. } => "conforms",
        Finished { outcome: Outcome::Fails, .. } => "fails",
        Finished { outcome: Outcome::Untestable, .. } => "untestable",
    }
}

/// Of what the target sends, so much is named.
const MOST_RECEIVED: usize = 10;

/// Says what the document says of requests by the target, which nobody here takes.
fn tell_received(job: &Job) {
    let received = received::all(&job.contract);
    for one in received.iter().take(MOST_RECEIVED) {
        tell(format!("not tested: {}: {}\n", escape(one), received::WHY));
    }
    if received.len() > MOST_RECEIVED {
        tell(format!("not tested: {} more webhooks and callbacks\n", received.len() - MOST_RECEIVED));
    }
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

/// What a team makes of findings, by the file that is named, else by `conform.toml` if there is one. What it has for single
/// operations is put before what the fixtures have.
pub(super) fn policy(args: &RunArgs, jobs: &mut [Job]) -> Result<Policy, CliError> {
    let mut policy = config::file(args.config.as_deref())
        .map(|file| Policy::load(file, values::duration))
        .transpose()?
        .unwrap_or_default();
    policy.max_response_time = args.max_response_time;
    // What `--operation` leaves out is in the document all the same.
    if jobs.iter().all(|job| job.selection.is_whole()) && !args.one_of_several {
        policy.check(&jobs.iter().map(|job| &*job.contract).collect::<Vec<_>>())?;
    }
    for job in jobs {
        let own = policy.resources(&job.contract);
        if !own.is_empty() {
            Arc::make_mut(&mut job.fixtures).resources.splice(0..0, own);
        }
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
async fn hint(args: &RunArgs) -> Result<Option<String>, CliError> {
    let narrowed = !args.provider.is_empty() || !args.spec.is_empty();
    let Some(target) = args.target.as_ref().filter(|_| !narrowed) else { return Ok(None) };
    let document = discover::document_of(target, &args.network.network(target)?).await;
    Ok(Some(match document {
        Some(document) => {
            format!(
                "all five built-in contracts were tested; the target's own document is at {document}: conform {document}"
            )
        }
        None => "all five built-in contracts were tested; --provider NAME tests the target against one, --spec SPEC \
                 against your own document"
            .to_owned(),
    }))
}
