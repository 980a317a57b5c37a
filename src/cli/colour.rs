//! When to colour.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::ValueEnum;

use crate::report::Paint;

/// When to colour the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColourChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ColourChoice {
    /// What this means for an output.
    pub fn paint(self, output: &impl IsTerminal) -> Paint {
        self.decide(output.is_terminal(), |name| std::env::var_os(name))
    }

    /// A flag is nearer to the user than the environment, and NO_COLOR (no-color.org) is the stronger wish there.
    fn decide(self, is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> Paint {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let colour = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR").is_some() => false,
            Self::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Self::Auto => is_terminal && set("TERM").is_none_or(|term| term != "dumb"),
        };
        if colour { Paint::Colour } else { Paint::Plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_is_kept_and_a_flag_is_stronger() {
        let decide = |choice: ColourChoice, terminal, names: &[(&str, &str)]| {
            choice.decide(terminal, |name| {
                names.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
            })
        };
        let auto = ColourChoice::Auto;
        assert_eq!(decide(auto, true, &[]), Paint::Colour);
        assert_eq!(decide(auto, false, &[]), Paint::Plain);
        assert_eq!(decide(auto, true, &[("NO_COLOR", "1")]), Paint::Plain);
        assert_eq!(decide(auto, true, &[("NO_COLOR", "")]), Paint::Colour);
        assert_eq!(decide(auto, true, &[("TERM", "dumb")]), Paint::Plain);
        assert_eq!(decide(auto, false, &[("CLICOLOR_FORCE", "1")]), Paint::Colour);
        assert_eq!(decide(auto, false, &[("CLICOLOR_FORCE", "0")]), Paint::Plain);
        assert_eq!(decide(auto, false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), Paint::Plain);
        assert_eq!(decide(ColourChoice::Always, false, &[("NO_COLOR", "1")]), Paint::Colour);
        assert_eq!(decide(ColourChoice::Never, true, &[("CLICOLOR_FORCE", "1")]), Paint::Plain);
    }
}
