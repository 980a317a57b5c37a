//! `conform.toml`, and `conform config`: what a file says of the options of a run.
//!
//! What an option is, is defined by the arguments of a run alone (`options`): the file's keys, their types, the JSON
//! Schema for editors and what `conform config` shows all follow from those.

mod merge;
mod model;
mod options;
mod read;
mod schema;
mod show;

use std::path::Path;

use clap::{ArgMatches, Args, Command};

pub(super) use merge::Merged;

use super::run_args::RunArgs;
use super::{CliError, Exit, values};
use crate::check::Policy;

/// The file that is read where none is named.
pub(super) const STANDARD: &str = "conform.toml";

/// What `conform config` is told.
#[derive(Args, Debug)]
pub(super) struct ConfigArgs {
    /// Write the JSON Schema of conform.toml, for editors
    #[arg(long)]
    schema: bool,
    #[command(flatten)]
    pub run: RunArgs,
}

/// Shows what a run would do by these arguments, or the schema of the file.
///
/// # Errors
/// It cannot be written, or the file has what no run would take.
pub(super) fn run(
    args: &ConfigArgs,
    (command, matches): (&Command, &ArgMatches),
    merged: &Merged,
) -> Result<Exit, CliError> {
    if args.schema {
        return show::write(&[show::schema()?]);
    }
    // What else the file holds is told as a run would.
    if let Some(file) = file(args.run.config.as_deref()) {
        Policy::load(file, values::duration)?;
    }
    show::write(&show::lines(command, matches, merged))
}

/// The runs that a command asks for, with what the file of configuration adds: one where it names no APIs.
///
/// # Errors
/// The file cannot be used, or lacks what is named.
pub(super) fn runs(command: &Command, matches: &ArgMatches) -> Result<Vec<Merged>, CliError> {
    let named = matches.get_one::<std::path::PathBuf>("config").map(std::path::PathBuf::as_path);
    let file = file(named);
    if let Some(file) = file {
        return read::read(file)?.runs(command, matches);
    }
    for flag in ["profile", "api"] {
        if matches.contains_id(flag) {
            return Err(CliError::usage(
                format!("--{flag} names a part of a file of configuration, and there is none"),
                "write conform.toml (`conform init SPEC` makes one), or name another file with --config FILE",
            ));
        }
    }
    Ok(vec![Merged::default()])
}

/// The file that is read: the one that is named, else `conform.toml` if there is one; `off` is none.
pub(super) fn file(named: Option<&Path>) -> Option<&Path> {
    match named {
        Some(named) if named == Path::new("off") => None,
        Some(named) => Some(named),
        None => Some(Path::new(STANDARD)).filter(|standard| standard.exists()),
    }
}
