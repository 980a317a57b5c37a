//! What stands below the operations' lines.

use std::collections::BTreeSet;
use std::io::Write;

use super::root_cause::{Entry, table};
use super::{Detail, Terminal, finding};
use crate::engine::{Because, Leavings, Outcome, Results, RootCause};
use crate::lint;
use crate::report::count::{count, thousands};
use crate::report::ranked::ranked;
use crate::report::totals::sentence;
use crate::report::words::seconds;
use crate::rule::Severity;
use crate::text::hidden::escape;

/// Findings that are shown whole; the rest get a line each.
const MOST_WHOLE: usize = 3;
/// Findings that are shown at all.
const MOST_LINES: usize = 40;
/// Warnings or faults of a document that are shown.
const MOST_SHORT: usize = 20;
/// Paths of what is left behind that are named.
const LEFT: usize = 10;
/// Other places of one finding that are named.
const MOST_PLACES: usize = 3;

impl<W: Write> Terminal<W> {
    /// What is known once the run is over.
    pub(super) fn close(&mut self, results: &Results) {
        let causes = ranked(results);
        let of = |severity| causes.iter().filter(move |cause: &&RootCause<'_>| cause.severity == severity);
        let errors = Entry::all(of(Severity::Error));
        let warnings = Entry::all(of(Severity::Warning).filter(|cause| !cause.is_of_document()));
        let omissions = Entry::all(of(Severity::Warning).filter(|cause| cause.is_of_document()));
        if self.detail != Detail::Summary {
            self.findings(&errors);
            self.warnings(&warnings);
            self.omissions(&omissions);
            self.documents(results);
        }
        self.untestable(results);
        if self.detail != Detail::Summary {
            self.left_out(results);
            self.made(results);
            self.lives(results);
            self.given_up(results);
            self.gaps(results);
            self.unexercised(results);
            self.unseen(results);
        }
        if self.detail == Detail::Summary || errors.len() > MOST_WHOLE {
            let all = errors.iter().chain(&warnings).chain(&omissions);
            self.section("findings by rule", &table(self.paint, all), usize::MAX);
        }
        self.totals(results, errors.len());
        if let Some(worst) = errors.first().filter(|_| self.detail == Detail::Summary || errors.len() > MOST_WHOLE) {
            let line = format!("the worst: {}", worst.line(self.paint, 1, None).trim_start());
            self.line(line);
        }
    }

    fn most(&self, short: usize) -> usize {
        match self.detail {
            Detail::Summary | Detail::Short | Detail::AllFindings => short,
            Detail::Full => usize::MAX,
        }
    }

    /// Errors of the target, each root cause once: the first few in full, the rest a line each.
    fn findings(&mut self, errors: &[Entry<'_>]) {
        let is_all = matches!(self.detail, Detail::AllFindings | Detail::Full);
        let whole = if is_all { usize::MAX } else { MOST_WHOLE };
        let (places, width, paint) = (self.most(MOST_PLACES), self.width, self.paint);
        let numbered = || (1..).zip(errors);
        let texts: Vec<String> =
            numbered().take(whole).map(|(number, entry)| entry.whole(paint, number, places, width)).collect();
        self.section("findings", &texts, usize::MAX);
        self.exports(errors.iter().take(whole));
        let lines: Vec<String> =
            numbered().skip(whole).map(|(number, entry)| entry.line(paint, number, width)).collect();
        lines.iter().take(MOST_LINES).for_each(|line| self.line(line));
        if !lines.is_empty() {
            let more = match lines.len().saturating_sub(MOST_LINES) {
                0 => String::new(),
                more => format!("… {} more; ", thousands(more)),
            };
            let hint = format!("  {more}--all-findings shows each in full, --report html=FILE as a page");
            self.line(self.paint.faint(hint));
        }
    }

    /// What the commands above take from the environment, once for all of them.
    fn exports<'e>(&mut self, shown: impl Iterator<Item = &'e Entry<'e>>) {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for entry in shown {
            let evidence = &entry.first().example().evidence;
            for exchange in evidence.exchange.iter().chain(&evidence.sequence) {
                let command = exchange.request.curl();
                let is_used = |name: &&String| takes(&command, name);
                names.extend(exchange.request.variables.iter().filter(is_used).cloned());
            }
        }
        if !names.is_empty() {
            let all: Vec<String> = names.into_iter().collect();
            self.line(self.paint.faint(format!("  set {} in the environment first", all.join(", "))));
        }
    }

