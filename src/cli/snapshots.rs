//! `conform snapshots`: reviews what differs from the snapshots, for people without `cargo insta` and for scripts.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use super::colour::ColourChoice;
use super::providers::{PROVIDERS, Provider};
use super::run::RunArgs;
use super::{CliError, Exit, review, writable};
use crate::contract::Contract;
use crate::engine::Job;
use crate::execute::Masker;
use crate::fixtures::Fixtures;
use crate::report::{Output, Paint, escape, escape_lines};
use crate::snapshot::{self, Mode, Pending, RecorderOptions, Store, Update};
use crate::spec::{Document, LoadOptions};

/// Where snapshots are unless `--snapshot-dir` says otherwise.
const DIRECTORY: &str = "snapshots";
/// There is no difference to review.
pub(super) const NOTHING: &str = "nothing waits for review";

/// What `conform run` is told of snapshots.
#[derive(Args, Clone, Debug)]
pub(super) struct RunSnapshots {
    /// Compare exchanges with snapshots; by default `shape` where there are some, for the reference target alone
    #[arg(long, value_name = "MODE", help_heading = "Snapshots")]
    snapshots: Option<Compare>,
    /// Where the snapshots are [default: snapshots]
    #[arg(long, value_name = "DIR", help_heading = "Snapshots")]
    snapshot_dir: Option<PathBuf>,
    /// What to write of that which differs; by default `new`, and `no` in CI
    #[arg(long, value_name = "WHAT", help_heading = "Snapshots")]
    update_snapshots: Option<Write>,
}

/// How exchanges are compared with snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Compare {
    /// Not at all
    Off,
    /// All but the wording of errors
    Shape,
    /// The wording of errors, too
    Exact,
}

/// What is written of exchanges that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Write {
    /// As *.snap.new, to be reviewed
    New,
    /// As the snapshots themselves
    All,
    /// Nothing
    No,
}

/// What `conform snapshots` is told.
#[derive(Args, Debug)]
pub(super) struct SnapshotsArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where the snapshots are
    #[arg(long, value_name = "DIR", default_value = DIRECTORY, global = true)]
    snapshot_dir: PathBuf,
    /// A built-in contract; by default all those that have snapshots
    #[arg(long, value_name = "NAME", global = true)]
    provider: Vec<String>,
    /// An OpenAPI document whose snapshots are meant
    #[arg(long, value_name = "FILE", global = true)]
    spec: Vec<PathBuf>,
    /// The fixtures of that one document; `prune` needs them to know its written cases
    #[arg(long, value_name = "FILE", global = true)]
    fixtures: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: ColourChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show each difference and ask what to do; the default on a terminal
    Review,
    /// Name what waits for review, and end with status 1 if there is anything; the default elsewhere
    List {
        /// Show the differences
        #[arg(short, long)]
        verbose: bool,
    },
    /// Make what waits the snapshots
    Accept {
        /// Only those whose path holds one of these texts
        names: Vec<String>,
    },
    /// Remove what waits
    Reject {
        /// Only those whose path holds one of these texts
        names: Vec<String>,
    },
    /// Remove snapshots that no case makes any more
    Prune {
        /// Name them only
        #[arg(long)]
        dry_run: bool,
    },
}

/// What the run compares with which snapshots; nothing, where it names no contract.
pub(super) fn recorder(args: &RunArgs, jobs: &[Job], secrets: &Masker) -> Result<RecorderOptions, CliError> {
    let RunSnapshots { snapshots, snapshot_dir, update_snapshots } = &args.snapshots;
    let is_wanted = snapshots.is_some() || snapshot_dir.is_some() || update_snapshots.is_some();
    let mode = match snapshots {
        Some(Compare::Exact) => Mode::Exact,
        Some(Compare::Off | Compare::Shape) | None => Mode::Shape,
    };
    let is_ci = is_ci();
    let update = match update_snapshots {
        Some(Write::New | Write::All) if is_ci => {
            return Err(no_writing_in_ci());
        }
        Some(Write::New) => Update::New,
        Some(Write::All) => Update::All,
        Some(Write::No) => Update::No,
        None if is_ci => Update::No,
        None => Update::New,
    };
    let root = snapshot_dir.clone().unwrap_or_else(|| PathBuf::from(DIRECTORY));
    // Another server than the reference target may well differ from it and keep the contract.
    let contracts: Vec<String> = if *snapshots == Some(Compare::Off) {
        Vec::new()
    } else if is_wanted {
        jobs.iter().map(|job| job.contract.name.clone()).collect()
    } else if args.target.is_none() {
        let has_some = |job: &&Job| root.join(mode.directory()).join(snapshot::folder(&job.contract)).exists();
        jobs.iter().filter(has_some).map(|job| job.contract.name.clone()).collect()
    } else {
        Vec::new()
    };
    if snapshot_dir.is_some() && !contracts.is_empty() && update != Update::No {
        writable::folder(
            &root,
            "snapshots are written there; name another folder, or write none with `--update-snapshots no`",
        )?;
    }
    let store = Store::new(root);
    Ok(RecorderOptions { store, contracts, mode, update, is_missing_an_error: is_ci, secrets: secrets.clone() })
}

