//! What a property counts: by what it is called, and by what the document says of it.

use serde_json::{Map, Value};

use super::exchange::said_of_schema;
use super::phrase::{states, words_of};
use super::shown::shown_by;
use crate::check::support::equality::says_state;
use crate::check::{ResponseView, Subject};
use crate::resource::Noun;
use crate::text::words;

/// What begins a description of a count.
const LEADS: [[&str; 2]; 3] = [["how", "many"], ["number", "of"], ["count", "of"]];
/// Words that say no more than that something is there, and of what it is.
const PLAIN: [&str; 27] = [
    "the",
    "this",
    "it",
    "its",
    "a",
    "an",
    "that",
    "which",
    "who",
    "has",
    "have",
    "is",
    "are",
    "there",
    "in",
    "of",
    "on",
    "by",
    "with",
    "to",
    "for",
    "name",
    "names",
    "belong",
    "belongs",
    "assigned",
    "currently",
];

/// Words that say that something is counted, behind what it is and before it.
const BEHIND: [&str; 3] = ["count", "counts", "total"];
const BEFORE: [&str; 5] = ["num", "number", "count", "total", "no"];

/// A property that counts the items of a collection, or a member of an object that counts them by their states.
#[derive(Clone, Debug, PartialEq)]
pub struct Counter {
    property: String,
    member: Option<String>,
    /// What is counted, where the document says it.
    said: Option<Counted>,
}

/// Which items are counted.
#[derive(Clone, Debug, PartialEq)]
enum Counted {
    All,
    /// Those in one of these states, or in none of them.
    In(Vec<String>),
    NotIn(Vec<String>),
    /// Those of each state, by its name.
    Each,
    /// Others than words tell.
    Unsure,
}

