//! `--report`: a format and a place.

use std::path::PathBuf;

use crate::report::Format;
use crate::text::nearest::suggest;

/// One `--report`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReportArg {
    pub format: Format,
    /// `None` is stdout.
    pub file: Option<PathBuf>,
}

/// `FORMAT` or `FORMAT=FILE`, where `-` is stdout.
///
/// # Errors
/// In words: no such format, or no file.
pub(super) fn parse(text: &str) -> Result<ReportArg, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(file)),
        None => (text, None),
    };
    let known = Format::ALL.map(Format::name);
    let format = Format::ALL.into_iter().find(|format| format.name() == name);
    let format = format.ok_or_else(|| format!("there is no format `{name}`; {}", suggest(name, known, "")))?;
    match file {
        Some("") => Err(format!("name a file after `{name}=`, or write `{name}` alone for stdout")),
        file => Ok(ReportArg { format, file: file.filter(|file| *file != "-").map(PathBuf::from) }),
    }
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;
    use crate::cli::run_args::RunArgs;

    #[test]
    fn the_help_names_all_formats() {
        let command = RunArgs::augment_args(clap::Command::new("run"));
        let option = command.get_arguments().find(|option| option.get_id() == "report").expect("there is one");
        let help = option.get_help().expect("a help").to_string();
        for format in Format::ALL {
            assert!(help.contains(format.name()), "no {} in {help}", format.name());
        }
    }

    #[test]
    fn a_report_is_a_format_and_a_file() {
        for (text, format, file) in [
            ("json", Format::Json, None),
            ("junit=-", Format::Junit, None),
            ("junit=out/a=b.xml", Format::Junit, Some("out/a=b.xml")),
        ] {
            assert_eq!(parse(text), Ok(ReportArg { format, file: file.map(PathBuf::from) }));
        }
        for (text, told) in [("junti", "did you mean `junit`?"), ("pdf", "there are `json`"), ("json=", "name a file")]
        {
            assert!(parse(text).is_err_and(|reason| reason.contains(told)), "{text}: {:?}", parse(text));
        }
    }
}