/// Does what the arguments say.
pub(super) fn run(args: &SnapshotsArgs) -> Result<Exit, CliError> {
    let paint = args.color.paint(&std::io::stdout());
    let store = Store::new(&args.snapshot_dir);
    let jobs = selected(args)?;
    let is_narrowed = !args.provider.is_empty() || !args.spec.is_empty();
    let waiting = Waiting { store: &store, jobs: &jobs, is_narrowed };
    let mut out = Output::new(std::io::stdout());
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let exit = match &args.command {
        Some(Command::Prune { dry_run }) => {
            prune(&store, &jobs, *dry_run, &mut out)?;
            Exit::Conforms
        }
        Some(Command::Accept { .. } | Command::Review) if is_ci() => return Err(no_writing_in_ci()),
        Some(Command::Accept { names }) => {
            for pending in chosen(waiting.all()?, names)? {
                store.accept(&pending)?;
                out.line(format!("accepted {}", shown(&store, &pending.name)));
            }
            Exit::Conforms
        }
        Some(Command::Reject { names }) => {
            for pending in chosen(waiting.all()?, names)? {
                store.drop_pending(&pending.name)?;
                let done = if pending.record.is_none() { "rejected" } else { "the document still obliges to" };
                out.line(format!("{done} {}", shown(&store, &pending.name)));
            }
            Exit::Conforms
        }
        Some(Command::Review) if !is_terminal => {
            return Err(CliError::usage(
                "a review needs a terminal to ask",
                "use `conform snapshots list --verbose`, then `accept` or `reject` with names",
            ));
        }
        Some(Command::Review) | None if is_terminal && !is_ci() => {
            let contracts: Vec<_> = jobs.iter().map(|job| job.contract.clone()).collect();
            review::ask(
                &store,
                &waiting.all()?,
                &contracts,
                paint,
                &mut std::io::stdin().lock(),
                &mut std::io::stdout(),
            )?;
            Exit::Conforms
        }
        Some(Command::List { verbose }) => list(&store, &waiting.all()?, *verbose, paint, &mut out),
        Some(Command::Review) | None => list(&store, &waiting.all()?, false, paint, &mut out),
    };
    out.finish().map_err(|error| CliError::system("cannot write to stdout", error))?;
    Ok(exit)
}

/// The contracts that are meant, with their fixtures.
fn selected(args: &SnapshotsArgs) -> Result<Vec<Job>, CliError> {
    let fixtures = match (&args.fixtures, args.provider.len() + args.spec.len()) {
        (None, _) => None,
        (Some(path), 1) => Some(Fixtures::load(path)?),
        (Some(_), _) => {
            return Err(CliError::usage(
                "--fixtures is for one contract",
                "select one with `--provider NAME` or `--spec FILE`",
            ));
        }
    };
    let mut jobs = Vec::new();
    let mut add = |document: Document, own: Fixtures| -> Result<(), CliError> {
        let job = Job::compile(document, fixtures.clone().unwrap_or(own))?;
        job.fixtures.check(&job.contract)?;
        jobs.push(job);
        Ok(())
    };
    for name in &args.provider {
        let provider = Provider::named(name)?;
        add(provider.document()?, provider.fixtures()?)?;
    }
    for path in &args.spec {
        add(Document::load(path, LoadOptions::default())?, Fixtures::default())?;
    }
    if args.provider.is_empty() && args.spec.is_empty() {
        let kinds = ["contract", Mode::Shape.directory(), Mode::Exact.directory()];
        for provider in &PROVIDERS {
            if kinds.iter().any(|kind| args.snapshot_dir.join(kind).join(provider.name).is_dir()) {
                add(provider.document()?, provider.fixtures()?)?;
            }
        }
    }
    Ok(jobs)
}

/// What waits for review: of the selected contracts, or all of it where none was selected by name.
struct Waiting<'a> {
    store: &'a Store,
    jobs: &'a [Job],
    is_narrowed: bool,
}

