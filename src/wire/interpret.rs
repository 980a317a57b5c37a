//! The interpretations of a parameter or form field: every value that a server may read.

use serde_json::{Number, Value};

use super::style::{joined, member, query, scalar};
use crate::contract::{Parameter, ParameterLocation, SchemaId, Schemas, Style, Types};

/// The types that a schema may ask for, branches of unions included.
pub(crate) fn expected_types(schemas: &Schemas, schema: SchemaId) -> Types {
    let all = schemas.with_branches(&[schema]).map(|id| schemas.get(id));
    all.fold(Types::NONE, |types, schema| types.or(schema.types.unwrap_or(Types::NONE)))
}

/// All that a server may take the value of a parameter for, the single string of an array or an object included.
pub(crate) fn interpretations_of(parameter: &Parameter, value: &Value, expected: Types) -> Option<Vec<Value>> {
    let mut all = interpretations(value, expected)?;
    if matches!(value, Value::Array(_) | Value::Object(_)) {
        let texts = match parameter.place {
            ParameterLocation::Query => {
                query(parameter, value).into_iter().flatten().map(|pair| pair.value).collect::<Vec<_>>()
            }
            _ => {
                joined(parameter, value, &str::to_owned).into_iter().flat_map(|text| written(parameter, text)).collect()
            }
        };
        all.extend(texts.iter().flat_map(|text| text_interpretations(text)));
        // A delimiter of another style is part of the string, which is then an array of one. Who reads one of several fields
        // alone does not read them as the document has them.
        if expected.intersects(Types::ARRAY) && texts.len() == 1 {
            all.extend(texts.iter().map(|text| Value::Array(vec![Value::String(text.clone())])));
        }
    }
    if expected.intersects(Types::ARRAY) && !value.is_array() {
        let pieces = pieces(parameter, value);
        all.extend(both(|read| Value::Array(pieces.iter().map(|piece| read(piece)).collect())));
    }
    if expected.intersects(Types::OBJECT) && !value.is_object() {
        let pieces = pieces(parameter, value);
        let member = |pair: &[String], read: &dyn Fn(&str) -> Value| {
            (pair[0].clone(), read(pair.get(1).map_or("", String::as_str)))
        };
        all.extend(both(|read| Value::Object(pieces.chunks(2).map(|pair| member(pair, read)).collect())));
        let named = |piece: &String| piece.split_once('=').map(|(name, text)| [name.to_owned(), text.to_owned()]);
        let named: Vec<[String; 2]> = pieces.iter().filter_map(named).collect();
        all.extend(both(|read| Value::Object(named.iter().map(|pair| member(pair, read)).collect())));
    }
    Some(all)
}

/// A text as it travels, and without what its style puts before every value: an array of one is written as its only item is
/// (RFC 6570, sections 3.2.5 and 3.2.7).
fn written(parameter: &Parameter, text: String) -> Vec<String> {
    let bare = match parameter.style {
        Style::Label => text.strip_prefix('.').map(str::to_owned),
        Style::Matrix => text.strip_prefix(&format!(";{}=", parameter.name)).map(str::to_owned),
        _ => None,
    };
    std::iter::once(text).chain(bare).collect()
}

/// The strings between the delimiters: one that is read as another type is split like it.
fn pieces(parameter: &Parameter, value: &Value) -> Vec<String> {
    let texts = |values: &mut dyn Iterator<Item = &Value>| values.filter_map(member).collect::<Vec<_>>();
    match value {
        Value::Array(items) => texts(&mut items.iter()),
        Value::Object(members) => {
            let each = members.iter().filter_map(|(name, child)| Some((name.clone(), member(child)?)));
            match parameter.explode {
                true => each.map(|(name, text)| format!("{name}={text}")).collect(),
                false => each.flat_map(|(name, text)| [name, text]).collect(),
            }
        }
        _ => {
            let text = scalar(value).unwrap_or_default();
            text.split([',', '|', ' ', ';', '.', '\t']).map(str::to_owned).collect()
        }
    }
}

/// An interpretation in which all are strings, and one in which each is what it looks most like.
fn both(build: impl Fn(&dyn Fn(&str) -> Value) -> Value) -> [Value; 2] {
    let likely = |text: &str| {
        let mut interpretations = text_interpretations(text);
        interpretations.swap_remove(interpretations.len().min(2) - 1)
    };
    [build(&|text| Value::String(text.to_owned())), build(&likely)]
}

