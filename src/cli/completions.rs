//! `conform completions`: what a shell needs to complete commands and options.

use clap::Args;
use clap_complete::Shell;

use super::{CliError, Exit};
use crate::execute::Masker;
use crate::report::Output;

/// What `conform completions` is told.
#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Writes the completions.
pub(super) fn run(args: &CompletionsArgs, mut command: clap::Command) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "conform", &mut script);
    let mut output = Output::new(std::io::stdout(), Masker::default());
    output.line(String::from_utf8_lossy(&script).trim_end());
    output.finish().map_err(|error| CliError::system("cannot write the completions", error))?;
    Ok(Exit::Conforms)
}
