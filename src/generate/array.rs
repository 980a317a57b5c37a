//! Makes arrays of a shape.

use serde_json::Value;

use super::generator::Generator;
use super::shape::{Conjunction, MergedSchema};

/// Arrays longer than this are not made.
pub(super) const MAX_ITEMS: u64 = 2_000;

impl Generator {
    /// An array of a shape with as few items as it allows. Only JSON tells an array of nothing from none.
    pub(super) fn minimal_array(&self, shape: &MergedSchema) -> Option<Value> {
        let needs_item = !self.channel.is_payload() && shape.min_items == 0 && shape.max_items != Some(0);
        let of_one = if needs_item { self.array(shape, 1) } else { None };
        of_one.or_else(|| self.array(shape, shape.min_items))
    }

    /// An array of a shape with `count` items.
    pub(super) fn array(&self, shape: &MergedSchema, count: u64) -> Option<Value> {
        let contained = shape.contains.iter().fold(0, |sum: u64, contained| sum.saturating_add(contained.min));
        if count.max(contained) > MAX_ITEMS {
            return None;
        }
        let mut items: Vec<Value> = Vec::new();
        for contained in &shape.contains {
            for _ in 0..contained.min {
                let mut conjunction = shape.item(&self.schemas, items.len());
                conjunction.push(contained.schema);
                items.push(self.fresh(shape, &conjunction, &items)?);
            }
        }
        while (items.len() as u64) < count {
            let conjunction = shape.item(&self.schemas, items.len());
            items.push(self.fresh(shape, &conjunction, &items)?);
        }
        Some(Value::Array(items))
    }

    /// An item; where items must be unique, one that is not among `items`.
    fn fresh(&self, shape: &MergedSchema, conjunction: &Conjunction, items: &[Value]) -> Option<Value> {
        let minimal = self.minimal_of(conjunction)?;
        if !shape.unique || !items.contains(&minimal) {
            return Some(minimal);
        }
        let other = self
            .nested_boundary_values(conjunction, 3)
            .into_iter()
            .map(|boundary| boundary.value)
            .find(|value| !items.contains(value));
        other.or_else(|| {
            let mut altered = altered(&minimal, items.len()).into_iter();
            altered.find(|other| !items.contains(other) && self.accepts(conjunction, other))
        })
    }
}

/// Values that differ a little from one, by as much as the position of an item among others.
fn altered(value: &Value, by: usize) -> Vec<Value> {
    /// Members of an object that are altered, and ways of each.
    const FEW: usize = 24;
    match value {
        Value::String(text) => {
            let longer = std::iter::once(format!("{text}{by}"));
            longer.chain(with_another_letter(text)).map(Value::String).collect()
        }
        Value::Number(number) => {
            let other = number.as_i64().and_then(|number| number.checked_add(by as i64));
            other.map(Value::from).into_iter().collect()
        }
        Value::Object(members) => {
            let other = |name: &String, member: Value| {
                let mut members = members.clone();
                members.insert(name.clone(), member);
                Value::Object(members)
            };
            let each = members.iter().take(FEW).map(|(name, member)| (name, altered(member, by)));
            let each = each.map(|(name, all)| all.into_iter().take(FEW).map(|member| other(name, member)).collect());
            each.collect::<Vec<Vec<Value>>>().concat()
        }
        _ => Vec::new(),
    }
}

/// A text with another letter or digit in one of its last places.
fn with_another_letter(text: &str) -> impl Iterator<Item = String> {
    const PLACES: usize = 3;
    let letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..letters.len()).rev().take(PLACES).collect();
    places.into_iter().flat_map(move |place| {
        let letters = letters.clone();
        ('a'..='z').chain('0'..='9').chain('A'..='Z').map(move |letter| {
            let mut other = letters.clone();
            other[place] = letter;
            other.into_iter().collect()
        })
    })
}
