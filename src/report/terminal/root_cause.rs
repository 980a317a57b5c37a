//! A root cause as a person reads it: its best example, and where else it shows.

use indexmap::IndexSet;

use super::finding::{full_of, labelled, short_of};
use crate::engine::{CausePlace, RootCause};
use crate::finding::Finding;
use crate::report::Paint;
use crate::report::count::thousands;
use crate::text::hidden::escape;

/// The whole example, and up to `most` of the other places.
pub(super) fn whole(paint: Paint, cause: &RootCause<'_>, most: usize) -> String {
    let mut text = full_of(paint, &example(cause), cause.operations());
    let others = others(cause);
    let mut rows: Vec<String> = others.iter().take(most).cloned().collect();
    if others.len() > most {
        rows.push(format!("… and {} more; --verbose shows all", thousands(others.len() - most)));
    }
    labelled(&mut text, paint, "also in", &rows);
    text
}

/// The example in two lines, and up to `most` of the other places in a third.
pub(super) fn brief(paint: Paint, cause: &RootCause<'_>, most: usize) -> String {
    let text = short_of(paint, &example(cause), cause.operations());
    format!("{text}{}", listed(cause, "also in", most))
}

/// What to change in the document, why, and up to `most` of the other places where the same is due.
pub(super) fn of_document(paint: Paint, cause: &RootCause<'_>, most: usize) -> String {
    let finding = cause.example();
    let what = finding.help.as_deref().unwrap_or(&finding.expected);
    let why = escape(&finding.message);
    let place = cause.places.first().map(operation).unwrap_or_default();
    format!("  {} ({place})\n    {why}{}", paint.warn(escape(what)), listed(cause, "likewise in", most))
}

/// The example with the cases of all places.
fn example(cause: &RootCause<'_>) -> Finding {
    Finding { cases: cause.cases(), ..cause.example().clone() }
}

fn listed(cause: &RootCause<'_>, label: &str, most: usize) -> String {
    let others = others(cause);
    if others.is_empty() {
        return String::new();
    }
    let more = match others.len().saturating_sub(most) {
        0 => String::new(),
        more => format!("; … and {} more", thousands(more)),
    };
    let shown: Vec<&str> = others.iter().take(most).map(String::as_str).collect();
    format!("\n    {label}: {}{more}", shown.join("; "))
}

/// The places beside the example's, each once: `METHOD /path (file:line)`.
fn others(cause: &RootCause<'_>) -> IndexSet<String> {
    let mut places: IndexSet<String> = cause.places.iter().map(place).collect();
    places.shift_remove_index(0);
    places
}

fn place(place: &CausePlace<'_>) -> String {
    let at = &place.group.finding.place;
    format!("{} ({}:{})", operation(place), escape(&at.file().name), at.position().line)
}

fn operation(place: &CausePlace<'_>) -> String {
    escape(&format!("{} {}", place.operation.method, place.operation.path)).into_owned()
}
