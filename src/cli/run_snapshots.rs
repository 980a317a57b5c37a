//! What a run compares with which snapshots.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CliError, writable};
use crate::engine::Job;
use crate::execute::Masker;
use crate::snapshot::{self, Mode, RecorderOptions, Store, Update};

/// Where snapshots are unless `--snapshot-dir` says otherwise.
pub(super) const DIRECTORY: &str = "snapshots";

/// The arguments of `conform run` that speak of snapshots.
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

/// What the run compares with which snapshots; nothing, where it names no contract.
pub(super) fn options(
    args: &RunSnapshots,
    is_reference_target: bool,
    jobs: &[Job],
    secrets: &Masker,
) -> Result<RecorderOptions, CliError> {
    let RunSnapshots { snapshots, snapshot_dir, update_snapshots } = args;
    let is_wanted = snapshots.is_some() || snapshot_dir.is_some() || update_snapshots.is_some();
    let mode = match snapshots {
        Some(Compare::Exact) => Mode::Exact,
        Some(Compare::Off | Compare::Shape) | None => Mode::Shape,
    };
    let is_ci = is_ci();
    let update = match update_snapshots {
        Some(Write::New | Write::All) if is_ci => return Err(no_writing_in_ci()),
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
    } else if is_reference_target {
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

/// The error of a request to write snapshots in CI.
pub(super) fn no_writing_in_ci() -> CliError {
    CliError::usage(
        "the variable CI is set, and no snapshot is written in CI",
        "record snapshots where a person reviews them, or unset CI",
    )
}

/// Whether this is a CI job, as insta decides it.
pub(super) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}