impl Counter {
    /// How it is called.
    pub fn name(&self) -> String {
        [Some(&self.property), self.member.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>().join(".")
    }

    /// The number that it shows.
    pub fn value(&self, read: &Subject<'_>) -> Option<u64> {
        let mut shown = shown_by(read)?;
        let value = shown.remove(&self.property)?;
        self.member.as_ref().map_or(Some(&value), |member| value.get(member))?.as_u64()
    }

    /// Whether the document says what is counted.
    pub fn is_said(&self) -> bool {
        self.said.is_some()
    }

    /// Whether nothing says that some items are not counted.
    pub fn counts_all(&self) -> bool {
        matches!(self.said, None | Some(Counted::All))
    }

    /// Whether an item that is there is counted, as it is shown; `None` where that is not sure.
    pub fn counts(&self, shown: &Map<String, Value>) -> Option<bool> {
        let has = states(shown);
        let is_in = |all: &[String]| all.iter().any(|one| has.iter().any(|(_, state)| state == one));
        // Nothing is said of what has no state.
        let is_stated = || shown.iter().any(|(name, value)| says_state(name) && value.is_string());
        match self.said.as_ref().unwrap_or(&Counted::All) {
            Counted::All => Some(true),
            Counted::In(all) if is_in(all) => Some(true),
            Counted::In(_) => is_stated().then_some(false),
            Counted::NotIn(all) if is_in(all) => Some(false),
            Counted::NotIn(_) => is_stated().then_some(true),
            Counted::Each | Counted::Unsure => None,
        }
    }
}

/// The properties of what is read that count the items of a collection: `holder` is the collection of what has them.
pub fn counters(read: &Subject<'_>, [holder, collection]: [&str; 2]) -> Vec<Counter> {
    let shown = shown_by(read).unwrap_or_default();
    let counters = |(property, value): (&String, &Value)| {
        let is_called = is_count_of(property, collection);
        let said = said_of_shown(read, property).map(|said| counted(&said, [holder, collection]));
        let of = |member: Option<&String>, said| Counter { property: property.clone(), member: member.cloned(), said };
        match (value, said) {
            (Value::Object(members), Some(Some(Counted::Each))) => {
                let counts = members.iter().filter(|(_, value)| value.is_u64());
                counts
                    .map(|(member, _)| of(Some(member), Some(Counted::In(vec![words::of(member).join(" ")]))))
                    .collect()
            }
            (Value::Number(_), Some(Some(said))) if said != Counted::Each => vec![of(None, Some(said))],
            // What is said of something else takes back the name.
            (Value::Number(_), Some(None)) if is_called => vec![of(None, Some(Counted::Unsure))],
            (Value::Number(_), None) if is_called => vec![of(None, None)],
            _ => Vec::new(),
        }
    };
    shown.iter().filter(|(_, value)| value.is_u64() || value.is_object()).flat_map(counters).collect()
}

/// What the document says of a property of what a response shows.
pub(super) fn said_of_shown(read: &Subject<'_>, property: &str) -> Option<String> {
    let response = read.exchange.result.as_ref().ok()?;
    let schemas = &read.contract.schemas;
    let whole = ResponseView::new(read, response).media.and_then(|media| media.schema);
    let outer: Vec<_> =
        schemas.with_branches(&Vec::from_iter(whole)).flat_map(|id| &schemas.get(id).properties).collect();
    // It may be what the body is around.
    let inner = outer.iter().flat_map(|(_, id)| schemas.with_branches(&[**id]));
    let inner = inner.flat_map(|id| &schemas.get(id).properties);
    let mut own = outer.iter().copied().chain(inner).filter(|(name, _)| *name == property);
    own.find_map(|(_, id)| said_of_schema(read.contract, *id)).map(str::to_owned)
}

/// The words behind the items of a collection that a description says are counted, right behind how many there are.
pub(super) fn lead_of(said: &str, collection: &str) -> Option<Vec<String>> {
    let words = words_of(said.split(['.', ';', ':']).next()?);
    let [one, other, item, behind @ ..] = &words[..] else { return None };
    let is_lead = LEADS.contains(&[one.as_str(), other.as_str()]);
    (is_lead && is_of(item, collection)).then(|| behind.to_vec())
}

/// Whether a word is what an item of a collection is called.
fn is_of(word: &str, collection: &str) -> bool {
    let noun = Noun::of(word).text();
    !noun.is_empty() && noun == Noun::of(collection).text()
}

/// Which items of a collection a description says are counted, if it says that they are.
fn counted(said: &str, [holder, collection]: [&str; 2]) -> Option<Counted> {
    let said = said.split(['.', ';', ':']).find(|sentence| !sentence.trim().is_empty())?;
    let words = words_of(said);
    let lead = LEADS
        .iter()
        .find_map(|lead| words.windows(2).position(|pair| pair == lead))
        .filter(|at| *at == 0 || *at == 1 && ["total", "the", "current"].contains(&words[0].as_str()))?
        + 2;
    let at = lead + words[lead..].iter().position(|word| is_of(word, collection))?;
    let before: Vec<String> = words[lead..at].iter().filter(|word| !PLAIN.contains(&word.as_str())).cloned().collect();
    let mut rest = words[at + 1..].iter().map(String::as_str).peekable();
    rest.next_if(|word| ["that", "which", "who"].contains(word));
    // What is only done to them is no state: `placed by the customer`.
    let is_state = rest.next_if(|word| ["is", "are"].contains(word)).is_some();
    let is_denied = is_state && rest.next_if(|word| *word == "not").is_some();
    let behind: Vec<&str> = rest.filter(|word| !PLAIN.contains(word) && !is_of(word, holder)).collect();
    let is_list =
        behind.iter().skip(1).step_by(2).all(|word| *word == "or" || *word == "nor") && !behind.len().is_multiple_of(2);
    let listed = || behind.iter().step_by(2).map(|word| (*word).to_owned()).collect();
    Some(match (&before[..], &behind[..]) {
        ([], []) if !is_denied => Counted::All,
        ([state], []) => Counted::In(vec![state.clone()]),
        ([], [each, state]) if ["each", "per"].contains(each) && says_state(state) => Counted::Each,
        ([], [..]) if is_list && is_denied => Counted::NotIn(listed()),
        ([], [..]) if is_list && is_state => Counted::In(listed()),
        _ => Counted::Unsure,
    })
}

/// Whether a property is called a count of the items of a collection, and of nothing less: `bike_count`, `numberOfBikes`.
pub(super) fn is_count_of(property: &str, collection: &str) -> bool {
    let words = words::of(property);
    let is_it = |rest: &[String]| !rest.is_empty() && Noun::of(&rest.join("_")).text() == Noun::of(collection).text();
    let behind = words.split_last().is_some_and(|(last, rest)| BEHIND.contains(&last.as_str()) && is_it(rest));
    let before = words.split_first().is_some_and(|(first, rest)| {
        let rest = if rest.first().is_some_and(|word| word == "of") { &rest[1..] } else { rest };
        BEFORE.contains(&first.as_str()) && is_it(rest)
    });
    behind || before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_says_what_is_counted() {
        let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (said, expected) in [
            ("How many tickets the customer has.", Some(Counted::All)),
            ("The number of tickets of this customer", Some(Counted::All)),
            ("How many open tickets there are", Some(Counted::In(all(&["open"])))),
            (
                "How many tickets that are not closed or resolved are assigned to the customer.",
                Some(Counted::NotIn(all(&["closed", "resolved"]))),
            ),
            ("How many tickets are open", Some(Counted::In(all(&["open"])))),
            ("How many tickets the customer has ever had, deleted ones as well.", Some(Counted::Unsure)),
            ("How many tickets there are of each status.", Some(Counted::Each)),
            ("How many open and late tickets there are", Some(Counted::Unsure)),
            ("How many tickets were written by the customer", Some(Counted::Unsure)),
            ("How many tickets are not of the customer", Some(Counted::Unsure)),
            ("How many agents the customer has.", None),
            ("The largest ticket.", None),
        ] {
            assert_eq!(counted(said, ["customers", "tickets"]), expected, "{said}");
        }
    }

    #[test]
    fn a_count_is_called_after_what_it_counts_and_after_nothing_less() {
        for name in ["bike_count", "bikesCount", "numberOfBikes", "num_bikes", "totalBikes", "bike-total"] {
            assert!(is_count_of(name, "bikes"), "{name}");
        }
        for name in ["free_bike_count", "count", "bikes", "dock_count", "bike_capacity", "number_of_broken_bikes"] {
            assert!(!is_count_of(name, "bikes"), "{name}");
        }
    }
}
