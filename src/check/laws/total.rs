//! What a list says of its length is not true.

use serde_json::Value;

use super::shown::{body, listed_in, pagers, total};
use super::{Finding, Rule, Subject, broken};
use crate::check::ResponseView;
use crate::text::words::plain;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "wrong-total",
        "A list says that it has more or fewer items than it has.",
        "none: a property, or a header field, that is called a total counts what is listed",
    )
};

/// What is wrong with the total of a list that has so many items, all pages together: `again` is the same request once
/// more, after they were counted.
pub fn judge(list: &Subject<'_>, again: &Subject<'_>, items: usize) -> Option<Finding> {
    let ((said, name), (later, _)) = (total(list)?, total(again)?);
    // The items of a page may be what is counted.
    let of_page = plain(&name) == "count" && listed_in(list).is_some_and(|shown| shown.len() as u64 == said);
    if said != later || said == items as u64 || of_page || is_of_else(list, &name) {
        return None;
    }
    let message = format!("`{name}` is {}, and the list has {items} items", Value::from(said));
    Some(broken(&RULE, list, message, &name, items.to_string()))
}

/// What is wrong with the total of a page of one item where the list, before and after that, says that it has more.
pub fn judge_page(list: &Subject<'_>, page: &Subject<'_>, again: &Subject<'_>) -> Option<Finding> {
    let [(before, _), (said, name), (after, _)] = [total(list)?, total(page)?, total(again)?];
    let [of_list, of_page] = [listed_in(list)?.len(), listed_in(page)?.len()];
    let counts_page = plain(&name).trim_start_matches('x').starts_with("total") && of_page == 1 && said == 1;
    if !counts_page || before != after || before < 2 || of_list < 2 {
        return None;
    }
    let message = format!("`{name}` is 1 for a page of one item, and {} for a longer page", Value::from(before));
    Some(broken(&RULE, page, message, &name, before.to_string()))
}

/// What is wrong with the total of a list that a filter has left so many items of, all of which it shows, where the list
/// without it has `all`.
pub fn judge_filtered(list: &Subject<'_>, items: usize, all: usize) -> Option<Finding> {
    let (said, name) = total(list)?;
    let is_it = plain(&name) != "count" && said == all as u64 && items < all;
    // What counts the rest may stand beside it.
    let counts = |value: &Value| value.as_u64() == Some(items as u64);
    let is_counted =
        body(list)?.as_object().is_some_and(|body| pagers(body).any(|members| members.values().any(counts)));
    if !is_it || is_counted || listed_in(list)?.len() != items || is_of_else(list, &name) {
        return None;
    }
    let message = format!("`{name}` is {said} for a filter that leaves {items} items: that is the total without it");
    Some(broken(&RULE, list, message, &format!("{name} of a filter"), items.to_string()))
}

/// Whether the document says of a total that it counts something else, or not exactly.
fn is_of_else(list: &Subject<'_>, name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "estimat",
        "approx",
        "about",
        "regardless",
        "irrespective",
        "whatever",
        "without",
        "before",
        "ignor",
        "unfilter",
        "overall",
        "all filters",
    ];
    let Ok(response) = &list.exchange.result else { return false };
    let (contract, schemas) = (list.contract, &list.contract.schemas);
    let whole = ResponseView::new(list, response).media.and_then(|media| media.schema);
    let outer: Vec<_> =
        schemas.with_branches(&Vec::from_iter(whole)).flat_map(|id| &schemas.get(id).properties).collect();
    let inner =
        outer.iter().flat_map(|(_, id)| schemas.with_branches(&[**id])).flat_map(|id| &schemas.get(id).properties);
    let all = outer.iter().copied().chain(inner);
    let known: Vec<_> = all.filter(|(known, _)| *known == name).map(|(_, id)| *id).collect();
    let mut said =
        known.iter().filter_map(|id| contract.document.get(&schemas.get(*id).location.join("description"))?.as_str());
    said.any(|said| WORDS.iter().any(|word| said.to_lowercase().contains(word)))
}
