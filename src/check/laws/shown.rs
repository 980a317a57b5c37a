//! The objects that responses show.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::field::Field;
use crate::check::support::schema_violations::violations;
use crate::check::{ResponseView, Subject};
use crate::contract::SchemaId;
use crate::resource::body::{self, IDS};
use crate::text::words::{self, plain};
use crate::wire::Payload;

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// The object that a response shows: its body, or what that is around.
pub fn shown_by(subject: &Subject<'_>) -> Option<Map<String, Value>> {
    let Value::Object(body) = body(subject)? else { return None };
    let only = if body.len() == 1 { body.values().next() } else { None };
    let held = body::held(&body).find_map(Value::as_object);
    Some(held.or(only.and_then(Value::as_object)).unwrap_or(&body).clone())
}

/// The items of the list that a response shows: its body, or the one array in it.
pub fn listed_in(subject: &Subject<'_>) -> Option<Vec<Value>> {
    body::items(&body(subject)?).cloned()
}

/// The object that a request sets. That of a form is what its fields are documented to stand for.
pub(super) fn sent<'a>(subject: &Subject<'a>) -> Option<&'a Map<String, Value>> {
    let body = subject.case.request.body.as_ref()?;
    match &body.payload {
        Payload::Json(Value::Object(members)) => Some(members),
        Payload::Bytes(_) if body.media_type.as_deref().is_some_and(|media| media.starts_with(FORM)) => {
            let values = subject.case.values.as_ref().filter(|values| values.mutation.is_none())?;
            values.body.as_ref()?.1.as_object()
        }
        _ => None,
    }
}

/// Whether the documented schema of a response allows a property of the object that it shows to have this value.
pub(super) fn may_show(read: &Subject<'_>, property: &str, value: &Value) -> bool {
    schema_of(read, property).is_none_or(|schema| violations(read.validators, schema, value).is_empty())
}

/// The texts that a property may have by the documented schema of a response, as words in small letters.
pub(super) fn choices(read: &Subject<'_>, property: &str) -> HashSet<String> {
    let schemas = &read.contract.schemas;
    let own = schema_of(read, property).into_iter().flat_map(|id| schemas.conjunction(&[id]));
    let texts = own.filter_map(|id| schemas.get(id).enum_values.as_ref()).flatten().filter_map(Value::as_str);
    texts.map(|text| words::of(text).join(" ")).collect()
}

/// The documented schema of a property of the object that a response shows.
fn schema_of(read: &Subject<'_>, property: &str) -> Option<SchemaId> {
    let response = read.exchange.result.as_ref().ok()?;
    let schemas = &read.contract.schemas;
    let whole = ResponseView::new(read, response).media.and_then(|media| media.schema);
    let of = |ids: &[_]| -> Vec<_> {
        let all = schemas.conjunction(ids).flat_map(|id| &schemas.get(id).properties);
        all.map(|(name, id)| (name.clone(), *id)).collect()
    };
    let outer = of(&Vec::from_iter(whole));
    let is_it = |(name, _): &&(String, _)| name == property;
    let own = outer.iter().find(is_it).map(|(_, id)| *id);
    // It may be what the body is around.
    own.or_else(|| outer.iter().find_map(|(_, id)| of(&[*id]).iter().find(is_it).map(|(_, id)| *id)))
}

/// Whether an item says that it is deleted.
pub(super) fn says_deleted(item: &Value) -> bool {
    const GONE: [&str; 7] = ["deleted", "removed", "tombstone", "gone", "destroyed", "trashed", "deletion"];
    // Of what else is called after it, such as a protection from it, it says nothing.
    const MARKS: [&str; 18] = [
        "at",
        "on",
        "by",
        "date",
        "time",
        "timestamp",
        "utc",
        "flag",
        "reason",
        "user",
        "id",
        "status",
        "state",
        "pending",
        "scheduled",
        "requested",
        "in",
        "progress",
    ];
    const DENIALS: [&str; 7] = ["not", "never", "non", "can", "cannot", "be", "may"];
    let is_word = |text: &str| {
        let words = words::of(text);
        words.iter().position(|word| GONE.contains(&word.as_str())).is_some_and(|at| {
            words[at + 1..].iter().all(|word| MARKS.contains(&word.as_str()))
                && !words[..at].iter().any(|word| DENIALS.contains(&word.as_str()))
        })
    };
    let is_set = |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value != 0;
    let says = |(name, value): (&String, &Value)| {
        let is_state = ["status", "state"].iter().any(|word| plain(name).ends_with(word));
        is_word(name) && is_set(value) || is_state && value.as_str().is_some_and(is_word)
    };
    item.as_object().is_some_and(|members| members.iter().any(says))
}

