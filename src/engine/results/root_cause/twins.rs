//! Nodes that differ in their annotations alone: one, under several names or at several operations.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::bare::bare;
use super::inlined::Inlined;
use super::kin;
use crate::contract::Contract;
use crate::spec::{FileId, Pointer, SourceLocation};

/// Twins that refer to twins are found in so many steps.
const DEPTH: usize = 4;

/// The address of each node that has an earlier twin, with that of the twin.
#[derive(Debug, Default)]
pub(in crate::engine::results) struct Twins(HashMap<String, String>);

impl Twins {
    /// Those of a contract's own document.
    pub fn of(contract: &Contract) -> Self {
        let mut found = Self::default();
        let objects = |holder: &'static str| {
            let location = SourceLocation { file: FileId(0), pointer: Pointer::new(holder) };
            contract.document.get(&location).and_then(Value::as_object)
        };
        for holder in ["/components/schemas", "/definitions"] {
            if let Some(components) = objects(holder) {
                found.add(&Pointer::new(holder), components);
            }
        }
        if let Some(paths) = objects("/paths") {
            let inlined = Inlined::of(paths, &found.0).found;
            found.0.extend(inlined);
        }
        found
    }

    fn add(&mut self, holder: &Pointer, components: &serde_json::Map<String, Value>) {
        let reference = |name: &str| format!("#{}", holder.join(name));
        let mut twins: HashMap<String, String> = HashMap::new();
        for _ in 0..DEPTH {
            let mut first: BTreeMap<String, &String> = BTreeMap::new();
            let mut next: HashMap<String, String> = HashMap::new();
            for (name, schema) in components {
                let text = bare(schema, &twins).to_string();
                let known = first.entry(text).or_insert(name);
                if *known != name {
                    next.insert(reference(name), reference(known));
                }
            }
            let is_last = next.len() == twins.len();
            twins = next;
            if is_last {
                break;
            }
        }
        let kin = kin::properties(holder, components, &twins);
        self.0.extend(twins);
        self.0.extend(kin);
    }

    /// A key with the address of the first twin in place of any other's.
    pub fn key(&self, key: &str) -> String {
        let mut said = String::with_capacity(key.len());
        let mut rest = key;
        while let Some(at) = rest.find('#') {
            let (before, address) = rest.split_at(at);
            said.push_str(before);
            // What stands in another file has the name of that before it.
            let is_own = before.is_empty() || before.ends_with(' ');
            let next = address[1..].find('#').map_or(address.len(), |next| next + 1);
            let (address, after) = address.split_at(next);
            match self.longest(address).filter(|_| is_own) {
                Some((twin, end)) => said.extend([twin, &address[end..]]),
                None => said.push_str(address),
            }
            rest = after;
        }
        said.push_str(rest);
        said
    }

    /// The twin of the innermost node with one that the address leads through, and where the address of that node ends.
    fn longest(&self, address: &str) -> Option<(&str, usize)> {
        let ends = address.match_indices(['/', ' ']).map(|(at, _)| at).chain([address.len()]);
        let mut ends: Vec<usize> = ends.collect();
        ends.reverse();
        ends.into_iter().find_map(|end| Some((self.0.get(&address[..end])?.as_str(), end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn twins(components: &Value) -> Twins {
        let mut twins = Twins::default();
        twins.add(&Pointer::new("/components/schemas"), components.as_object().expect("an object"));
        twins
    }

    #[test]
    fn schemas_that_differ_in_annotations_are_one_node() {
        let twins = twins(&json!({
            "A": {"type": "object", "title": "one", "properties": {"b": {"$ref": "#/components/schemas/B"}}},
            "B": {"type": "string", "description": "of one"},
            "A2": {"title": "two", "properties": {"b": {"$ref": "#/components/schemas/B2"}}, "type": "object"},
            "B2": {"type": "string", "description": "of two", "example": {"x": 1}},
        }));
        let key = |key: &str| twins.key(key);
        assert_eq!(key("at #/components/schemas/A2/properties/b type"), "at #/components/schemas/A/properties/b type");
        assert_eq!(key("at #/components/schemas/B2 type"), "at #/components/schemas/B type");
        assert_eq!(key("at #/components/schemas/A22/type"), "at #/components/schemas/A22/type");
    }

    #[test]
    fn schemas_that_say_different_things_are_two_nodes() {
        for (one, two) in [
            (json!({"type": "string"}), json!({"type": "string", "minLength": 1})),
            (json!({"enum": ["a", "b"]}), json!({"enum": ["b", "a"]})),
            (
                json!({"properties": {"title": {"type": "string"}}}),
                json!({"properties": {"title": {"type": "integer"}}}),
            ),
            (json!({"properties": {"title": {"type": "string"}}}), json!({"properties": {}})),
            (json!({"properties": {"example": {"type": "string"}}}), json!({"properties": {}})),
            (json!({"properties": {"description": true}}), json!({"properties": {}})),
            (json!({"const": {"title": "a"}}), json!({"const": {"title": "b"}})),
            (json!({"$ref": "#/components/schemas/C"}), json!({"$ref": "#/components/schemas/D"})),
        ] {
            let twins = twins(&json!({"A": one, "B": two, "C": {"type": "null"}, "D": {"type": "array"}}));
            assert_eq!(twins.key("#/components/schemas/B "), "#/components/schemas/B ", "{one} {two}");
        }
    }
}
