//! Outputs that are one text, written once the run is over.

use std::io::{self, Write};

use super::{Output, Setting};
use crate::engine::{Event, Listener, ListenerError, Results};

/// Makes a report of the results of a run.
pub(super) type Render = fn(&Results, &Setting) -> io::Result<String>;

/// An output that writes nothing before the end.
pub(super) struct AtEnd<W> {
    out: Output<W>,
    setting: Setting,
    render: Render,
}

impl<W: Write> AtEnd<W> {
    /// Writes what `render` makes to `writer`.
    pub fn new(writer: W, setting: Setting, render: Render) -> Self {
        Self { out: Output::new(writer, setting.secrets.clone()), setting, render }
    }
}

impl<W: Write> Listener for AtEnd<W> {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        if !matches!(event, Event::RunFinished { .. }) {
            return Ok(());
        }
        match (self.render)(results, &self.setting) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => self.out.line(text.trim_end_matches('\n')),
            Err(error) => self.out.fail(error),
        }
        Ok(self.out.finish()?)
    }
}
