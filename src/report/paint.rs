//! Colour, where it is wanted.

use std::fmt::Display;

/// Paints words, or leaves them as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// With ANSI colours.
    Colour,
    /// As plain text.
    Plain,
}

impl Paint {
    /// For what is good.
    pub fn good(self, text: impl Display) -> String {
        self.wrap("32", text)
    }

    /// For what is bad.
    pub fn bad(self, text: impl Display) -> String {
        self.wrap("1;31", text)
    }

    /// For what a person should look at.
    pub fn warn(self, text: impl Display) -> String {
        self.wrap("33", text)
    }

    /// For headings.
    pub fn strong(self, text: impl Display) -> String {
        self.wrap("1", text)
    }

    /// For what may be read over.
    pub fn faint(self, text: impl Display) -> String {
        self.wrap("2", text)
    }

    /// A unified diff: what is gone, what is new, and where.
    pub fn diff(self, diff: &str) -> String {
        let painted = diff.lines().map(|line| match line.as_bytes().first() {
            Some(b'+') => self.wrap("32", line),
            Some(b'-') => self.wrap("31", line),
            Some(b'@') => self.wrap("36", line),
            _ => line.to_owned(),
        });
        painted.collect::<Vec<_>>().join("\n")
    }

    fn wrap(self, code: &str, text: impl Display) -> String {
        match self {
            Self::Colour => format!("\x1b[{code}m{text}\x1b[0m"),
            Self::Plain => text.to_string(),
        }
    }
}
