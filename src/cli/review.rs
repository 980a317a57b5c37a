//! Shows one difference after the other and asks what to do.

use std::io::{BufRead, Write};
use std::sync::Arc;

use super::CliError;
use super::snapshots::{difference, located, title};
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
                    store.accept(&pending.name)?;
                    accepted += 1;
                    break;
                }
                "r" | "reject" => {
                    store.drop_pending(&pending.name)?;
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
        return "no document at hand has what this snapshot is about; name it with --spec FILE".to_owned();
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

    #[test]
    fn each_answer_does_what_it_says() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let store = Store::new(folder.path());
        let contract = Arc::new(Contract::load("specs/asapp.yaml".as_ref(), Default::default()).expect("compiles"));
        let original = contracts(&contract).remove(0);
        for (name, old) in [("a", Some("before")), ("b", None), ("c", Some("before")), ("d", None)] {
            let record = Record { name: format!("{name}.snap").into(), ..original.clone() };
            if let Some(old) = old {
                store.write(&Record { text: old.into(), ..record.clone() }, false).expect("written");
            }
            store.write(&Record { text: "after".into(), ..record }, true).expect("written");
        }
        let waiting = store.pending().expect("pending");
        let mut output = Vec::new();
        // Accept a; look at b's lines and reject it; skip c; leave before d.
        let mut input = "a\ns\nwhat\nR\nk\nq\n".as_bytes();
        ask(&store, &waiting, &[contract], Paint::Plain, &mut input, &mut output).expect("done");
        let read = |name: &str| store.read(name.as_ref()).expect("readable");
        assert_eq!(read("a.snap").as_deref(), Some("after"));
        assert_eq!(read("b.snap"), None);
        assert_eq!(read("c.snap").as_deref(), Some("before"));
        let left: Vec<_> = store.pending().expect("pending").into_iter().map(|pending| pending.name).collect();
        assert_eq!(left, ["c.snap", "d.snap"].map(std::path::PathBuf::from));
        let output = String::from_utf8(output).expect("UTF-8").replace(&*folder.path().to_string_lossy(), "[dir]");
        insta::assert_snapshot!(output);
    }
}
