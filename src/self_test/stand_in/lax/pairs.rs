//! Bugs that two conditions must meet for.

use serde_json::Value;

use super::{Change, Flaw, Lax};
use crate::contract::Schema;

/// What interacts in handlers: a flag that skips a branch, an early return for an empty list, a fast path for short ones.
pub(super) const ALL: &[Lax] = &[
    Lax {
        sentence: "lengths are not checked where a boolean is true",
        change: Change::Overlooks(
            |site| site.is_root && site.media.is_some() && site.schema.properties.len() > 1,
            |flaw| flaw.keyword.ends_with("Length") && holds(flaw, |v| *v == Value::Bool(true)),
        ),
    },
    Lax {
        sentence: "bounds are not checked where a list is empty",
        change: Change::Overlooks(
            |site| site.is_root && site.media.is_some() && site.schema.properties.len() > 1,
            |flaw| flaw.keyword.ends_with("imum") && holds(flaw, |v| v.as_array().is_some_and(Vec::is_empty)),
        ),
    },
    Lax {
        sentence: "enums are not checked in a list of two",
        change: Change::Overlooks(
            |site| {
                site.schema.enum_values.is_some()
                    && site.schema.location.pointer.as_str().contains("/items")
                    && site.media.is_some()
            },
            |flaw| flaw.keyword == "enum" && flaw.positions().any(|(_, count)| count == 2),
        ),
    },
    Lax {
        sentence: "what is required may be missing where nothing optional is sent",
        change: Change::Overlooks(
            |site| site.is_root && site.media.is_some() && !site.schema.required.is_empty(),
            |flaw| flaw.keyword == "required" && members(flaw) < flaw.root_schema.map_or(0, |s| s.required.len()),
        ),
    },
    Lax {
        sentence: "what is required may be missing where all else is sent",
        change: Change::Overlooks(
            |site| {
                site.is_root
                    && site.media.is_some()
                    && site.schema.required.len() > 1
                    && site.schema.properties.len() > 3
            },
            |flaw| {
                flaw.keyword == "required"
                    && flaw.path.is_empty()
                    && members(flaw) + 1 >= flaw.root_schema.map_or(9, |s| s.properties.len())
            },
        ),
    },
    Lax {
        sentence: "formats are not checked where more than three properties are sent",
        change: Change::Overlooks(
            |site| {
                site.media.is_some() && site.schema.format.as_deref().is_some_and(crate::generate::constrains_strings)
            },
            |flaw| flaw.keyword == "format" && members(flaw) > 3,
        ),
    },
    Lax {
        sentence: "types are not checked where an optional property is null or absent",
        change: Change::Overlooks(
            |site| {
                site.is_root && site.media.is_some() && site.schema.properties.len() > site.schema.required.len() + 1
            },
            |flaw| {
                flaw.keyword == "type"
                    && flaw.path.len() == 1
                    && members(flaw) < flaw.root_schema.map_or(0, |s| s.properties.len())
            },
        ),
    },
    Lax {
        sentence: "a list of two is refused beside a true boolean",
        change: Change::Refuses(pairs, |v| spoilt(v, |m| is_list(m, 2) && m.values().any(|v| *v == Value::Bool(true)))),
    },
    Lax {
        sentence: "a list of two is refused where it is the only property beside another",
        change: Change::Refuses(pairs, |v| spoilt(v, |m| is_list(m, 2) && m.len() == 2)),
    },
    Lax {
        sentence: "an empty list is refused where all properties are sent",
        change: Change::Refuses(pairs, |v| spoilt(v, |m| is_list(m, 0) && m.len() > 4)),
    },
    Lax {
        sentence: "a long text is refused beside a list of several",
        change: Change::Refuses(pairs, |v| {
            spoilt(v, |m| {
                m.values().any(|v| v.as_array().is_some_and(|a| a.len() > 1))
                    && m.values().any(|v| v.as_str().is_some_and(|t| t.chars().count() > 15))
            })
        }),
    },
    Lax {
        sentence: "a negative number is refused beside a false boolean",
        change: Change::Refuses(
            |s| s.properties.len() > 2,
            |v| {
                spoilt(v, |m| {
                    m.values().any(|v| v.as_f64().is_some_and(|n| n < 0.0))
                        && m.values().any(|v| *v == Value::Bool(false))
                })
            },
        ),
    },
];

fn pairs(schema: &Schema) -> bool {
    schema.properties.len() > 2
}

fn holds(flaw: &Flaw<'_>, is_such: fn(&Value) -> bool) -> bool {
    flaw.root.and_then(Value::as_object).is_some_and(|members| members.values().any(is_such))
}

fn members(flaw: &Flaw<'_>) -> usize {
    flaw.root.and_then(Value::as_object).map_or(0, serde_json::Map::len)
}

fn is_list(members: &serde_json::Map<String, Value>, count: usize) -> bool {
    members.values().any(|v| v.as_array().is_some_and(|items| items.len() == count))
}

/// Something that no schema of an object allows.
fn spoilt(value: &Value, is_such: fn(&serde_json::Map<String, Value>) -> bool) -> Vec<Value> {
    match value.as_object() {
        Some(members) if is_such(members) => vec![Value::from(format!("{}\u{1}", "spoilt"))],
        _ => Vec::new(),
    }
}
