//! The formats of `--report`.

use std::io::{self, Write};

use super::at_end::{AtEnd, Render};
use super::coverage::Coverage;
use super::har::Har;
use super::ndjson::Ndjson;
use super::{Github, Json, Setting, View, github, gitlab, html, junit, markdown, sarif};
use crate::engine::Listener;

/// A format that a run is reported in beside what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document, as `--format json`.
    Json,
    /// A line of JSON an event, as it happens.
    Ndjson,
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
    /// The exchanges, in HAR 1.2.
    Har,
    /// A folder with results for Allure.
    Allure,
    /// What was exercised, as JSON.
    Coverage,
    /// What was exercised, as a badge in SVG.
    Badge,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Json,
        Self::Ndjson,
        Self::Junit,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
        Self::Html,
        Self::Har,
        Self::Allure,
        Self::Coverage,
        Self::Badge,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Har => "har",
            Self::Allure => "allure",
            Self::Coverage => "coverage",
            Self::Badge => "badge",
        }
    }

    /// Whether it is read while it is written.
    pub fn is_stream(self) -> bool {
        self == Self::Ndjson
    }

    /// Whether it is a folder of files, which [`Allure`](super::Allure) writes.
    pub fn is_folder(self) -> bool {
        self == Self::Allure
    }

    /// What writes it to `writer`: most formats when the run is over.
    pub fn listener<'w>(self, writer: impl Write + 'w, setting: Setting) -> Box<dyn Listener + 'w> {
        let render: Render = match self {
            Self::Json => return Box::new(Json::new(writer, setting)),
            Self::Github => return Box::new(Github::new(writer, setting.secrets)),
            Self::Ndjson => return Box::new(Ndjson::new(writer, setting)),
            Self::Har => return Box::new(Har::new(writer, setting)),
            // No text of it is one file.
            Self::Allure => |_, _| Ok(String::new()),
            Self::Coverage => |results, _| Ok(Coverage::of(results).json()),
            Self::Badge => |results, _| Ok(Coverage::of(results).badge()),
            Self::Junit => |results, setting| junit::text(&View::of(results, setting)?),
            Self::Sarif => |results, setting| sarif::text(&View::of(results, setting)?),
            Self::Gitlab => |results, setting| gitlab::text(&View::of(results, setting)?),
            Self::Markdown => |results, setting| Ok(markdown::text(&View::of(results, setting)?)),
            Self::Html => |results, setting| Ok(html::text(&View::of(results, setting)?)),
        };
        Box::new(AtEnd::new(writer, setting, render))
    }
    /// It, of a run that is known by its JSON document alone; `None` where that does not have what it shows, or where it is
    /// no single text made of a view.
    pub fn of_view(self, view: &View) -> Option<io::Result<String>> {
        Some(match self {
            Self::Junit => junit::text(view),
            Self::Sarif => sarif::text(view),
            Self::Gitlab => gitlab::text(view),
            Self::Markdown => Ok(markdown::text(view)),
            Self::Html => Ok(html::text(view)),
            Self::Github => Ok(github::text(view)),
            Self::Json | Self::Ndjson | Self::Har | Self::Allure | Self::Coverage | Self::Badge => return None,
        })
    }
}
