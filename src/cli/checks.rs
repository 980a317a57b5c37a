//! `conform checks`: lists the rules that a target is judged by.

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::colour::ColourChoice;
use super::{CliError, Exit};
use crate::check;
use crate::report::{Output, Paint};
use crate::rule::Rule;

/// What `conform checks` is told.
#[derive(Args, Debug)]
pub(super) struct ChecksArgs {
    /// How to list them: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: ColourChoice,
}

/// How to list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

#[derive(Serialize)]
struct Checks {
    schema_version: u32,
    checks: Vec<CheckModel>,
}

#[derive(Serialize)]
struct CheckModel {
    name: &'static str,
    sentence: &'static str,
    /// The keywords of the clauses that it judges.
    clauses: &'static [&'static str],
    section: &'static str,
}

/// Lists the checks in the order in which they judge.
pub(super) fn run(args: &ChecksArgs) -> Result<Exit, CliError> {
    let stdout = std::io::stdout();
    let checks: Vec<&Rule> = check::rules().collect();
    let shown = match args.format {
        Format::Text => text(&checks, args.color.paint(&stdout)),
        Format::Json => json(&checks),
    };
    let mut output = Output::new(stdout);
    output.line(shown.trim_end());
    output.finish().map_err(|error| CliError::system("cannot write the list", error))?;
    Ok(Exit::Conforms)
}

fn text(checks: &[&Rule], paint: Paint) -> String {
    let width = |of: &dyn Fn(&Rule) -> usize| checks.iter().map(|rule| of(rule)).max().unwrap_or(0);
    let (names, sentences) = (width(&|about| about.id.len()), width(&|about| about.sentence.chars().count()));
    let mut text = String::new();
    for about in checks {
        let name = paint.strong(format!("{:<names$}", about.id));
        let section = paint.faint(about.source);
        text.push_str(&format!("{name}  {:<sentences$}  {section}\n", about.sentence));
        if !about.clauses.is_empty() {
            let judged = paint.faint(format!("judges {}", about.clauses.join(", ")));
            text.push_str(&format!("{:<names$}  {judged}\n", ""));
        }
    }
    text
}

fn json(checks: &[&Rule]) -> String {
    let checks = checks.iter().map(|about| CheckModel {
        name: about.id,
        sentence: about.sentence,
        clauses: about.clauses,
        section: about.source,
    });
    serde_json::to_string_pretty(&Checks { schema_version: 1, checks: checks.collect() }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_reads_well() {
        let checks: Vec<&Rule> = check::rules().collect();
        insta::assert_snapshot!("text", text(&checks, Paint::Plain));
        insta::assert_snapshot!("json", json(&checks));
    }
}
