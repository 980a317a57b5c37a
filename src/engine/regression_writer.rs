//! A listener that keeps failing cases for the next run.

use std::path::PathBuf;

use super::event::Event;
use super::listener::{Listener, ListenerError};
use super::results::Results;
use crate::execute::Masker;
use crate::regression::{self, FolderError, Saved};
use crate::rule::Severity;

/// Beyond this many in one run, a target has other needs than regressions.
const MOST: usize = 50;

/// Keeps the small case of every error once the run is over, be it interrupted.
#[derive(Debug)]
pub struct RegressionWriter {
    folder: PathBuf,
    secrets: Masker,
    kept: Result<usize, FolderError>,
}

impl RegressionWriter {
    /// Keeps cases in `folder`, without these secrets.
    pub fn new(folder: PathBuf, secrets: Masker) -> Self {
        Self { folder, secrets, kept: Ok(0) }
    }

    /// How many cases were kept.
    ///
    /// # Errors
    /// [`FolderError::Refused`]. That a case cannot be kept ends no run: it changes no verdict.
    pub fn finish(self) -> Result<usize, FolderError> {
        self.kept
    }

    fn write(&self, results: &Results) -> Result<usize, FolderError> {
        let mut kept = 0;
        for (contract, _, group) in results.groups(Severity::Error).take(MOST) {
            if group.finding.rule.is_replayable
                && group.finding.flaky.is_none()
                && let Some(saved) = Saved::of(contract, &group.case, &group.finding)
            {
                regression::save(&self.folder, &saved, &group.finding.fingerprint(), &self.secrets)?;
                kept += 1;
            }
        }
        Ok(kept)
    }
}

impl Listener for RegressionWriter {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        if let Event::RunFinished { .. } = event {
            self.kept = self.write(results);
        }
        Ok(())
    }
}
