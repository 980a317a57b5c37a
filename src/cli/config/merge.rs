//! Puts what a file of configuration says among the arguments of a command, where they do not say so themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::model::{Config, Setting, Table};
use crate::cli::CliError;
use crate::text::nearest::suggest;

/// What says which document is tested, and by what.
const WHAT: [&str; 3] = ["document", "spec", "provider"];
/// What belongs to the document that a file names.
const OF_THE_DOCUMENT: [&str; 3] = ["spec", "provider", "fixtures"];

/// The arguments of one run, and where those come from that the command line does not hold.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Merged {
    /// The API that the run is of, where the file has several.
    pub api: Option<String>,
    /// More arguments.
    pub arguments: Vec<OsString>,
    /// The place of each, by its id.
    pub origins: BTreeMap<String, String>,
}

impl Config {
    /// The runs that the arguments ask for, one for each API that is chosen. Of one option, the command line counts before
    /// the environment, and both before a profile, an API and what stands at the top.
    ///
    /// # Errors
    /// There is no profile or API of a name.
    pub fn runs(&self, command: &Command, matches: &ArgMatches) -> Result<Vec<Merged>, CliError> {
        let profile = matches.get_one::<String>("profile");
        let profile = profile.map(|name| self.named("profile", &self.profiles, name)).transpose()?;
        let is_named = WHAT.iter().any(|id| is_given(matches, id));
        let chosen = matches.get_many::<String>("api").into_iter().flatten();
        let chosen = chosen.map(|name| self.named("API", &self.apis, name)).collect::<Result<Vec<_>, _>>()?;
        let apis: Vec<Option<&Table>> = match (chosen.is_empty(), is_named || self.apis.is_empty()) {
            (false, _) => chosen.into_iter().map(Some).collect(),
            (true, true) => vec![None],
            (true, false) => self.apis.iter().map(Some).collect(),
        };
        Ok(apis.into_iter().map(|api| self.merged(command, matches, (profile, api), is_named)).collect())
    }

    fn named<'t>(&self, kind: &str, tables: &'t [Table], name: &str) -> Result<&'t Table, CliError> {
        tables.iter().find(|table| table.name == name).ok_or_else(|| {
            let file = self.file.display();
            CliError::usage(
                format!("{file} has no {kind} `{name}`"),
                suggest(name, tables.iter().map(|table| table.name.as_str()), "there is none at all"),
            )
        })
    }

    fn merged(
        &self,
        command: &Command,
        matches: &ArgMatches,
        (profile, api): (Option<&Table>, Option<&Table>),
        is_named: bool,
    ) -> Merged {
        let mut merged = Merged { api: api.map(|api| api.name.clone()), ..Merged::default() };
        let ids = || command.get_arguments().map(|argument| argument.get_id().to_string());
        let mut given: BTreeSet<String> = ids().filter(|id| is_given(matches, id)).collect();
        let named = |kind: &str, table: Option<&Table>| table.map(|table| format!("{kind} {}", table.name));
        let layers: [(Option<String>, &[Setting]); 3] = [
            (named("profile", profile), profile.map_or(&[], |table| &table.settings)),
            (named("API", api), api.map_or(&[], |table| &table.settings)),
            (None, &self.settings),
        ];
        for (layer, settings) in layers {
            let before = given.clone();
            for setting in settings {
                // What has no use for it is shown in no help of this command.
                let is_hidden = find(command, &setting.id).is_none_or(clap::Arg::is_hide_set);
                let is_of_another = is_named && OF_THE_DOCUMENT.contains(&setting.id.as_str());
                if is_hidden
                    || is_of_another
                    || before.contains(&setting.id)
                    || conflicts(command, &setting.id, &before)
                {
                    continue;
                }
                given.insert(setting.id.clone());
                let at = format!("{}:{}", self.file.display(), setting.line);
                let origin = layer.as_ref().map_or_else(|| at.clone(), |layer| format!("{at}, {layer}"));
                merged.origins.insert(setting.id.clone(), origin);
                merged.arguments.extend(setting.arguments().map(OsString::from));
            }
        }
        merged
    }
}

/// Whether an argument has a value that is no default.
pub(super) fn is_given(matches: &ArgMatches, id: &str) -> bool {
    let source = matches.try_contains_id(id).is_ok().then(|| matches.value_source(id)).flatten();
    matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable))
}

fn find<'c>(command: &'c Command, id: &str) -> Option<&'c clap::Arg> {
    command.get_arguments().find(|argument| argument.get_id() == id)
}

/// Whether an argument cannot stand beside one of these.
fn conflicts(command: &Command, id: &str, given: &BTreeSet<String>) -> bool {
    let between = |one: &str, other: &str| {
        find(command, one)
            .is_some_and(|one| command.get_arg_conflicts_with(one).iter().any(|conflict| conflict.get_id() == other))
    };
    given.iter().any(|other| between(id, other) || between(other, id))
}
