//! Shows one difference after the other, causes first, and asks what to do.

mod answers;
mod entry;
mod verdict;

use std::io::Write;
use std::sync::Arc;

use answers::Answer;
pub(super) use answers::Answers;
use entry::{Entry, Kind, entries};
use verdict::Verdicts;

use super::CliError;
use super::pending::{NOTHING, difference, located, title};
use crate::compare::Effect;
use crate::contract::Contract;
use crate::engine::Job;
use crate::finding::Place;
use crate::report::{Paint, Snippet, count, short};
use crate::rule::Severity;
use crate::snapshot::{Pending, Store};

/// What is folded beneath a cause and listed by name.
const MOST_NAMED: usize = 10;

/// Asks about each of these.
///
/// # Errors
/// The terminal, or the folder of snapshots, cannot be read or written.
pub(super) fn ask(
    store: &Store,
    waiting: &[Pending],
    jobs: &[Job],
    paint: Paint,
    answers: &mut Answers<'_>,
    output: &mut dyn Write,
) -> Result<(), CliError> {
    if waiting.is_empty() {
        return say(output, NOTHING);
    }
    let entries = entries(waiting, &mut Verdicts::new(jobs, store));
    let contracts: Vec<_> = jobs.iter().map(|job| job.contract.clone()).collect();
    let mut review = Review { store, paint, contracts, output, accepted: 0, rejected: 0 };
    let mut accepted_kinds: Vec<&Kind> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if accepted_kinds.contains(&&entry.kind) {
            review.accept(entry)?;
            continue;
        }
        review.show(entry, &format!("{} of {}", index + 1, entries.len()))?;
        let alike = entries[index..].iter().filter(|other| other.kind == entry.kind).count();
        match review.answer(entry, alike, answers)? {
            Answer::Accept => review.accept(entry)?,
            Answer::AcceptKind => {
                review.accept(entry)?;
                accepted_kinds.push(&entry.kind);
            }
            Answer::Reject => review.reject(entry)?,
            Answer::Quit => break,
            _ => {}
        }
    }
    let Review { accepted, rejected, output, .. } = review;
    say(output, &format!("\n{accepted} accepted, {rejected} rejected, {} left", waiting.len() - accepted - rejected))
}

struct Review<'a> {
    store: &'a Store,
    paint: Paint,
    contracts: Vec<Arc<Contract>>,
    output: &'a mut dyn Write,
    accepted: usize,
    rejected: usize,
}

impl Review<'_> {
    /// The verdict, then the text, then what is folded beneath.
    fn show(&mut self, entry: &Entry<'_>, number: &str) -> Result<(), CliError> {
        let paint = self.paint;
        let headline = self.paint.strong(headline(entry));
        self.say(&format!("\n{number}: {headline}"))?;
        for cause in &entry.causes {
            self.say(&title(self.store, cause, paint))?;
        }
        for change in entry.changes.iter().flatten() {
            self.say(&short(paint, change))?;
        }
        match (&entry.kind, &entry.changes) {
            (Kind::UnknownContract, _) => self.say(
                "  no verdict: git has no document that this snapshot was made of, at HEAD or at its last change",
            )?,
            (_, Some(changes)) if changes.is_empty() => self.say("  the same contract, written in another way")?,
            _ => {}
        }
        self.say(&difference(entry.causes[0], paint))?;
        if entry.effects.is_empty() {
            return Ok(());
        }
        self.say(&format!("beneath it, {} of behaviour that differ only by it:", entry.effects.len()))?;
        for effect in entry.effects.iter().take(MOST_NAMED) {
            self.say(&format!("  {}", title(self.store, effect, paint)))?;
        }
        match entry.effects.len().saturating_sub(MOST_NAMED) {
            0 => Ok(()),
            more => self.say(&format!("  … {more} more")),
        }
    }

    /// What to do with an entry, once that is said.
    fn answer(&mut self, entry: &Entry<'_>, alike: usize, answers: &mut Answers<'_>) -> Result<Answer, CliError> {
        let of_kind = match alike {
            1 => String::new(),
            all => format!("[A]ll {all} {}, ", entry.kind.name()),
        };
        let details = if entry.effects.is_empty() { "" } else { "[d]etails of what is beneath, " };
        let question = format!("[a]ccept, {of_kind}[r]eject, [k] skip, [s]how the document's lines, {details}[q]uit:");
        loop {
            write!(self.output, "{} ", self.paint.strong(&question))
                .and_then(|()| self.output.flush())
                .map_err(|error| CliError::system("cannot write to the terminal", error))?;
            let answer =
                answers.next(self.output).map_err(|error| CliError::system("cannot read the answer", error))?;
            match answer {
                Answer::Lines => {
                    let lines = lines(entry.causes[0], &self.contracts, self.paint);
                    self.say(&lines)?;
                }
                Answer::Beneath if !entry.effects.is_empty() => {
                    for effect in &entry.effects {
                        self.say(&format!("\n{}", title(self.store, effect, self.paint)))?;
                        self.say(&difference(effect, self.paint))?;
                    }
                }
                Answer::Other | Answer::Beneath => self.say("answer with one of the letters in brackets")?,
                decided => return Ok(decided),
            }
        }
    }

    fn accept(&mut self, entry: &Entry<'_>) -> Result<(), CliError> {
        for pending in entry.all() {
            self.store.accept(pending)?;
            self.accepted += 1;
        }
        Ok(())
    }

    fn reject(&mut self, entry: &Entry<'_>) -> Result<(), CliError> {
        for pending in entry.all() {
            self.store.reject(pending)?;
            match pending.record {
                None => self.rejected += 1,
                Some(_) => self.say("the document still obliges to it: change the document")?,
            }
        }
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<(), CliError> {
        say(self.output, text)
    }
}