/// All that a server may take what is sent for, each string on its own; `None` where that is too much to look at. A
/// value is surely invalid only if all of these are.
pub(crate) fn interpretations(value: &Value, expected: Types) -> Option<Vec<Value>> {
    let mut all = alternatives(value)?;
    if let Some(text) = scalar(value)
        && expected.intersects(Types::ARRAY)
    {
        // One string is an array of one item, or of several where it contains a delimiter.
        let single: Vec<Value> = all.iter().map(|interpretation| Value::Array(vec![interpretation.clone()])).collect();
        let split: Vec<Value> = text.split([',', '|', ' ']).map(|part| Value::String(part.to_owned())).collect();
        all.extend(single);
        all.push(Value::Array(split));
        // OpenAPI's examples of styles have an empty text for an empty array.
        if text.is_empty() {
            all.push(Value::Array(Vec::new()));
        }
    }
    Some(all)
}

/// Whether a server that knows the schema reads `value` back out of its serialised string.
pub(crate) fn is_readable(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_readable),
        Value::Object(members) => members.values().all(is_readable),
        // Whatever else a text may be read as, it may be read as itself.
        Value::Null | Value::String(_) => true,
        _ => scalar(value).is_some_and(|text| text_interpretations(&text).contains(value)),
    }
}

/// All else that a server which knows the schemas of a value may read out of its texts, one text at a time: where several
/// types are asked for, a text may be of each. Of objects in objects nothing is said, which are JSON or undefined.
pub(crate) fn other_readings(schemas: &Schemas, holders: &[SchemaId], value: &Value) -> Vec<Value> {
    let all: Vec<SchemaId> = schemas.with_branches(holders).collect();
    match value {
        Value::Array(items) => {
            let of_item = |index: usize| -> Vec<SchemaId> {
                all.iter()
                    .filter_map(|id| schemas.get(*id).prefix_items.get(index).copied().or(schemas.get(*id).items))
                    .collect()
            };
            let each = items.iter().enumerate().filter(|(_, item)| scalar(item).is_some());
            each.flat_map(|(index, item)| {
                other_readings(schemas, &of_item(index), item).into_iter().map(move |read| {
                    let mut items = items.clone();
                    items[index] = read;
                    Value::Array(items)
                })
            })
            .collect()
        }
        Value::Object(members) => {
            let of_member = |name: &str| -> Vec<SchemaId> {
                let schemas = all.iter().map(|id| schemas.get(*id));
                schemas
                    .filter_map(|schema| schema.properties.get(name).copied().or(schema.additional_properties))
                    .collect()
            };
            let each = members.iter().filter(|(_, member)| !member.is_object());
            each.flat_map(|(name, member)| {
                other_readings(schemas, &of_member(name), member).into_iter().map(move |read| {
                    let mut members = members.clone();
                    members[name] = read;
                    Value::Object(members)
                })
            })
            .collect()
        }
        _ => {
            let types = holders.iter().fold(Types::NONE, |types, id| types.or(expected_types(schemas, *id)));
            let readings = scalar(value).map(|text| text_interpretations(&text)).unwrap_or_default();
            readings.into_iter().filter(|read| read != value && types.contains(Types::of(read))).collect()
        }
    }
}

/// All that a server may take a field of a form for: repeated fields for a list or for the last of them, one field for
/// a list of one, nested values for JSON or for its text. `None` where that is too much to look at.
pub(crate) fn field_interpretations(value: &Value) -> Option<Vec<Value>> {
    let mut all = alternatives(value)?;
    match value {
        Value::Array(items) => {
            for item in [items.first(), items.last()].into_iter().flatten() {
                all.extend(alternatives(item).into_iter().flatten());
            }
            let texts: Vec<String> = items.iter().filter_map(member).collect();
            all.extend([Value::String(texts.join(",")), Value::String(value.to_string())]);
            // What is not a scalar is written as JSON, which is a string where the schema expects one.
            all.push(texts.into_iter().map(Value::String).collect());
        }
        _ => {
            let text = scalar(value).unwrap_or_else(|| value.to_string());
            all.push(Value::String(text.clone()));
            let lists: Vec<Value> =
                all.iter().map(|interpretation| Value::Array(vec![interpretation.clone()])).collect();
            all.extend(lists);
            if text.contains(',') {
                all.push(text.split(',').map(Value::from).collect());
            }
        }
    }
    let mut distinct: Vec<Value> = Vec::new();
    for interpretation in all {
        if !distinct.contains(&interpretation) {
            distinct.push(interpretation);
        }
    }
    Some(distinct)
}

