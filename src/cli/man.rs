//! `conform man`: the manual pages.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man;

use super::{CliError, Exit, report_file};
use crate::execute::Masker;
use crate::report::Output;

/// What `conform man` is told.
#[derive(Args, Debug)]
pub(super) struct ManArgs {
    /// Write a page for each command to this folder, and not the first one to stdout
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Writes the pages.
pub(super) fn run(args: &ManArgs, mut command: clap::Command) -> Result<Exit, CliError> {
    let failed = |error| CliError::system("cannot write the manual", error);
    command.build();
    let Some(folder) = &args.output else {
        write(&command, Output::new(std::io::stdout(), Masker::default())).map_err(failed)?;
        return Ok(Exit::Conforms);
    };
    let open = report_file::folder(folder)?;
    let pages = command.get_subcommands().filter(|page| page.get_name() != "help");
    let pages = pages.map(|page| (format!("conform-{}.1", page.get_name()), page.clone()));
    for (file, page) in pages.chain([("conform.1".to_owned(), command.clone())]) {
        let out = open(&file).map(|writer| Output::new(writer, Masker::default())).map_err(failed)?;
        write(&page, out).map_err(failed)?;
    }
    Ok(Exit::Conforms)
}

fn write<W: std::io::Write>(command: &clap::Command, mut out: Output<W>) -> std::io::Result<()> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    out.line(String::from_utf8_lossy(&page).trim_end());
    out.finish()
}
