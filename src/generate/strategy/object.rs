//! Objects: what is required is there, what is optional may be.

use std::collections::HashSet;
use std::rc::Rc;

use indexmap::IndexSet;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::node::{Known, Node};
use crate::generate::shape::MergedSchema;

/// Properties that a schema does not name, of which some are there.
const SPARE: usize = 3;

/// How likely a property is there: of objects as they come, of small ones and of large ones.
const EVEN: f64 = 0.5;
const SELDOM: f64 = 0.15;
const OFTEN: f64 = 0.9;
/// Optional properties of which even chances seldom leave few, or most.
const MANY: usize = 3;

/// A property, and how likely it is there.
#[derive(Clone)]
struct Part {
    name: String,
    likelihood: f64,
    value: BoxedStrategy<Value>,
}

impl Known {
    /// Objects of a shape with what is required of them, `include` and whatever else; `None` where there are none.
    pub fn object(self: &Rc<Self>, shape: &MergedSchema, include: &[String]) -> Option<BoxedStrategy<Value>> {
        let needed: HashSet<&String> = shape.required.iter().chain(include).collect();
        let names: IndexSet<&String> = shape.declared.iter().chain(&shape.required).chain(include).collect();
        let mut parts = Vec::new();
        for name in names.into_iter().filter(|name| !shape.absent.contains(name)) {
            let likelihood = if needed.contains(name) { 1.0 } else { EVEN };
            match self.property(shape, name) {
                Some(value) => parts.push(Part { name: name.clone(), likelihood, value }),
                None if needed.contains(name) => return None,
                None => {}
            }
        }
        // What stands beside declared properties is no part of the contract: it comes only where more are asked for.
        let least = usize::try_from(shape.min_properties).unwrap_or(usize::MAX).min(64);
        let count = if shape.declared.is_empty() { SPARE.max(least) } else { least.saturating_sub(parts.len()) };
        let spare = self.generator.spare_names(shape).into_iter().filter(|name| !needed.contains(name));
        for name in spare.take(count).filter(|name| !shape.declared.contains(name)).collect::<Vec<_>>() {
            let likelihood = EVEN;
            parts.extend(self.property(shape, &name).map(|value| Part { name, likelihood, value }));
        }
        // Objects with few of them and with most are as likely as those with half.
        let with = |likelihood: f64| {
            let changed = |part: &Part| match part.likelihood < 1.0 {
                true => Part { likelihood, ..part.clone() },
                false => part.clone(),
            };
            assembled(parts.iter().map(changed).collect(), shape, &needed)
        };
        let optional = parts.iter().filter(|part| part.likelihood < 1.0).count();
        match optional > MANY {
            true => Some(prop_oneof![2 => with(EVEN), 1 => with(SELDOM), 1 => with(OFTEN)].boxed()),
            false => Some(assembled(parts, shape, &needed)),
        }
    }

    /// The strategy of a property's value: what a discriminator asks for, or what its schemas allow.
    fn property(self: &Rc<Self>, shape: &MergedSchema, name: &str) -> Option<BoxedStrategy<Value>> {
        let conjunction = self.generator.property(shape, name);
        let hint = shape.hints.iter().find(|(property, _)| property == name).map(|(_, value)| value);
        if let Some(value) = hint.filter(|value| self.generator.accepts(&conjunction, value)) {
            return Some(Just(value.clone()).boxed());
        }
        let has_values = conjunction.is_empty() || self.generator.minimal_of(&conjunction).is_some();
        has_values.then(|| Node::within(self, conjunction))
    }
}

fn assembled(parts: Vec<Part>, shape: &MergedSchema, needed: &HashSet<&String>) -> BoxedStrategy<Value> {
    let names: Vec<(String, bool)> =
        parts.iter().map(|part| (part.name.clone(), needed.contains(&part.name))).collect();
    let least = usize::try_from(shape.min_properties).unwrap_or(usize::MAX);
    let most = shape.max_properties.and_then(|most| usize::try_from(most).ok());
    let dependent = shape.dependent_required.clone();
    // Where more are asked for than are required, all are likelier.
    let missing = least.saturating_sub(names.iter().filter(|(_, is_needed)| *is_needed).count());
    let optional = names.len() - (least - missing).min(names.len());
    let share = missing as f64 / optional.max(1) as f64;
    let values: Vec<BoxedStrategy<Option<Value>>> = parts
        .into_iter()
        .map(|part| match part.likelihood.max(f64::midpoint(share, if missing > 0 { 1.0 } else { 0.0 })) {
            sure if sure >= 1.0 => part.value.prop_map(Some).boxed(),
            likelihood => prop::option::weighted(likelihood, part.value).boxed(),
        })
        .collect();
    let object = values.prop_filter_map("as many properties as are asked for", move |values| {
        let mut properties: Vec<(&(String, bool), Value)> =
            names.iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect();
        // What another property needs comes with it, or both are left out.
        loop {
            let present: HashSet<&String> = properties.iter().map(|((name, _), _)| name).collect();
            let lacks = |(trigger, needed): &&(String, Vec<String>)| {
                present.contains(trigger) && needed.iter().any(|name| !present.contains(name))
            };
            let Some((trigger, _)) = dependent.iter().find(lacks) else { break };
            let is_trigger = |property: &(&(String, bool), Value)| property.0.0 == *trigger && !property.0.1;
            let at = properties.iter().position(is_trigger)?;
            properties.remove(at);
        }
        while most.is_some_and(|most| properties.len() > most) {
            let at = properties.iter().rposition(|((_, is_needed), _)| !is_needed)?;
            properties.remove(at);
        }
        let enough = properties.len() >= least;
        let named = properties.into_iter().map(|((name, _), value)| (name.clone(), value));
        enough.then(|| Value::Object(named.collect::<Map<_, _>>()))
    });
    object.boxed()
}