/// The body of a success, in JSON.
pub fn body(subject: &Subject<'_>) -> Option<Value> {
    let response = subject.exchange.result.as_ref().ok()?;
    if !response.is_success() {
        return None;
    }
    serde_json::from_slice(&response.body).ok()
}

/// Whether two successes show the same: as values, or else byte for byte.
pub(super) fn is_same_body(one: &Subject<'_>, other: &Subject<'_>) -> bool {
    let bytes = |subject: &Subject<'_>| {
        let response = subject.exchange.result.as_ref().ok().filter(|response| response.is_success())?;
        (!response.body.is_empty()).then(|| response.body.clone())
    };
    match (body(one), body(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => bytes(one).is_some_and(|one| Some(one) == bytes(other)),
        _ => false,
    }
}

/// Whether the response to a creation surely says that `id` is what the variable of a path stands for: by its name, by a
/// `Location`, or since there is no other id.
pub fn names(made: &Subject<'_>, variable: &str, id: &Value) -> bool {
    let id = text(id);
    let location = made.exchange.result.as_ref().ok().and_then(|response| response.header("location"));
    if location.is_some_and(|at| at.trim_end_matches('/').rsplit('/').next() == Some(&*id)) {
        return true;
    }
    let Some(shown) = shown_by(made) else { return false };
    let is_named = |(name, value): (&String, &Value)| is_id_of(name, variable) && text(value) == id;
    let ids = IDS.iter().filter(|name| shown.contains_key(**name)).count();
    shown.iter().any(is_named) || ids == 1
}

/// Whether an item of a list has this id.
pub fn has_id(item: &Value, variable: &str, id: &Value) -> bool {
    let Value::Object(members) = item else { return text(item) == text(id) };
    let is_id = |name: &str| is_id_of(name, variable) || IDS.contains(&name) || name == "name";
    members.iter().any(|(name, value)| is_id(name) && text(value) == text(id))
}

/// Whether a property is called like a variable, or like its end: `number` of `issue_number`.
fn is_id_of(name: &str, variable: &str) -> bool {
    let (name, variable) = (plain(name), plain(variable));
    name.len() > 1 && variable.ends_with(&name)
}

/// Whether two responses show one resource: no id of the first is another one in the second.
pub fn are_one(made: &Subject<'_>, read: &Subject<'_>) -> bool {
    let (Some(made), Some(read)) = (shown_by(made), shown_by(read)) else { return true };
    let is_same = |name: &&str| match (made.get(*name), read.get(*name)) {
        (Some(one), Some(other)) => text(one) == text(other),
        _ => true,
    };
    IDS.iter().all(is_same)
}

/// Whether two items of lists are one: they have one id, or where either has none are equal. What is counted may have moved
/// between two reads. A number or an index may be within something else, which another id names.
pub(super) fn is_one_item(one: &Value, other: &Value) -> bool {
    let (Value::Object(members), Value::Object(others)) = (one, other) else { return one == other };
    let both = members.iter().filter_map(|(name, value)| Some((&**name, value, others.get(name)?)));
    let is_id = |name: &str| IDS.contains(&name) || words::of(name).last().is_some_and(|word| word == "id");
    if !both.clone().any(|(name, ..)| IDS.contains(&name)) {
        return one == other;
    }
    both.filter(|(name, ..)| is_id(name)).all(|(_, one, other)| text(one) == text(other))
}

/// Whether an item is among these.
pub(super) fn holds(items: &[Value], item: &Value) -> bool {
    items.iter().any(|other| is_one_item(item, other))
}

/// The items of a list that are in it `again`, with the same values of these fields.
pub fn unmoved(items: &[Value], again: &[Value], fields: &[&Field]) -> Vec<Value> {
    let is_same = |item: &Value, other: &Value| fields.iter().all(|field| field.values(item) == field.values(other));
    let is_there = |item: &&Value| again.iter().any(|other| is_one_item(item, other) && is_same(item, other));
    items.iter().filter(is_there).cloned().collect()
}

