//! What operations make, read, list, change and delete one kind of resource.

use super::Items;
use crate::contract::{Contract, Operation};

/// The operations of one kind of resource, by their positions in the contract. It can be made, by a POST or else by the PUT
/// that replaces it, and read.
#[derive(Debug)]
pub(crate) struct Family {
    /// The path template of one.
    pub item: String,
    /// The variable in it that names one.
    pub variable: String,
    pub create: usize,
    pub read: usize,
    /// A HEAD of one.
    pub head: Option<usize>,
    pub list: Option<usize>,
    pub replace: Option<usize>,
    pub patch: Option<usize>,
    pub delete: Option<usize>,
    /// What else is done to one: a POST to a word below it that is nothing of its own.
    pub actions: Vec<usize>,
    /// The family of what it stands below, by its position.
    pub parent: Option<usize>,
}

/// The families of these operations, parents before their children.
pub(crate) fn families(contract: &Contract, items: &Items, operations: &[usize]) -> Vec<Family> {
    let all = &contract.operations;
    let find = |method: &str, path: &str| {
        let is_it = |index: &&usize| all[**index].method == method && same(&all[**index].path, path);
        operations.iter().find(is_it).copied()
    };
    let actions = |item: &str| {
        let is_action = |index: &&usize| {
            let Operation { method, path, .. } = &all[**index];
            let word = path.strip_prefix(item).and_then(|rest| rest.strip_prefix('/'));
            let is_word = word.is_some_and(|word| !word.is_empty() && !word.contains(['/', '{']));
            method == "POST" && is_word && find("GET", path).is_none() && items.directly_of(path).next().is_none()
        };
        operations.iter().filter(is_action).copied().collect()
    };
    let mut found: Vec<Family> = Vec::new();
    let mut add = |create: usize, collection: &str| {
        for item in items.directly_of(collection) {
            let Some(read) = find("GET", &item.template) else { continue };
            if found.iter().any(|known| known.item == item.template) {
                continue;
            }
            found.push(Family {
                item: item.template.clone(),
                variable: item.variable.clone(),
                create,
                read,
                head: find("HEAD", &item.template),
                list: find("GET", collection),
                replace: find("PUT", &item.template),
                patch: find("PATCH", &item.template),
                delete: find("DELETE", &item.template),
                actions: actions(&item.template),
                parent: None,
            });
        }
    };
    for &create in operations.iter().filter(|index| all[**index].method == "POST") {
        add(create, &all[create].path);
    }
    // What no POST makes a PUT may create, under a key of the client's.
    for &create in operations.iter().filter(|index| all[**index].method == "PUT") {
        if let Some((collection, last)) = all[create].path.rsplit_once('/')
            && variable(last).is_some()
        {
            add(create, collection);
        }
    }
    found.sort_by_key(|family| segments(&family.item).count());
    let parents: Vec<Option<usize>> =
        found.iter().map(|family| found.iter().rposition(|other| is_below(&family.item, &other.item))).collect();
    for (family, parent) in found.iter_mut().zip(parents) {
        family.parent = parent;
    }
    found
}

/// The variables that stand at the same places of two paths: the name in the one, and in the other.
pub(crate) fn aligned<'p>(above: &'p str, path: &'p str) -> impl Iterator<Item = (&'p str, &'p str)> {
    segments(above).zip(segments(path)).filter_map(|(known, own)| Some((variable(known)?, variable(own)?)))
}

/// Whether the one path template goes on where the other ends, whatever their variables are called.
fn is_below(path: &str, above: &str) -> bool {
    let (path, above): (Vec<&str>, Vec<&str>) = (segments(path).collect(), segments(above).collect());
    let is_same = |(one, two): (&&str, &&str)| one == two || variable(one).is_some() && variable(two).is_some();
    path.len() > above.len() && path.iter().zip(&above).all(is_same)
}

fn same(one: &str, two: &str) -> bool {
    segments(one).eq(segments(two))
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn variable(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::contract;

    #[test]
    fn actions_are_what_is_nothing_of_its_own() {
        let paths = json!({
            "/tasks": {"post": {}, "get": {}},
            "/tasks/{id}": {"get": {}},
            "/tasks/{id}/complete": {"post": {}},
            "/tasks/{id}/notes": {"post": {}},
            "/tasks/{id}/notes/{note}": {"get": {}},
            "/tasks/{id}/owner": {"post": {}, "get": {}},
            "/files/{key}": {"put": {}, "get": {}},
        });
        let contract = contract(&paths, &Value::Null);
        let items = Items::new(&contract);
        let all: Vec<usize> = (0..contract.operations.len()).collect();
        let families = families(&contract, &items, &all);
        let path = |index: &usize| contract.operations[*index].path.clone();
        let told = families.iter().map(|family| {
            let parent = family.parent.map(|parent| families[parent].item.as_str());
            (family.item.as_str(), parent, family.actions.iter().map(path).collect::<Vec<_>>())
        });
        let expected = [
            ("/tasks/{id}", None, vec!["/tasks/{id}/complete".to_owned()]),
            ("/files/{key}", None, vec![]),
            ("/tasks/{id}/notes/{note}", Some("/tasks/{id}"), vec![]),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        let put = families.iter().find(|family| family.item == "/files/{key}").expect("a PUT makes it");
        assert_eq!(Some(put.create), put.replace);
    }
}
