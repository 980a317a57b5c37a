//! The five contracts and their fixtures, carried in the binary so that it works wherever it is installed.

use std::path::{Path, PathBuf};

use super::CliError;
use crate::fixtures::Fixtures;
use crate::spec::{Document, LoadOptions, SourceFile};
use crate::text::nearest::suggest;

/// A provider whose contract is built in.
#[derive(Debug)]
pub(super) struct Provider {
    pub name: &'static str,
    spec: &'static str,
    fixtures: &'static str,
}

macro_rules! provider {
    ($name:literal) => {
        Provider {
            name: $name,
            spec: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/specs/", $name, ".yaml")),
            fixtures: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $name, ".yaml")),
        }
    };
}

/// All of them, in the order in which they are tested.
pub(super) static PROVIDERS: [Provider; 5] =
    [provider!("telnyx"), provider!("asapp"), provider!("ada"), provider!("respondent"), provider!("example-ai")];

impl Provider {
    /// The provider of this name.
    pub fn named(name: &str) -> Result<&'static Self, CliError> {
        PROVIDERS.iter().find(|provider| provider.name == name).ok_or_else(|| {
            let known = PROVIDERS.iter().map(|provider| provider.name);
            CliError::usage(format!("there is no provider `{name}`"), suggest(name, known, "or give a `--spec`"))
        })
    }

    /// The providers of these names.
    pub fn all_named(names: &[String]) -> Result<Vec<&'static Self>, CliError> {
        names.iter().map(|name| Self::named(name)).collect()
    }

    /// Its document. Places are told as in the repository, for example `specs/asapp.yaml:57:19`.
    pub fn document(&self) -> Result<Document, CliError> {
        let path = PathBuf::from(format!("specs/{}.yaml", self.name));
        Ok(Document::from_text(&path, self.spec.to_owned(), LoadOptions::default())?)
    }

    /// Its fixtures, with variables from the environment.
    pub fn fixtures(&self) -> Result<Fixtures, CliError> {
        let name = format!("fixtures/{}.yaml", self.name);
        let file = SourceFile::parse(Path::new(&name).to_owned(), name, self.fixtures.to_owned())?;
        Ok(Fixtures::read(file, &|variable| std::env::var(variable).ok())?)
    }
}
