//! Which field of the items of a list a parameter is called after.

use crate::check::laws::Field;
use crate::resource::stem;
use crate::text::words::{self, plain};

/// Words before the name of a field: `filter[city]`.
const BEFORE: [&str; 4] = ["filter", "filters", "where", "by"];
/// Names that many things have: within an object they are of that alone.
const COMMON: [&str; 31] = [
    "id",
    "uuid",
    "key",
    "code",
    "slug",
    "name",
    "title",
    "label",
    "type",
    "kind",
    "value",
    "number",
    "status",
    "state",
    "amount",
    "count",
    "text",
    "date",
    "description",
    "note",
    "role",
    "active",
    "archived",
    "deleted",
    "disabled",
    "enabled",
    "hidden",
    "locked",
    "private",
    "public",
    "verified",
];

/// What is known of a parameter besides its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    /// What the document says of it, in small letters.
    pub text: &'a str,
    /// Whether its values are surely ids.
    pub is_key: bool,
}

/// The field that a parameter is called after: `city` and `address.city` after the city of an address, `statuses` after a
/// status, `customerId` after the id of a customer.
pub(super) fn named(parameter: &str, said: Said<'_>, all: &[Field]) -> Option<Field> {
    let mut own = words::of(parameter);
    while own.len() > 1 && BEFORE.contains(&own[0].as_str()) {
        own.remove(0);
    }
    let name = own.concat();
    let stems = joined_stems(&own);
    let by_name = |field: &&Field| plain(&field.path().concat()) == name;
    let by_stems = |field: &&Field| joined_stems(&words_of(field)) == stems;
    let is_outer = |field: &&Field| field.path().len() == 1;
    let within = |field: &&Field| !is_outer(field) && field.path().last().is_some_and(|last| plain(last) == name);
    let is_common = COMMON.contains(&&*name);
    let is_of_this = |field: &&Field| !is_common || names_holder(said.text, field);
    let is_id = |field: &&Field| said.is_key && plain(&field.path().concat()) == format!("{name}id");
    only(all, |field| is_outer(field) && by_name(field))
        .or_else(|| only(all, by_name))
        .or_else(|| only(all, |field| is_outer(field) && by_stems(field)))
        .or_else(|| only(all, by_stems))
        .or_else(|| only(all, within).filter(|field| is_of_this(&field)))
        .or_else(|| only(all, is_id))
}

/// The only field of which this holds.
fn only(all: &[Field], holds: impl Fn(&&Field) -> bool) -> Option<Field> {
    let mut found = all.iter().filter(|field| holds(field));
    found.next().filter(|_| found.next().is_none()).cloned()
}

fn words_of(field: &Field) -> Vec<String> {
    field.path().iter().flat_map(|name| words::of(name)).collect()
}

fn joined_stems(words: &[String]) -> String {
    words.iter().map(|word| stem(word)).collect()
}

/// Whether a text speaks of the object that a field is in.
fn names_holder(text: &str, field: &Field) -> bool {
    let said: Vec<String> = words::of(text).iter().map(|word| stem(word)).collect();
    let holder = field.path().iter().rev().nth(1);
    holder.is_some_and(|holder| words::of(holder).iter().all(|word| said.contains(&stem(word))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(parameter: &str, text: &str, is_key: bool) -> Option<String> {
        let item = json!({
            "status": "open", "category_id": 1, "tags": ["a"], "address": {"city": "Ulm", "name": "Home"},
            "customer": {"id": 1, "name": "Ada"}, "billing": {"zip": 1}, "shipping": {"zip": 2},
        });
        let all = Field::all(std::iter::once(&item));
        named(parameter, Said { text, is_key }, &all).map(|field| field.to_string())
    }

    #[test]
    fn parameters_are_called_after_fields_in_many_ways() {
        for (parameter, field) in [
            ("status", "status"),
            ("Status", "status"),
            ("status[]", "status"),
            ("statuses", "status"),
            ("filter[status]", "status"),
            ("tag", "tags"),
            ("categoryId", "category_id"),
            ("category_ids", "category_id"),
            ("customerId", "customer.id"),
            ("customer_name", "customer.name"),
            ("address.city", "address.city"),
            ("address[city]", "address.city"),
            ("city", "address.city"),
        ] {
            assert_eq!(found(parameter, "", false).as_deref(), Some(field), "{parameter}");
        }
    }

    #[test]
    fn what_may_be_another_one_is_none() {
        assert_eq!(found("zip", "", false), None, "of either address");
        assert_eq!(found("name", "", false), None, "of whom?");
        assert_eq!(found("customer", "By its name.", false), None);
        assert_eq!(found("category", "", false), None, "its slug, perhaps");
        assert_eq!(found("category", "", true).as_deref(), Some("category_id"));
        assert_eq!(found("id", "The customer's id.", false).as_deref(), Some("customer.id"));
    }
}
