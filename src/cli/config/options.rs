//! The options of a run, as the command line defines them: what a file of configuration may hold.

use std::any::TypeId;
use std::path::PathBuf;

use clap::{Arg, ArgAction, Args as _, Command};

use crate::cli::run_args::RunArgs;

/// What says which file, and which part of it, and so stands in none.
const OF_THE_COMMAND: [&str; 3] = ["config", "profile", "api"];
/// What may hold a credential.
const SECRETS: [&str; 4] = ["bearer", "credential", "header", "spec-header"];

/// An option of a run.
#[derive(Debug)]
pub(in crate::cli) struct RunOption {
    /// Its name, here and there.
    pub name: String,
    /// Its name among the arguments.
    pub id: String,
    pub kind: Kind,
    pub is_list: bool,
    pub is_path: bool,
    pub help: String,
    pub default: Option<String>,
    /// The heading that it stands below.
    pub heading: String,
}

/// What an option's value is.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) enum Kind {
    Flag,
    Number,
    Text,
    Choice(Vec<String>),
}

impl RunOption {
    fn of(argument: &Arg) -> Option<Self> {
        let name = argument.get_long()?.to_owned();
        let (action, parser) = (argument.get_action(), argument.get_value_parser());
        let is = |id: TypeId| parser.type_id() == id;
        let choices: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let kind = match action {
            ArgAction::SetTrue => Kind::Flag,
            _ if !choices.is_empty() => Kind::Choice(choices),
            _ if [TypeId::of::<u16>(), TypeId::of::<u32>(), TypeId::of::<usize>()].into_iter().any(is) => Kind::Number,
            _ => Kind::Text,
        };
        let default = argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
        (!OF_THE_COMMAND.contains(&name.as_str())).then(|| Self {
            id: argument.get_id().to_string(),
            is_list: matches!(action, ArgAction::Append),
            is_path: is(TypeId::of::<PathBuf>()),
            help: argument.get_help().map(ToString::to_string).unwrap_or_default(),
            default: default.filter(|_| kind != Kind::Flag),
            heading: argument.get_help_heading().unwrap_or_default().to_owned(),
            kind,
            name,
        })
    }

    /// Whether its value may be a credential.
    pub fn is_secret(&self) -> bool {
        SECRETS.contains(&self.name.as_str())
    }

    /// A value as it may be shown.
    pub fn shown(&self, value: &str) -> String {
        let plain = |value: &str| value.starts_with('@') || value.starts_with("env:") || value == "-";
        if !self.is_secret() || plain(value) {
            return value.to_owned();
        }
        match value.split_once(['=', ':']).filter(|_| self.name != "bearer") {
            Some((name, value)) if plain(value.trim()) => format!("{name}={}", value.trim()),
            Some((name, _)) => format!("{name}=…"),
            None => "…".to_owned(),
        }
    }
}

/// The arguments of a run.
pub(in crate::cli) fn command() -> Command {
    RunArgs::augment_args(Command::new("run"))
}

/// All options, in the order of the help.
pub(in crate::cli) fn all() -> Vec<RunOption> {
    command().get_arguments().filter_map(RunOption::of).collect()
}
