//! A progress bar on stderr around another output.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Report;
use crate::engine::{Event, Listener};

/// Draws a bar, and takes it away while the output that it surrounds writes.
pub struct Progress<R> {
    bar: ProgressBar,
    inner: R,
}

impl<R: Report> Progress<R> {
    /// Surrounds an output. Nothing is drawn where stderr is no terminal.
    pub fn around(inner: R) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} ({per_sec}, {eta} left)");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, inner }
    }
}

impl<R: Report> Listener for Progress<R> {
    fn on(&mut self, event: &Event) {
        match event {
            Event::Progress => self.bar.inc(1),
            Event::CaseJudged { .. } | Event::FindingShrunk { .. } => self.inner.on(event),
            Event::ContractStarted { job, cases, .. } => {
                self.bar.suspend(|| self.inner.on(event));
                self.bar.reset();
                self.bar.set_length(*cases as u64);
                self.bar.set_message(super::escape(&job.contract.name).into_owned());
                // A target that hangs is seen to hang.
                self.bar.enable_steady_tick(Duration::from_millis(200));
            }
            Event::RunFinished { .. } => {
                self.bar.finish_and_clear();
                self.inner.on(event);
            }
            Event::OperationFinished { .. } | Event::ContractFinished { .. } => {
                self.bar.suspend(|| self.inner.on(event))
            }
        }
    }
}

impl<R: Report> Report for Progress<R> {
    fn finish(&mut self) -> std::io::Result<()> {
        self.bar.finish_and_clear();
        self.inner.finish()
    }
}
