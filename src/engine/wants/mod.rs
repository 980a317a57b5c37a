//! What a refusal says that the target wants: fields and reasons, in the shapes in which frameworks write them.

mod values;

use serde_json::{Map, Value};

use crate::spec::Pointer;
use crate::text::words::plain;
pub(super) use values::{is_missing, meant};

/// More is not said to a person.
const MOST: usize = 20;
/// A refusal is read up to so many bytes.
const LONGEST: usize = 64 * 1024;

/// Lists of faults, by what frameworks call them: RFC 9457 and JSON:API, FastAPI, Spring, RFC 7807's example, and others.
const LISTS: [&str; 14] = [
    "errors",
    "detail",
    "details",
    "violations",
    "fielderrors",
    "invalidparams",
    "validationerrors",
    "suberrors",
    "fields",
    "issues",
    "causes",
    "validation",
    "messages",
    "message",
];
/// What names the field in one of them, the surest first.
const FIELDS: [&str; 11] = [
    "pointer",
    "field",
    "loc",
    "path",
    "propertypath",
    "property",
    "instancepath",
    "param",
    "parameter",
    "attribute",
    "name",
];
/// What gives the reason, the surest first.
const REASONS: [&str; 8] = ["detail", "defaultmessage", "msg", "message", "reason", "description", "title", "error"];
/// What says no more than where the fields are.
const WRAPPERS: [&str; 8] = ["body", "$", "#", "json", "data", "attributes", "request", "payload"];

/// One thing that a target wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Want {
    /// The field as the target names it; empty where it names none.
    pub field: String,
    /// What it says of it.
    pub reason: String,
}

/// What a refusal says, in the order of its text.
pub(super) fn of(body: &[u8]) -> Vec<Want> {
    let mut found = Vec::new();
    if body.len() <= LONGEST
        && let Ok(value) = serde_json::from_slice::<Value>(body)
    {
        read(&value, &mut found);
        if found.is_empty() {
            // What is said stands one level down as often: `{"error": {"details": [..]}}`.
            let inner = value.as_object().into_iter().flat_map(Map::values).filter(|value| value.is_object());
            inner.for_each(|value| read(value, &mut found));
        }
        // Django's REST framework names the fields at the top.
        if found.is_empty() && is_map(&value) {
            map(&value, "", &mut found);
        }
    }
    found.dedup();
    found.truncate(MOST);
    found
}

/// In words, for people: `contact` (must be an email address).
pub(super) fn told(wants: &[Want]) -> String {
    let told = wants.iter().map(|Want { field, reason }| match field.is_empty() {
        true => reason.clone(),
        false => format!("`{field}`: {reason}"),
    });
    told.collect::<Vec<_>>().join("; ")
}

impl Want {
    /// The place of the field in a body like this one; it may be a member that the body lacks.
    pub fn place(&self, body: &Value) -> Option<Pointer> {
        let named = tokens(&self.field);
        // The target may count what is around the body, too.
        (0..named.len()).find_map(|skipped| {
            let is_around =
                named[..skipped].iter().all(|token| WRAPPERS.contains(&plain(token).as_str()) || token == "$");
            if is_around { at(body, &named[skipped..]) } else { None }
        })
    }
}

/// The pointer of these names in a body, whatever their spelling there.
fn at(body: &Value, names: &[String]) -> Option<Pointer> {
    let (last, above) = names.split_last()?;
    let mut here = body;
    let mut pointer = Pointer::root();
    for name in above {
        let (token, value) = member(here, name)?;
        (pointer, here) = (pointer.join(&token), value);
    }
    match (member(here, last), here) {
        (Some((token, _)), _) => Some(pointer.join(&token)),
        (None, Value::Object(_)) => Some(pointer.join(last)),
        _ => None,
    }
}

fn member<'v>(value: &'v Value, name: &str) -> Option<(String, &'v Value)> {
    match value {
        Value::Object(members) => {
            let exact = members.get_key_value(name);
            let found = exact.or_else(|| members.iter().find(|(known, _)| plain(known) == plain(name)))?;
            Some((found.0.clone(), found.1))
        }
        Value::Array(items) => Some((name.to_owned(), items.get(name.parse::<usize>().ok()?)?)),
        _ => None,
    }
}

