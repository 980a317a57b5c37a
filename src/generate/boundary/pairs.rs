//! Objects in which every two choices meet: whether a property is there, and of what kind its value is.

use std::ops::ControlFlow;

use serde_json::Value;

use super::{Reach, Taker, boundary};
use crate::generate::covering::covering;
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;

/// Properties whose choices are combined.
const PROPERTIES: usize = 16;
/// Objects of that kind at most.
const ROWS: usize = 24;
/// Levels below the whole value whose objects are looked at, each in half as many rows.
const DEEPEST: usize = 2;

impl Generator {
    /// Of the whole value, and of the objects right within it.
    pub(super) fn pairs(&self, shape: &MergedSchema, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        if reach.depth > DEEPEST || shape.declared.len() < 2 {
            return ControlFlow::Continue(());
        }
        let names = shape.declared.iter().take(PROPERTIES);
        let choices: Vec<(&String, Vec<Option<Value>>)> = names
            .map(|name| {
                let absent = (!shape.required.contains(name)).then_some(None);
                let hint = shape.hints.iter().find(|(settled, _)| settled == name).map(|(_, value)| value.clone());
                let choices = || self.choices_of(&self.property(shape, name)).to_vec();
                let present = hint.map_or_else(choices, |value| vec![value]).into_iter().map(Some);
                (name, absent.into_iter().chain(present).collect())
            })
            .filter(|(_, choices): &(_, Vec<_>)| !choices.is_empty())
            .collect();
        let counts: Vec<usize> = choices.iter().map(|(_, choices)| choices.len()).collect();
        for row in covering(&counts, ROWS >> reach.depth) {
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
}