/// What an entry is, in one word or a few.
fn headline(entry: &Entry<'_>) -> String {
    let what = match &entry.kind {
        Kind::Contract(Effect::Breaking) => "BREAKING",
        Kind::Contract(Effect::Unknown) => "UNKNOWN",
        Kind::Contract(Effect::Compatible) if entry.changes.as_ref().is_some_and(Vec::is_empty) => "SAME",
        Kind::Contract(Effect::Compatible) => "COMPATIBLE",
        Kind::UnknownContract => "CONTRACT",
        Kind::NewContract => "NEW CONTRACT",
        Kind::Behaviour(_) => "BEHAVIOUR",
        Kind::NewBehaviour => "NEW BEHAVIOUR",
    };
    match entry.causes.len() {
        1 => what.to_owned(),
        several => format!("{what}, the same in {}", count(several, "operation")),
    }
}

/// The lines of the document that the snapshot is about.
fn lines(pending: &Pending, contracts: &[Arc<Contract>], paint: Paint) -> String {
    let Some((contract, location)) = located(pending.node.as_deref(), contracts) else {
        return "no document at hand has what this snapshot is about; name it with `--spec FILE`".to_owned();
    };
    let message = pending.description.as_deref().unwrap_or("what this snapshot is about");
    let place = Place::new(&contract.document, location, "");
    Snippet::new(&place, Severity::Warning, message).draw(paint)
}

fn say(output: &mut dyn Write, text: &str) -> Result<(), CliError> {
    writeln!(output, "{text}").map_err(|error| CliError::system("cannot write to the terminal", error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::Fixtures;
    use crate::snapshot::{Record, contracts};
    use crate::spec::{Document, LoadOptions};

    fn job() -> Job {
        let document = Document::load("specs/asapp.yaml".as_ref(), LoadOptions::default()).expect("loads");
        Job::compile(document, Fixtures::default()).expect("compiles")
    }

    /// What is asked and shown where a person types this.
    fn asked(store: &Store, job: Job, input: &str) -> String {
        let waiting = store.pending().expect("pending");
        let mut output = Vec::new();
        ask(store, &waiting, &[job], Paint::Plain, &mut Answers::Lines(&mut input.as_bytes()), &mut output)
            .expect("done");
        let folder = store.path("".as_ref());
        String::from_utf8(output).expect("UTF-8").replace(&*folder.to_string_lossy(), "[dir]/")
    }

    fn left(store: &Store) -> Vec<String> {
        let waiting = store.pending().expect("pending").into_iter();
        waiting.map(|pending| store.shown(&pending.name, pending.section.as_deref())).collect()
    }

    #[test]
    fn each_answer_does_what_it_says() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let store = Store::new(folder.path());
        let job = job();
        let original = contracts(&job.contract).remove(0);
        for (name, old) in [("a", Some("before")), ("b", None), ("c", Some("before")), ("d", None)] {
            let record = Record { name: format!("contract/{name}.snap").into(), ..original.clone() };
            if let Some(old) = old {
                store.write(&Record { text: old.into(), ..record.clone() }, false).expect("written");
            }
            store.write(&Record { text: format!("after {name}"), ..record }, true).expect("written");
        }
        // What has changed comes before what is new: accept a; skip c; look at b's lines and reject it; leave before d.
        let output = asked(&store, job, "a\nk\ns\nwhat\nR\nq\n");
        let read = |name: &str| store.read(name.as_ref()).expect("readable");
        assert_eq!(read("contract/a.snap").as_deref(), Some("after a"));
        assert_eq!(read("contract/b.snap"), None);
        assert_eq!(read("contract/c.snap").as_deref(), Some("before"));
        assert_eq!(left(&store), ["c", "d"].map(|name| store.shown(format!("contract/{name}.snap").as_ref(), None)));
        insta::assert_snapshot!(output);
    }

    #[test]
    fn each_section_that_differs_is_asked_about() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let store = Store::new(folder.path());
        let job = job();
        let text = |sections: &[(&str, &str)]| -> String {
            let lines = sections.iter().map(|(name, status)| {
                format!("{name}: about {name}\n  node: …/requestBody/required\n\n  POST /\n\n  => {status}\n")
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let record = |sections: &[(&str, &str)]| Record {
            name: "behaviour/x.snap".into(),
            text: text(sections),
            ..contracts(&job.contract).remove(0)
        };
        store.write(&record(&[("same", "200"), ("b", "400"), ("gone", "404"), ("d", "401")]), false).expect("written");
        let new = [("same", "200"), ("a", "400"), ("b", "422"), ("c", "409"), ("d", "403")];
        store.write(&record(&new), true).expect("written");
        // Look at b's lines and accept it; skip d; accept a, which is new; reject c.
        let output = asked(&store, job.clone(), "s\na\nk\na\nr\n");
        let accepted = text(&[("same", "200"), ("a", "400"), ("b", "422"), ("gone", "404"), ("d", "401")]);
        assert_eq!(store.read("behaviour/x.snap".as_ref()).expect("readable").as_deref(), Some(accepted.trim_end()));
        assert_eq!(left(&store), [store.shown("behaviour/x.snap".as_ref(), Some("d"))]);
        insta::assert_snapshot!(output);
        asked(&store, job, "r\n");
        assert_eq!(store.names("").expect("names"), [std::path::PathBuf::from("behaviour/x.snap")]);
    }
}
