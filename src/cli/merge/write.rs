//! The reports of what is joined, each in its format.

use std::io::{BufWriter, Write};

use serde_json::Value;

use crate::cli::CliError;
use crate::cli::report_arg::ReportArg;
use crate::cli::report_file::{self, ReportFile};
use crate::execute::Masker;
use crate::report::{Allure, Coverage, Format, Output, Setting, View, printable};

/// Refuses what a report does not hold.
///
/// # Errors
/// The first that is refused.
pub(super) fn check(reports: &[ReportArg]) -> Result<(), CliError> {
    let lacking = reports.iter().map(|report| report.format).find(|made| matches!(made, Format::Har | Format::Ndjson));
    let Some(name) = lacking.map(Format::name) else { return Ok(()) };
    Err(CliError::usage(
        format!("a JSON report does not hold what `{name}` shows: every exchange, or event"),
        format!("have each part write its own: conform .. --report {name}=FILE"),
    ))
}

/// Writes them.
///
/// # Errors
/// The parts were written by a version that had less, or the system refuses.
pub(super) fn reports(reports: &[ReportArg], whole: &Value) -> Result<(), CliError> {
    if reports.is_empty() {
        return Ok(());
    }
    let view = View::read(whole).map_err(|error| {
        let help =
            "write the parts with this version of conform; --format json, text and markdown take them as they are";
        CliError::usage(format!("the reports hold too little for --report: {error}"), help)
    })?;
    for ReportArg { format, file } in reports {
        let failed = |error| CliError::system(format!("cannot write the report {}", format.name()), error);
        if let Some(path) = file.as_deref().filter(|_| format.is_folder()) {
            let open = report_file::folder(path)?;
            Allure::new(Box::new(open), Setting::default()).write(&view).map_err(failed)?;
            continue;
        }
        let coverage = || Coverage::read(whole);
        let text = match format {
            Format::Json => printable(&serde_json::to_string_pretty(whole).unwrap_or_default()),
            Format::Coverage => coverage().json(),
            Format::Badge => coverage().badge(),
            made => made.of_view(&view).unwrap_or_else(|| Ok(String::new())).map_err(failed)?,
        };
        let (place, writer): (_, Box<dyn Write>) = match file {
            Some(path) => {
                let (place, file) = ReportFile::new(path)?;
                (Some(place), Box::new(BufWriter::new(file)))
            }
            None => (None, Box::new(std::io::stdout())),
        };
        // Secrets were taken out where the parts were written.
        let mut output = Output::new(writer, Masker::default());
        if !text.is_empty() {
            output.line(text.trim_end_matches('\n'));
        }
        output.finish().map_err(failed)?;
        place.map_or(Ok(()), ReportFile::put)?;
    }
    Ok(())
}
