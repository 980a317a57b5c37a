//! A progress bar on stderr, beside whatever else is written.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::{Event, Listener, ListenerError, Results};

/// What is drawn as long as nobody knows how much there is to do.
const UNKNOWN: &str = "{spinner} {msg}";

/// Draws a bar. How many cases there will be is estimated from the operations that were planned so far.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    name: String,
    operations: usize,
    planned: usize,
    cases: usize,
}

impl Progress {
    /// Nothing is drawn where stderr is no terminal.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let progress = Self { bar, name: String::new(), operations: 0, planned: 0, cases: 0 };
        progress.style(UNKNOWN);
        progress
    }

    fn style(&self, template: &str) {
        let style = ProgressStyle::with_template(template);
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    }

    /// A writer that takes the bar away while it writes.
    pub fn beside<W: Write>(&self, writer: W) -> impl Write + use<W> {
        Beside { bar: self.bar.clone(), writer }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Listener for Progress {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        match event {
            Event::ContractStarted { job, .. } => {
                (self.operations, self.planned, self.cases) = (job.operations().count(), 0, 0);
                self.bar.reset();
                self.bar.set_length(0);
                self.name = super::escape(&job.contract.name).into_owned();
                // How much there is to do is not known yet.
                self.style(UNKNOWN);
                self.bar.set_message(format!("{}: planning", self.name));
                // A target that hangs is seen to hang.
                self.bar.enable_steady_tick(Duration::from_millis(200));
            }
            Event::OperationPlanned { cases, .. } => {
                if self.planned == 0 {
                    self.style("{msg} {wide_bar} {pos}/{len} ({per_sec}, {eta} left)");
                }
                self.planned += 1;
                self.cases += cases;
                self.bar.set_message(message(&self.name, self.planned, self.operations));
                self.bar.set_length(estimate(self.cases, self.planned, self.operations));
            }
            Event::Progress => self.bar.inc(1),
            Event::RunFinished { .. } => self.bar.finish_and_clear(),
            _ => {}
        }
        Ok(())
    }
}

/// What is tested, and how many of its operations are planned as long as some are not.
fn message(name: &str, planned: usize, operations: usize) -> String {
    if planned < operations { format!("{name}: {planned} of {operations} operations planned") } else { name.to_owned() }
}

/// How many cases so many operations have, where the first `planned` of them have `cases`.
fn estimate(cases: usize, planned: usize, operations: usize) -> u64 {
    let all = cases as u128 * operations.max(planned) as u128 / planned.max(1) as u128;
    u64::try_from(all).unwrap_or(u64::MAX)
}

struct Beside<W> {
    bar: ProgressBar,
    writer: W,
}

impl<W: Write> Write for Beside<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bar.suspend(|| self.writer.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{estimate, message};

    #[test]
    fn planning_is_seen_until_it_is_done() {
        assert_eq!(message("shop", 3, 40), "shop: 3 of 40 operations planned");
        assert_eq!(message("shop", 40, 40), "shop");
    }

    #[test]
    fn the_number_of_cases_is_estimated_until_all_operations_are_planned() {
        assert_eq!(estimate(30, 1, 10), 300);
        assert_eq!(estimate(40, 2, 10), 200);
        assert_eq!(estimate(123, 10, 10), 123);
        assert_eq!(estimate(0, 0, 10), 0);
    }
}
