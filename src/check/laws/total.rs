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
