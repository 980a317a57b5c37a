//! `conform lint`: tells the faults of documents themselves.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::colour::ColourChoice;
use super::load_args::LoadArgs;
use super::network_args::NetworkArgs;
use super::{CliError, Exit};
use crate::contract::Contract;
use crate::execute::Masker;
use crate::finding::Finding;
use crate::lint;
use crate::report::json::{FindingModel, printable};
use crate::report::{Output, Paint, count, escape, full, sarif};
use crate::rule::{Family, Severity};

pub(super) const AFTER_HELP: &str = "\
Only what is surely wrong is reported: references to nowhere, keywords of schemas that are misused, examples and \
defaults that break their schema, schemas that no value satisfies, operationIds that are used twice, path \
parameters that are not documented, and the like. Warnings are reported too, such as a name in a schema that is nearly \
that of a keyword.

Examples:
  conform lint openapi.yaml
      tells the faults of a document

Exit status:
    0  no fault, whatever the warnings
    1  at least one fault
    2  wrong usage, or a document that cannot be used";

/// What `conform lint` is told.
#[derive(Args, Debug)]
pub(super) struct LintArgs {
    /// An OpenAPI document (Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2; YAML or JSON): a file, a URL, - for stdin, or
    /// REVISION:PATH of git
    #[arg(required = true)]
    spec: Vec<PathBuf>,
    /// How to report: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: LintFormat,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: ColourChoice,
    #[command(flatten)]
    load: LoadArgs,
}

/// How to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LintFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    documents: Vec<DocumentModel>,
}

#[derive(Serialize)]
struct DocumentModel {
    file: String,
    /// Operations that a run could test.
    operations: usize,
    findings: Vec<FindingModel>,
}

/// Tells the faults of the documents.
pub(super) fn run(args: &LintArgs) -> Result<Exit, CliError> {
    let mut documents = Vec::new();
    for document in args.load.documents(&args.spec, &NetworkArgs::default())? {
        let contract = Contract::compile(document)?;
        let mut findings = lint::findings(&contract);
        findings.retain(|finding| finding.severity > Severity::Note);
        documents.push((contract, findings));
    }
    let stdout = std::io::stdout();
    let shown = match args.format {
        LintFormat::Text => text(&documents, args.color.paint(&stdout)),
        LintFormat::Json => json(&documents),
        LintFormat::Sarif => {
            let findings = documents.iter().flat_map(|(_, findings)| findings);
            sarif::of_findings(Family::Lint, findings)
                .map_err(|error| CliError::system("cannot make the report", error))?
        }
    };
    let mut output = Output::new(stdout, Masker::default());
    output.line(shown.trim_end());
    output.finish().map_err(|error| CliError::system("cannot write the report", error))?;
    Ok(if number(&documents, Severity::Error) == 0 { Exit::Conforms } else { Exit::Findings })
}

/// How many findings of this severity there are.
fn number(documents: &[(Contract, Vec<Finding>)], severity: Severity) -> usize {
    documents.iter().flat_map(|(_, findings)| findings).filter(|finding| finding.severity == severity).count()
}

fn text(documents: &[(Contract, Vec<Finding>)], paint: Paint) -> String {
    let mut text = String::new();
    for finding in documents.iter().flat_map(|(_, findings)| findings) {
        text.push_str(&full(paint, finding));
        text.push('\n');
    }
    for (contract, _) in documents.iter().filter(|(contract, _)| contract.operations.is_empty()) {
        let file = escape(&contract.document.files()[0].name);
        text.push_str(
            &paint
                .warn(format!("{file} has no operation that could be tested: an operation is a method below `paths`")),
        );
        text.push('\n');
    }
    let faults = number(documents, Severity::Error);
    let word = if faults == 0 { paint.good("SOUND") } else { paint.bad("FAULTY") };
    let warnings = match number(documents, Severity::Warning) {
        0 => String::new(),
        warnings => format!(" and {}", count(warnings, "warning")),
    };
    text.push_str(&format!("{word}  {}{warnings} in {}\n", count(faults, "fault"), count(documents.len(), "document")));
    text
}

fn json(documents: &[(Contract, Vec<Finding>)]) -> String {
    let documents = documents.iter().map(|(contract, findings)| DocumentModel {
        file: contract.document.files()[0].name.clone(),
        operations: contract.operations.len(),
        findings: findings.iter().map(FindingModel::of).collect(),
    });
    let report = Report { schema_version: 2, documents: documents.collect() };
    printable(&serde_json::to_string_pretty(&report).unwrap_or_default())
}
