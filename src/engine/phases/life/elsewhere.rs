//! What a creation's `Location` leads to, where that is read by another operation than what its body names.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::laws;
use crate::contract::ParameterLocation;
use crate::engine::Transport;
use crate::finding::Finding;

/// How long it may take until it is there.
const WAIT: Duration = Duration::from_millis(1000);

impl Life<'_> {
    /// The request that reads it, if the `Location` fits another path of the document than that of the family.
    pub(super) fn elsewhere<T: Transport>(&self, stage: &mut Stage<T>) -> Option<(usize, RequestValues)> {
        let response = self.one.made.exchange.result.as_ref().ok().filter(|response| response.status == 201)?;
        let at = response.header("location")?.split(['?', '#']).next()?.to_owned();
        let operations = stage.tested.contract.operations.iter().enumerate();
        let fitting = operations.filter(|(_, operation)| operation.method == "GET").filter_map(|(index, operation)| {
            let fixed = operation.path.split('/').filter(|part| !part.starts_with('{')).count();
            Some((index, fixed, variables(&operation.path, &at)?))
        });
        let (operation, _, variables) = fitting.max_by_key(|(index, fixed, _)| (*fixed, *index == self.family.read))?;
        if operation == self.family.read || variables.is_empty() {
            return None;
        }
        let mut values = stage.baseline(operation)?;
        for (index, parameter) in stage.described(operation).parameters.iter().enumerate() {
            let own = variables.iter().find(|(name, _)| *name == parameter.name);
            if let (ParameterLocation::Path, Some((_, value))) = (parameter.place, own) {
                values.parameters[index] = Some(value.clone());
            }
        }
        Some((operation, values))
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

/// The variables of a path, where it is the end of an address.
fn variables(path: &str, address: &str) -> Option<Vec<(String, Value)>> {
    let [path, address] = [path, address].map(|it| it.trim_matches('/').split('/').collect::<Vec<_>>());
    let own = address.get(address.len().checked_sub(path.len())?..)?;
    let mut found = Vec::new();
    for (part, own) in path.iter().zip(own) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !own.is_empty() => {
                let value = own.parse::<u64>().map_or_else(|_| Value::from(*own), Value::from);
                found.push((name.to_owned(), value));
            }
            _ if part == own => {}
            _ => return None,
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_with_a_path() {
        let found = variables("/drafts/{id}", "http://host/v1/drafts/7");
        assert_eq!(found, Some(vec![("id".to_owned(), Value::from(7))]));
        assert_eq!(variables("/posts/{id}", "/drafts/7"), None);
        assert_eq!(variables("/a/b/{id}", "/7"), None);
    }
}
