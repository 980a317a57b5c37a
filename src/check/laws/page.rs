//! Pages of a list are larger than was asked for, or show one item twice.

use serde_json::Value;

use super::shown::{are_same_items, holds, listed_in};
use super::{Finding, Rule, Subject, brief, broken};
use crate::contract::Parameter;
use crate::text::words::plain;

/// Names of parameters that say which page is meant.
const OF_PAGES: [&str; 7] = ["offset", "skip", "page", "pagenumber", "pageno", "cursor", "pagetoken"];
/// What a parameter that limits a page is said to be of.
const WORDS: [&str; 5] = ["page", "results", "items", "entries", "records"];

/// The rule for the size of a page.
pub static SIZE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "page-size",
        "A page holds more items than the request asks for.",
        "OpenAPI 3.1, section 4.8.12: a parameter that limits a page",
    )
};

/// The rule for the borders of pages.
pub static OVERLAP: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "page-overlap",
        "An item of one page is on the next one, too.",
        "OpenAPI 3.1, section 4.8.12: parameters that say where a page begins",
    )
};

/// The rule for what is between pages.
pub static GAP: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "page-gap",
        "Pages that follow each other leave out an item that the whole list holds.",
        "RFC 8288, section 3.3; OpenAPI 3.1, section 4.8.12: parameters that say where a page begins",
    )
};

/// What is wrong with all pages of a list, from its first to its last; `whole` are the items of the list that is asked
/// for at once, before and after them.
pub fn judge_pages(pages: &[Subject<'_>], whole: &[Value], parameter: &str) -> Option<Finding> {
    let mut seen: Vec<Value> = Vec::new();
    for page in pages {
        let items = listed_in(page)?;
        if let Some(twice) = items.iter().find(|item| is_named(item) && holds(&seen, item)) {
            let message = format!("Two pages that `{parameter}` tells apart both hold {}", brief(&twice.to_string()));
            return Some(broken(&OVERLAP, page, message, parameter, "each item on one page".to_owned()));
        }
        seen.extend(items);
    }
    let lost = whole.iter().find(|item| is_named(item) && !holds(&seen, item))?;
    let message = format!(
        "{} pages that `{parameter}` tells apart hold {} of {} items, without {}",
        pages.len(),
        seen.len(),
        whole.len(),
        brief(&lost.to_string())
    );
    Some(broken(&GAP, pages.last()?, message, parameter, "each item of the list on one page".to_owned()))
}

/// What is wrong with a page that begins behind the end of a list.
pub fn judge_past_end(page: &Subject<'_>, whole: &[Value], parameter: &str) -> Option<Finding> {
    let items = listed_in(page)?;
    let known = items.iter().find(|item| is_named(item) && holds(whole, item))?;
    let message = format!("A page behind the end of the list holds {}", brief(&known.to_string()));
    Some(broken(&OVERLAP, page, message, &format!("{parameter} past the end"), "no item".to_owned()))
}

/// What is wrong with a page for which `parameter` asks for so many items at most.
pub fn judge_size(page: &Subject<'_>, parameter: &str, asked: usize) -> Option<Finding> {
    let items = listed_in(page)?;
    if may_be_filter(page, &items, parameter, asked) {
        return None;
    }
    let count = items.len();
    let message = format!("`{parameter}={asked}` was answered with {count} items");
    (count > asked).then(|| broken(&SIZE, page, message, parameter, format!("{asked} or fewer")))
}

/// Whether a parameter may ask for the items that have this value themselves: all have it. Or for those that have no less,
/// or no more, where nothing else speaks of pages.
fn may_be_filter(page: &Subject<'_>, items: &[Value], parameter: &str, asked: usize) -> bool {
    let values: Vec<f64> = items.iter().filter_map(|item| item.get(parameter)?.as_f64()).collect();
    let asked = asked as f64;
    if items.is_empty() || values.len() < items.len() {
        return false;
    }
    let known = &page.operation.parameters;
    let is_of_pages = |other: &Parameter| {
        let name = plain(&other.name);
        let description = other.description.as_deref().unwrap_or_default().to_lowercase();
        let is_it = other.name == parameter;
        !is_it && OF_PAGES.contains(&&*name) || is_it && WORDS.iter().any(|word| description.contains(word))
    };
    let is_bound = values.iter().all(|value| *value >= asked) || values.iter().all(|value| *value <= asked);
    values.iter().all(|value| *value == asked) || is_bound && !known.iter().any(is_of_pages)
}

/// What is wrong with two pages that follow each other. `again` is the first one once more: nothing has moved.
pub fn judge_overlap(
    first: &Subject<'_>,
    second: &Subject<'_>,
    again: &Subject<'_>,
    parameter: &str,
) -> Option<Finding> {
    let (one, two) = (listed_in(first)?, listed_in(second)?);
    let twice = one.iter().find(|item| is_named(item) && holds(&two, item))?;
    if !are_same_items(&listed_in(again)?, &one) {
        return None;
    }
    let id = brief(&twice.to_string());
    let message = format!("Two pages that `{parameter}` tells apart both hold {id}");
    Some(broken(&OVERLAP, second, message, parameter, "each item on one page".to_owned()))
}

/// Whether an item can be told from others.
fn is_named(item: &Value) -> bool {
    item.as_object().is_some_and(|members| members.keys().any(|name| name.to_ascii_lowercase().ends_with("id")))
}
