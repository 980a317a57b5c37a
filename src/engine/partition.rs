//! A part of a contract's operations: runs of all parts, on as many machines, are together the whole run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::contract::{Contract, Operation};
use crate::finding::digest;
use crate::resource::{Items, references};

/// One of so many parts. What makes a resource, what is below it and what names it in what it sends are in one part, so that
/// each part finds what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Which part, from 1.
    pub part: u32,
    /// How many parts there are.
    pub of: u32,
}

impl Partition {
    /// More parts are nobody's.
    const MOST: u32 = 10_000;

    /// The operations of this part, by their positions in the contract.
    pub(super) fn operations(self, contract: &Contract) -> BTreeSet<usize> {
        let families = Families::new(contract);
        let name = contract.name.as_str();
        let is_own = |operation: &Operation| {
            digest(&[name, &families.of(&operation.path)]) % u64::from(self.of) + 1 == u64::from(self.part)
        };
        contract.operations.iter().enumerate().filter(|(_, operation)| is_own(operation)).map(|(at, _)| at).collect()
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hash:{}/{}", self.part, self.of)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.strip_prefix("hash:").and_then(|rest| rest.split_once('/'));
        let parts = parts.and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((0, of)) if (1..=Self::MOST).contains(&of) => Ok(Self { part: of, of }),
            Some((part, of)) if (1..=of).contains(&part) && of <= Self::MOST => Ok(Self { part, of }),
            Some((part, of)) => Err(format!("there is no part {part} of {of}; write `hash:1/4` to `hash:4/4`")),
            None => Err("write `hash:K/N`, such as `hash:1/4` for the first of four parts".to_owned()),
        }
    }
}

/// The families of a contract's resources, each by the path of its topmost collection.
struct Families {
    collections: BTreeSet<String>,
    /// A family that one is together with, of the lesser name.
    parents: BTreeMap<String, String>,
}

impl Families {
    fn new(contract: &Contract) -> Self {
        let paths = || contract.operations.iter().map(|operation| operation.path.as_str());
        let collections = paths().filter(|path| path.contains('{')).map(|path| literal(path).to_owned()).collect();
        let mut families = Self { collections, parents: BTreeMap::new() };
        let items = Items::new(contract);
        for path in paths() {
            for item in items.of(path) {
                families.join(path, &item.template);
            }
        }
        for (one, maker) in references(contract, &items) {
            families.join(&contract.operations[one].path, &contract.operations[maker].path);
        }
        families
    }

    fn join(&mut self, one: &str, other: &str) {
        let (one, other) = (self.of(one), self.of(other));
        if one != other {
            let (first, second) = if one < other { (one, other) } else { (other, one) };
            self.parents.insert(second, first);
        }
    }

    /// The family of a path.
    fn of(&self, path: &str) -> String {
        let own = literal(path);
        let is_above = |collection: &&String| {
            own.strip_prefix(collection.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut family = self.collections.iter().filter(is_above).min_by_key(|collection| collection.len());
        let own = own.to_owned();
        let mut name = family.take().unwrap_or(&own);
        while let Some(parent) = self.parents.get(name) {
            name = parent;
        }
        name.clone()
    }
}

/// The segments of a path before its first variable.
fn literal(path: &str) -> &str {
    let end = path.split_inclusive('/').take_while(|segment| !segment.contains('{')).map(str::len).sum();
    path[..end].trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{contract, contract_of};

    #[test]
    fn what_is_below_a_resource_is_of_its_family_and_what_looks_alike_is_not() {
        let contract = contract_of(&[
            "/v1/owners",
            "/v1/owners/{owner}",
            "/v1/owners/search",
            "/v1/owners/{owner}/pets",
            "/v1/pets/{pet}",
            "/v1/ownership",
            "/health",
        ]);
        let families = Families::new(&contract);
        let of = |path: &str| families.of(path);
        let family = of("/v1/owners");
        for path in ["/v1/owners/{owner}", "/v1/owners/search", "/v1/owners/{owner}/pets", "/v1/pets/{pet}"] {
            assert_eq!(of(path), family, "{path}");
        }
        assert_ne!(of("/v1/ownership"), family);
        assert_ne!(of("/health"), family);
    }

    #[test]
    fn what_is_named_in_a_body_or_a_query_is_of_one_family_with_what_names_it() {
        let post = |required: Value, properties: Value| {
            let schema = json!({"type": "object", "required": required, "properties": properties});
            json!({"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}})
        };
        let text = json!({"type": "string"});
        let paths = json!({
            "/agents": post(json!([]), json!({})), "/agents/{id}": {"get": {}},
            "/customers": post(json!([]), json!({})), "/customers/{id}": {"get": {}},
            "/labels": post(json!([]), json!({})), "/labels/{id}": {"get": {}},
            "/tickets": post(json!([]), json!({"label": text, "customer": {"properties": {"customerId": text}}})),
            "/tickets/{id}": {"get": {}},
            "/tickets/{id}/assign": post(json!(["agent_id"]), json!({"agent_id": text})),
            "/stats": {"get": {"parameters": [{"name": "agent_id", "in": "query", "schema": text}]}},
        });
        let families = Families::new(&contract(&paths, &Value::Null));
        let family = families.of("/tickets");
        let of = |path: &&str| families.of(path) == family;
        assert!(["/agents", "/customers/{id}", "/stats"].iter().all(of));
        // That a label is named by a label's id is not sure: without one a ticket is valid all the same.
        assert!(!of(&"/labels"));
    }

    #[test]
    fn the_parts_are_the_whole_and_nothing_is_in_two() {
        let paths: Vec<String> = (0..40).flat_map(|n| [format!("/r{n}"), format!("/r{n}/{{id}}")]).collect();
        let contract = contract_of(&paths.iter().map(String::as_str).collect::<Vec<_>>());
        for of in [1, 2, 4, 7] {
            let parts = (1..=of).map(|part| Partition { part, of }.operations(&contract));
            let all: Vec<usize> = parts.flatten().collect();
            assert_eq!(all.len(), contract.operations.len(), "{of}");
            assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), contract.operations.len(), "{of}");
        }
    }

    #[test]
    fn a_part_is_written_as_it_is_read() {
        assert_eq!("hash:2/4".parse(), Ok(Partition { part: 2, of: 4 }));
        assert_eq!(Partition { part: 2, of: 4 }.to_string(), "hash:2/4");
        // Those who count from 0 have a part of each number, too.
        assert_eq!("hash:0/4".parse(), Ok(Partition { part: 4, of: 4 }));
        for wrong in ["2/4", "hash:5/4", "hash:1/0", "hash:a/b", "hash:1/99999"] {
            assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
        }
    }
}
