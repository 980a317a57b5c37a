//! `conform explain`: shows what a document obliges a server to, and how far that can be tested.

use std::io::BufWriter;

use clap::Args;

use super::document::{DocumentArgs, Planned};
use super::in_order::in_order;
use super::resources::{self, ResourcesFormat};
use super::{CliError, Exit, received};
use crate::case::{Case, Coverage};
use crate::contract::{ClauseId, Contract, Operation};
use crate::execute::Masker;
use crate::lint;
use crate::plan::{Plan, is_of_request};
use crate::report::{Output, escape, escape_lines};

/// What `conform explain` is told.
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// Show which operations make, read, list, change and delete which resource, and nothing else
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, default_missing_value = "text", require_equals = true)]
    resources: Option<ResourcesFormat>,
}

/// Writes each operation with its clauses, then what is wrong with the document.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, CliError> {
    let planned = args.document.load()?;
    let mut output = Output::new(BufWriter::new(std::io::stdout()), Masker::new(planned.job.fixtures.all_secrets()));
    let contract = &planned.job.contract;
    if let Some(format) = args.resources {
        let _ = output.lines(&escape_lines(&resources::graph(contract, &planned.operations(), format)));
        output.finish().map_err(|error| CliError::system("cannot write the explanation", error))?;
        return Ok(Exit::Conforms);
    }
    let title = format!("{}: {}, {}", contract.document.files()[0].name, contract.title, version(contract));
    output.line(escape(&title));
    let lines = |index: &usize| {
        let mut lines = "\n".to_owned();
        operation(&planned, &contract.operations[*index], &planned.plan(*index), &mut |line| {
            lines.push_str(&escape(&line));
            lines.push('\n');
        });
        lines
    };
    in_order(&planned.operations(), lines, |lines| output.lines(&lines));
    let mut line = |text: String| output.line(escape(&text));
    let received = received::all(contract);
    if !received.is_empty() {
        line(String::new());
        line("Not tested:".to_owned());
        received.iter().for_each(|one| line(format!("  {one}: {}", received::WHY)));
    }
    let mut findings = lint::noted(contract);
    if !findings.is_empty() {
        line(String::new());
        line("What is wrong with the document:".to_owned());
        findings.sort_by_key(|finding| (finding.place.location.file, finding.place.position()));
        for finding in findings {
            line(format!("  {}  {}: {}", finding.place, finding.rule, finding.message));
        }
    }
    output.finish().map_err(|error| CliError::system("cannot write the explanation", error))?;
    Ok(Exit::Conforms)
}

fn version(contract: &Contract) -> String {
    let name = if contract.version.starts_with('2') { "Swagger" } else { "OpenAPI" };
    format!("{name} {}", contract.version)
}

fn operation(planned: &Planned, operation: &Operation, plan: &Plan, line: &mut dyn FnMut(String)) {
    let contract = &planned.job.contract;
    let place = contract.place(&operation.location);
    line(format!("{}: {} {}  ({place})", operation.id, operation.method, operation.path));
    line(format!("  {}", cases(&plan.cases)));
    let mut coverage = Coverage::new(operation.clauses());
    plan.cases.iter().for_each(|case| coverage.count(operation, case));
    for (id, clause) in operation.clauses().iter() {
        let told = format!("{}  ({})", clause.describe(operation), contract.place(&clause.location));
        if !is_of_request(&clause.place) {
            line(format!("  judged        {told}"));
            continue;
        }
        let (kept, broken) = coverage.of(id);
        let mark = |is: bool, word| if is { word } else { "-" };
        let is_security = clause.keyword == "security";
        let why = why_not(plan, id, is_security, (kept, broken)).map(|why| format!(": {why}")).unwrap_or_default();
        line(format!("  {:<4}  {:<6}  {told}{why}", mark(kept, "kept"), mark(broken, "broken")));
    }
}

/// Why a clause is not exercised in both directions.
fn why_not(plan: &Plan, clause: ClauseId, is_security: bool, (kept, broken): (bool, bool)) -> Option<String> {
    let reason = || plan.unexercised.iter().find(|(known, _)| *known == clause).map(|(_, reason)| reason.clone());
    match (kept, broken) {
        (true, true) => None,
        (_, false) => reason(),
        (false, true) if is_security => Some("the fixtures hold no credential for it".to_owned()),
        (false, true) => Some("no valid request has the value that it speaks of".to_owned()),
    }
}

/// `12 cases: 5 valid, 7 invalid`.
fn cases(cases: &[Case]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for case in cases {
        let name = case.intent.name();
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let each: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    match each.is_empty() {
        true => "no cases".to_owned(),
        false => format!("{} cases: {}", cases.len(), each.join(", ")),
    }
}
