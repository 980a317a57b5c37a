//! What was accepted to be done later is not done when the document says that it is.

use std::time::Duration;

use super::phrase::words_of;
use super::shown::shown_by;
use super::update::is_passing;
use super::{Finding, Rule, Subject, brief, broken, is_success, name};
use crate::check::support::equality::says_state;
use crate::contract::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "never-done",
        "What was accepted with 202 is in a state that passes by itself for longer than its document says.",
        "RFC 9110, section 15.3.3",
    )
};

/// Words for what is done, and for numbers of seconds.
const DONE: [&str; 9] =
    ["done", "finished", "complete", "completed", "completes", "ready", "finishes", "processed", "over"];
const NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
/// What takes longer is not waited for.
const LONGEST: u64 = 10;

/// How long it takes until what an operation makes is done, as the document says of making or reading it.
pub fn promised(create: &Operation, read: &Operation) -> Option<Duration> {
    let said = [create, read].into_iter().filter_map(|operation| operation.description.as_deref());
    said.flat_map(|said| said.split(['.', ';'])).find_map(limit)
}

/// The limit that a sentence gives: "done within two seconds".
fn limit(sentence: &str) -> Option<Duration> {
    let words = words_of(sentence);
    let at = words.iter().position(|word| word == "within")?;
    let [number, unit, ..] = &words[at + 1..] else { return None };
    let spelt = NUMBERS.iter().position(|word| word == number).map(|at| at as u64 + 1);
    let one = ["a", "an"].contains(&number.as_str()).then_some(1);
    let seconds = number.parse::<u64>().ok().or(spelt).or(one)?;
    let is_sure = ["usually", "typically", "normally", "often", "most", "about", "not"];
    let is_of_it = words.iter().any(|word| DONE.contains(&word.as_str()));
    let is_sure = !words.iter().any(|word| is_sure.contains(&word.as_str()));
    let is_short = ["second", "seconds"].contains(&unit.as_str()) && (1..=LONGEST).contains(&seconds);
    (is_of_it && is_sure && is_short).then(|| Duration::from_secs(seconds))
}

/// What is wrong with what is read longer after it was made than the document gives it.
pub fn judge(made: &Subject<'_>, read: &Subject<'_>, limit: Duration) -> Option<Finding> {
    let shown = shown_by(read).filter(|_| is_success(made) && is_success(read))?;
    let (property, state) =
        shown.iter().find(|(name, state)| says_state(name) && state.as_str().is_some_and(is_passing))?;
    let seconds = limit.as_secs();
    let message = format!("`{property}` is still {} long after {}", brief(&state.to_string()), name(made));
    Some(broken(&RULE, read, message, property, format!("a state that stays, within {seconds} s")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_gives_a_limit() {
        for (said, seconds) in [
            ("An export is done within two seconds", Some(2)),
            ("It is finished within 5 seconds", Some(5)),
            ("A report is ready within a second of its request", Some(1)),
            ("It is usually done within two seconds", None),
            ("It is done within two days", None),
            ("Answers within two seconds", None),
            ("It is done some day", None),
        ] {
            assert_eq!(limit(said), seconds.map(Duration::from_secs), "{said}");
        }
    }
}
