//! The one way of text to a terminal or a report: a writer that takes secrets out once more, in whatever form a report
//! has brought them, and remembers its first failure, so that listeners need not ask at every line.

use std::fmt::Display;
use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::execute::Masker;

/// Where an output goes.
#[derive(Debug)]
pub struct Output<W> {
    writer: W,
    failure: Option<io::Error>,
    secrets: Masker,
}

impl<W: Write> Output<W> {
    /// Writes to `writer`, without these secrets.
    pub fn new(writer: W, secrets: Masker) -> Self {
        Self { writer, failure: None, secrets }
    }

    /// Writes one line; nothing once a line could not be written.
    pub fn line(&mut self, text: impl Display) {
        if self.failure.is_none() {
            let text = text.to_string();
            self.failure = writeln!(self.writer, "{}", self.secrets.text(&text)).err();
        }
    }

    /// Writes lines that end in a line break each, and returns whether more can be written.
    pub fn lines(&mut self, text: &str) -> ControlFlow<()> {
        if self.failure.is_none() {
            self.failure = self.writer.write_all(self.secrets.text(text).as_bytes()).err();
        }
        if self.failure.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Notes that a line could not even be made.
    pub fn fail(&mut self, error: io::Error) {
        self.failure.get_or_insert(error);
    }

    /// How the writing went so far.
    ///
    /// # Errors
    /// The first failure. A reader that closed the pipe has read what it wanted, which is none.
    pub fn result(&mut self) -> io::Result<()> {
        match self.failure.take_if(|failure| failure.kind() != io::ErrorKind::BrokenPipe) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    /// Writes what is buffered, and returns the first error.
    ///
    /// # Errors
    /// The first failure. A reader that closed the pipe has read what it wanted, which is none.
    pub fn finish(&mut self) -> io::Result<()> {
        let result = match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.writer.flush(),
        };
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}
