//! What a creation's `Location` leads to, where that is read by another operation than what its body names.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::located::{Elsewhere, Located};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::{Case, Intent, RequestValues};
use crate::check::laws;
use crate::contract::ParameterLocation;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::finding::Finding;
use crate::resource::noun;

/// How long it may take until it is there.
const WAIT: Duration = Duration::from_millis(1000);

impl<T: Transport> Stage<T> {
    /// Reads something at another path of the target, which no operation need have: nothing is held to the document there.
    async fn get_at(&mut self, operation: usize, values: &RequestValues, path: &str, name: &str) -> Option<Arc<Sent>> {
        if self.is_dead {
            return None;
        }
        let confirmed = self.tested.gate(operation).confirm(values.clone(), Intent::Valid, None).ok()?;
        let mut case = Case::step(operation, name, confirmed);
        (case.request.path, case.request.is_whole) = (path.to_owned(), true);
        let case = Arc::new(case);
        let (exchange, _) = self.dispatch(operation, &case).await;
        // Whoever hangs up there may be there for all else.
        self.is_dead = false;
        Some(Arc::new(Sent { operation, case, exchange }))
    }
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
        Elsewhere::There(operation, Box::new(values))
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

    /// Whether a `Location` that names what was made leads to where it is `read`, whatever the server stands behind.
    pub(super) async fn leads_there<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        read: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let one = &self.one;
        let Some(located) = Located::of(&one.made).filter(|at| at.is_here && at.is_plain) else { return };
        let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let named = located.variables(&self.family.item).unwrap_or_default();
        let is_it = |(name, id): &(String, Value)| *name == self.family.variable && text(id) == text(&one.id);
        let fits = named.iter().any(is_it);
        // What is at no path of the document has to be there all the same.
        let ends_with_it = located.segments().is_some_and(|all| all.last() == Some(&text(&one.id)));
        let is_named = fits || named.is_empty() && ends_with_it;
        let Some(values) = read.case.values.clone().filter(|_| is_named && !located.is_of(read)) else { return };
        let name = "where `Location` leads";
        let Some(mut there) = stage.get_at(self.family.read, &values, &located.path, name).await else { return };
        if !there.is_success() {
            tokio::time::sleep(WAIT).await;
            let Some(again) = stage.get_at(self.family.read, &values, &located.path, name).await else { return };
            there = again;
        }
        if !fits && there.is_success() {
            return;
        }
        let [made, read, at] = [&one.made, read, &there].map(|sent| stage.subject(sent));
        let finding = laws::judge_location(&made, &read, &at, &one.id);
        found.extend(finding.map(|finding| stage.late(finding, &one.made, &[&there])));
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
