//! The places that a command writes to: no two writers of one, and nothing over what it reads.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::CliError;
use super::report_arg::ReportArg;
use crate::report::Format;

/// What is for people, whose lines commands for GitHub may stand among.
pub(super) const TEXT: &str = "the report for people";

/// What a command writes.
pub(super) struct Places<'a> {
    /// What goes to stdout, or to `output`, for people.
    pub shown: &'a str,
    pub output: Option<&'a Path>,
    pub reports: &'a [ReportArg],
    /// What it reads.
    pub inputs: &'a [PathBuf],
}

impl Places<'_> {
    /// Refuses two writers of one place, and a writer over an input.
    ///
    /// # Errors
    /// The first that is refused.
    pub fn check(&self) -> Result<(), CliError> {
        let inputs: Vec<PathBuf> = self.inputs.iter().map(|path| place(path)).collect();
        let read = |writer: &str, path: &Path| match inputs.contains(&place(path)) {
            true => Err(CliError::usage(
                format!("{writer} would be written over {}, which is read", path.display()),
                "give it a file of its own",
            )),
            false => Ok(()),
        };
        let mut stdout = self.output.is_none().then(|| self.shown.to_owned());
        let mut files: HashMap<PathBuf, String> = HashMap::new();
        if let Some(path) = self.output {
            read("`--output`", path)?;
            files.insert(place(path), "`--output`".to_owned());
        }
        for ReportArg { format, file } in self.reports {
            let name = format.name();
            if format.is_folder() && file.is_none() {
                let help = format!("name one, as in `--report {name}={name}-results`");
                return Err(CliError::usage(format!("`--report {name}` writes a folder of files"), help));
            }
            let report = format!("`--report {name}`");
            let other = match file {
                // GitHub picks its commands out of whatever lines there are.
                None if *format == Format::Github && stdout.as_deref() == Some(TEXT) => {
                    stdout = Some(report.clone());
                    None
                }
                None => stdout.replace(report.clone()),
                Some(path) => {
                    read(&report, path)?;
                    files.insert(place(path), report.clone())
                }
            };
            let Some(other) = other else { continue };
            let (where_to, help) = match file {
                None => ("stdout".to_owned(), format!("name a file, as in `--report {name}=FILE`")),
                Some(path) => (path.display().to_string(), "give each report a file of its own".to_owned()),
            };
            return Err(CliError::usage(format!("{other} and {report} would both write to {where_to}"), help));
        }
        Ok(())
    }
}

/// The file that a path names, however it is written.
pub(super) fn place(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = || Some(parent.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(folder).unwrap_or_else(|| path.to_owned())
}
