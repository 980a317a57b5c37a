//! Keeps failing cases for the next run, whatever the output shows.

use std::path::PathBuf;

use super::{Collector, Report};
use crate::contract::Clauses;
use crate::engine::{Event, Listener};
use crate::execute::Masker;
use crate::regression::{self, FolderError, Saved};
use crate::rule::Severity;

/// Beyond this many in one run, a target has other needs than regressions.
const MOST: usize = 50;

/// Passes every event on, and keeps the small case of every error.
pub struct Keeper {
    inner: Box<dyn Report>,
    results: Collector,
    folder: PathBuf,
}

impl Keeper {
    /// Keeps cases in `folder`.
    pub fn new(inner: Box<dyn Report>, secrets: Masker, folder: PathBuf) -> Self {
        Self { inner, results: Collector::new(secrets), folder }
    }

    /// Writes the files; returns how many cases there are.
    ///
    /// # Errors
    /// [`FolderError::Refused`].
    pub fn keep(&self) -> Result<usize, FolderError> {
        let mut kept = 0;
        for (contract, operation, group) in self.results.groups(Severity::Error).take(MOST) {
            let clauses = Clauses::of(operation, &contract.schemas);
            // What differs from a snapshot is told by every run, and may well be right; what only several requests
            // show cannot be kept as one.
            if group.finding.rule.is_replayable
                && group.finding.flaky.is_none()
                && let Some(saved) = Saved::of(contract, &clauses, &group.case, &group.finding)
            {
                regression::save(&self.folder, &saved, &group.finding.fingerprint())?;
                kept += 1;
            }
        }
        Ok(kept)
    }
}

impl Listener for Keeper {
    fn on(&mut self, event: &Event) {
        self.results.take(event);
        self.inner.on(event);
    }
}

impl Report for Keeper {
    fn finish(&mut self) -> std::io::Result<()> {
        self.inner.finish()
    }
}
