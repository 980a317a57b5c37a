//! Why a command was not done, and how that is told.

use std::ffi::OsString;

use super::colour::ColourChoice;
use super::tell::tell;
use super::{CliError, Exit, guess, run_args, values};
use crate::report::{Paint, Snippet, escape};

/// Why a command was not done.
pub(super) enum Refused {
    /// What is wrong with the arguments; or their help, which is no error.
    Arguments(clap::Error),
    /// What is wrong with what they name.
    Command(CliError),
}

impl From<CliError> for Refused {
    fn from(error: CliError) -> Self {
        Self::Command(error)
    }
}

impl From<clap::Error> for Refused {
    fn from(error: clap::Error) -> Self {
        Self::Arguments(error)
    }
}

impl Refused {
    /// Tells it, without the secrets among the arguments.
    pub fn told(self, arguments: Vec<OsString>) -> Exit {
        let paint = ColourChoice::Auto.paint(&std::io::stderr());
        match self {
            Self::Arguments(error) if error.use_stderr() => {
                tell(refusal(&error, paint, arguments.into_iter()));
                Exit::Usage
            }
            Self::Arguments(error) => {
                // Help and version are no errors to clap either: they go to stdout. A closed pipe is no reason to complain.
                let _ = error.print();
                Exit::Conforms
            }
            Self::Command(error) => {
                tell(Snippet::error(&error).draw(paint));
                error.exit()
            }
        }
    }
}

/// What clap says of arguments, without the user and the password that a URL among them holds.
pub(super) fn refusal(error: &clap::Error, paint: Paint, arguments: impl Iterator<Item = OsString>) -> String {
    let rendered = error.render();
    let mut told = if paint == Paint::Plain { rendered.to_string() } else { rendered.ansi().to_string() };
    let target = std::env::var_os(run_args::TARGET_VARIABLE);
    let written = |argument: OsString| argument.to_string_lossy().into_owned();
    let arguments: Vec<String> = arguments.map(written).collect();
    if let Some(meant) = guess::meant(error, &arguments) {
        told.push_str(&format!("\n  {}\n", escape(&meant)));
    }
    for argument in arguments.into_iter().chain(target.map(written)) {
        let user = values::user_of(&argument);
        if !user.is_empty() {
            told = told.replace(&format!("{user}@"), "…@");
        }
    }
    told
}
