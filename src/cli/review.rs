//! Shows one difference after the other and asks what to do.

use std::io::{BufRead, Write};
use std::sync::Arc;

use super::CliError;
use super::pending::{NOTHING, difference, located, title};
use crate::contract::Contract;
use crate::finding::Place;
use crate::report::{Paint, Snippet};
use crate::rule::Severity;
use crate::snapshot::{Pending, Store};

const QUESTION: &str = "[a]ccept, [r]eject, [k] skip, [s]how the document's lines, [q]uit";

/// Asks about each of these. The end of the input is as good as quitting.
pub(super) fn ask(
    store: &Store,
    waiting: &[Pending],
    contracts: &[Arc<Contract>],
    paint: Paint,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), CliError> {
    if waiting.is_empty() {
        return say(output, NOTHING);
    }
    let (mut accepted, mut rejected) = (0, 0);
    'pending: for (index, pending) in waiting.iter().enumerate() {
        say(output, &format!("\n{} of {}: {}", index + 1, waiting.len(), title(store, pending, paint)))?;
        say(output, &difference(pending, paint))?;
        loop {
            write!(output, "{} ", paint.strong(format!("{QUESTION}:")))
                .and_then(|()| output.flush())
                .map_err(|error| CliError::system("cannot write to the terminal", error))?;
            let mut line = String::new();
            let read = input.read_line(&mut line).map_err(|error| CliError::system("cannot read the answer", error))?;
            if read == 0 {
                break 'pending;
            }
            match line.trim().to_lowercase().as_str() {
                "a" | "accept" => {
                    store.accept(pending)?;
                    accepted += 1;
                    break;
                }
                "r" | "reject" => {
                    store.reject(pending)?;
                    rejected += 1;
                    break;
                }
                "k" | "skip" => break,
                "s" | "show" => say(output, &lines(pending, contracts, paint))?,
                "q" | "quit" => break 'pending,
                _ => say(output, "answer with one of the letters in brackets")?,
            }
        }
    }
    let left = waiting.len() - accepted - rejected;
    say(output, &format!("\n{accepted} accepted, {rejected} rejected, {left} left"))
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
    use crate::snapshot::{Record, contracts};

    fn contract() -> Arc<Contract> {
        Arc::new(Contract::load("specs/asapp.yaml".as_ref(), Default::default()).expect("compiles"))
    }

    /// What is asked and shown where a person types this.
    fn asked(store: &Store, contract: Arc<Contract>, input: &str) -> String {
        let waiting = store.pending().expect("pending");
        let mut output = Vec::new();
        ask(store, &waiting, &[contract], Paint::Plain, &mut input.as_bytes(), &mut output).expect("done");
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
        let contract = contract();
        let original = contracts(&contract).remove(0);
        for (name, old) in [("a", Some("before")), ("b", None), ("c", Some("before")), ("d", None)] {
            let record = Record { name: format!("contract/{name}.snap").into(), ..original.clone() };
            if let Some(old) = old {
                store.write(&Record { text: old.into(), ..record.clone() }, false).expect("written");
            }
            store.write(&Record { text: "after".into(), ..record }, true).expect("written");
        }
        // Accept a; look at b's lines and reject it; skip c; leave before d.
        let output = asked(&store, contract, "a\ns\nwhat\nR\nk\nq\n");
        let read = |name: &str| store.read(name.as_ref()).expect("readable");
        assert_eq!(read("contract/a.snap").as_deref(), Some("after"));
        assert_eq!(read("contract/b.snap"), None);
        assert_eq!(read("contract/c.snap").as_deref(), Some("before"));
        assert_eq!(left(&store), ["c", "d"].map(|name| store.shown(format!("contract/{name}.snap").as_ref(), None)));
        insta::assert_snapshot!(output);
    }

    #[test]
    fn each_section_that_differs_is_asked_about() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let store = Store::new(folder.path());
        let contract = contract();
        let text = |sections: &[(&str, &str)]| -> String {
            let lines = sections.iter().map(|(name, status)| {
                format!("{name}: about {name}\n  node: …/requestBody/required\n\n  POST /\n\n  => {status}\n")
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let record = |sections: &[(&str, &str)]| Record {
            name: "behaviour/x.snap".into(),
            text: text(sections),
            ..contracts(&contract).remove(0)
        };
        store.write(&record(&[("same", "200"), ("b", "400"), ("gone", "404"), ("d", "401")]), false).expect("written");
        let new = [("same", "200"), ("a", "400"), ("b", "422"), ("c", "409"), ("d", "403")];
        store.write(&record(&new), true).expect("written");
        // Accept a, which is new; look at b's lines and accept it; reject c; skip d.
        let output = asked(&store, contract.clone(), "a\ns\na\nr\nk\n");
        let accepted = text(&[("same", "200"), ("a", "400"), ("b", "422"), ("gone", "404"), ("d", "401")]);
        assert_eq!(store.read("behaviour/x.snap".as_ref()).expect("readable").as_deref(), Some(accepted.trim_end()));
        assert_eq!(left(&store), [store.shown("behaviour/x.snap".as_ref(), Some("d"))]);
        insta::assert_snapshot!(output);
        asked(&store, contract, "r\n");
        assert_eq!(store.names("").expect("names"), [std::path::PathBuf::from("behaviour/x.snap")]);
    }
}
