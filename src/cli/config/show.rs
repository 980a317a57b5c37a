//! `conform config`: the effective values of all options, and where each comes from.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::merge::Merged;
use super::{options, schema};
use crate::cli::{CliError, Exit};
use crate::execute::Masker;
use crate::report::{Output, escape_lines};

/// Writes these lines.
pub(super) fn write(lines: &[String]) -> Result<Exit, CliError> {
    let mut output = Output::new(std::io::stdout(), Masker::default());
    lines.iter().for_each(|line| output.line(escape_lines(line)));
    output.finish().map_err(|error| CliError::system("cannot write the configuration", error))?;
    Ok(Exit::Conforms)
}

/// The schema of the file.
pub(super) fn schema() -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(&schema::schema());
    text.map_err(|error| CliError::system("cannot write the schema", error))
}

/// All options with their values.
pub(super) fn lines(command: &Command, matches: &ArgMatches, merged: &Merged) -> Vec<String> {
    let mut lines: Vec<String> = merged.api.iter().map(|api| format!("API {api}")).collect();
    let mut heading = String::new();
    for option in options::all() {
        let values: Vec<String> = match matches.get_raw(&option.id) {
            Some(raw) => raw.map(|value| option.shown(&value.to_string_lossy())).collect(),
            None => Vec::new(),
        };
        let source = matches.value_source(&option.id);
        let variable = command.get_arguments().find(|argument| argument.get_id() == option.id.as_str());
        let variable = variable.and_then(|argument| argument.get_env()).map(|name| name.to_string_lossy().into_owned());
        let from = match (merged.origins.get(&option.id), source) {
            (Some(place), _) => place.clone(),
            (None, Some(ValueSource::CommandLine)) => "command line".to_owned(),
            (None, Some(ValueSource::EnvVariable)) => format!("variable {}", variable.unwrap_or_default()),
            _ => "default".to_owned(),
        };
        let is_off = option.kind == options::Kind::Flag && !matches.get_flag(&option.id);
        let value = match (option.kind == options::Kind::Flag, values.is_empty()) {
            (true, _) => if is_off { "false" } else { "true" }.to_owned(),
            (false, true) => "-".to_owned(),
            (false, false) => values.join(", "),
        };
        if option.heading != heading {
            lines.extend((!lines.is_empty()).then(String::new));
            lines.push(option.heading.clone());
            heading.clone_from(&option.heading);
        }
        lines.push(format!("  {:<20} {value}  ({from})", option.name));
    }
    lines
}
