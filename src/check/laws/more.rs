//! What a page says of whether the list goes on is not true.

use serde_json::{Map, Value};

use super::shown::{body, listed_in, pagers};
use super::{Finding, Rule, Subject, broken};
use crate::rule::Severity;
use crate::text::words::plain;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "wrong-end",
        "A page says that it is the last one where the list goes on, or that the list goes on where it is over.",
        "none: a property that is called `has_more`, or names the next page, says whether there is one",
    )
};

/// Flags that say whether there are further pages.
const FLAGS: [&str; 7] = ["hasmore", "hasnext", "hasnextpage", "more", "ismore", "morepages", "moreavailable"];
/// Properties that name the next page, or nothing where there is none.
const NEXT: [&str; 8] =
    ["next", "nextpage", "nextcursor", "nextpagetoken", "nexturl", "nextlink", "nextoffset", "nexttoken"];

/// What is wrong with a page behind which the list goes on. Where pages are counted, no cursor need be named.
pub fn judge_more(page: &Subject<'_>, is_counted: bool) -> Option<Finding> {
    let shown = listed_in(page)?.len();
    let body = body(page)?;
    let (name, value) = pagers(body.as_object()?).find_map(|members| denies_more(members, is_counted))?;
    let message = format!("`{name}` is {value} on a page of {shown} items, and the list goes on");
    Some(broken(&RULE, page, message, "more", "that there are more items".to_owned()))
}

/// What is wrong with the last page of a list, for which so many items were asked for. Who sees that it is full may take it
/// for one that others follow.
pub fn judge_last(page: &Subject<'_>, asked: usize) -> Option<Finding> {
    let shown = listed_in(page)?.len();
    let body = body(page)?;
    let (name, value) = pagers(body.as_object()?).find_map(claims_more)?;
    let message = format!("`{name}` is {value} on a page behind which the list has no items");
    let severity = if shown < asked { Severity::Error } else { Severity::Warning };
    let finding = broken(&RULE, page, message, "last", "that there are no more items".to_owned());
    Some(finding.with_severity(severity))
}

/// What says that there are no further pages. What is named is none where it is null or empty.
fn denies_more(members: &Map<String, Value>, is_counted: bool) -> Option<(&str, &Value)> {
    let is_next = |name: &str| {
        let name = plain(name);
        NEXT.contains(&&*name) && !(is_counted && ["cursor", "token"].iter().any(|end| name.ends_with(end)))
    };
    let says = |(name, value): &(&String, &Value)| match value {
        Value::Bool(is_more) => !is_more && is_flag(name),
        Value::Null => is_next(name),
        Value::String(text) => text.is_empty() && is_next(name),
        _ => false,
    };
    members.iter().find(says).map(|(name, value)| (&**name, value))
}

/// What says that there are further pages: a flag, for what is named may turn out to be empty.
fn claims_more(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    members
        .iter()
        .find(|(name, value)| **value == Value::Bool(true) && is_flag(name))
        .map(|(name, value)| (&**name, value))
}

fn is_flag(name: &str) -> bool {
    FLAGS.contains(&&*plain(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_flag_is_held_to_both_and_what_names_a_page_to_there_being_one() {
        let denies = |body: Value, is_counted| denies_more(body.as_object().expect("an object"), is_counted).is_some();
        assert!(denies(json!({"has_more": false}), true) && denies(json!({"next": null}), true));
        assert!(denies(json!({"next_cursor": ""}), false) && !denies(json!({"next_cursor": null}), true));
        assert!(!denies(json!({"has_more": true, "next": "/wares?page=2", "more": null, "total": 3}), false));
        let claims = |body: Value| claims_more(body.as_object().expect("an object")).is_some();
        assert!(claims(json!({"hasNextPage": true})) && !claims(json!({"has_more": false, "next": "/wares?page=2"})));
    }
}
