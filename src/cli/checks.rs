//! `conform checks`: lists the rules that targets, documents and changes of documents are judged by.

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::colour::ColourChoice;
use super::{CliError, Exit, width};
use crate::execute::Masker;
use crate::registry;
use crate::report::{Output, Paint, wrap};
use crate::rule::{Family, Rule, Severity};

/// Columns where the output is no terminal.
const STANDARD_WIDTH: usize = 80;
/// Longer lines are hard to read.
const WIDEST: usize = 120;
const INDENT: usize = 4;

/// What `conform checks` is told.
#[derive(Args, Debug)]
pub(super) struct ChecksArgs {
    /// Only the rules of exchanges (check), of documents (lint) or of changes (diff)
    #[arg(long, value_name = "FAMILY")]
    family: Option<FamilyChoice>,
    /// How to list them: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ChecksFormat,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: ColourChoice,
}

/// What a rule judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FamilyChoice {
    /// Exchanges with a target
    Check,
    /// A document by itself
    Lint,
    /// The change from one document to another
    Diff,
}

impl From<FamilyChoice> for Family {
    fn from(choice: FamilyChoice) -> Self {
        match choice {
            FamilyChoice::Check => Self::Check,
            FamilyChoice::Lint => Self::Lint,
            FamilyChoice::Diff => Self::Diff,
        }
    }
}

/// How to list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ChecksFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// A page with an example of each
    Markdown,
}

#[derive(Serialize)]
struct Rules {
    schema_version: u32,
    rules: Vec<RuleModel>,
}

#[derive(Serialize)]
struct RuleModel {
    id: &'static str,
    family: Family,
    /// The severity of its findings, where they do not say less.
    severity: Severity,
    sentence: &'static str,
    /// The RFC or specification, with the section, that makes it.
    source: &'static str,
    /// The keywords of the clauses that it judges.
    clauses: &'static [&'static str],
}

/// Lists the rules, the checks in the order in which they judge.
pub(super) fn run(args: &ChecksArgs) -> Result<Exit, CliError> {
    let family = args.family.map(Family::from);
    let rules: Vec<&Rule> = registry::all().filter(|rule| family.is_none_or(|family| rule.family == family)).collect();
    let stdout = std::io::stdout();
    let shown = match args.format {
        ChecksFormat::Text => text(&rules, args.color.paint(&stdout), columns()),
        ChecksFormat::Json => json(&rules),
        ChecksFormat::Markdown => markdown(&rules),
    };
    let mut output = Output::new(stdout, Masker::default());
    output.line(shown.trim_end());
    output.finish().map_err(|error| CliError::system("cannot write the list", error))?;
    Ok(Exit::Conforms)
}

/// The columns of the terminal.
fn columns() -> usize {
    width::of_stdout().unwrap_or(STANDARD_WIDTH).min(WIDEST)
}

fn text(rules: &[&Rule], paint: Paint, width: usize) -> String {
    let mut text = String::new();
    for family in Family::ALL {
        let mut own = rules.iter().filter(|rule| rule.family == family).peekable();
        if own.peek().is_some() {
            text.push_str(
                &wrap(heading(family), 0, width).lines().map(|line| paint.strong(line) + "\n").collect::<String>(),
            );
            text.push('\n');
        }
        for rule in own {
            text.push_str(&format!("{}  {}\n", paint.strong(rule.id), severity(rule, paint)));
            text.push_str(&wrap(rule.sentence, INDENT, width));
            let mut about = vec![rule.source.to_owned()];
            if !rule.clauses.is_empty() {
                about.push(format!("judges {}", rule.clauses.join(", ")));
            }
            for line in about.iter().map(|part| wrap(part, INDENT, width)) {
                text.extend(line.lines().map(|line| paint.faint(line) + "\n"));
            }
            text.push('\n');
        }
    }
    text
}

fn heading(family: Family) -> &'static str {
    match family {
        Family::Check => "Checks: what conform run judges each response by",
        Family::Lint => "Lint: what conform lint judges a document by",
        Family::Diff => "Diff: what conform diff compares; the severity says how much a change can break",
    }
}

fn severity(rule: &Rule, paint: Paint) -> String {
    match rule.severity {
        Severity::Error => paint.bad(rule.severity.name()),
        Severity::Warning => paint.warn(rule.severity.name()),
        Severity::Note => paint.faint(rule.severity.name()),
    }
}

/// A section a family, and in it one a rule. All of it is our own Markdown.
fn markdown(rules: &[&Rule]) -> String {
    let mut page =
        "# Every rule\n\n`conform checks` lists them. `conform.toml` changes the severity of a check.\n".to_owned();
    for family in Family::ALL {
        let mut own = rules.iter().filter(|rule| rule.family == family).peekable();
        if own.peek().is_some() {
            page.push_str(&format!("\n## {}\n", heading(family)));
        }
        for rule in own {
            page.push_str(&format!("\n### {}\n\n*{}.* {}\n", rule.id, rule.severity.name(), rule.sentence));
            if let Some(example) = registry::example(rule) {
                page.push_str(&format!("\n- For example: {example}.\n"));
            }
            page.push_str(&format!("- Source: {}.\n", rule.source));
        }
    }
    page
}

fn json(rules: &[&Rule]) -> String {
    let rules = rules.iter().map(|rule| RuleModel {
        id: rule.id,
        family: rule.family,
        severity: rule.severity,
        sentence: rule.sentence,
        source: rule.source,
        clauses: rule.clauses,
    });
    serde_json::to_string_pretty(&Rules { schema_version: 2, rules: rules.collect() }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_reads_well_at_every_width() {
        let rules: Vec<&Rule> = registry::all().collect();
        let few: Vec<&Rule> = Family::ALL
            .into_iter()
            .flat_map(|family| rules.iter().copied().filter(move |rule| rule.family == family).take(4))
            .collect();
        for width in [60, 80, 120] {
            insta::assert_snapshot!(format!("text_{width}"), text(&few, Paint::Plain, width));
            for line in text(&rules, Paint::Plain, width).lines() {
                assert!(line.chars().count() <= width, "{line}");
            }
        }
    }

    #[test]
    fn every_rule_is_there_for_machines() {
        let rules: Vec<&Rule> = registry::all().collect();
        insta::assert_snapshot!("json", json(&rules));
    }
}
