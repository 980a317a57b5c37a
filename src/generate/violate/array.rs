//! Arrays that violate one keyword.

use serde_json::{Value, json};

use super::pool;
use crate::generate::array::MAX_ITEMS;
use crate::generate::generator::Generator;
use crate::generate::shape::{Except, MergedSchema};

/// Items of other kinds that stand beside what is counted; the first may be one that is counted, too.
const FEW: usize = 3;

impl Generator {
    pub(super) fn other_items(&self, shape: &MergedSchema, except: &Except) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let mut out = Vec::new();
        match except.keyword {
            "minItems" => {
                let min = schema.min_items.unwrap_or(0);
                for count in [min.saturating_sub(1), 0].into_iter().filter(|count| *count < min) {
                    let array = self.array(shape, count);
                    out.extend(array.map(|value| (format!("{count} items"), value)));
                }
                out.push(("no items".to_owned(), json!([])));
            }
            "maxItems" => {
                let max = schema.max_items.unwrap_or(0);
                for count in [max.saturating_add(1), max.saturating_mul(2).saturating_add(3)] {
                    out.extend(self.array(shape, count).map(|value| (format!("{count} items"), value)));
                }
            }
            "uniqueItems" => {
                let count = shape.min_items.max(2);
                let twice = |value: Value, label: &str, second: &dyn Fn(&Value) -> Option<Value>| match value {
                    Value::Array(mut items) => {
                        let last = items.len() - 1;
                        items[last] = second(&items[0])?;
                        Some((label.to_owned(), Value::Array(items)))
                    }
                    _ => None,
                };
                let same = |item: &Value| Some(item.clone());
                let of = |count| self.array(shape, count);
                out.extend(of(count).and_then(|value| twice(value, "the same item twice", &same)));
                let apart = "the same item twice, with another one between";
                let otherwise = |item: &Value| Some(written_otherwise(item).unwrap_or_else(|| item.clone()));
                out.extend(of(count.max(3)).and_then(|value| twice(value, apart, &otherwise)));
                let alike = "equal items, written in two ways";
                out.extend(of(count).and_then(|value| twice(value, alike, &written_otherwise)));
            }
            "contains" => out.extend(self.other_contents(shape, except)),
            _ => {
                let count = shape.min_items.max(schema.prefix_items.len() as u64);
                if let Some(Value::Array(mut items)) = self.array(shape, count) {
                    items.push(json!("unexpected"));
                    out.push(("an item more".to_owned(), Value::Array(items)));
                }
            }
        }
        out
    }

    /// Arrays that hold too few or too many of what is counted. What else there is in them is what `items` takes, if anything is.
    fn other_contents(&self, shape: &MergedSchema, except: &Except) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let contained = self.minimal_of(&vec![schema.contains.unwrap_or(except.schema)]);
        let mut out: Vec<(&str, Vec<Value>)> = Vec::new();
        let least = schema.min_contains.filter(|min| (2..MAX_ITEMS).contains(min));
        if let (Some(min), Some(item)) = (least, &contained) {
            let few = vec![item.clone(); min as usize - 1];
            for sample in pool().into_iter().take(FEW) {
                let rest = vec![sample; (shape.min_items.min(MAX_ITEMS) as usize).saturating_sub(few.len())];
                out.push(("one too few of what must be contained", few.iter().cloned().chain(rest).collect()));
            }
        }
        let most = schema.max_contains.filter(|max| *max < MAX_ITEMS);
        if let (Some(max), Some(item)) = (most, contained) {
            out.push(("too many of what is counted", vec![item; max as usize + 1]));
        }
        let count = shape.min_items.max(1);
        if count <= MAX_ITEMS {
            if let Some(Value::Array(items)) = self.array(shape, count) {
                out.push(("nothing that must be contained", items));
            }
            out.extend(
                pool().into_iter().map(|sample| ("nothing that must be contained", vec![sample; count as usize])),
            );
        }
        out.push(("nothing at all", Vec::new()));
        let is_taken = |(index, item): (usize, &Value)| self.accepts(&shape.item(&self.schemas, index), item);
        let (taken, other): (Vec<_>, Vec<_>) =
            out.into_iter().partition(|(_, items)| items.iter().enumerate().all(is_taken));
        let is_counted = |item: &&Value| schema.contains.is_some_and(|id| self.accepts(&[id], item));
        let is_broken = |items: &[Value]| {
            let count = items.iter().filter(is_counted).count() as u64;
            count < schema.min_contains.unwrap_or(1) || schema.max_contains.is_some_and(|max| count > max)
        };
        // An array of nothing may be too short.
        let is_enough = taken.iter().any(|(_, items)| !items.is_empty() && is_broken(items));
        let kept = if is_enough { taken } else { taken.into_iter().chain(other).collect() };
        kept.into_iter().map(|(label, items)| (label.to_owned(), Value::Array(items))).collect()
    }
}

/// The same value with another text (JSON Schema 2020-12, section 4.2.2): the properties in another order, an integer as a
/// fraction of nothing.
fn written_otherwise(value: &Value) -> Option<Value> {
    match value {
        Value::Object(properties) if properties.len() > 1 => {
            Some(properties.iter().rev().map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        Value::Object(properties) => {
            let (name, value) = properties.iter().next()?;
            Some(json!({ name: written_otherwise(value)? }))
        }
        Value::Array(items) => {
            let mut items = items.clone();
            let (at, written) = items.iter().enumerate().find_map(|(at, item)| Some((at, written_otherwise(item)?)))?;
            items[at] = written;
            Some(Value::Array(items))
        }
        Value::Number(number) => number.as_i64().filter(|n| n.unsigned_abs() < 1 << 53).map(|n| json!(n as f64)),
        _ => None,
    }
}
