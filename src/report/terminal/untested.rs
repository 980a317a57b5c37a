//! Operations that were not tested, or not to the end, and what a green run leaves open: a line for each reason.

use std::io::Write;
use std::sync::LazyLock;

use indexmap::IndexMap;
use regex::Regex;

use super::{Detail, Terminal};
use crate::contract::Operation;
use crate::engine::{OperationSummary, Results};
use crate::report::count::thousands;
use crate::text::hidden::escape;

/// Operations that are named for one reason, beside the first.
const MOST: usize = 6;
/// Gaps that are shown.
const MOST_GAPS: usize = 20;
/// What a reason has before the words of the target.
const SAYS: &str = "the target says: ";

impl<W: Write> Terminal<W> {
    /// What could not be tested.
    pub(super) fn untestable(&mut self, results: &Results) {
        let mut lines = Vec::new();
        for result in &results.contracts {
            if let Some(reason) = &result.untestable {
                lines.push(format!("  {}: {}", escape(&result.contract.name), escape(reason)));
            }
        }
        lines.extend(self.by_reason(results, |summary| summary.untestable.as_deref()));
        if !lines.is_empty() {
            lines.extend(self.setting.hint.iter().map(|hint| format!("  help: {hint}")));
        }
        self.section("could not be tested", &lines, usize::MAX);
    }

    /// Operations whose cases were not all sent.
    pub(super) fn given_up(&mut self, results: &Results) {
        let lines = self.by_reason(results, |summary| summary.given_up.as_deref());
        self.section("not tested to the end", &lines, usize::MAX);
    }

    /// What a green run leaves open.
    pub(super) fn gaps(&mut self, results: &Results) {
        let gaps = results.contracts.iter().flat_map(|result| {
            let name = result.contract.name.as_str();
            let of = move |(operation, summary)| {
                let (operation, summary): (&Operation, &OperationSummary) = (operation, summary);
                summary.gaps.iter().map(move |gap| (name, operation.id.as_str(), gap.as_str()))
            };
            result.summaries().flat_map(of)
        });
        let lines = self.alike(gaps, " · ");
        self.section("gaps: meant to be seen, and not seen", &lines, MOST_GAPS);
    }

    fn by_reason(&self, results: &Results, reason: fn(&OperationSummary) -> Option<&str>) -> Vec<String> {
        let tested = results.contracts.iter().filter(|result| result.untestable.is_none());
        let reasons = tested.flat_map(|result| {
            let name = result.contract.name.as_str();
            let of = move |(operation, summary)| {
                let (operation, summary): (&Operation, &OperationSummary) = (operation, summary);
                Some((name, operation.id.as_str(), reason(summary)?))
            };
            result.summaries().filter_map(of)
        });
        self.alike(reasons, ": ")
    }

    /// What is said of operations, each by its contract and its id: of those of which the same is said the first in full, and
    /// the others by name.
    fn alike<'r>(&self, said: impl Iterator<Item = (&'r str, &'r str, &'r str)>, mark: &str) -> Vec<String> {
        let most = if self.detail == Detail::Full { usize::MAX } else { MOST };
        let mut all: IndexMap<(&str, String), (String, Vec<&str>)> = IndexMap::new();
        for (name, operation, words) in said {
            let first = || format!("  {} {}{mark}{}", escape(name), escape(operation), escape(words));
            match all.entry((name, essence(words))) {
                indexmap::map::Entry::Vacant(place) => {
                    place.insert((first(), Vec::new()));
                }
                indexmap::map::Entry::Occupied(known) => known.into_mut().1.push(operation),
            }
        }
        let lines = all.into_values().map(|(first, others)| {
            let more = others.len().saturating_sub(most);
            let named: Vec<String> = others.into_iter().take(most).map(|id| escape(id).into_owned()).collect();
            match (named.is_empty(), more) {
                (true, _) => first,
                (_, 0) => format!("{first}\n    likewise: {}", named.join(", ")),
                _ => format!("{first}\n    likewise: {} and {} more", named.join(", "), thousands(more)),
            }
        });
        lines.collect()
    }
}

/// A reason without the request that it is told of, and without the ids and times in what the target says.
fn essence(reason: &str) -> String {
    static REQUEST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r" \([A-Z]+ \S+\)").ok());
    static OWN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w:.-]*\d[\w:.-]*").ok());
    let without = |pattern: &Option<Regex>, text: &str| {
        pattern.as_ref().map_or_else(|| text.to_owned(), |pattern| pattern.replace_all(text, "").into_owned())
    };
    match reason.split_once(SAYS) {
        Some((reason, said)) => format!("{}{SAYS}{}", without(&REQUEST, reason), without(&OWN, said)),
        None => without(&REQUEST, reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_whatever_request_it_is_told_of() {
        let told = |request: &str| format!("every valid request was answered with 403{request}; name a credential");
        assert_eq!(essence(&told(" (GET http://127.0.0.1:1/a)")), essence(&told(" (DELETE http://127.0.0.1:1/b/c)")));
        assert_ne!(essence(&told("")), essence("every valid request was answered with 404"));
        assert_eq!(essence("it (GET is one) stays"), "it (GET is one) stays");
        let says =
            |status: u16, id: &str| essence(&format!("answered with {status}; the target says: {{\"id\": \"{id}\"}}"));
        assert_eq!(says(418, "a17"), says(418, "b-2026-11-30T10:00:00.5Z"));
        assert_ne!(says(418, "a17"), says(419, "a17"));
    }
}
