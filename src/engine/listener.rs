//! Listeners, which receive the events of a run.

use std::sync::Arc;

use super::event::Event;
use super::judge::LateFinding;
use super::results::Results;
use crate::baseline::Baseline;
use crate::contract::Contract;
use crate::execute::Masker;

/// Why a listener cannot go on. It ends the run: nobody would see what it finds.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ListenerError(#[from] std::io::Error);

/// Receives the events of a run, and changes nothing about it.
pub trait Listener {
    /// Takes the next event; `results` is what all events so far come to, this one included.
    ///
    /// # Errors
    /// [`ListenerError`] where there is no point in going on.
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError>;
}

/// The listeners of a run, and the results that they share.
pub struct Listeners<'o> {
    results: Results,
    all: Vec<&'o mut dyn Listener>,
}

impl<'o> Listeners<'o> {
    /// Listeners in the order in which they hear of an event; results hold none of the `secrets`.
    pub fn new(secrets: Masker, all: Vec<&'o mut dyn Listener>) -> Self {
        Self { results: Results::new(secrets), all }
    }

    /// The same, where the findings of this baseline are accepted, in a run that is `strict` or not.
    #[must_use]
    pub fn accepting(self, baseline: Arc<Baseline>, strict: bool) -> Self {
        Self { results: self.results.accepting(baseline, strict), ..self }
    }

    /// The results so far.
    pub(super) fn results(&self) -> &Results {
        &self.results
    }

    /// Tells everybody what happened.
    ///
    /// # Errors
    /// The first [`ListenerError`].
    pub fn on(&mut self, event: &Event) -> Result<(), ListenerError> {
        self.results.take(event);
        self.all.iter_mut().try_for_each(|listener| listener.on(event, &self.results))
    }

    /// Tells everybody what was found about an exchange that was reported before.
    ///
    /// # Errors
    /// The first [`ListenerError`].
    pub(super) fn found_later(&mut self, contract: &Arc<Contract>, late: LateFinding) -> Result<(), ListenerError> {
        let LateFinding { finding, case, exchange } = late;
        self.on(&Event::FoundLater { contract: contract.clone(), finding: Box::new(finding), case, exchange })
    }
}
