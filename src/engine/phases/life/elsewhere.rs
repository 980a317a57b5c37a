//! What a creation's `Location` leads to, where that is read by another operation than what its body names.

use std::sync::Arc;
use std::time::Duration;

use super::located::Located;
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::laws;
use crate::contract::ParameterLocation;
use crate::engine::Transport;
use crate::finding::Finding;
use crate::resource::noun;

/// How long it may take until it is there.
const WAIT: Duration = Duration::from_millis(1000);

/// Where what was made is read.
pub(super) enum Elsewhere {
    /// Where its body says.
    Here,
    /// By a request of another operation.
    There(usize, RequestValues),
    /// Where no operation of the document reads it, or on another host.
    Unknown,
}

impl Life<'_> {
    /// Where it is read, by its `Location`.
    pub(super) fn elsewhere<T: Transport>(&self, stage: &mut Stage<T>) -> Elsewhere {
        let Some(located) = Located::of(&self.one.made) else { return Elsewhere::Here };
        let operations = stage.tested.contract.operations.iter().enumerate();
        let fitting = operations.filter(|(_, operation)| operation.method == "GET").filter_map(|(index, operation)| {
            let fixed = operation.path.split('/').filter(|part| !part.starts_with('{')).count();
            Some((index, fixed, located.variables(&operation.path)?))
        });
        let best = fitting.max_by_key(|(index, fixed, _)| (*fixed, *index == self.family.read));
        let Some((operation, _, variables)) = best else { return self.by_its_end(&located) };
        if operation == self.family.read || variables.is_empty() {
            return Elsewhere::Here;
        }
        // Another host may have what this one has not.
        let values = stage.baseline(operation).filter(|_| located.is_here);
        let Some(mut values) = values else { return Elsewhere::Unknown };
        for (index, parameter) in stage.described(operation).parameters.iter().enumerate() {
            let own = variables.iter().find(|(name, _)| *name == parameter.name);
            if let (ParameterLocation::Path, Some((_, value))) = (parameter.place, own) {
                values.parameters[index] = Some(value.clone());
            }
        }
        Elsewhere::There(operation, values)
    }

    /// Where it is read, where its address fits no path: what has the name of another collection is another thing.
    fn by_its_end(&self, located: &Located) -> Elsewhere {
        let segments = located.segments().unwrap_or_default();
        let collection = segments.len().checked_sub(2).and_then(|at| segments.get(at));
        match collection.map(String::as_str) == noun(&self.family.item) {
            true => Elsewhere::Here,
            false => Elsewhere::Unknown,
        }
    }

    /// Reads it: it is what the creation has made.
    pub(super) async fn look_there<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        operation: usize,
        values: &RequestValues,
    ) -> Option<(Arc<Sent>, Option<Finding>)> {
        let name = "where `Location` leads";
        let mut there = stage.send(operation, values.clone(), name).await?;
        if !there.is_success() {
            tokio::time::sleep(WAIT).await;
            there = stage.send(operation, values.clone(), name).await?;
        }
        let finding = laws::judge_readable(&stage.subject(&self.one.made), &stage.subject(&there));
        Some((there, finding))
    }
}
