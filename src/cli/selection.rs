//! Contracts with their fixtures, as arguments name them.

use std::path::Path;

use super::CliError;
use super::providers::Provider;
use super::tell::hide;
use crate::contract::{CompileOptions, Contract};
use crate::engine::Job;
use crate::execute::Masker;
use crate::fixtures::Fixtures;
use crate::spec::Document;
use crate::whole_file;

/// Which contracts: built-in ones first, then documents.
#[derive(Debug, Default)]
pub(super) struct Sources<'a> {
    /// Built-in contracts; one that is named twice counts once.
    pub providers: Vec<&'static Provider>,
    /// OpenAPI documents.
    pub documents: Vec<Document>,
    /// The fixtures of the one contract that is selected, in place of its own.
    pub fixtures: Option<&'a Path>,
    /// Parameters that carry credentials, beside those that the fixtures hold a credential for.
    pub credentials: Vec<String>,
}

impl Sources<'_> {
    /// Compiles them, in order.
    ///
    /// # Errors
    /// When a document or the fixtures cannot be used, or the fixtures do not belong to the document.
    pub fn jobs(mut self) -> Result<Vec<Job>, CliError> {
        let mut providers: Vec<&Provider> = Vec::new();
        for provider in &self.providers {
            if !providers.iter().any(|known| known.name == provider.name) {
                providers.push(provider);
            }
        }
        let own = match (self.fixtures, providers.len() + self.documents.len()) {
            (None, _) => None,
            (Some(path), 1) => {
                hide_written(path);
                Some(Fixtures::load(path)?)
            }
            (Some(_), count) => {
                return Err(CliError::usage(
                    format!("--fixtures is for one contract, and {count} are selected"),
                    "select one with --provider NAME or --spec FILE",
                ));
            }
        };
        let mut jobs = Vec::new();
        for provider in providers {
            jobs.push(self.job(provider.document()?, own.clone().map_or_else(|| provider.fixtures(), Ok)?)?);
        }
        for document in std::mem::take(&mut self.documents) {
            jobs.push(self.job(document, own.clone().unwrap_or_default())?);
        }
        for job in &jobs {
            job.fixtures.check(&job.contract)?;
        }
        Ok(jobs)
    }

    /// Compiles a document.
    fn job(&self, document: Document, fixtures: Fixtures) -> Result<Job, CliError> {
        Ok(Job::new(compile(document, &fixtures, &self.credentials)?, fixtures))
    }
}

/// Compiles a document. Parameters that the fixtures or `more` name as credentials become part of its security.
///
/// # Errors
/// The document is none.
pub(super) fn compile(document: Document, fixtures: &Fixtures, more: &[String]) -> Result<Contract, CliError> {
    let credentials = fixtures.credential_names().into_iter().chain(more.iter().cloned()).collect();
    Ok(Contract::compile_with(document, &CompileOptions { credentials, ..CompileOptions::default() })?)
}

/// Takes what a file of fixtures holds out of all that is told of it.
fn hide_written(path: &Path) {
    // That it cannot be read is told where it is loaded.
    let text = whole_file::read(path).unwrap_or_default();
    hide(Masker::new(&Fixtures::secrets_in(&text, &|name| std::env::var(name).ok())));
}
