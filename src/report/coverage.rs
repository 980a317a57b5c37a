//! What a run has exercised of its documents, as numbers that a pipeline can hold to a limit.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::json::printable;
use crate::engine::{Results, Verdict};

/// How much of what there is was exercised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// What was exercised.
    pub covered: usize,
    /// All that there is.
    pub total: usize,
}

/// What a run has exercised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Operations that were tested.
    pub operations: Share,
    /// Clauses, in every direction in which they can be exercised.
    pub clauses: Share,
    /// Documented statuses that were seen.
    pub statuses: Share,
    /// Documented media types that a valid request was accepted with, or a response had.
    pub media_types: Share,
    /// Parts of the lives of resources that were gone through: what laws are judged by.
    pub lives: Share,
    /// Webhooks and callbacks that were received, of those that a run listens for.
    pub received: Share,
}

/// What may be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`Coverage::operations`].
    Operations,
    /// [`Coverage::clauses`].
    Clauses,
    /// [`Coverage::statuses`].
    Statuses,
    /// [`Coverage::media_types`].
    MediaTypes,
    /// [`Coverage::lives`].
    Lives,
    /// [`Coverage::received`].
    Received,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Operations, Self::Clauses, Self::Statuses, Self::MediaTypes, Self::Lives, Self::Received];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Clauses => "clauses",
            Self::Statuses => "statuses",
            Self::MediaTypes => "media-types",
            Self::Lives => "lives",
            Self::Received => "received",
        }
    }
}

impl Share {
    /// Takes more into account.
    pub fn add(&mut self, covered: usize, total: usize) {
        self.covered += covered;
        self.total += total;
    }

    /// Of a hundred, rounded down: 100 is all of it. Of nothing, all is covered.
    pub fn percent(self) -> usize {
        (self.covered * 100).checked_div(self.total).unwrap_or(100)
    }
}

impl fmt::Display for Share {
    /// `14 of 16 (87 %)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} ({} %)", self.covered, self.total, self.percent())
    }
}

impl Coverage {
    /// That of a run.
    pub fn of(results: &Results) -> Self {
        let mut whole = Self::default();
        for result in &results.contracts {
            // Of what the target sends, a run can exercise no more than that it comes.
            if result.contract.is_sent {
                let received = result.summaries().filter(|(_, summary)| summary.untestable.is_none()).count();
                whole.received.add(received, result.contract.operations.len());
                continue;
            }
            whole.operations.add(0, result.left_out.len());
            for (index, operation) in &result.operations {
                if let Some(described) = result.contract.operations.get(*index) {
                    let media = operation.media_types(described);
                    whole.media_types.add(media.iter().filter(|media| media.seen).count(), media.len());
                }
                let is_tested = operation.summary.as_ref().is_some_and(|summary| summary.untestable.is_none());
                let is_judged =
                    operation.verdict(result.finished).is_some_and(|verdict| verdict != Verdict::Untestable);
                whole.operations.add(usize::from(is_tested && is_judged), 1);
            }
            for coverage in result.lives.values() {
                let (done, not) = (coverage.exercised().count(), coverage.unexercised().count());
                whole.lives.add(done, done + not);
            }
            for (_, summary) in result.summaries() {
                whole.clauses.add(summary.exercised, summary.clauses);
                let seen = summary.statuses.iter().filter(|(_, seen)| *seen).count();
                whole.statuses.add(seen, summary.statuses.len());
            }
        }
        whole
    }

    /// That of a run by its JSON document.
    pub fn read(document: &Value) -> Self {
        let mut whole = Self::default();
        for contract in items(document, "contracts") {
            if contract["sent"] == true {
                let all = items(contract, "operations");
                let received = all.iter().filter(|operation| operation["untestable"].is_null()).count();
                whole.received.add(received, all.len());
                continue;
            }
            whole.operations.add(0, items(contract, "left_out").len());
            for life in items(contract, "lives") {
                let (done, not) = (items(life, "exercised").len(), items(life, "unexercised").len());
                whole.lives.add(done, done + not);
            }
            for operation in items(contract, "operations") {
                let is_tested = operation["untestable"].is_null()
                    && operation["verdict"].as_str().is_some_and(|verdict| verdict != "untestable");
                whole.operations.add(usize::from(is_tested), 1);
                let clauses = |name: &str| operation["clauses"][name].as_u64().unwrap_or_default() as usize;
                whole.clauses.add(clauses("exercised"), clauses("total"));
                let seen = |name: &str| {
                    let all = items(operation, name);
                    (all.iter().filter(|one| one["seen"] == true).count(), all.len())
                };
                let (media, statuses) = (seen("media_types"), seen("statuses"));
                whole.media_types.add(media.0, media.1);
                whole.statuses.add(statuses.0, statuses.1);
            }
        }
        whole
    }

    /// One of its shares.
    pub fn share(&self, kind: Kind) -> Share {
        match kind {
            Kind::Operations => self.operations,
            Kind::Clauses => self.clauses,
            Kind::Statuses => self.statuses,
            Kind::MediaTypes => self.media_types,
            Kind::Lives => self.lives,
            Kind::Received => self.received,
        }
    }

    /// A row a kind of which there is any, as Markdown.
    pub fn markdown(&self) -> String {
        let row = |kind: Kind| {
            let Share { covered, total } = self.share(kind);
            format!("| {} | {covered} | {total} | {} % |\n", kind.name(), self.share(kind).percent())
        };
        let rows: String = Kind::ALL.into_iter().filter(|kind| self.share(*kind).total > 0).map(row).collect();
        if rows.is_empty() { rows } else { format!("| coverage | exercised | of | |\n|---|---:|---:|---:|\n{rows}") }
    }

    /// As JSON.
    pub fn json(&self) -> String {
        printable(&serde_json::to_string_pretty(self).unwrap_or_default())
    }

    /// The share of clauses as a badge, in SVG.
    pub fn badge(&self) -> String {
        let percent = self.clauses.percent();
        let colour = match percent {
            90.. => "#2e7d32",
            70..90 => "#b26a00",
            _ => "#b3261e",
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"146\" height=\"20\" role=\"img\" aria-label=\"contract coverage: {percent} %\">\
             <title>contract coverage: {percent} %</title>\
             <rect width=\"104\" height=\"20\" fill=\"#444\"/><rect x=\"104\" width=\"42\" height=\"20\" fill=\"{colour}\"/>\
             <g fill=\"#fff\" font-family=\"Verdana,sans-serif\" font-size=\"11\" text-anchor=\"middle\">\
             <text x=\"52\" y=\"14\">contract coverage</text><text x=\"125\" y=\"14\">{percent} %</text></g></svg>\n"
        )
    }
}

fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::Format;
    use crate::report::testing;

    #[test]
    fn all_is_covered_only_where_nothing_is_missing() {
        let share = |covered, total| Share { covered, total }.percent();
        assert_eq!([share(199, 200), share(200, 200), share(0, 0), share(0, 3)], [99, 100, 100, 0]);
    }

    #[test]
    fn a_failing_run() {
        insta::assert_snapshot!(
            "coverage",
            testing::written(Format::Coverage, |listener| testing::failing_run(listener))
        );
        insta::assert_snapshot!("badge", testing::written(Format::Badge, |listener| testing::failing_run(listener)));
    }
}
