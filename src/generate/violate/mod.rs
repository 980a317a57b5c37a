//! Values that violate one keyword, of the node that the keyword constrains.

mod array;
mod object;

use serde_json::{Value, json};

use crate::contract::{Bound, SchemaId, Types};
use crate::generate::generator::Generator;
use crate::generate::number;
use crate::generate::shape::{Choices, Conjunction, Except, MergedSchema};
use crate::generate::strategy::Context;
use crate::generate::string::stretch;
use crate::text::list::one_of;

impl Generator {
    /// Values of `shape`, which lacks the keyword, that violate it.
    pub(super) fn violate(
        &self,
        conjunction: &Conjunction,
        shape: &MergedSchema,
        except: &Except,
        context: &mut Context<'_, '_>,
    ) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        match except.keyword {
            "type" => self.other_types(conjunction, except.schema),
            "enum" | "const" => {
                let known = schema.enum_values.clone().or_else(|| schema.const_value.clone().map(|value| vec![value]));
                self.near_misses(shape, &known.unwrap_or_default())
            }
            "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum" | "multipleOf" => {
                self.other_numbers(shape, except)
            }
            "minLength" | "maxLength" | "pattern" | "format" => self.other_strings(shape, except),
            "required" => self.without_required(shape, except, context),
            "dependentRequired" => self.without_dependency(shape, except),
            "additionalProperties" | "unevaluatedProperties" => self.unexpected_properties(shape, context),
            "properties" | "patternProperties" => self.forbidden_properties(shape, except, context),
            "propertyNames" | "maxProperties" | "minProperties" => self.other_properties(shape, except, context),
            "minItems" | "maxItems" | "uniqueItems" | "contains" | "items" | "unevaluatedItems" => {
                self.other_items(shape, except)
            }
            _ => self.assorted(conjunction, shape, except),
        }
    }

    fn other_numbers(&self, shape: &MergedSchema, except: &Except) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let labelled = |values: Vec<Value>, label: &str| -> Vec<(String, Value)> {
            values.into_iter().map(|value| (label.to_owned(), value)).collect()
        };
        if except.keyword == "multipleOf" {
            let Some(multiple) = &schema.multiple_of else { return Vec::new() };
            return labelled(number::between_multiples(shape, multiple), "no multiple");
        }
        let is_lower = except.keyword.ends_with("inimum");
        let (inclusive, exclusive) = match is_lower {
            true => (&schema.minimum, &schema.exclusive_minimum),
            false => (&schema.maximum, &schema.exclusive_maximum),
        };
        let is_exclusive = except.keyword.starts_with("exclusive");
        let Some(number) = (if is_exclusive { exclusive } else { inclusive }) else { return Vec::new() };
        let bound = Bound { number: number.clone(), exclusive: is_exclusive };
        labelled(number::beyond(shape, &bound, is_lower), if is_lower { "too small" } else { "too large" })
    }

    fn other_strings(&self, shape: &MergedSchema, except: &Except) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let (strings, channel) = (&self.strings, &self.channel);
        let (found, label) = match except.keyword {
            "minLength" => {
                let min = schema.min_length.unwrap_or(0);
                (strings.mislengths(shape, &[min.saturating_sub(1), 0], channel).to_vec(), "too short".to_owned())
            }
            "maxLength" => {
                let max = schema.max_length.unwrap_or(0);
                let long = [max.saturating_add(1), max.saturating_add(2), max.saturating_mul(2).saturating_add(10)];
                (strings.mislengths(shape, &long, channel).to_vec(), "too long".to_owned())
            }
            "pattern" => {
                let pattern = schema.pattern.as_deref().unwrap_or("");
                (strings.mismatches(shape, pattern, channel), "no match of the pattern".to_owned())
            }
            _ => {
                let format = schema.format.as_deref().unwrap_or("");
                (strings.misformats(shape, format, channel), format!("no {format}"))
            }
        };
        found.into_iter().map(|string| (label.clone(), Value::String(string))).collect()
    }

    /// Values of every type that `type` forbids.
    fn other_types(&self, conjunction: &Conjunction, id: SchemaId) -> Vec<(String, Value)> {
        let types = self.schemas.get(id).types.unwrap_or(Types::ANY);
        let minimal = self.minimal_of(conjunction);
        let string = match &minimal {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(truth)) => truth.to_string(),
            _ => "text".to_owned(),
        };
        let mut samples = vec![
            Value::Null,
            json!(true),
            json!(false),
            json!(123),
            json!(0),
            json!(1.5),
            Value::String(string),
            json!(""),
            json!("text"),
            json!({}),
            json!([]),
            json!({"key": "value"}),
        ];
        // Whoever reads digits until they end takes this one.
        if types.intersects(Types::NUMBER) {
            samples.push(json!("12abc"));
        }
        // Whoever spreads what is no list takes its only item, and whoever counts the keys of an object its values.
        if let Some(Value::Array(items)) = &minimal
            && let Some(item) = items.first()
        {
            samples.splice(0..0, [item.clone(), json!({ "0": item })]);
        }
        samples.insert(0, minimal.map_or(Value::Null, |value| json!([value])));
        samples.retain(|sample| {
            !types.intersects(Types::of(sample)) && sample.as_str().is_none_or(|text| self.channel.carries(text))
        });
        samples
            .into_iter()
            .map(|sample| (format!("{} in place of {}", kind(&sample), one_of(types.names())), sample))
            .collect()
    }

    /// Values that nearly equal a value of an `enum`, and ones that do not at all.
    fn near_misses(&self, shape: &MergedSchema, known: &[Value]) -> Vec<(String, Value)> {
        let mut out: Vec<(String, Value)> = Vec::new();
        let mut push = |label: &str, value: Value| {
            if !known.contains(&value) && !out.iter().any(|(_, other)| *other == value) {
                out.push((label.to_owned(), value));
            }
        };
        if known.iter().any(Value::is_string) || shape.types.contains(Types::STRING) {
            push("a value that is not listed", json!("not-a-listed-value"));
            push("an empty string", json!(""));
        }
        for value in shape.values.iter().flatten() {
            push("a value that is allowed elsewhere", value.clone());
        }
        for value in known.iter().take(6) {
            match value {
                Value::String(string) => {
                    let mut letters = string.chars();
                    let first = letters.next().map(|c| c.to_uppercase().chain(letters).collect::<String>());
                    push("a listed value in capitals", Value::String(string.to_uppercase()));
                    push("a listed value in small letters", Value::String(string.to_lowercase()));
                    push("a listed value with a capital", Value::String(first.unwrap_or_default()));
                    push("a listed value with a blank after it", Value::String(format!("{string} ")));
                    push("a listed value with a blank before it", Value::String(format!(" {string}")));
                    push("a listed value with a letter more", Value::String(format!("{string}s")));
                    let count = string.chars().count();
                    push("a listed value cut short", Value::String(stretch(string, count.saturating_sub(1))));
                }
                Value::Number(number) => {
                    let near = [1i64, -1].map(|by| number.as_i64().and_then(|n| n.checked_add(by)).map(Value::from));
                    near.into_iter().flatten().for_each(|value| push("a number beside a listed one", value));
                    push("a listed number as a string", Value::String(number.to_string()));
                }
                Value::Bool(truth) => push("the other truth value", Value::Bool(!truth)),
                _ => {}
            }
        }
        push("a number that is not listed", json!(987_654));
        for value in [json!("unlisted"), json!({"unlisted": true}), json!(["unlisted"])] {
            push("a value that is not listed", value);
        }
        out.retain(|(_, value)| {
            shape.types.intersects(Types::of(value)) && value.as_str().is_none_or(|string| self.channel.carries(string))
        });
        out
    }

    /// Values of all kinds, for keywords that cannot be violated directly.
    fn assorted(&self, conjunction: &Conjunction, shape: &MergedSchema, except: &Except) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let mut out = Vec::new();
        if except.keyword == "not" {
            let mut forbidden = conjunction.clone();
            forbidden.extend(schema.not);
            for shape in self.shapes(&forbidden, &Choices::new(), Some(except), 8) {
                out.extend(self.build(&shape, &[]).map(|value| ("what `not` forbids".to_owned(), value)));
            }
        }
        // A value that two branches allow violates `oneOf` as much as one that no branch allows.
        if except.keyword == "oneOf" {
            for (index, first) in schema.one_of.iter().enumerate().take(6) {
                for second in schema.one_of.iter().skip(index + 1).take(6) {
                    let both = vec![*first, *second];
                    out.extend(
                        self.minimal_of(&both).map(|value| ("a value of two branches at once".to_owned(), value)),
                    );
                }
            }
        }
        out.extend(pool().into_iter().map(|value| (format!("{} that no branch allows", kind(&value)), value)));
        for branch in schema.any_of.iter().chain(&schema.one_of).take(6) {
            let Some(value) = self.minimal_of(&vec![*branch]) else { continue };
            if let Value::Object(properties) = &value {
                for name in properties.keys() {
                    let mut lacking = properties.clone();
                    lacking.shift_remove(name);
                    out.push((format!("a branch without `{name}`"), Value::Object(lacking)));
                }
            }
            out.push(("a branch in an array".to_owned(), json!([value])));
        }
        out.extend(self.build(shape, &[]).map(|value| ("what is left without it".to_owned(), value)));
        out.retain(|(_, value)| value.as_str().is_none_or(|string| self.channel.carries(string)));
        out
    }
}

fn pool() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(42),
        json!(1.5),
        json!(""),
        json!("text"),
        json!("not a match!"),
        json!([]),
        json!([null]),
        json!([{}]),
        json!(["text"]),
        json!([[]]),
        json!([1.5]),
        json!({}),
        json!({"key": "value"}),
        json!({"key": null}),
    ]
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if crate::contract::is_integer(number) => "an integer",
        Value::Number(_) => "a fraction",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
