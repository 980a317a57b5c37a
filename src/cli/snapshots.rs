//! `conform snapshots`: reviews what differs from the snapshots, for people without `cargo insta` and for scripts.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::colour::ColourChoice;
use super::load_args::LoadArgs;
use super::network_args::NetworkArgs;
use super::pending::{NOTHING, difference, shown, title};
use super::providers::{PROVIDERS, Provider};
use super::review::Answers;
use super::run_snapshots::{DIRECTORY, is_ci, no_writing_in_ci};
use super::selection::Sources;
use super::{CliError, Exit, review, terminal_modes};
use crate::engine::Job;
use crate::execute::Masker;
use crate::report::{Output, Paint};
use crate::snapshot::{self, Mode, Pending, Store};

/// The arguments of `conform snapshots`.
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
    /// Show each difference, causes first, and ask what to do, by a key on a terminal and by lines of stdin elsewhere; the
    /// default on a terminal
    Review,
    /// Name what waits for review, and end with status 1 if there is anything; the default elsewhere
    List {
        /// Show the differences
        #[arg(short, long)]
        verbose: bool,
    },
    /// Make what waits the snapshots
    Accept {
        /// Only those whose file and section, as `list` names them, hold one of these texts
        names: Vec<String>,
    },
    /// Remove what waits
    Reject {
        /// Only those whose file and section, as `list` names them, hold one of these texts
        names: Vec<String>,
    },
    /// Remove snapshots, and sections of them, that no case makes any more
    Prune {
        /// Name them only
        #[arg(long)]
        dry_run: bool,
    },
}

/// Does what the arguments say.
pub(super) fn run(args: &SnapshotsArgs) -> Result<Exit, CliError> {
    let paint = args.color.paint(&std::io::stdout());
    let store = Store::new(&args.snapshot_dir);
    let jobs = selected(args)?;
    let is_narrowed = !args.provider.is_empty() || !args.spec.is_empty();
    let waiting = Waiting { store: &store, jobs: &jobs, is_narrowed };
    let mut out = Output::new(std::io::stdout(), Masker::default());
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
                out.line(format!("accepted {}", shown(&store, &pending.name, pending.section.as_deref())));
            }
            Exit::Conforms
        }
        Some(Command::Reject { names }) => {
            for pending in chosen(waiting.all()?, names)? {
                store.reject(&pending)?;
                let done = if pending.record.is_none() { "rejected" } else { "the document still obliges to" };
                out.line(format!("{done} {}", shown(&store, &pending.name, pending.section.as_deref())));
            }
            Exit::Conforms
        }
        None if !is_terminal || is_ci() => list(&store, &waiting.all()?, false, paint, &mut out),
        Some(Command::Review) | None => {
            let mut stdin = std::io::stdin().lock();
            if is_terminal {
                terminal_modes::keep();
            }
            let mut answers =
                if is_terminal { Answers::Keys(console::Term::stdout()) } else { Answers::Lines(&mut stdin) };
            review::ask(&store, &waiting.all()?, &jobs, paint, &mut answers, &mut std::io::stdout())?;
            Exit::Conforms
        }
        Some(Command::List { verbose }) => list(&store, &waiting.all()?, *verbose, paint, &mut out),
    };
    out.finish().map_err(|error| CliError::system("cannot write to stdout", error))?;
    Ok(exit)
}

/// The contracts that are meant, with their fixtures: those that are named, or all those that have snapshots.
fn selected(args: &SnapshotsArgs) -> Result<Vec<Job>, CliError> {
    let mut providers = Provider::all_named(&args.provider)?;
    if providers.is_empty() && args.spec.is_empty() {
        let kinds = ["contract", Mode::Shape.directory(), Mode::Exact.directory()];
        let is_kept =
            |provider: &&Provider| kinds.iter().any(|kind| args.snapshot_dir.join(kind).join(provider.name).is_dir());
        providers = PROVIDERS.iter().filter(is_kept).collect();
    }
    let documents = LoadArgs::default().documents(&args.spec, &NetworkArgs::default())?;
    Sources { providers, documents, fixtures: args.fixtures.as_deref(), ..Sources::default() }.jobs()
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
            if !old.as_ref().is_some_and(|old| snapshot::is_same(old, &record.text)) {
                waiting.push(Pending::of(record, old));
            }
        }
        waiting.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(waiting)
    }
}

/// Those that the names select: all of them where there are no names.
fn chosen(waiting: Vec<Pending>, names: &[String]) -> Result<Vec<Pending>, CliError> {
    let holds = |pending: &Pending, text: &String| {
        let section = pending.section.as_deref().unwrap_or_default();
        format!("{}#{section}", pending.name.to_string_lossy().replace('\\', "/")).contains(text)
    };
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

/// Removes what no case makes.
fn prune(store: &Store, jobs: &[Job], dry_run: bool, out: &mut Output<std::io::Stdout>) -> Result<(), CliError> {
    for Job { contract, fixtures, .. } in jobs {
        for orphan in store.orphans(contract, fixtures)? {
            let shown = shown(store, &orphan.name, orphan.section.as_deref());
            if dry_run {
                out.line(format!("orphan {shown}"));
            } else {
                store.remove_orphan(&orphan)?;
                out.line(format!("removed {shown}"));
            }
        }
    }
    Ok(())
}
