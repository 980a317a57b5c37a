//! A list shows an old state.

use serde_json::Value;

use super::shown::{has_id, listed_in, sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, name};
use crate::check::support::equality::{is_equal, is_same};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "stale-list",
        "A list shows the old value of a property whose new value is there when the item itself is read.",
        "RFC 9110, sections 9.3.1 and 9.3.4; RFC 5789, section 2",
    )
};

/// What is wrong with a list after a change that is to be seen in `after`.
pub fn judge(
    [before, change, after]: [&Subject<'_>; 3],
    list: &Subject<'_>,
    property: &str,
    (variable, id): (&str, &Value),
) -> Option<Finding> {
    let (was, asked) = (shown_by(before)?.get(property)?.clone(), sent(change)?.get(property)?);
    let now = shown_by(after)?.get(property)?.clone();
    if !is_equal(asked, &now) || is_equal(&was, &now) {
        return None;
    }
    let items = listed_in(list)?;
    let listed = items.iter().filter(|item| has_id(item, variable, id)).find_map(|item| item.get(property))?;
    if !is_same(&was, listed) || is_equal(&now, listed) {
        return None;
    }
    let (listed, now) = (brief(&listed.to_string()), brief(&now.to_string()));
    let message = format!("`{property}` is still {listed} in the list, after {} has made it {now}", name(change));
    Some(broken(&RULE, list, message, property, format!("{now}, as when the item is read")))
}
