//! What a list says of its length is not true.

use serde_json::Value;

use super::shown::{listed_in, total};
use super::{Finding, Rule, Subject, broken};
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
    if said != later || said == items as u64 || of_page {
        return None;
    }
    let message = format!("`{name}` is {}, and the list has {items} items", Value::from(said));
    Some(broken(&RULE, list, message, &name, items.to_string()))
}

/// What is wrong with the total of a page of one item where the list, before and after that, says that it has more.
pub fn judge_page(list: &Subject<'_>, page: &Subject<'_>, again: &Subject<'_>) -> Option<Finding> {
    let [(before, _), (said, name), (after, _)] = [total(list)?, total(page)?, total(again)?];
    let [of_list, of_page] = [listed_in(list)?.len(), listed_in(page)?.len()];
    let counts_page = plain(&name).starts_with("total") && of_page == 1 && said == 1;
    if !counts_page || before != after || before < 2 || of_list < 2 {
        return None;
    }
    let message = format!("`{name}` is 1 for a page of one item, and {} for a longer page", Value::from(before));
    Some(broken(&RULE, page, message, &name, before.to_string()))
}
