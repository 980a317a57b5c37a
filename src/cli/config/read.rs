//! Reads the options of a run from `conform.toml`. Severities are read by [`Policy`](crate::check::Policy).

use std::error::Error as _;
use std::path::Path;

use clap::error::ErrorKind;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::model::{Config, Setting, Table};
use super::options::{self, Kind, RunOption};
use crate::check::POLICY_KEYS;
use crate::cli::CliError;
use crate::cli::origin::Origin;
use crate::fixtures::{VariableError, expand};
use crate::text::nearest::suggest;
use crate::whole_file;

/// The keys of a file beside those of options.
const PROFILES: &str = "profiles";
const APIS: &str = "apis";

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    options: Vec<RunOption>,
    command: clap::Command,
}

/// Reads a file.
///
/// # Errors
/// [`CliError::Usage`] names the line of a key or value that is none.
pub(in crate::cli) fn read(path: &Path) -> Result<Config, CliError> {
    let text = whole_file::read_by_hand(path).map_err(|reason| {
        CliError::usage(format!("{}: cannot be read: {reason}", path.display()), "check the path and its permissions")
    })?;
    parse(path, &text)
}

pub(super) fn parse(path: &Path, text: &str) -> Result<Config, CliError> {
    let reader = Reader { path, text, options: options::all(), command: options::command() };
    let document = DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        reader.error(start, error.message(), "the file is TOML: `key = \"text\"`, `[table]`, `[[list of tables]]`")
    })?;
    let mut config = Config { file: path.to_owned(), ..Config::default() };
    for (key, value) in document.get_ref() {
        match (key.get_ref().as_ref(), value.get_ref()) {
            (PROFILES, DeValue::Table(profiles)) => {
                for (name, value) in profiles {
                    let settings = reader.table(reader.as_table(name.span().start, value)?, &[])?;
                    config.profiles.push(Table { name: name.get_ref().to_string(), settings });
                }
            }
            (APIS, DeValue::Array(apis)) => {
                for value in apis.iter() {
                    let table = reader.as_table(value.span().start, value)?;
                    let name = table.iter().find(|(key, _)| key.get_ref() == "name").map(|(_, value)| value);
                    let Some(name) = name.and_then(|name| name.get_ref().as_str()).filter(|name| !name.is_empty())
                    else {
                        return Err(reader.error(value.span().start, "this API has no name", "add `name = \"…\"`"));
                    };
                    if config.apis.iter().any(|known| known.name == name) {
                        let message = format!("there is an API `{name}` above");
                        return Err(reader.error(value.span().start, message, "give each a name of its own"));
                    }
                    config.apis.push(Table { name: name.to_owned(), settings: reader.table(table, &["name"])? });
                }
            }
            (PROFILES, _) => {
                return Err(reader.error(
                    key.span().start,
                    "profiles are tables",
                    "write [profiles.ci], and options below",
                ));
            }
            (APIS, _) => {
                return Err(reader.error(
                    key.span().start,
                    "APIs are a list of tables",
                    "write [[apis]], and options below",
                ));
            }
            (name, _) if POLICY_KEYS.contains(&name) => {}
            _ => config.settings.push(reader.setting(key, value, &[&POLICY_KEYS[..], &[PROFILES, APIS]].concat())?),
        }
    }
    config.settings.sort_by_key(|setting| setting.line);
    Ok(config)
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.get(..offset).unwrap_or("").matches('\n').count() + 1
    }

    fn error(&self, offset: usize, message: impl AsRef<str>, help: impl Into<String>) -> CliError {
        CliError::usage(format!("{}:{}: {}", self.path.display(), self.line(offset), message.as_ref()), help)
    }

    fn as_table<'t, 'i>(&self, at: usize, value: &'t Spanned<DeValue<'i>>) -> Result<&'t DeTable<'i>, CliError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.error(at, "options belong here", "write a table: `target = \"http://localhost:8080\"`")),
        }
    }

    fn table(&self, table: &DeTable<'_>, others: &[&str]) -> Result<Vec<Setting>, CliError> {
        let own = table.iter().filter(|(key, _)| !others.contains(&key.get_ref().as_ref()));
        let mut settings = own.map(|(key, value)| self.setting(key, value, others)).collect::<Result<Vec<_>, _>>()?;
        settings.sort_by_key(|setting| setting.line);
        Ok(settings)
    }

    fn setting(
        &self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        others: &[&str],
    ) -> Result<Setting, CliError> {
        let (name, at) = (key.get_ref().as_ref(), key.span().start);
        let Some(option) = self.options.iter().find(|option| option.name == name) else {
            let known = self.options.iter().map(|option| option.name.as_str()).chain(others.iter().copied());
            let help = suggest(name, known, "`conform config` lists them");
            return Err(self.error(at, format!("there is no option `{name}`"), help));
        };
        let wrong = |message: String, help: String| self.error(value.span().start, format!("`{name}` {message}"), help);
        let values = match (&option.kind, value.get_ref()) {
            (Kind::Flag, DeValue::Boolean(is)) => is.then(|| vec![String::new()]),
            (Kind::Flag, _) => return Err(wrong("is true or false".to_owned(), format!("write `{name} = true`"))),
            (_, DeValue::Array(items)) if option.is_list => {
                Some(items.iter().map(|item| self.text(option, item)).collect::<Result<Vec<_>, _>>()?)
            }
            (_, DeValue::Array(_)) => {
                return Err(wrong("has one value, and no list of them".to_owned(), format!("write `{name} = …`")));
            }
            _ => Some(vec![self.text(option, value)?]),
        };
        let setting = Setting {
            option: option.name.clone(),
            id: option.id.clone(),
            values,
            is_flag: option.kind == Kind::Flag,
            line: self.line(at),
        };
        for argument in setting.arguments() {
            if let Some(reason) = self.refused(&argument) {
                return Err(wrong(format!("cannot be so: {reason}"), option.help.clone()));
            }
        }
        Ok(setting)
    }

    /// The text of a value, with what the environment holds, and a path as seen from here.
    fn text(&self, option: &RunOption, value: &Spanned<DeValue<'_>>) -> Result<String, CliError> {
        let at = value.span().start;
        let text = match value.get_ref() {
            DeValue::String(text) => {
                expand(text, &|name| std::env::var(name).ok())
                    .map_err(|error| match error {
                        VariableError::Unset(name) => self.error(
                            at,
                            format!("the environment variable `{name}` is not set"),
                            format!("set it, or write ${{{name}:-what to take otherwise}}"),
                        ),
                        VariableError::Malformed(text) => self.error(
                            at,
                            format!("`{text}` is no variable"),
                            "write ${NAME}, ${NAME:-default}, or $$ for a plain $",
                        ),
                    })?
                    .text
            }
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            _ => {
                let help = if option.kind == Kind::Number { "a number" } else { "a text" };
                return Err(self.error(at, format!("`{}` is no such value", option.name), format!("write {help}")));
            }
        };
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let is_file = option.is_path && text != "off" && matches!(Origin::of(Path::new(&text)), Origin::File(_));
        Ok(if is_file { folder.join(text).to_string_lossy().into_owned() } else { text })
    }

    /// Why the command line would refuse an argument by itself.
    fn refused(&self, argument: &str) -> Option<String> {
        let error = self.command.clone().try_get_matches_from(["run", argument]).err()?;
        let is_of_value = matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue);
        is_of_value.then(|| match error.source() {
            Some(source) => source.to_string(),
            None => {
                let text = error.to_string();
                text.lines().map(str::trim).filter(|line| line.starts_with('[')).collect::<Vec<_>>().join(" ")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match parse(Path::new("conform.toml"), text) {
            Err(CliError::Usage { message, help }) => format!("{message} | {help}"),
            Err(error) => error.to_string(),
            Ok(config) => format!("{config:?}"),
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, message) in [
            ("\ntarget_ = \"http://a.test\"", "conform.toml:2: there is no option `target_` | did you mean `target`?"),
            ("[check]\n", "conform.toml:1: there is no option `check` | did you mean `checks`?"),
            ("strict = 1", "conform.toml:1: `strict` is true or false"),
            ("seed = \"soon\"", "conform.toml:1: `seed` cannot be so: write a number from 0 up, or `random`"),
            ("format = \"jsn\"", "conform.toml:1: `format` cannot be so: [possible values: text, json]"),
            ("timeout = [\"1s\"]", "conform.toml:1: `timeout` has one value"),
            ("cases = true", "conform.toml:1: `cases` is no such value | write a number"),
            ("[profiles.ci]\nstrickt = true", "conform.toml:2: there is no option `strickt` | did you mean `strict`?"),
            ("[profiles]\nci = 1", "conform.toml:2: options belong here"),
            ("profiles = 1", "conform.toml:1: profiles are tables"),
            ("[[apis]]\nspec = \"a.yaml\"", "conform.toml:1: this API has no name"),
            ("[[apis]]\nname = \"a\"\n[[apis]]\nname = \"a\"", "conform.toml:3: there is an API `a` above"),
            (
                "[[apis]]\nname = \"a\"\nnmae = \"a\"",
                "conform.toml:3: there is no option `nmae` | did you mean `name`?",
            ),
            (
                "target = \"${CONFORM_NO_SUCH}\"",
                "conform.toml:1: the environment variable `CONFORM_NO_SUCH` is not set",
            ),
            ("a = [1", "conform.toml:1: "),
            ("config = \"other.toml\"", "conform.toml:1: there is no option `config`"),
        ] {
            let told = told(text);
            assert!(told.starts_with(message), "{text}\n{told}");
        }
    }

    #[test]
    fn every_option_is_read_as_the_command_line_would() {
        let text = "target = \"${CONFORM_NO_SUCH:-http://a.test}\"\nstrict = true\nsafe = false\ncases = 3\n\
                    include = [\"tag:a\", \"tag:b\"]\nexclude = \"tag:c\"\nspec = \"a.yaml\"\n[checks]\n[profiles.ci]\nseed = \"random\"";
        let config = parse(Path::new("sub/conform.toml"), text).expect("is read");
        let arguments: Vec<String> = config.settings.iter().flat_map(Setting::arguments).collect();
        assert_eq!(
            arguments,
            [
                "--target=http://a.test",
                "--strict",
                "--cases=3",
                "--include=tag:a",
                "--include=tag:b",
                "--exclude=tag:c",
                "--spec=sub/a.yaml"
            ]
        );
        assert_eq!(config.profiles[0].name, "ci");
    }
}
