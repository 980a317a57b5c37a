//! Values that are coerced before they are judged.

use serde_json::{Value, json};

use super::{Change, Lax};
use crate::contract::{Schema, Types};

/// References: texts for numbers, elysiajs/elysia#1532 and QwenLM/qwen-code#5499; UTF-16, colinhacks/zod#3355 and
/// samchon/typia#2046; key order, mafintosh/is-my-json-valid#98; truthiness of what is required, `if (!body.count)`.
pub(super) const ALL: &[Lax] = &[
    Lax {
        sentence: "a number may be a text of digits",
        change: Change::Takes(
            |s| has(s, Types::INTEGER),
            |v| {
                v.as_str()
                    .and_then(|t| serde_json::from_str::<Value>(t).ok())
                    .filter(Value::is_number)
                    .into_iter()
                    .collect()
            },
        ),
    },
    Lax {
        sentence: "a number is read from the start of a text",
        change: Change::Takes(|s| has(s, Types::INTEGER), |v| v.as_str().and_then(leading).into_iter().collect()),
    },
    Lax {
        sentence: "an empty text is the number 0",
        change: Change::Takes(|s| has(s, Types::INTEGER), |v| if v == "" { vec![json!(0), json!(1)] } else { vec![] }),
    },
    Lax {
        sentence: "a boolean is a number",
        change: Change::Takes(
            |s| has(s, Types::INTEGER),
            |v| v.as_bool().map(|b| json!(i64::from(b))).into_iter().collect(),
        ),
    },
    Lax {
        sentence: "a boolean may be any scalar",
        change: Change::Takes(
            |s| has(s, Types::BOOLEAN),
            |v| if v.is_string() || v.is_number() { vec![json!(true)] } else { vec![] },
        ),
    },
    Lax {
        sentence: "a boolean may be 0 or 1",
        change: Change::Takes(
            |s| has(s, Types::BOOLEAN),
            |v| if *v == json!(0) || *v == json!(1) { vec![json!(*v == json!(1))] } else { vec![] },
        ),
    },
    Lax {
        sentence: "a boolean may be a word such as on or True",
        change: Change::Takes(
            |s| has(s, Types::BOOLEAN),
            |v| {
                v.as_str()
                    .filter(|t| {
                        ["on", "yes", "y", "t", "true", "1", "off", "no", "n", "f", "false", "0"]
                            .contains(&t.to_lowercase().as_str())
                    })
                    .map(|_| json!(true))
                    .into_iter()
                    .collect()
            },
        ),
    },
    Lax {
        sentence: "an array may be its only item",
        change: Change::Takes(
            |s| has(s, Types::ARRAY) && s.types == Some(Types::ARRAY),
            |v| if v.is_array() { vec![] } else { vec![json!([v])] },
        ),
    },
    Lax {
        sentence: "an array of one may stand for its item",
        change: Change::Takes(
            |s| s.types != Some(Types::ARRAY),
            |v| v.as_array().filter(|items| items.len() == 1).map(|items| items[0].clone()).into_iter().collect(),
        ),
    },
    Lax {
        sentence: "an array may be an object of positions",
        change: Change::Takes(
            |s| s.types == Some(Types::ARRAY),
            |v| v.as_object().map(|m| Value::Array(m.values().cloned().collect())).into_iter().collect(),
        ),
    },
    Lax {
        sentence: "null means absent",
        change: Change::Takes(|s| !s.properties.is_empty(), |v| without(v, Value::is_null)),
    },
    Lax {
        sentence: "an empty text means absent",
        change: Change::Takes(|s| !s.properties.is_empty(), |v| without(v, |member| *member == "")),
    },
    Lax {
        sentence: "texts are trimmed before they are judged",
        change: Change::Takes(|s| has(s, Types::STRING), trimmed),
    },
    Lax {
        sentence: "the case of property names does not matter",
        change: Change::Takes(
            |s| s.additional_properties.is_some() && !s.properties.is_empty(),
            |v| {
                v.as_object()
                    .map(|m| m.iter().map(|(n, v)| (n.to_lowercase(), v.clone())).collect())
                    .into_iter()
                    .collect()
            },
        ),
    },
    Lax {
        sentence: "uniqueItems compares neighbours",
        change: Change::Takes(
            |s| s.unique_items && s.max_items.is_none_or(|n| n > 2),
            |v| unique(v, |a, b, apart| same(a, b) && apart),
        ),
    },
    Lax {
        sentence: "uniqueItems compares texts",
        change: Change::Takes(|s| s.unique_items, |v| unique(v, |a, b, _| same(a, b) && written(a) != written(b))),
    },
    Lax {
        sentence: "uniqueItems compares scalars alone",
        change: Change::Takes(
            |s| s.unique_items,
            |v| unique(v, |a, b, _| same(a, b) && (a.is_object() || a.is_array())),
        ),
    },
    Lax {
        sentence: "multipleOf is ignored for large numbers",
        change: Change::Takes(
            |s| s.multiple_of.is_some() && s.maximum.is_none(),
            |v| v.as_f64().filter(|n| n.abs() > 1e9).map(|_| json!(0)).into_iter().collect(),
        ),
    },
    Lax {
        sentence: "a number wraps at 32 bits",
        change: Change::Takes(
            |s| has(s, Types::INTEGER) && s.maximum.is_some(),
            |v| v.as_i64().filter(|n| i32::try_from(*n).is_err()).map(|n| json!(n as i32)).into_iter().collect(),
        ),
    },
    Lax {
        sentence: "lengths count UTF-16",
        change: Change::Refuses(|s| s.max_length.is_some(), |v| longer(v, char::len_utf16)),
    },
    Lax {
        sentence: "lengths count bytes",
        change: Change::Refuses(|s| s.max_length.is_some(), |v| longer(v, char::len_utf8)),
    },
    Lax {
        sentence: "short lengths count bytes",
        change: Change::Takes(|s| s.min_length.is_some_and(|n| n > 1), |v| longer(v, char::len_utf8)),
    },
    Lax {
        sentence: "texts are trimmed before their length is taken",
        change: Change::Refuses(|s| s.min_length.is_some(), trimmed),
    },
    Lax {
        sentence: "what is required must not be 0 or false",
        change: Change::Refuses(
            |s| !s.required.is_empty(),
            |v| without(v, |member| *member == json!(0) || *member == json!(false)),
        ),
    },
    Lax {
        sentence: "what is required must not be empty",
        change: Change::Refuses(
            |s| !s.required.is_empty(),
            |v| without(v, |member| *member == json!("") || *member == json!([]) || *member == json!({})),
        ),
    },
    Lax {
        sentence: "null is refused where it is allowed",
        change: Change::Refuses(
            |s| s.types.is_some_and(|t| t.contains(Types::NULL) && t != Types::ANY),
            |v| if v.is_null() { vec![json!({"\u{1}": [[]]})] } else { vec![] },
        ),
    },
    Lax {
        sentence: "an integer may not be written as a fraction",
        change: Change::Refuses(
            |s| s.types.is_some_and(|t| t.contains(Types::INTEGER) && !t.contains(Types::NUMBER)),
            |v| if v.is_f64() { vec![json!(0.5)] } else { vec![] },
        ),
    },
];

