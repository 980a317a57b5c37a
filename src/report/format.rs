//! The formats of `--report`.

use std::io::Write;

use super::at_end::{AtEnd, Render};
use super::{Github, Json, Setting, gitlab, html, junit, markdown, sarif};
use crate::engine::Listener;

/// A format that a run is reported in beside what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document, as `--format json`.
    Json,
    /// JUnit's XML, which all CI systems read.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Code quality of GitLab.
    Gitlab,
    /// A summary for a job or a comment.
    Markdown,
    /// One page that needs nothing else.
    Html,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Json, Self::Junit, Self::Sarif, Self::Github, Self::Gitlab, Self::Markdown, Self::Html];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// What writes it to `writer` when the run is over.
    pub fn listener<'w>(self, writer: impl Write + 'w, setting: Setting) -> Box<dyn Listener + 'w> {
        let render: Render = match self {
            Self::Json => return Box::new(Json::new(writer, setting)),
            Self::Github => return Box::new(Github::new(writer, setting.secrets)),
            Self::Junit => junit::text,
            Self::Sarif => sarif::text,
            Self::Gitlab => gitlab::text,
            Self::Markdown => markdown::text,
            Self::Html => html::text,
        };
        Box::new(AtEnd::new(writer, setting, render))
    }
}
