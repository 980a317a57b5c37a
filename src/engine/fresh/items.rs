//! What must be unique in one request must be so in each item of a list of such, too.

use serde_json::Value;

use super::Fresh;
use crate::contract::{Operation, SchemaId};
use crate::spec::Pointer;

impl Fresh {
    /// The places of a body whose values a target takes only once: those that are known of its operation, and those in items of
    /// the same schema as the body of what makes one alone.
    pub(super) fn unique_in(&self, operation: usize, body: &Value) -> Vec<Pointer> {
        let mut all = self.state().unique(operation);
        all.extend(self.unique_items(operation, body));
        all
    }

    /// Those in items.
    pub(super) fn unique_items(&self, operation: usize, body: &Value) -> Vec<Pointer> {
        let operations = &self.planning.tested.contract.operations;
        let described = &operations[operation];
        let makers = (0..operations.len()).filter(|other| {
            let path = &operations[*other].path;
            *other != operation && operations[*other].method == "POST" && described.path.starts_with(path.as_str())
        });
        let known: Vec<(usize, Vec<Pointer>)> = {
            let state = self.state();
            makers.map(|maker| (maker, state.unique(maker))).filter(|(_, places)| !places.is_empty()).collect()
        };
        if known.is_empty() || described.method != "POST" {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (at, list, schema) in self.lists(described, body) {
            let own = self.properties(schema);
            for (maker, places) in &known {
                let of_one =
                    self.body_of(&operations[*maker]).map(|schema| self.properties(schema)).unwrap_or_default();
                let is_shared = |place: &&Pointer| {
                    place.parent().is_some_and(|(above, _)| above == Pointer::root())
                        && place.member().is_some_and(|name| {
                            of_one.iter().any(|(known, id)| *known == name && own.contains(&(known.clone(), *id)))
                        })
                };
                for place in places.iter().filter(is_shared) {
                    let name = place.member().unwrap_or_default();
                    found.extend((0..list.len()).map(|index| at.index(index).join(&name)));
                }
            }
        }
        found
    }

    fn body_of(&self, operation: &Operation) -> Option<SchemaId> {
        operation.body.as_ref()?.content.iter().find_map(|media| media.schema)
    }

    fn properties(&self, schema: SchemaId) -> Vec<(String, SchemaId)> {
        let schemas = &self.planning.tested.contract.schemas;
        let all = schemas.conjunction(&[schema]).flat_map(|id| &schemas.get(id).properties);
        all.map(|(name, id)| (name.clone(), *id)).collect()
    }

    /// The lists that a body is or has as members, with the schema of their items.
    fn lists<'v>(&self, operation: &Operation, body: &'v Value) -> Vec<(Pointer, &'v Vec<Value>, SchemaId)> {
        let schemas = &self.planning.tested.contract.schemas;
        let items = |schema: SchemaId| schemas.conjunction(&[schema]).find_map(|id| schemas.get(id).items);
        let Some(whole) = self.body_of(operation) else { return Vec::new() };
        match body {
            Value::Array(list) => items(whole).map(|schema| (Pointer::root(), list, schema)).into_iter().collect(),
            Value::Object(members) => {
                let lists = self.properties(whole).into_iter().filter_map(|(name, schema)| {
                    Some((Pointer::root().join(&name), members.get(&name)?.as_array()?, items(schema)?))
                });
                lists.collect()
            }
            _ => Vec::new(),
        }
    }
}
