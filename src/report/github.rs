//! Workflow commands of GitHub Actions, which become annotations at the lines of the document: one a root cause.
//!
//! GitHub shows the first ten of each level; the worst come first.

use std::io::Write;

use super::view::{CauseView, View};
use super::{Output, Setting};
use crate::engine::{Event, Listener, ListenerError, Results};
use crate::execute::Masker;
use crate::rule::Severity;
use crate::text::hidden::escape;

/// Operations that one annotation names.
const MOST_OPERATIONS: usize = 5;

/// The output for GitHub.
pub struct Github<W> {
    out: Output<W>,
    secrets: Masker,
    guard: Option<String>,
    is_begun: bool,
}

impl<W: Write> Github<W> {
    /// Writes a command a line to `writer` when the run is over.
    pub fn new(writer: W, secrets: Masker) -> Self {
        Self { out: Output::new(writer, secrets.clone()), secrets, guard: None, is_begun: false }
    }

    /// The same among other lines, which may show what a target says: GitHub takes no command until the end of the run,
    /// which it knows by a token that no target can guess.
    #[must_use]
    pub fn guarded_by(self, token: String) -> Self {
        Self { guard: Some(token), ..self }
    }
}

impl<W: Write> Listener for Github<W> {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        if let Some(token) = self.guard.as_ref().filter(|_| !self.is_begun) {
            self.out.line(format!("::stop-commands::{token}"));
        }
        self.is_begun = true;
        if matches!(event, Event::RunFinished { .. }) {
            if let Some(token) = &self.guard {
                self.out.line(format!("::{token}::"));
            }
            let setting = Setting { secrets: self.secrets.clone(), ..Setting::default() };
            View::of(results, &setting)?.ranked().iter().for_each(|cause| self.out.line(command(cause)));
            self.out.finish()?;
        }
        Ok(self.out.result()?)
    }
}

/// A command a line.
pub(super) fn text(view: &View) -> String {
    view.ranked().into_iter().map(|cause| format!("{}\n", command(cause))).collect()
}

/// One annotation.
fn command(cause: &CauseView) -> String {
    let finding = &cause.example;
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    format!(
        "::{level} file={},line={},col={},title={}::{}",
        property(&finding.clause.file),
        finding.clause.line,
        finding.clause.column,
        property(finding.rule()),
        data(&message(cause))
    )
}

fn message(cause: &CauseView) -> String {
    let finding = &cause.example;
    let mut lines = vec![escape(&finding.message).into_owned()];
    if !finding.expected.is_empty() {
        lines.push(format!("expected: {}", escape(&finding.expected)));
    }
    let mut operations = cause.titles();
    let more = operations.len().saturating_sub(MOST_OPERATIONS);
    operations.truncate(MOST_OPERATIONS);
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    lines.push(format!("in: {}{more}", escape(&operations.join(", "))));
    lines.join("\n")
}

/// A message as a command has it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(&escape(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::Format;
    use crate::report::testing;

    #[test]
    fn a_failing_run() {
        let text = testing::written(Format::Github, |listener| testing::failing_run(listener));
        testing::assert_clean(&text);
        assert!(text.lines().all(|line| line.starts_with("::error ") || line.starts_with("::warning ")), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_run_without_findings_says_nothing() {
        let contracts = [testing::contract("ada")];
        assert_eq!(testing::written(Format::Github, |listener| testing::passing_run(listener, &contracts)), "");
    }

    #[test]
    fn among_other_lines_no_command_is_taken_before_the_end() {
        let mut text = Vec::new();
        let mut github = Github::new(&mut text, Masker::default()).guarded_by("t0ken".to_owned());
        testing::failing_run(&mut github);
        let text = String::from_utf8(text).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["::stop-commands::t0ken", "::t0ken::"]);
        assert!(lines[2..].iter().all(|line| line.starts_with("::error ") || line.starts_with("::warning ")), "{text}");
    }

    #[test]
    fn no_text_ends_a_command_or_begins_another() {
        assert_eq!(data("100%\r\n::error::x, y"), "100%25%0D%0A::error::x, y");
        assert_eq!(property("a,b:c\n%"), "a%2Cb%3Ac\\n%25");
    }
}