/// Every combination of the interpretations of each string.
fn alternatives(value: &Value) -> Option<Vec<Value>> {
    const MOST: usize = 1_024;
    let extend = |known: Vec<Vec<Value>>, next: Vec<Value>| {
        let pairs = known.len().saturating_mul(next.len()) <= MOST;
        let longer = |list: &Vec<Value>, last: &Value| list.iter().chain([last]).cloned().collect();
        pairs.then(|| known.iter().flat_map(|list| next.iter().map(move |last| longer(list, last))).collect())
    };
    Some(match value {
        Value::Array(items) => {
            let lists = items.iter().try_fold(vec![Vec::new()], |lists, item| extend(lists, alternatives(item)?))?;
            lists.into_iter().map(Value::Array).collect()
        }
        Value::Object(members) => {
            let lists =
                members.values().try_fold(vec![Vec::new()], |lists, item| extend(lists, alternatives(item)?))?;
            lists.into_iter().map(|list| members.keys().cloned().zip(list).collect()).collect()
        }
        _ => scalar(value).map_or_else(|| vec![value.clone()], |text| text_interpretations(&text)),
    })
}

/// No longer is a word that servers read as something else.
const LONGEST_WORD: usize = "false".len();

pub(crate) fn text_interpretations(text: &str) -> Vec<Value> {
    let mut interpretations = vec![Value::String(text.to_owned())];
    let trimmed = text.trim();
    if let Ok(number) = trimmed.parse::<i64>() {
        interpretations.push(number.into());
    } else if let Ok(number) = trimmed.parse::<u64>() {
        interpretations.push(number.into());
    } else if let Some(number) = trimmed.parse::<f64>().ok().and_then(Number::from_f64) {
        interpretations.push(Value::Number(number));
    }
    let word = if trimmed.len() <= LONGEST_WORD { trimmed.to_ascii_lowercase() } else { return interpretations };
    match word.as_str() {
        "true" | "yes" | "on" | "1" => interpretations.push(true.into()),
        "false" | "no" | "off" | "0" => interpretations.push(false.into()),
        "null" | "" => interpretations.push(Value::Null),
        _ => {}
    }
    interpretations
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_may_be_an_empty_array_and_is_no_array_of_something() {
        let read = |text: &str| interpretations(&json!(text), Types::ARRAY).expect("few");
        assert!(read("").contains(&json!([])));
        assert!(!read("a").contains(&json!([])));
        assert!(!interpretations(&json!(""), Types::STRING).expect("few").contains(&json!([])));
    }

    #[test]
    fn an_array_of_one_with_the_prefix_of_its_style_is_its_item() {
        for (style, explode) in
            [(Style::Label, false), (Style::Label, true), (Style::Matrix, false), (Style::Matrix, true)]
        {
            let parameter = Parameter {
                name: "p".to_owned(),
                place: ParameterLocation::Path,
                required: true,
                style,
                media_type: None,
                explode,
                allow_reserved: false,
                allow_empty: false,
                description: None,
                schema: None,
                examples: Vec::new(),
                location: crate::spec::SourceLocation::default(),
            };
            let all = |value: &Value| interpretations_of(&parameter, value, Types::INTEGER).expect("few");
            assert!(all(&json!([1])).contains(&json!(1)), "{style:?} {explode}");
            assert!(!all(&json!(["a", "b"])).iter().any(Value::is_number), "{style:?} {explode}");
            assert!(!all(&json!(["x"])).iter().any(Value::is_number), "{style:?} {explode}");
        }
    }

    #[test]
    fn one_field_of_a_form_may_be_a_list_of_its_text_whatever_that_says() {
        for (sent, read) in [
            (json!([{}, 1]), json!(["{}", "1"])),
            (json!({}), json!(["{}"])),
            (json!({}), json!("{}")),
            (json!("a,b"), json!(["a", "b"])),
        ] {
            let all = field_interpretations(&sent).expect("few");
            assert!(all.contains(&read), "{sent} as {read}");
        }
        assert_eq!(field_interpretations(&Value::Array(vec![json!(1); 20])), None, "too much to look at");
    }
}