    fn warnings(&mut self, warnings: &[Entry<'_>]) {
        let places = self.most(MOST_PLACES);
        let texts: Vec<String> = warnings.iter().map(|entry| entry.brief(self.paint, places)).collect();
        self.section("warnings", &texts, self.most(MOST_SHORT));
    }

    /// What the target does by right, and the document does not say.
    fn omissions(&mut self, omissions: &[Entry<'_>]) {
        let places = self.most(MOST_PLACES);
        let texts: Vec<String> = omissions.iter().map(|entry| entry.of_document(self.paint, places)).collect();
        self.section("left out of the documents", &texts, self.most(MOST_SHORT));
    }

    /// The documents' own faults, which no target is blamed for.
    fn documents(&mut self, results: &Results) {
        let mut texts = Vec::new();
        for result in &results.contracts {
            for (finding, places) in lint::gathered(&result.faults) {
                let more = match places - 1 {
                    0 => String::new(),
                    more => format!(" (and at {} more)", thousands(more)),
                };
                texts.push(format!("{}{more}", finding::short(self.paint, finding)));
            }
        }
        self.section("faults of the documents themselves", &texts, self.most(MOST_SHORT));
    }

    /// A heading, then the texts up to `most` of them.
    pub(super) fn section(&mut self, heading: &str, texts: &[String], most: usize) {
        if texts.is_empty() {
            return;
        }
        self.line("");
        self.line(self.paint.strong(heading));
        for text in texts.iter().take(most) {
            // A finding that is shown whole ends with a line break, and so stands apart.
            self.line(text);
        }
        if texts.len() > most {
            self.line(format!("  … {} more; --verbose shows all", thousands(texts.len() - most)));
        }
    }

    /// Operations that were chosen and not tested, by the reason.
    fn left_out(&mut self, results: &Results) {
        let mut lines = Vec::new();
        for because in [Because::MayHarm, Because::Acts, Because::Excluded, Because::Deprecated] {
            let before = lines.len();
            for result in &results.contracts {
                let name = escape(&result.contract.name);
                let operations = result.left_out.iter().filter(|(_, reason)| *reason == because);
                lines.extend(operations.map(|(operation, _)| format!("  {name} {}", escape(operation))));
            }
            if lines.len() > before {
                lines.push(format!("  help: {}", because.help()));
            }
        }
        self.section("left out", &lines, usize::MAX);
    }

    /// What the run has made, and deleted again.
    fn made(&mut self, results: &Results) {
        let mut lines = Vec::new();
        for result in &results.contracts {
            let Leavings { deleted, left, left_at, changed, may_be_left } = &result.made;
            let name = escape(&result.contract.name);
            if deleted + left > 0 {
                let made = count(deleted + left, "resource");
                let (deleted, left) = (thousands(*deleted), thousands(*left));
                lines.push(format!("  {name}: made {made}, {deleted} of them deleted again, {left} left"));
            }
            let most = self.most(LEFT);
            let mut list = |what: &str, paths: &[String]| {
                let shown: Vec<String> = paths.iter().take(most).map(|path| escape(path).into_owned()).collect();
                if !shown.is_empty() {
                    let others = match paths.len() - shown.len() {
                        0 => String::new(),
                        others => format!(", and {} more", thousands(others)),
                    };
                    lines.push(format!("  {name}: {what}: {}{others}", shown.join(", ")));
                }
            };
            list("changed, and could not be put back", changed);
            list("left behind", left_at);
            list("may have been left behind", may_be_left);
        }
        self.section("made by the run", &lines, usize::MAX);
    }

    /// What of the life of each kind of resource was gone through.
    fn lives(&mut self, results: &Results) {
        if self.detail == Detail::Short {
            return;
        }
        let mut lines = Vec::new();
        for result in &results.contracts {
            for (item, coverage) in &result.lives {
                let exercised: Vec<&str> = coverage.exercised().collect();
                let not: Vec<String> =
                    coverage.unexercised().map(|(part, reason)| format!("{part}: {reason}")).collect();
                let name = escape(&result.contract.name);
                lines.push(format!("  {name} {}: {}", escape(item), exercised.join(", ")));
                lines.extend(not.iter().map(|not| format!("    not {not}")));
            }
        }
        self.section("lives of resources", &lines, usize::MAX);
    }

    fn unexercised(&mut self, results: &Results) {
        let mut lines = Vec::new();
        for result in &results.contracts {
            for (described, summary) in result.summaries() {
                for (id, reason) in &summary.unexercised {
                    let Some(clause) = described.clauses().all.get(id.0 as usize) else { continue };
                    let place = result.contract.place(&clause.location);
                    let clause = clause.describe(described);
                    lines.push(format!("  {} {}: {}", escape(&place), escape(&clause), escape(reason)));
                }
            }
        }
        match self.detail {
            Detail::Full => self.section("clauses that were not exercised", &lines, usize::MAX),
            _ if lines.is_empty() => {}
            _ => {
                let (were, them) = if lines.len() == 1 { ("was", "it") } else { ("were", "them") };
                self.line("");
                let line = format!("{} {were} not exercised; --verbose lists {them}", count(lines.len(), "clause"));
                self.line(self.paint.faint(line));
            }
        }
    }

    /// Documented statuses that were never received; how many there are stands among the totals.
    fn unseen(&mut self, results: &Results) {
        if self.detail != Detail::Full {
            return;
        }
        let mut lines = Vec::new();
        for result in &results.contracts {
            for (described, summary) in result.summaries() {
                let unseen = summary.statuses.iter().filter(|(_, seen)| !seen);
                let unseen: Vec<String> = unseen.map(|(status, _)| status.to_string()).collect();
                if !unseen.is_empty() {
                    let of = format!("{} {}", result.contract.name, described.id);
                    lines.push(format!("  {}: {}", escape(&of), unseen.join(", ")));
                }
            }
        }
        self.section("documented statuses that were never seen", &lines, usize::MAX);
    }

    fn totals(&mut self, results: &Results, told: usize) {
        let totals = results.totals();
        let told = match totals.errors > told {
            true => format!("; errors that are alike are told together, as {}", count(told, "finding")),
            false => String::new(),
        };
        let word = match results.outcome {
            _ if results.interrupted => self.paint.warn("INTERRUPTED"),
            Some(Outcome::Fails) => self.paint.bad("FAIL"),
            Some(Outcome::Conforms) => self.paint.good("PASS"),
            Some(Outcome::Untestable) | None => self.paint.warn("UNTESTED"),
        };
        let elapsed = results.elapsed.unwrap_or_default();
        let rate = totals.requests as f64 / elapsed.as_secs_f64().max(0.001);
        let (requests, rate) = (count(totals.requests, "request"), thousands(rate.round() as usize));
        self.line("");
        let counted = self.counted(results);
        self.line(format!("{word}  {}{counted}{told}", sentence(&totals)));
        let summaries = results.contracts.iter().flat_map(|result| result.summaries());
        let (mut exercised, mut clauses, mut seen, mut statuses, mut throttled) = (0, 0, 0, 0, 0);
        for (_, summary) in summaries {
            exercised += summary.exercised;
            clauses += summary.clauses;
            throttled += summary.throttled as usize;
            statuses += summary.statuses.len();
            seen += summary.statuses.iter().filter(|(_, seen)| *seen).count();
        }
        let line = format!("{exercised} of {clauses} clauses exercised, {seen} of {statuses} documented statuses seen");
        self.line(self.paint.faint(line));
        let (mut done, mut parts, mut kinds) = (0, 0, 0);
        for coverage in results.contracts.iter().flat_map(|result| result.lives.values()) {
            (done, kinds) = (done + coverage.exercised().count(), kinds + 1);
            parts += coverage.exercised().count() + coverage.unexercised().count();
        }
        if kinds > 0 {
            let of = count(kinds, "kind");
            let line = format!("{done} of {parts} parts of the lives of {of} of resources gone through");
            self.line(self.paint.faint(line));
        }
        if throttled > 0 {
            let line = format!("{} of 429 or 503 waited out", count(throttled, "response"));
            self.line(self.paint.faint(line));
        }
        let seed = self.setting.seed;
        let line = format!("{requests} in {} ({rate}/s); repeat with --seed {seed}", seconds(elapsed));
        self.line(self.paint.faint(line));
    }

    /// What fails a run, beside its findings, because nothing is to be overlooked.
    fn counted(&self, results: &Results) -> String {
        if !self.setting.strict {
            return String::new();
        }
        let contracts = &results.contracts;
        let faults = contracts.iter().map(|result| lint::counted(&result.faults)).sum();
        let gaps = contracts.iter().flat_map(|result| result.summaries()).map(|(_, summary)| summary.gaps.len()).sum();
        let totals = results.totals();
        let counts = [(totals.warnings, "warning"), (totals.document, "omission"), (gaps, "gap"), (faults, "fault")];
        let parts = counts.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| match noun {
            "fault" => format!("{} of the documents themselves", count(number, noun)),
            "omission" => format!("{} of the documents", count(number, noun)),
            _ => count(number, noun),
        });
        let parts: Vec<String> = parts.collect();
        match parts.is_empty() {
            true => String::new(),
            false => format!("; --strict counts {}", parts.join(", ")),
        }
    }
}

/// Whether a shell's command takes a variable of this name: `$A` and `${A}` take `A`, `$AB` does not.
fn takes(command: &str, name: &str) -> bool {
    command.match_indices('$').any(|(at, _)| {
        let rest = &command[at + 1..];
        let rest = rest.strip_prefix('{').unwrap_or(rest).strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::takes;

    #[test]
    fn a_variable_is_taken_by_its_whole_name() {
        for command in ["curl \"$A\"", "curl ${A}", "curl ${A##* }", "curl $AB$A"] {
            assert!(takes(command, "A"), "{command}");
        }
        for command in ["curl $AB", "curl ${A_B}", "curl A", "curl $", "curl ${B}A"] {
            assert!(!takes(command, "A"), "{command}");
        }
    }
}
