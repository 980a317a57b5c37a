//! A root cause as a person reads it: its best example, and where else it shows. Root causes that say the same of other
//! operations, such as one failure of several routes, are an entry together.

use indexmap::{IndexMap, IndexSet};

use super::finding::{Listed, full_of, labelled, short_of};
use super::fit::cut;
use crate::engine::{CausePlace, RootCause};
use crate::finding::{Finding, Root};
use crate::report::Paint;
use crate::report::count::{count, thousands};
use crate::text::hidden::escape;

/// Root causes that say the same, the first of them as the example.
pub(super) struct Entry<'a> {
    causes: Vec<&'a RootCause<'a>>,
}

impl<'a> Entry<'a> {
    /// Entries in the order of their first root causes.
    pub fn all(causes: impl Iterator<Item = &'a RootCause<'a>>) -> Vec<Self> {
        let mut entries: IndexMap<(&str, &str, &str), Vec<&RootCause<'_>>> = IndexMap::new();
        for cause in causes {
            let finding = cause.example();
            let words = match &finding.root {
                Root::Crash { symptom, .. } => symptom.words.as_deref().unwrap_or_default(),
                _ => "",
            };
            entries.entry((finding.rule.id, &finding.message, words)).or_default().push(cause);
        }
        entries.into_values().map(|causes| Self { causes }).collect()
    }

    /// What a person sees first of it.
    pub fn first(&self) -> &'a RootCause<'a> {
        self.causes[0]
    }

    /// The whole example, and up to `most` of the other places.
    pub fn whole(&self, paint: Paint, number: usize, most: usize, width: Option<usize>) -> String {
        let cause = self.first();
        let listed = Listed { operations: cause.operations(), number: Some(number), width };
        let mut text = full_of(paint, &example(cause), &listed);
        let mut list = |label: &str, places: IndexSet<String>| {
            let mut rows: Vec<String> = places.iter().take(most).cloned().collect();
            if places.len() > most {
                rows.push(format!("… and {} more; --verbose shows all", thousands(places.len() - most)));
            }
            labelled(&mut text, paint, label, &rows);
        };
        list("also in", others(cause));
        list("likewise in", self.likewise());
        text
    }

    /// One line: number, rule, operation, place and message, cut where the terminal ends.
    pub fn line(&self, paint: Paint, number: usize, width: Option<usize>) -> String {
        let cause = self.first();
        let finding = cause.example();
        let place = cause.places.first().map(operation).unwrap_or_default();
        let operations: usize = self.causes.iter().map(|cause| cause.operations()).sum();
        let more = match operations {
            0 | 1 => String::new(),
            more => format!(" and {} more", thousands(more - 1)),
        };
        // Of a document of one line the operation says as much.
        let at = match finding.place.is_in_one_line() {
            true => String::new(),
            false => format!("  {}", paint.faint(escape(&finding.place.named()))),
        };
        let rule = paint.bad(finding.rule.id);
        let line = format!("{number:>3}. {rule}  {place}{more}{at}  {}", escape(&finding.message));
        width.map_or(line.clone(), |width| cut(&line, width))
    }

    /// The example in two lines, and up to `most` of the other places in a third.
    pub fn brief(&self, paint: Paint, most: usize) -> String {
        let cause = self.first();
        let text = short_of(paint, &example(cause), cause.operations());
        format!("{text}{}{}", listed("also in", &others(cause), most), listed("likewise in", &self.likewise(), most))
    }

    /// What to change in the document, why, and up to `most` of the other places where the same is due.
    pub fn of_document(&self, paint: Paint, most: usize) -> String {
        let cause = self.first();
        let finding = cause.example();
        let what = finding.help.as_deref().unwrap_or(&finding.expected);
        let why = escape(&finding.message);
        let place = cause.places.first().map(operation).unwrap_or_default();
        let mut places = others(cause);
        places.extend(self.likewise());
        format!("  {} ({place})\n    {why}{}", paint.warn(escape(what)), listed("likewise in", &places, most))
    }

    /// The places of the other root causes.
    fn likewise(&self) -> IndexSet<String> {
        self.causes.iter().skip(1).flat_map(|cause| cause.places.iter().map(place)).collect()
    }
}

/// A line a rule: how many entries break it, and in how many operations.
pub(super) fn table<'e>(paint: Paint, entries: impl Iterator<Item = &'e Entry<'e>>) -> Vec<String> {
    let mut rules: IndexMap<&str, (usize, IndexSet<String>)> = IndexMap::new();
    for entry in entries {
        let (found, operations) = rules.entry(entry.first().example().rule.id).or_default();
        *found += 1;
        operations.extend(entry.causes.iter().flat_map(|cause| cause.places.iter().map(operation)));
    }
    let widest = rules.keys().map(|rule| rule.len()).max().unwrap_or(0);
    let row = |(rule, (found, operations)): (&str, (usize, IndexSet<String>))| {
        let operations = count(operations.len(), "operation");
        format!("  {rule:widest$}  {:>5}  {}", thousands(found), paint.faint(format!("in {operations}")))
    };
    rules.into_iter().map(row).collect()
}

/// The example with the cases of all places.
fn example(cause: &RootCause<'_>) -> Finding {
    Finding { cases: cause.cases(), ..cause.example().clone() }
}

fn listed(label: &str, places: &IndexSet<String>, most: usize) -> String {
    if places.is_empty() {
        return String::new();
    }
    let more = match places.len().saturating_sub(most) {
        0 => String::new(),
        more => format!("; … and {} more", thousands(more)),
    };
    let shown: Vec<&str> = places.iter().take(most).map(String::as_str).collect();
    format!("\n    {label}: {}{more}", shown.join("; "))
}

/// The places beside the example's, each once: `METHOD /path (file:line)`.
fn others(cause: &RootCause<'_>) -> IndexSet<String> {
    let mut places: IndexSet<String> = cause.places.iter().map(place).collect();
    places.shift_remove_index(0);
    places
}

fn place(place: &CausePlace<'_>) -> String {
    format!("{} ({})", operation(place), escape(&place.group.finding.place.named()))
}

fn operation(place: &CausePlace<'_>) -> String {
    escape(&format!("{} {}", place.operation.method, place.operation.path)).into_owned()
}
