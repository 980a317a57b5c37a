//! Operations that were not tested, or not to the end: a line for each reason.

use std::io::Write;
use std::sync::LazyLock;

use indexmap::IndexMap;
use regex::Regex;

use super::{Detail, Terminal};
use crate::engine::{OperationSummary, Results};
use crate::report::count::thousands;
use crate::text::hidden::escape;

/// Operations that are named for one reason, beside the first.
const MOST: usize = 6;

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

    /// The first operation of each reason in full, and the others by name.
    fn by_reason(&self, results: &Results, reason: fn(&OperationSummary) -> Option<&str>) -> Vec<String> {
        let most = if self.detail == Detail::Full { usize::MAX } else { MOST };
        let mut all: IndexMap<(&str, String), (String, Vec<&str>)> = IndexMap::new();
        for result in results.contracts.iter().filter(|result| result.untestable.is_none()) {
            let name = result.contract.name.as_str();
            for (operation, summary) in result.summaries() {
                let Some(reason) = reason(summary) else { continue };
                let first = || format!("  {} {}: {}", escape(name), escape(&operation.id), escape(reason));
                match all.entry((name, essence(reason))) {
                    indexmap::map::Entry::Vacant(place) => {
                        place.insert((first(), Vec::new()));
                    }
                    indexmap::map::Entry::Occupied(known) => known.into_mut().1.push(&operation.id),
                }
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

/// A reason without the request that it is told of.
fn essence(reason: &str) -> String {
    static REQUEST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r" \([A-Z]+ \S+\)").ok());
    REQUEST.as_ref().map_or_else(|| reason.to_owned(), |request| request.replace(reason, "").into_owned())
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
    }
}
