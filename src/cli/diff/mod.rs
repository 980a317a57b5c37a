//! `conform diff`: compares two documents as contracts.

mod json;
mod markdown;
mod text;
mod totals;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::colour::ColourChoice;
use super::load_args::LoadArgs;
use super::network_args::NetworkArgs;
use super::{CliError, Exit};
use crate::compare::{self, Effect};
use crate::contract::Contract;
use crate::execute::Masker;
use crate::finding::Finding;
use crate::report::{Output, sarif};
use crate::rule::Family;

pub(super) const AFTER_HELP: &str = "\
A request may widen: what the old document accepts, the new one must accept, too. \
A response may narrow: the new document may send only what the old one allows. \
A change of a schema is breaking where a value shows it, compatible where that is proven, and unknown otherwise.

Examples:
  conform diff old.yaml new.yaml
      tells which changes break a client

Exit status:
    0  no breaking change
    1  at least one breaking change
    2  wrong usage, or a document that cannot be used";

/// What `conform diff` is told.
#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// The document that clients know: a file, a URL, - for stdin, or REVISION:PATH of git
    old: PathBuf,
    /// The document that is to take its place, named likewise
    new: PathBuf,
    /// How to report: for people, for machines, or for a pull request
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: DiffFormat,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: ColourChoice,
    /// Leave out compatible changes
    #[arg(long)]
    hide_compatible: bool,
    #[command(flatten)]
    load: LoadArgs,
}

/// How to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// A comment on a pull request
    Markdown,
    /// SARIF 2.1.0, for code scanning: at the lines of the new document
    Sarif,
}

/// Compares the documents.
pub(super) fn run(args: &DiffArgs) -> Result<Exit, CliError> {
    let network = NetworkArgs::default();
    let contract = |spec| Ok::<_, CliError>(Contract::compile(args.load.document(spec, &network)?)?);
    let (old, new) = (contract(&args.old)?, contract(&args.new)?);
    let comparison = compare::compare(&old, &new);
    let stdout = std::io::stdout();
    let shown = match args.format {
        DiffFormat::Text => text::show(&comparison, args.color.paint(&stdout), args.hide_compatible),
        DiffFormat::Json => json::show(&comparison, args.hide_compatible),
        DiffFormat::Markdown => markdown::show(&comparison, args.hide_compatible),
        DiffFormat::Sarif => {
            let is_shown = |change: &&Finding| !(args.hide_compatible && Effect::of(change) == Effect::Compatible);
            let changes = comparison.changes.iter().filter(is_shown);
            sarif::of_findings(Family::Diff, changes)
                .map_err(|error| CliError::system("cannot make the report", error))?
        }
    };
    let mut output = Output::new(stdout, Masker::default());
    output.line(shown.trim_end());
    output.finish().map_err(|error| CliError::system("cannot write the report", error))?;
    Ok(if comparison.count(Effect::Breaking) > 0 { Exit::Findings } else { Exit::Conforms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Paint;
    use crate::spec::{Document, LoadOptions};

    const OLD: &str = include_str!("../../../tests/cases/diff-breaking/old.yaml");
    const NEW: &str = include_str!("../../../tests/cases/diff-breaking/new.yaml");

    fn contract(name: &str, text: &str) -> Contract {
        let document = Document::from_text(name.as_ref(), text.to_owned(), LoadOptions::default()).expect("parses");
        Contract::compile(document).expect("compiles")
    }

    #[test]
    fn the_outputs_read_well() {
        let (old, new) = (contract("old.yaml", OLD), contract("new.yaml", NEW));
        let comparison = compare::compare(&old, &new);
        insta::assert_snapshot!("text", text::show(&comparison, Paint::Plain, false));
        insta::assert_snapshot!("colour", text::show(&comparison, Paint::Colour, true).replace('\u{1b}', "␛"));
        insta::assert_snapshot!("json", json::show(&comparison, false));
        insta::assert_snapshot!("markdown", markdown::show(&comparison, false));
        let same = compare::compare(&old, &old);
        insta::assert_snapshot!("text_of_nothing", text::show(&same, Paint::Plain, false));
        insta::assert_snapshot!("markdown_of_nothing", markdown::show(&same, false));
    }

    #[test]
    fn nothing_in_a_document_can_break_out_of_an_output() {
        let with = |parameters: &str| {
            format!(
                "openapi: 3.1.0\npaths:\n  \"/a\\u001b[31m|`c\":\n    get:\n      parameters: {parameters}\n      \
                 responses: {{'200': {{description: ok}}}}\n"
            )
        };
        let old = contract("old.yaml", &with("[{name: '<b>', in: query}]"));
        let new = contract("new.yaml", &with("[]"));
        let comparison = compare::compare(&old, &new);
        for shown in [
            text::show(&comparison, Paint::Plain, false),
            json::show(&comparison, false),
            markdown::show(&comparison, false),
        ] {
            assert!(shown.contains("/a") && !shown.contains('\u{1b}'), "{shown}");
        }
        assert!(!markdown::show(&comparison, false).contains("<b>"));
    }
}