impl Waiting<'_> {
    /// The files that wait.
    fn files(&self) -> Result<Vec<Pending>, CliError> {
        let folders: Vec<String> = self.jobs.iter().map(|job| snapshot::folder(&job.contract)).collect();
        let is_meant = |pending: &Pending| {
            let folder = pending.name.iter().nth(1);
            !self.is_narrowed || folder.is_some_and(|folder| folders.iter().any(|known| folder == known.as_str()))
        };
        Ok(self.store.pending()?.into_iter().filter(is_meant).collect())
    }

    /// The files that wait, and what documents oblige to where that is not what their snapshots show. A document is
    /// right about itself, whatever file waits beside its snapshot. Nothing is written.
    fn all(&self) -> Result<Vec<Pending>, CliError> {
        let mut waiting = self.files()?;
        for record in self.jobs.iter().flat_map(|job| snapshot::contracts(&job.contract)) {
            waiting.retain(|pending| pending.name != record.name);
            let old = self.store.read(&record.name)?;
            if !old.as_ref().is_some_and(|old| Store::is_same(old, &record.text)) {
                waiting.push(Pending::of(record, old));
            }
        }
        waiting.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(waiting)
    }
}

/// Those that the names select: all of them where there are no names.
fn chosen(waiting: Vec<Pending>, names: &[String]) -> Result<Vec<Pending>, CliError> {
    let holds = |pending: &Pending, text: &String| pending.name.to_string_lossy().replace('\\', "/").contains(text);
    if let Some(unknown) = names.iter().find(|text| !waiting.iter().any(|pending| holds(pending, text))) {
        return Err(CliError::usage(
            format!("nothing that waits for review has `{unknown}` in its path"),
            "`conform snapshots list` names what waits",
        ));
    }
    let is_chosen = |pending: &Pending| names.is_empty() || names.iter().any(|text| holds(pending, text));
    Ok(waiting.into_iter().filter(is_chosen).collect())
}

fn list(store: &Store, waiting: &[Pending], verbose: bool, paint: Paint, out: &mut Output<std::io::Stdout>) -> Exit {
    for pending in waiting {
        out.line(title(store, pending, paint));
        if verbose {
            out.line(difference(pending, paint));
        }
    }
    if waiting.is_empty() {
        out.line(NOTHING);
        return Exit::Conforms;
    }
    Exit::Findings
}

/// Removes what no plan makes.
fn prune(store: &Store, jobs: &[Job], dry_run: bool, out: &mut Output<std::io::Stdout>) -> Result<(), CliError> {
    for Job { contract, fixtures, .. } in jobs {
        let mut made: Vec<PathBuf> = snapshot::contracts(contract).into_iter().map(|record| record.name).collect();
        made.extend(snapshot::planned(contract, fixtures, Mode::Shape));
        made.extend(snapshot::planned(contract, fixtures, Mode::Exact));
        let mut folders: Vec<&Path> = made.iter().filter_map(|name| name.parent()).collect();
        folders.sort_unstable();
        folders.dedup();
        let mut orphans = Vec::new();
        for folder in folders {
            for name in store.names(&folder.to_string_lossy())? {
                let snapshot =
                    if name.extension().is_some_and(|end| end == "new") { name.with_extension("") } else { name };
                if !made.contains(&snapshot) && !orphans.contains(&snapshot) {
                    orphans.push(snapshot);
                }
            }
        }
        for name in orphans {
            if dry_run {
                out.line(format!("orphan {}", shown(store, &name)));
            } else {
                store.remove(&name)?;
                out.line(format!("removed {}", shown(store, &name)));
            }
        }
    }
    Ok(())
}

fn shown(store: &Store, name: &Path) -> String {
    escape(&store.path(name).display().to_string()).into_owned()
}

/// `changed` or `new`, the file, and what it shows.
pub(super) fn title(store: &Store, pending: &Pending, paint: Paint) -> String {
    let kind = if pending.old.is_some() { paint.warn("changed") } else { paint.good("new    ") };
    let about = pending.description.as_deref().map_or_else(String::new, |text| format!("  {}", escape(text)));
    format!("{kind} {}{}", shown(store, &pending.name), paint.faint(about))
}

/// The difference in colours, or the whole text where there was none before.
pub(super) fn difference(pending: &Pending, paint: Paint) -> String {
    let diff = snapshot::diff(pending.old.as_deref().unwrap_or(""), &pending.new);
    paint.diff(&escape_lines(&diff))
}

fn no_writing_in_ci() -> CliError {
    CliError::usage(
        "the variable CI is set, and no snapshot is written in CI",
        "record snapshots where a person reviews them, or unset CI",
    )
}

/// Whether this is a CI job, as insta tells it.
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// The contract and the node that a snapshot is about, if it is at hand.
pub(super) fn located<'a>(
    node: Option<&str>,
    contracts: &'a [Arc<Contract>],
) -> Option<(&'a Contract, crate::spec::Location)> {
    let (file, pointer) = node?.split_once('#')?;
    contracts.iter().find_map(|contract| {
        let index = contract.document.files().iter().position(|known| known.name == file)?;
        let file = crate::spec::FileId(u32::try_from(index).ok()?);
        let location = crate::spec::Location { file, pointer: crate::spec::Pointer::new(pointer) };
        contract.document.get(&location).map(|_| (contract.as_ref(), location))
    })
}
