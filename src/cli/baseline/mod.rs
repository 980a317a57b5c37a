//! `--baseline`, and `conform baseline update|prune`: findings that are accepted.

mod observed;
mod told;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

pub(super) use observed::Observed;
pub(super) use told::tell_all;
pub(super) use write::run;

use super::CliError;
use super::run_args::RunArgs;
use crate::baseline::Baseline;

/// Where the baseline is written unless `--baseline` says otherwise.
const STANDARD: &str = "conform-baseline.yaml";

/// What `conform baseline` is told.
#[derive(Args, Debug)]
pub(super) struct BaselineArgs {
    #[command(subcommand)]
    pub change: Change,
}

/// What becomes of the baseline.
#[derive(Debug, Subcommand)]
pub(super) enum Change {
    /// Test a target, and accept all that it fails by
    Update(Box<UpdateArgs>),
    /// Test a target, and take out what it does not fail by any more
    Prune(Box<PruneArgs>),
}

/// What `conform baseline update` is told.
#[derive(Args, Debug)]
pub(super) struct UpdateArgs {
    /// Why what is new is accepted
    #[arg(long, value_name = "TEXT", help_heading = "What is written")]
    reason: Option<String>,
    /// Who accepts it; the user of git, if there is one
    #[arg(long, value_name = "NAME", help_heading = "What is written")]
    author: Option<String>,
    /// The last day of it, such as 2026-12-31, or 90d from today; for what has expired, too
    #[arg(long, value_name = "DAY", value_parser = write::day, help_heading = "What is written")]
    expires: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub run: RunArgs,
}

/// What `conform baseline prune` is told.
#[derive(Args, Debug)]
pub(super) struct PruneArgs {
    #[command(flatten)]
    pub run: RunArgs,
}

impl BaselineArgs {
    /// The arguments of the run.
    pub fn run_args(&mut self) -> &mut RunArgs {
        match &mut self.change {
            Change::Update(args) => &mut args.run,
            Change::Prune(args) => &mut args.run,
        }
    }
}

/// The baseline that a run is held to.
///
/// # Errors
/// It cannot be read.
pub(super) fn load(path: Option<&Path>) -> Result<Arc<Baseline>, CliError> {
    Ok(Arc::new(path.map(Baseline::load).transpose()?.unwrap_or_default()))
}

/// The file of a baseline that is written.
fn file(args: &RunArgs) -> PathBuf {
    args.baseline.clone().unwrap_or_else(|| PathBuf::from(STANDARD))
}
