//! What operations make, read, list, change and delete one kind of resource.

use super::Items;
use crate::contract::Contract;

/// The operations of one kind of resource, by their positions in the contract. It can be made and read.
#[derive(Debug)]
pub(crate) struct Family {
    /// The path template of one.
    pub item: String,
    /// The variable in it that names one.
    pub variable: String,
    pub create: usize,
    pub read: usize,
    pub list: Option<usize>,
    pub replace: Option<usize>,
    pub patch: Option<usize>,
    pub delete: Option<usize>,
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
    let mut found: Vec<Family> = Vec::new();
    for &create in operations.iter().filter(|index| all[**index].method == "POST") {
        let path = &all[create].path;
        for item in items.directly_of(path) {
            let Some(read) = find("GET", &item.template) else { continue };
            if found.iter().any(|known| known.item == item.template) {
                continue;
            }
            found.push(Family {
                item: item.template.clone(),
                variable: item.variable.clone(),
                create,
                read,
                list: find("GET", path),
                replace: find("PUT", &item.template),
                patch: find("PATCH", &item.template),
                delete: find("DELETE", &item.template),
                parent: None,
            });
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