/// Whether two lists hold the same items in the same order, whatever has been counted meanwhile.
pub fn are_same_items(items: &[Value], again: &[Value]) -> bool {
    items.len() == again.len() && items.iter().zip(again).all(|(one, other)| is_one_item(one, other))
}

/// Whether it has a property that is called an id.
pub(super) fn has_an_id(shown: &Map<String, Value>) -> bool {
    IDS.iter().any(|name| shown.contains_key(*name))
}

/// Properties that count all items, whatever the page.
const TOTALS: [&str; 6] = ["total", "totalcount", "totalitems", "totalresults", "totalelements", "count"];
/// Objects that may hold them.
const TOTAL_HOLDERS: [&str; 5] = ["meta", "pagination", "page", "paging", "pageinfo"];

/// Lists of fewer items are no pages, whatever the document says.
const FEW: usize = 10;

/// Whether so many items may be all that a page takes.
fn may_be_cut(items: usize) -> bool {
    items >= FEW && (items.is_multiple_of(5) || items.is_multiple_of(12) || items.is_power_of_two())
}

/// Whether a list may be told to be whole: it says nothing of more, and is not as long as pages use to be.
pub fn is_whole(list: &Subject<'_>) -> bool {
    let items = listed_in(list).map_or(0, |items| items.len());
    let is_length = |items: usize| match total(list) {
        // What is called a count may be that of the page.
        Some((total, name)) if plain(&name) != "count" => total == items as u64,
        _ => !may_be_cut(items) || says_end(list),
    };
    is_length(items) && says_no_more(list)
}

/// The number of items that a response says there are, and by what name.
pub fn total(list: &Subject<'_>) -> Option<(u64, String)> {
    let response = list.exchange.result.as_ref().ok()?;
    if let Some(total) = response.header("x-total-count").and_then(|text| text.trim().parse().ok()) {
        return Some((total, "X-Total-Count".to_owned()));
    }
    let body = self::body(list)?;
    let all = pagers(body.as_object()?);
    all.flatten().find_map(|(name, value)| {
        let is_total = TOTALS.contains(&&*plain(name));
        value.as_u64().filter(|_| is_total).map(|total| (total, name.clone()))
    })
}

/// The members of a body that speak of its page: its own, and those of what is called after pages.
pub(super) fn pagers(body: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let held = body.iter().filter(|(name, _)| TOTAL_HOLDERS.contains(&&*plain(name)));
    std::iter::once(body).chain(held.filter_map(|(_, value)| value.as_object()))
}

/// Whether no item is there twice.
pub fn are_once(items: &[Value]) -> bool {
    items.iter().enumerate().all(|(at, item)| !holds(&items[..at], item))
}

/// Whether all items of a page are among these, which are more.
pub fn are_part_of(page: &[Value], items: &[Value]) -> bool {
    !page.is_empty() && page.len() < items.len() && page.iter().all(|item| holds(items, item))
}

/// Whether a list says that there are no further pages: what would name the next one is there, and names nothing.
fn says_end(list: &Subject<'_>) -> bool {
    let is_end =
        |(name, value): (&String, &Value)| is_of_more(name) && matches!(value, Value::Null | Value::Bool(false));
    body(list).as_ref().and_then(Value::as_object).is_some_and(|members| pagers(members).flatten().any(is_end))
}

/// Whether a list says that it is over: by what names further pages and names none, or by how many items there are.
pub fn says_all(list: &Subject<'_>) -> bool {
    let has_links = list.exchange.result.as_ref().is_ok_and(|response| response.header("link").is_some());
    says_no_more(list) && (has_links || says_end(list)) || total(list).is_some() && is_whole(list)
}

/// Whether a property says how a list goes on.
fn is_of_more(name: &str) -> bool {
    ["next", "more", "cursor", "continue"].iter().any(|word| plain(name).contains(word))
}

/// Whether a list says nothing of further pages.
pub fn says_no_more(list: &Subject<'_>) -> bool {
    let is_set = |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && value != "";
    let link = list.exchange.result.as_ref().ok().and_then(|response| response.header("link"));
    let body = body(list);
    let members = body.as_ref().and_then(Value::as_object);
    !link.is_some_and(links_to_more)
        && !members.into_iter().flat_map(pagers).flatten().any(|(name, value)| is_of_more(name) && is_set(value))
}

