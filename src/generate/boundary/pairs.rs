//! Objects in which every two choices meet: whether a property is there, and of what kind its value is.

use std::collections::HashSet;
use std::ops::ControlFlow;

use serde_json::Value;

use super::{Reach, Taker, boundary};
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;

/// A choice: the property, by its position, and what becomes of it.
type Choice = (usize, usize);

/// Properties whose choices are combined, and kinds of values of each.
const PROPERTIES: usize = 12;
const KINDS: usize = 5;
/// Objects of that kind at most.
const ROWS: usize = 16;

impl Generator {
    /// Of the whole value alone: a handler takes its decisions by what it reads first.
    pub(super) fn pairs(&self, shape: &MergedSchema, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        if reach.depth > 0 || shape.declared.len() < 2 {
            return ControlFlow::Continue(());
        }
        let names = shape.declared.iter().take(PROPERTIES);
        let choices: Vec<(&String, Vec<Option<Value>>)> = names
            .map(|name| {
                let absent = (!shape.required.contains(name)).then_some(None);
                let present = self.kinds(shape, name, reach).into_iter().map(Some);
                (name, absent.into_iter().chain(present).collect())
            })
            .filter(|(_, choices): &(_, Vec<_>)| !choices.is_empty())
            .collect();
        let counts: Vec<usize> = choices.iter().map(|(_, choices)| choices.len()).collect();
        for row in covering(&counts, ROWS) {
            let chosen = |at: usize| choices[at].1[row[at]].as_ref();
            let there: Vec<String> =
                (0..row.len()).filter(|at| chosen(*at).is_some()).map(|at| choices[at].0.clone()).collect();
            let own = |name: &str| choices.iter().position(|(known, _)| *known == name).and_then(chosen).cloned();
            let object = self.object(shape, &there, &mut |name, child| own(name).or_else(|| self.minimal_of(child)));
            if let Some(object) = object.filter(|object| self.accepts(&shape.holders, object)) {
                take(boundary("several choices together", object, None))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// One value of each kind.
    fn kinds(&self, shape: &MergedSchema, name: &str, reach: Reach) -> Vec<Value> {
        let mut seen = HashSet::new();
        let all = self.boundary_values_at(&self.property(shape, name), reach.below()).into_iter();
        let sure = all.filter(|boundary| !boundary.doubtful).map(|boundary| boundary.value);
        sure.filter(|value| seen.insert(kind(value))).take(KINDS).collect()
    }
}

/// What programs tell apart: type, sign, truth, and whether there are none, one, two or more; each member of an `enum`.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => {
            let float = number.as_f64().unwrap_or_default();
            format!("number {} {}", float.total_cmp(&0.0) as i8, float.abs() > 1e6)
        }
        Value::String(text) => format!("text {}", text.chars().count().min(32).next_power_of_two()),
        Value::Array(items) => format!("list {}", items.len().min(3)),
        Value::Object(members) => format!("object {}", members.len().min(2)),
    }
}

/// Rows in which every two choices of different properties meet, as far as so many rows can have them.
fn covering(counts: &[usize], most: usize) -> Vec<Vec<usize>> {
    let all = || (0..counts.len()).flat_map(|at| (0..counts[at]).map(move |choice| (at, choice)));
    let order: Vec<(Choice, Choice)> =
        all().flat_map(|a| all().filter(move |b| a.0 < b.0).map(move |b| (a, b))).collect();
    let mut missing: HashSet<(Choice, Choice)> = order.iter().copied().collect();
    let mut rows = Vec::new();
    for pair in order {
        if rows.len() >= most {
            break;
        }
        if !missing.contains(&pair) {
            continue;
        }
        let mut row: Vec<Option<usize>> = vec![None; counts.len()];
        row[pair.0.0] = Some(pair.0.1);
        row[pair.1.0] = Some(pair.1.1);
        for at in 0..counts.len() {
            if row[at].is_some() {
                continue;
            }
            let gain = |choice: usize| {
                let set = row.iter().enumerate().filter_map(|(other, chosen)| Some((other, (*chosen)?)));
                set.filter(|other| missing.contains(&ordered((at, choice), *other))).count()
            };
            // The first of the best, so that the same schema has the same rows.
            row[at] = (0..counts[at]).rev().max_by_key(|choice| gain(*choice));
        }
        let row: Vec<usize> = row.into_iter().map(Option::unwrap_or_default).collect();
        for a in 0..row.len() {
            for b in a + 1..row.len() {
                missing.remove(&((a, row[a]), (b, row[b])));
            }
        }
        rows.push(row);
    }
    rows
}

fn ordered(a: Choice, b: Choice) -> (Choice, Choice) {
    if a.0 < b.0 { (a, b) } else { (b, a) }
}

#[cfg(test)]
mod tests {
    use super::covering;

    #[test]
    fn every_two_choices_meet_in_few_rows() {
        let counts = [3, 4, 2, 5, 3];
        let rows = covering(&counts, 100);
        for a in 0..counts.len() {
            for b in a + 1..counts.len() {
                for (x, y) in (0..counts[a]).flat_map(|x| (0..counts[b]).map(move |y| (x, y))) {
                    assert!(rows.iter().any(|row| row[a] == x && row[b] == y), "{a}={x} {b}={y}");
                }
            }
        }
        assert!(rows.len() <= 26, "{}", rows.len());
        assert_eq!(covering(&counts, 7).len(), 7);
        assert!(covering(&[4], 9).is_empty());
    }
}
