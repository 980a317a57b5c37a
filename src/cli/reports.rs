//! What a run writes beside what it shows.

use std::io::{BufWriter, LineWriter};
use std::path::{Path, PathBuf};

use super::report_arg::ReportArg;
use super::report_file::{self, ReportFile};
use super::report_places::{Places, TEXT, place};
use super::run_args::{ReportFormat, RunArgs};
use super::{CliError, github, values};
use crate::engine::Listener;
use crate::report::{Allure, Format, Github, Progress, Setting};

/// The reports of a run, on their way to their places.
pub(super) struct Reports {
    listeners: Vec<Box<dyn Listener>>,
    files: Vec<ReportFile>,
}

impl Reports {
    /// Opens all that the arguments name.
    ///
    /// # Errors
    /// Two of them would write to one place, or nothing can be written to one.
    pub fn open(args: &RunArgs, setting: &Setting, progress: &Progress) -> Result<Self, CliError> {
        let shown = match args.format {
            ReportFormat::Text => TEXT,
            ReportFormat::Json => "`--format json`",
        };
        Places { shown, output: args.output.as_deref(), reports: &args.report, inputs: &[] }.check()?;
        let mut reports = Self { listeners: Vec::new(), files: Vec::new() };
        for ReportArg { format, file } in &args.report {
            let listener = match file {
                None => on_stdout(args, *format, setting, progress),
                Some(path) if format.is_folder() => {
                    let open = report_file::folder(path)?;
                    Box::new(Allure::new(Box::new(open), setting.clone()))
                }
                Some(path) if format.is_stream() => {
                    format.listener(LineWriter::new(report_file::stream(path)?), setting.clone())
                }
                Some(path) => {
                    let (place, file) = ReportFile::new(path)?;
                    reports.files.push(place);
                    format.listener(BufWriter::new(file), setting.clone())
                }
            };
            reports.listeners.push(listener);
        }
        let is_asked_for = args.report.iter().any(|report| report.format == Format::Github);
        if !is_asked_for && github::is_there() && is_beside_text(args) {
            reports.listeners.push(on_stdout(args, Format::Github, setting, progress));
        }
        if let Some(path) = github::summary().filter(|_| is_asked_for || github::is_there()) {
            let file = BufWriter::new(report_file::append(&path)?);
            reports.listeners.push(Format::Markdown.listener(file, setting.clone()));
        }
        Ok(reports)
    }

    /// What is to hear of the run.
    pub fn listeners(&mut self) -> impl Iterator<Item = &mut dyn Listener> {
        self.listeners.iter_mut().map(|listener| &mut **listener as &mut dyn Listener)
    }

    /// Puts the files where they belong.
    ///
    /// # Errors
    /// The first that the system refuses; the others are there.
    pub fn put(self) -> Result<(), CliError> {
        // All are tried before the first failure is told.
        let put: Vec<_> = self.files.into_iter().map(ReportFile::put).collect();
        put.into_iter().collect()
    }
}

/// Whether stdout has lines for people, and nothing else.
fn is_beside_text(args: &RunArgs) -> bool {
    let is_free = args.report.iter().all(|report| report.file.is_some());
    is_free && args.output.is_none() && args.format == ReportFormat::Text
}

/// A report on stdout, which commands for GitHub may share with the lines for people.
fn on_stdout(args: &RunArgs, format: Format, setting: &Setting, progress: &Progress) -> Box<dyn Listener> {
    let writer = progress.beside(std::io::stdout());
    if format == Format::Github && args.output.is_none() {
        let token = format!("conform-{:016x}", values::unguessable());
        return Box::new(Github::new(writer, setting.secrets.clone()).guarded_by(token));
    }
    format.listener(writer, setting.clone())
}

/// Refuses two runs of one command that would write to one place.
pub(super) fn check_several<'a>(runs: impl Iterator<Item = &'a mut RunArgs>) -> Result<(), CliError> {
    let mut known = std::collections::HashSet::new();
    for args in runs {
        let is_json = args.format == ReportFormat::Json && args.output.is_none();
        let stdout = args.report.iter().filter(|report| report.file.is_none() && report.format != Format::Github);
        let mut places: Vec<PathBuf> = stdout.map(|_| PathBuf::from("-")).collect();
        places.extend(is_json.then(|| PathBuf::from("-")));
        let files = args.report.iter().filter_map(|report| report.file.as_deref()).chain(args.output.as_deref());
        places.extend(files.map(place));
        if let Some(twice) = places.into_iter().find(|path| !known.insert(path.clone())) {
            let to = if twice == Path::new("-") { "stdout".to_owned() } else { twice.display().to_string() };
            return Err(CliError::usage(
                format!("the reports of several APIs would all be written to {to}"),
                "write {api} in the file's name, which stands for each one's, or name one API with --api NAME",
            ));
        }
    }
    Ok(())
}
