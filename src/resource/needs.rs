//! Which operations that make something need what others make: they name it in their paths, or in what their bodies must have.

use std::collections::HashMap;

use super::{Items, Noun};
use crate::contract::{Contract, Operation, SchemaId};

/// Steps from what needs nothing that are told apart.
const MOST: usize = 6;
/// How deep in a schema names are looked for.
const DEPTH: usize = 6;

/// How many makings, one after the other, each operation needs before it, by its position.
#[derive(Debug)]
pub(crate) struct Needs(HashMap<usize, usize>);

impl Needs {
    /// Those of the operations that make something.
    pub fn new(contract: &Contract, items: &Items) -> Self {
        let operations = &contract.operations;
        let is_maker = |operation: &Operation| operation.method == "POST" && items.of(&operation.path).next().is_some();
        let makers: Vec<usize> = (0..operations.len()).filter(|index| is_maker(&operations[*index])).collect();
        let mut by_noun: HashMap<String, usize> = HashMap::new();
        for maker in &makers {
            let noun = operations[*maker].path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            by_noun.entry(Noun::of(noun).text()).or_insert(*maker);
        }
        let needed = |maker: &usize| {
            let mut names = above(&operations[*maker].path);
            for media in operations[*maker].body.iter().flat_map(|body| &body.content) {
                media.schema.iter().for_each(|schema| required(contract, *schema, None, DEPTH, &mut names));
            }
            let makers = names.iter().filter_map(|name| {
                Noun::of(name).endings().find_map(|ending| by_noun.get(&ending)).filter(|other| *other != maker)
            });
            makers.copied().collect::<Vec<usize>>()
        };
        let needed: HashMap<usize, Vec<usize>> = makers.iter().map(|maker| (*maker, needed(maker))).collect();
        let mut ranks: HashMap<usize, usize> = makers.iter().map(|maker| (*maker, 0)).collect();
        // What need each other go round for no longer than this.
        for _ in 0..MOST {
            for maker in &makers {
                let before = needed[maker].iter().map(|other| ranks[other] + 1).max().unwrap_or(0);
                ranks.insert(*maker, before.min(MOST));
            }
        }
        Self(ranks)
    }

    /// That of an operation.
    pub fn of(&self, operation: usize) -> usize {
        self.0.get(&operation).copied().unwrap_or_default()
    }
}

/// The collections that the variables of a path are of.
fn above(path: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').collect();
    let pairs = segments.windows(2).filter(|pair| pair[1].starts_with('{') && !pair[0].starts_with('{'));
    pairs.map(|pair| pair[0].to_owned()).collect()
}

/// The names of what a value of a schema must have.
fn required(contract: &Contract, schema: SchemaId, of: Option<&str>, depth: usize, names: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let schema = contract.schemas.get(schema);
    for name in &schema.required {
        match of.filter(|_| Noun::of(name).is_bare()) {
            Some(of) => names.push(of.to_owned()),
            None => names.push(name.clone()),
        }
        if let Some(child) = schema.properties.get(name) {
            required(contract, *child, Some(name), depth, names);
        }
    }
    schema.reference.iter().chain(&schema.all_of).for_each(|part| required(contract, *part, of, depth, names));
    schema.items.iter().for_each(|item| required(contract, *item, of, depth, names));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::contract;

    #[test]
    fn what_others_name_is_made_before_them() {
        let post = |required: Value| {
            let schema = json!({"type": "object", "required": required});
            json!({"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}})
        };
        let paths = json!({
            "/reviews": post(json!(["product_id", "parent_review_id"])),
            "/products": post(json!(["name", "warehouseId"])),
            "/warehouses": post(json!(["name"])),
            "/products/{product}/parts": post(json!([])),
            "/reviews/{id}": {"get": {}}, "/products/{id}": {"get": {}}, "/warehouses/{id}": {"get": {}},
            "/products/{product}/parts/{part}": {"get": {}},
        });
        let contract = contract(&paths, &Value::Null);
        let needs = Needs::new(&contract, &Items::new(&contract));
        let rank = |path: &str| {
            needs.of(contract.operations.iter().position(|operation| operation.path == path).expect("an operation"))
        };
        let paths = ["/warehouses", "/products", "/reviews", "/products/{product}/parts"];
        assert_eq!(paths.map(rank), [0, 1, 2, 2]);
    }
}
