//! `conform baseline`: writes the file by what a run shows.

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::{BaselineArgs, Change, Observed, UpdateArgs, file};
use crate::baseline::{Accepted, Baseline};
use crate::cli::report_file::ReportFile;
use crate::cli::tell::tell;
use crate::cli::{CliError, Exit, natural, run};
use crate::execute::Masker;
use crate::report::{Output, count};

/// Does so. The run itself is shown as any other.
pub(in crate::cli) fn run(args: &BaselineArgs, commands: &[String]) -> Result<Exit, CliError> {
    let given = match &args.change {
        Change::Update(args) => &args.run,
        Change::Prune(args) => &args.run,
    };
    let file = file(given);
    let before = match file.exists() {
        true => Baseline::load(&file)?,
        false if matches!(args.change, Change::Prune(_)) => Baseline::load(&file)?,
        false => Baseline::default(),
    };
    let mut run = natural::named(given, commands)?;
    run.baseline = file.exists().then(|| file.clone());
    let mut observed = Observed::new(run.strict);
    let exit = run::run_with(&run, &mut observed, Arc::new(before.clone()))?;
    if observed.interrupted || exit == Exit::Untestable || observed.tested.is_empty() {
        let help = "see to it that the target can be tested to the end, and run it again";
        return Err(CliError::usage(format!("{} is left as it is: the run says too little", file.display()), help));
    }
    let accepted = match &args.change {
        Change::Update(args) => updated(args, &before, &observed, &file),
        Change::Prune(_) => pruned(&before, &observed, &file),
    };
    put(&Baseline::new(accepted, today()), &file)?;
    Ok(Exit::Conforms)
}

fn updated(args: &UpdateArgs, before: &Baseline, observed: &Observed, file: &Path) -> Vec<Accepted> {
    let author = args.author.clone().or_else(git_user);
    let mut known: HashSet<String> = HashSet::new();
    let (mut added, mut renewed, mut expired) = (0, 0, 0);
    let mut all: Vec<Accepted> = before.all().to_vec();
    known.extend(all.iter().map(|one| one.fingerprint.clone()));
    for one in &mut all {
        let is_seen = observed.failing.iter().any(|found| found.fingerprint == one.fingerprint);
        if before.is_expired(one) && is_seen {
            match args.expires {
                Some(_) => (one.expires, renewed) = (args.expires, renewed + 1),
                None => expired += 1,
            }
        }
    }
    for found in &observed.failing {
        if known.insert(found.fingerprint.clone()) {
            added += 1;
            all.push(Accepted {
                reason: args.reason.clone(),
                author: author.clone(),
                expires: args.expires,
                ..found.clone()
            });
        }
    }
    tell(format!("added to {}: {}\n", file.display(), count(added, "finding")));
    if renewed > 0 {
        tell(format!("accepted again: {}\n", count(renewed, "finding")));
    }
    if expired > 0 {
        tell(format!(
            "expired, and failing again: {}; --expires DAY accepts such ones once more\n",
            count(expired, "finding")
        ));
    }
    all
}

fn pruned(before: &Baseline, observed: &Observed, file: &Path) -> Vec<Accepted> {
    let is_seen = |one: &Accepted| observed.failing.iter().any(|found| found.fingerprint == one.fingerprint);
    let (kept, out): (Vec<Accepted>, Vec<_>) =
        before.all().iter().cloned().partition(|one| is_seen(one) || !observed.would_show(one));
    tell(format!("taken out of {}: {}\n", file.display(), count(out.len(), "finding")));
    let unsure = kept.iter().filter(|one| !is_seen(one)).count();
    if unsure > 0 {
        tell(format!(
            "left, of operations that were not tested to their end this time: {}\n",
            count(unsure, "finding")
        ));
    }
    kept
}

fn put(baseline: &Baseline, path: &Path) -> Result<(), CliError> {
    let failed = |reason: String| CliError::system(format!("cannot write {}", path.display()), reason);
    let text = baseline.text().map_err(failed)?;
    let (place, file) = ReportFile::new(path)?;
    // What it holds was taken from results, which hold no secret.
    let mut output = Output::new(file, Masker::default());
    // What cannot be written is told by `finish`.
    let _ = output.lines(&text);
    output.finish().map_err(|error| failed(error.to_string()))?;
    place.put()
}

fn git_user() -> Option<String> {
    let output = Command::new("git").args(["config", "user.name"]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let name = String::from_utf8(output.ok()?.stdout).ok()?.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// A day, or so many from today.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let wrong = || "write a day such as 2026-12-31, or 90d for so many from today".to_owned();
    match text.strip_suffix('d').map(str::parse::<u16>) {
        Some(Ok(days)) => today().checked_add(Span::new().days(days)).map_err(|_| wrong()),
        _ => text.parse().map_err(|_| wrong()),
    }
}