/// `#/a/b`, `$.a[0].b`, `a.b` and `body.a` as names.
fn tokens(field: &str) -> Vec<String> {
    let separators = ['.', '/', '[', ']', '#', '"', '\''];
    field.split(separators).filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

fn read(value: &Value, found: &mut Vec<Want>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| one(item, found)),
        Value::Object(members) => {
            for (name, value) in members {
                if !LISTS.contains(&plain(name).as_str()) {
                    continue;
                }
                match value {
                    Value::Array(items) => items.iter().for_each(|item| one(item, found)),
                    // Rails, Laravel and ASP.NET.
                    Value::Object(_) if is_map(value) || is_map_of_texts(value) => map(value, "", found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// One fault of a list.
fn one(item: &Value, found: &mut Vec<Want>) {
    match item {
        // NestJS.
        Value::String(reason) => found.push(Want { field: String::new(), reason: on_one_line(reason) }),
        Value::Object(members) => {
            let of = |names: &[&str]| {
                names.iter().find_map(|name| {
                    let value = members.iter().find(|(known, _)| plain(known) == *name).map(|(_, value)| value)?;
                    Some(joined(value)).filter(|text| !text.is_empty())
                })
            };
            let source = members
                .get("source")
                .and_then(|source| Some(joined(source.get("pointer").or(source.get("parameter"))?)));
            let field = source.or_else(|| of(&FIELDS)).unwrap_or_default();
            if let Some(reason) = of(&REASONS).map(|reason| on_one_line(&reason)).filter(|reason| *reason != field) {
                found.push(Want { field, reason });
            }
        }
        _ => {}
    }
}

/// A text, or the places of a list as a path.
fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let part = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
            items.iter().map(part).collect::<Vec<_>>().join(".")
        }
        _ => String::new(),
    }
}

/// Whether an object has lists of reasons by field and nothing else.
fn is_map(value: &Value) -> bool {
    let is_reason = |value: &Value| match value {
        Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_string),
        Value::Object(_) => is_map(value),
        _ => false,
    };
    value.as_object().is_some_and(|members| !members.is_empty() && members.values().all(is_reason))
}

/// `{"name": "must not be blank"}`: texts that are sentences. At the top of a body they may be anything.
fn is_map_of_texts(value: &Value) -> bool {
    let is_sentence = |value: &Value| value.as_str().is_some_and(|text| text.contains(' '));
    value.as_object().is_some_and(|members| !members.is_empty() && members.values().all(is_sentence))
}

fn map(value: &Value, above: &str, found: &mut Vec<Want>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let field = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            Value::String(reason) => found.push(Want { field, reason: on_one_line(reason) }),
            Value::Array(items) => {
                let reasons = items.iter().filter_map(Value::as_str).map(on_one_line);
                found.extend(reasons.map(|reason| Want { field: field.clone(), reason }));
            }
            _ => map(value, &field, found),
        }
    }
}

fn on_one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::text::ellipsis::end(&line, 120).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told_of(body: &Value) -> String {
        told(&of(body.to_string().as_bytes()))
    }

    #[test]
    fn the_shapes_of_frameworks() {
        let expected = "`contact`: must be an address";
        for body in [
            json!({"type": "about:blank", "title": "No", "errors": [{"field": "contact", "detail": "must be an address"}]}),
            json!({"timestamp": "2026", "errors": [{"field": "contact", "defaultMessage": "must be an address", "code": "Email"}]}),
            json!({"errors": {"contact": ["must be an address"]}}),
            json!({"title": "One or more validation errors occurred.", "status": 400, "errors": {"contact": ["must be an address"]}}),
            json!({"contact": ["must be an address"]}),
            json!({"error": {"code": 400, "message": "no", "details": [{"field": "contact", "description": "must be an address"}]}}),
            json!({"errors": {"contact": "must be an address"}}),
            json!({"invalid-params": [{"name": "contact", "reason": "must be an address"}]}),
            json!([{"property": "contact", "message": "must be an address"}]),
        ] {
            assert_eq!(told_of(&body), expected, "{body}");
        }
        assert_eq!(
            told_of(&json!({"detail": [{"loc": ["body", "contact"], "msg": "must be an address", "type": "x"}]})),
            "`body.contact`: must be an address"
        );
        assert_eq!(
            told_of(&json!({"statusCode": 400, "message": ["contact must be an email"]})),
            "contact must be an email"
        );
    }

    #[test]
    fn what_is_no_list_of_faults_says_nothing() {
        for body in
            [json!({"error": "no"}), json!({"message": "it is wrong"}), json!({"id": 1, "tags": ["a"]}), json!("no")]
        {
            assert_eq!(of(body.to_string().as_bytes()), [], "{body}");
        }
    }

    #[test]
    fn fields_are_found_in_the_body() {
        let body = json!({"contact": 1, "home": {"zipCode": 2}, "rows": [{"n": 3}]});
        let place = |field: &str| {
            let want = Want { field: field.to_owned(), reason: String::new() };
            want.place(&body).map(|at| at.as_str().to_owned())
        };
        for field in
            ["contact", "Contact", "#/contact", "/contact", "body.contact", "$.contact", "data.attributes.contact"]
        {
            assert_eq!(place(field).as_deref(), Some("/contact"), "{field}");
        }
        assert_eq!(place("home.zip_code").as_deref(), Some("/home/zipCode"));
        assert_eq!(place("rows[0].n").as_deref(), Some("/rows/0/n"));
        assert_eq!(place("name").as_deref(), Some("/name"));
        assert_eq!((place("rows[7].n"), place("query.limit"), place("")), (None, None, None));
    }
}
