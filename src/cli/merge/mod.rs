//! `conform merge`: joins the JSON reports of a run's parts into one.

mod join;
mod read;
mod received;
mod show;
mod sources;
mod value;
mod write;

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::colour::ColourChoice;
use super::min_coverage::{self, MinCoverage};
use super::report_arg::{self, ReportArg};
use super::report_file::ReportFile;
use super::report_places::{Places, TEXT};
use super::tell::tell;
use super::{CliError, Exit, values};
use crate::execute::Masker;
use crate::report::{Coverage, Format, Output, Paint, printable};

/// Help is wrapped between words. What must not be broken stands on a line of at most 60 columns.
pub(super) const AFTER_HELP: &str = "\
Examples:
  conform merge part-1.json part-2.json
      joins the reports of both parts, and shows the verdict
  conform merge part-1.json part-2.json --format json \\
      --output whole.json
      writes the report that one run of all would have written
  conform merge part-1.json part-2.json \\
      --report junit=conform.xml
      writes it for another reader, beside the verdict

Exit status: that of a run of all parts; 2 where a part is missing or stands twice.";

/// What `conform merge` is told.
#[derive(Args, Debug)]
pub(super) struct MergeArgs {
    /// The reports, as `--report json=FILE` wrote them
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
    /// What to show: a summary, the whole report as JSON or Markdown, or its coverage as JSON or a badge
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: MergeFormat,
    /// Write it here in place of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write the whole as json, junit, sarif, github, gitlab, markdown, html, allure (a folder), coverage or badge;
    /// may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = report_arg::parse)]
    report: Vec<ReportArg>,
    /// Fail where less of the documents was exercised: operations=N, clauses=N, statuses=N, media-types=N,
    /// lives=N or received=N, in percent
    #[arg(long, value_name = "KIND=PERCENT", value_parser = min_coverage::parse)]
    min_coverage: Vec<MinCoverage>,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: ColourChoice,
}

/// How to show what is joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MergeFormat {
    /// For people
    Text,
    /// One JSON document, as a run of all would have written it
    Json,
    /// A page for a job or a comment
    Markdown,
    /// What was exercised, as JSON
    Coverage,
    /// What was exercised, as a badge in SVG
    Badge,
}

/// Joins reports.
pub(super) fn run(args: &MergeArgs) -> Result<Exit, CliError> {
    let parts = args.reports.iter().map(|path| read::report(path)).collect::<Result<Vec<_>, _>>()?;
    let whole = join::join(parts)?;
    let coverage = Coverage::read(&whole);
    write::check(&args.report)?;
    let shown = if args.format == MergeFormat::Text { TEXT } else { "`--format`" };
    Places { shown, output: args.output.as_deref(), reports: &args.report, inputs: &args.reports }.check()?;
    let (place, writer): (_, Box<dyn Write>) = match &args.output {
        Some(path) => {
            let (place, file) = ReportFile::new(path)?;
            (Some(place), Box::new(BufWriter::new(file)))
        }
        None => (None, Box::new(std::io::stdout())),
    };
    let paint = if place.is_some() { Paint::Plain } else { args.color.paint(&std::io::stdout()) };
    let shown = match args.format {
        MergeFormat::Text => show::text_of(&whole, paint),
        MergeFormat::Json => printable(&serde_json::to_string_pretty(&whole).unwrap_or_default()),
        MergeFormat::Markdown => show::markdown(&whole),
        MergeFormat::Coverage => coverage.json(),
        MergeFormat::Badge => coverage.badge(),
    };
    // Secrets were taken out where the parts were written.
    let mut output = Output::new(writer, Masker::default());
    // GitHub takes no command out of lines that may show what a target says.
    let is_for_github = |report: &ReportArg| report.format == Format::Github && report.file.is_none();
    let is_guarded = args.output.is_none() && args.report.iter().any(is_for_github);
    let token = is_guarded.then(|| format!("conform-{:016x}", values::unguessable()));
    token.iter().for_each(|token| output.line(format!("::stop-commands::{token}")));
    output.line(shown.trim_end());
    token.iter().for_each(|token| output.line(format!("::{token}::")));
    output.finish().map_err(|error| CliError::system("cannot write the report", error))?;
    place.map_or(Ok(()), ReportFile::put)?;
    write::reports(&args.report, &whole)?;
    let too_little = min_coverage::told(&coverage, &args.min_coverage);
    too_little.iter().for_each(tell);
    Ok(match whole["verdict"].as_str() {
        Some("fails") => Exit::Findings,
        Some("unfinished") => Exit::Interrupted,
        Some("untestable") => Exit::Untestable,
        _ if too_little.is_some() => Exit::Findings,
        _ => Exit::Conforms,
    })
}