fn has(schema: &Schema, types: Types) -> bool {
    schema.types.is_some_and(|known| known.contains(types) && !known.contains(Types::STRING.or(Types::OBJECT)))
}

fn leading(text: &str) -> Option<Value> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<i64>().ok().map(|number| json!(number))
}

fn without(value: &Value, is_gone: fn(&Value) -> bool) -> Vec<Value> {
    let Some(members) = value.as_object() else { return Vec::new() };
    let gone = members.iter().filter(|(_, member)| is_gone(member));
    gone.map(|(name, _)| {
        members.iter().filter(|(other, _)| *other != name).map(|(n, v)| (n.clone(), v.clone())).collect()
    })
    .collect()
}

fn trimmed(value: &Value) -> Vec<Value> {
    value.as_str().map(|text| json!(text.trim())).into_iter().collect()
}

/// As many characters as there are units.
fn longer(value: &Value, units: fn(char) -> usize) -> Vec<Value> {
    let repeated = |text: &str| text.chars().flat_map(|c| std::iter::repeat_n(c, units(c))).collect::<String>();
    value.as_str().map(|text| json!(repeated(text))).into_iter().collect()
}

fn written(value: &Value) -> String {
    value.to_string()
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// Without the items that equal an earlier one; whether they are neighbours is told.
fn unique(value: &Value, is_overlooked: fn(&Value, &Value, bool) -> bool) -> Vec<Value> {
    let Some(items) = value.as_array() else { return Vec::new() };
    let kept: Vec<Value> = items
        .iter()
        .enumerate()
        .filter(|(at, item)| {
            !items[..*at].iter().enumerate().any(|(before, other)| is_overlooked(other, item, before + 1 < *at))
        })
        .map(|(_, item)| item.clone())
        .collect();
    // The number of items stays.
    let padded = kept.iter().cloned().chain((kept.len()..items.len()).map(|n| match items.first() {
        Some(Value::Number(_)) => json!(n + 7),
        Some(Value::String(_)) => json!(format!("other-{n}")),
        _ => json!({"other": n}),
    }));
    vec![Value::Array(padded.collect()), Value::Array(kept.clone())]
}