/// Whether links lead to further pages: to a next one, or to a last one that is not the first (RFC 8288, section 3).
/// What cannot be read may do so.
fn links_to_more(field: &str) -> bool {
    let links: Option<Vec<(&str, String)>> = field.split(',').map(link).collect();
    let Some(links) = links else { return true };
    let find = |wanted: &str| {
        let is_it = |(_, relations): &&(&str, String)| relations.split_whitespace().any(|one| one == wanted);
        links.iter().find(is_it).map(|(target, _)| *target)
    };
    // Relations of one's own have other names for it (RFC 8288, section 2.1.2).
    let is_further = |(_, relations): &(&str, String)| relations.contains("next") || relations.contains("more");
    links.iter().any(is_further) || find("last").is_some_and(|last| find("first").or(find("self")) != Some(last))
}

/// The target of a link, and its relations in small letters.
fn link(text: &str) -> Option<(&str, String)> {
    let (target, parameters) = text.trim().strip_prefix('<')?.split_once('>')?;
    let mut all = parameters.split(';').filter_map(|parameter| parameter.trim().split_once('='));
    let (_, relations) = all.find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))?;
    Some((target, relations.trim().trim_matches('"').to_lowercase()))
}

/// Whether a response may be an old one (RFC 9111, section 4.2).
pub fn is_cached(read: &Subject<'_>) -> bool {
    let Ok(response) = &read.exchange.result else { return false };
    let control = response.header("cache-control").unwrap_or_default().to_lowercase();
    let may_be_kept =
        control.split(',').filter_map(|part| part.trim().split_once("max-age=")).any(|(_, age)| age != "0");
    response.header("age").is_some() || may_be_kept || control.contains("s-maxage")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_item_is_the_same_one_whatever_was_counted_meanwhile() {
        let items = [json!({"id": 1, "views": 1, "size": 2}), json!({"id": 2, "views": 1, "size": 3})];
        let again = [json!({"id": 1, "views": 2, "size": 2}), json!({"id": 2, "views": 2, "size": 4})];
        assert_eq!(unmoved(&items, &again, &[&Field::of("size")]), items[..1]);
        assert!(are_same_items(&items, &again) && !are_same_items(&items, &again[..1]));
        assert!(!is_one_item(&json!({"name": "a"}), &json!({"name": "b"})), "by nothing else");
    }

    #[test]
    fn two_items_are_one_where_all_ids_that_both_have_are_equal() {
        let [one, other] = [1, 2].map(|id| json!({"order_id": id, "index": 0}));
        assert!(!is_one_item(&one, &other), "one index in two orders");
        assert!(!is_one_item(&json!({"id": 1, "number": 1}), &json!({"id": 2, "number": 1})));
        assert!(is_one_item(&one, &json!({"order_id": 1, "index": 0, "views": 3})));
        let [one, other] = [1, 2].map(|size| json!({"owner_id": 1, "size": size}));
        assert!(!is_one_item(&one, &other), "two things of one owner");
    }

    #[test]
    fn what_is_deleted_says_so_and_what_is_called_after_it_does_not() {
        let all = [json!({"deleted_at": 1}), json!({"isDeleted": true}), json!({"status": "deleted"})];
        assert!(all.iter().all(says_deleted));
        let more = [
            json!({"deleted_by_user_id": 1}),
            json!({"deletion_status": "pending"}),
            json!({"status": "deletion_pending"}),
            json!({"state": "DELETION_IN_PROGRESS"}),
        ];
        assert!(more.iter().all(says_deleted));
        let others = [
            json!({"deletion_protection": true, "deletion_policy": "keep"}),
            json!({"can_be_deleted": true, "removed_tags": ["a"]}),
            json!({"status": "not deleted", "deleted_at": null}),
        ];
        assert!(!others.iter().any(says_deleted));
    }

    #[test]
    fn links_lead_to_more_where_a_next_page_or_another_last_one_is_named() {
        assert!(!links_to_more(r#"</a?page=1>; rel="first", </a?page=1>; rel="last""#));
        assert!(!links_to_more(r#"</help>; rel="help"; type="text/html""#));
        assert!(links_to_more(r#"</a?page=1>; rel="first", </a?page=3>; rel="last""#));
        assert!(links_to_more(r#"</a?page=2>; title="more"; rel="alternate Next""#));
        assert!(links_to_more(r#"</a?page=2>; rel="https://example.com/rels/next-page""#));
        assert!(links_to_more(r#"</a?page=3>; rel=last"#) && links_to_more("next page"));
    }
}
