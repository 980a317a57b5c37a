//! Which operations that make something need what others make: they name it in their paths, or in what their bodies must have.

use std::collections::{HashMap, HashSet};

use super::{Items, Noun, noun};
use crate::contract::{Contract, Operation, SchemaId, StatusRange};

/// Steps from what needs nothing that are told apart.
const MOST: usize = 6;
/// How deep in a schema names are looked for.
const DEPTH: usize = 6;

/// Which operations make what others name.
#[derive(Debug)]
pub(crate) struct Needs {
    /// How many makings, one after the other, each operation needs before it, by its position.
    ranks: HashMap<usize, usize>,
    /// The paths at which a PUT makes what no POST does.
    put: HashSet<String>,
}

impl Needs {
    /// Those of the operations that make something.
    pub fn new(contract: &Contract, items: &Items) -> Self {
        let operations = &contract.operations;
        let put = put(contract, items);
        let is_maker = |operation: &Operation| makes(items, &put, operation);
        let makers: Vec<usize> = (0..operations.len()).filter(|index| is_maker(&operations[*index])).collect();
        let by_noun = by_noun(operations, items, &makers);
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
        Self { ranks, put }
    }

    /// How many makings, one after the other, an operation needs before it.
    pub fn of(&self, operation: usize) -> usize {
        self.ranks.get(&operation).copied().unwrap_or_default()
    }

    /// Whether an operation makes what others name: a POST, or else a PUT that may create.
    pub fn makes(&self, items: &Items, operation: &Operation) -> bool {
        makes(items, &self.put, operation)
    }
}

/// Which operations name what others make, by their positions: in what their bodies must have, or in what is called the key of
/// it wherever a value is sent.
pub(crate) fn references(contract: &Contract, items: &Items) -> Vec<(usize, usize)> {
    let operations = &contract.operations;
    let put = put(contract, items);
    let makers: Vec<usize> = (0..operations.len()).filter(|index| makes(items, &put, &operations[*index])).collect();
    let by_noun = by_noun(operations, items, &makers);
    let mut references = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let mut names: Vec<String> = operation.parameters.iter().map(|parameter| parameter.name.clone()).collect();
        for schema in operation.body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema) {
            properties(contract, schema, DEPTH, &mut names);
        }
        names.retain(|name| Noun::of(name).is_key);
        for schema in operation.body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema) {
            required(contract, schema, None, DEPTH, &mut names);
        }
        let made = names.iter().filter_map(|name| Noun::of(name).endings().find_map(|ending| by_noun.get(&ending)));
        references.extend(made.filter(|maker| **maker != index).map(|maker| (index, *maker)));
    }
    references
}

/// The operations that make something, by how that is called.
fn by_noun(operations: &[Operation], items: &Items, makers: &[usize]) -> HashMap<String, usize> {
    let mut by_noun: HashMap<String, usize> = HashMap::new();
    for maker in makers {
        let path = &operations[*maker].path;
        let collection = if operations[*maker].method == "PUT" { above_last(path) } else { path };
        let noun = noun(collection).unwrap_or_default();
        by_noun.entry(Noun::of(noun).text()).or_insert(*maker);
        // `tariff_code` is the `code` of a tariff.
        for item in items.directly_of(collection) {
            by_noun.entry(Noun::of(&format!("{noun}_{}", item.variable)).text()).or_insert(*maker);
            let own = Noun::of(&item.variable).text();
            if own.starts_with(&Noun::of(noun).text()) {
                by_noun.entry(own).or_insert(*maker);
            }
        }
    }
    by_noun
}

fn makes(items: &Items, put: &HashSet<String>, operation: &Operation) -> bool {
    match operation.method.as_str() {
        "POST" => items.of(&operation.path).next().is_some(),
        "PUT" => put.contains(&operation.path),
        _ => false,
    }
}

/// The paths of PUTs that are documented to create what is made by no POST.
fn put(contract: &Contract, items: &Items) -> HashSet<String> {
    let posts = contract.operations.iter().filter(|operation| operation.method == "POST");
    let posted: HashSet<&str> =
        posts.flat_map(|operation| items.directly_of(&operation.path)).map(|item| item.template.as_str()).collect();
    let creates = |operation: &&Operation| {
        let is_named = || operation.responses.iter().any(|known| known.status == StatusRange::Code(201));
        operation.method == "PUT" && operation.path.ends_with('}') && is_named()
    };
    let all = contract.operations.iter().filter(creates).map(|operation| operation.path.clone());
    all.filter(|path| !posted.contains(path.as_str())).collect()
}

fn above_last(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
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

/// The names of what a value of a schema may have.
fn properties(contract: &Contract, schema: SchemaId, depth: usize, names: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let schema = contract.schemas.get(schema);
    for (name, child) in &schema.properties {
        names.push(name.clone());
        properties(contract, *child, depth, names);
    }
    let parts = schema.reference.iter().chain(&schema.all_of).chain(&schema.one_of).chain(&schema.any_of);
    parts.chain(&schema.items).for_each(|part| properties(contract, *part, depth, names));
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

    #[test]
    fn what_a_put_creates_is_made_before_what_names_it_by_its_key() {
        let schema = json!({"type": "object", "required": ["tariff_code"]});
        let post = json!({"requestBody": {"content": {"application/json": {"schema": schema}}}});
        let put = |status: &str| json!({"responses": {status: {"description": "stored"}}});
        let paths = json!({
            "/rentals": {"post": post}, "/rentals/{id}": {"get": {}, "put": put("201")},
            "/tariffs/{code}": {"get": {}, "put": put("201")},
            "/limits/{name}": {"put": put("204")},
        });
        let contract = contract(&paths, &Value::Null);
        let items = Items::new(&contract);
        let needs = Needs::new(&contract, &items);
        let made = contract.operations.iter().filter(|operation| needs.makes(&items, operation));
        let made: Vec<String> = made.map(|operation| format!("{} {}", operation.method, operation.path)).collect();
        assert_eq!(made, ["POST /rentals", "PUT /tariffs/{code}"]);
        let ranks = (0..contract.operations.len()).filter(|index| needs.of(*index) > 0);
        let first = contract.operations.iter().position(|operation| operation.path == "/rentals");
        assert_eq!(ranks.collect::<Vec<_>>(), Vec::from_iter(first), "after the tariffs");
    }
}
