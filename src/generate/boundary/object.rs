//! Boundary values of objects: combinations of properties, undeclared ones, and the boundary values of each.

use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::{Reach, Taker, boundary, shown, within};
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;
use crate::generate::string::stretch;
use crate::spec::Pointer;

use super::BoundaryValue;

/// Names that any map takes.
const NAMES: [&str; 4] = ["key with blanks", "ключ", "👋", "a.b-c_d$e"];
/// Names by which the prototype of all objects of a program in JavaScript is reached: right servers refuse them.
const ATTACKS: [&str; 3] = ["__proto__", "constructor", "prototype"];
/// Numbers of properties of a map without `maxProperties`.
const MANY: [usize; 3] = [17, 65, 257];

impl Generator {
    pub(super) fn object_boundaries(
        &self,
        shape: &MergedSchema,
        reach: Reach,
        take: &mut Taker<'_>,
    ) -> ControlFlow<()> {
        if self.is_vague(shape) {
            return self.example_boundaries(shape, take);
        }
        let declared = &shape.declared;
        let optional: Vec<&String> = declared.iter().filter(|name| !shape.required.contains(name)).collect();
        for (label, names) in rows(&optional) {
            if let Some(value) = self.minimal_object(shape, &names) {
                // What is special about a row of one is that one.
                let at = match names.as_slice() {
                    [name] => Pointer::root().join(name),
                    _ => Pointer::root(),
                };
                take(BoundaryValue { at, ..boundary(label, value, None) })?;
            }
        }
        let is_settled = |name: &&String| shape.hints.iter().any(|(settled, _)| settled == *name);
        for name in declared.iter().filter(|name| !is_settled(name)) {
            let conjunction = self.property(shape, name);
            let Some(container) = self.minimal_object(shape, std::slice::from_ref(name)) else { continue };
            for child in self.boundary_values_at(&conjunction, reach.below()) {
                take(within(&container, name, child))?;
            }
        }
        self.given_elsewhere(shape, reach, take)?;
        self.pairs(shape, reach, take)?;
        self.undeclared(shape, reach, take)
    }

    /// Objects with what the document gives elsewhere for properties of the same name: one with all of it, and each alone.
    fn given_elsewhere(&self, shape: &MergedSchema, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        if reach.depth > 0 {
            return ControlFlow::Continue(());
        }
        let fitting = |name: &String| {
            let conjunction = self.property(shape, name);
            let is_listed = conjunction.iter().any(|id| self.schemas.get(*id).enum_values.is_some());
            let is_settled = shape.hints.iter().any(|(settled, _)| settled == name);
            let given = self.schemas.given_for(name).iter().filter(|_| !is_listed && !is_settled);
            given.filter(|value| self.accepts(&conjunction, value) && self.channel_carries(value)).collect::<Vec<_>>()
        };
        let known: Vec<(&String, Vec<&Value>)> =
            shape.declared.iter().map(|name| (name, fitting(name))).filter(|(_, given)| !given.is_empty()).collect();
        let names: Vec<String> = known.iter().map(|(name, _)| (*name).clone()).collect();
        let Some(mut all) = self.minimal_object(shape, &names).filter(|_| !known.is_empty()) else {
            return ControlFlow::Continue(());
        };
        for (name, given) in &known {
            Pointer::root().join(name).assign(&mut all, given[0].clone());
        }
        take(boundary("all that the document gives elsewhere", all, None))?;
        for (name, given) in &known {
            let Some(container) = self.minimal_object(shape, std::slice::from_ref(*name)) else { continue };
            for value in given {
                let label = format!("{}, which the document gives elsewhere", shown(value));
                take(within(&container, name, boundary(label, (*value).clone(), None)))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Objects with properties that the schema does not name, where it allows them.
    fn undeclared(&self, shape: &MergedSchema, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        let Some(Value::Object(container)) = self.minimal_object(shape, &[]) else { return ControlFlow::Continue(()) };
        let mut spare = self.spare_names(shape).into_iter().filter(|name| !container.contains_key(name));
        let Some(name) = spare.next() else { return ControlFlow::Continue(()) };
        if shape.max_properties.is_some_and(|max| container.len() as u64 >= max) {
            return ControlFlow::Continue(());
        }
        let conjunction = self.property(shape, &name);
        let container = Value::Object(container);
        let about = self.holder_of(shape, "additionalProperties");
        if conjunction.is_empty() {
            let values = match reach.depth {
                0 | 1 => vec![json!("value"), json!({"nested": [1, 2.5, true, null, {"deep": "value"}]}), json!(null)],
                _ => vec![json!("value")],
            };
            // What stands beside declared properties is tried in one way only: it is no part of the contract.
            let is_map = shape.declared.is_empty();
            let count = if is_map { values.len() } else { 1 };
            for value in values.into_iter().take(count) {
                let label = format!("a property that is not declared: {}", shown(&value));
                take(within(&container, &name, boundary(label, value, about)))?;
            }
            return ControlFlow::Continue(());
        }
        for child in self.boundary_values_at(&conjunction, reach.below()) {
            take(within(&container, &name, child))?;
        }
        // Where the schema leaves the names of properties open, any string is one.
        if let Some(value) = self.minimal_of(&conjunction)
            && shape.holders.iter().all(|holder| self.schemas.get(*holder).property_names.is_none())
        {
            for name in NAMES.iter().chain(&ATTACKS).filter(|name| self.property(shape, name) == conjunction) {
                let doubtful = ATTACKS.contains(name);
                let named = boundary(format!("a property called `{name}`"), value.clone(), about);
                take(within(&container, name, BoundaryValue { doubtful, ..named }))?;
            }
            for length in [65, 256] {
                let name = stretch("name", length);
                if self.property(shape, &name) == conjunction {
                    let label = format!("a property whose name has {length} characters");
                    take(within(&container, &name, boundary(label, value.clone(), about)))?;
                }
            }
            for count in MANY {
                let names = (1..=count).map(|index| format!("key{index}"));
                let mut properties = container.as_object().cloned().unwrap_or_default();
                properties.extend(names.map(|name| (name, value.clone())));
                if shape.max_properties.is_none_or(|max| properties.len() as u64 <= max) {
                    take(boundary(format!("{count} properties"), Value::Object(properties), about))?;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Which of the optional properties are there: each alone, all but each, and rows in which every pair is
/// together, apart either way, and missing (two for each bit of their positions).
fn rows(optional: &[&String]) -> Vec<(String, Vec<String>)> {
    const ONE_BY_ONE: usize = 24;
    let pick = |keep: &dyn Fn(usize) -> bool| -> Vec<String> {
        optional.iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, name)| (*name).clone()).collect()
    };
    let mut rows = vec![("only required properties".to_owned(), Vec::new())];
    if optional.is_empty() {
        return rows;
    }
    rows.push(("every property".to_owned(), pick(&|_| true)));
    for (index, name) in optional.iter().enumerate().take(ONE_BY_ONE) {
        rows.push((format!("`{name}` is there"), pick(&|other| other == index)));
        rows.push((format!("every property but `{name}`"), pick(&|other| other != index)));
    }
    for bit in 0..usize::BITS - optional.len().leading_zeros() {
        rows.push(("some properties".to_owned(), pick(&|index| index >> bit & 1 == 1)));
        rows.push(("some properties".to_owned(), pick(&|index| index >> bit & 1 == 0)));
    }
    rows
}
