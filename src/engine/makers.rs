//! Which operations that are not finished may still make, or list, what another one names in its path, or bring it into the
//! state that the other one needs.

use std::collections::HashMap;

use super::model::TestedContract;
use crate::case::is_safe;
use crate::contract::Operation;
use crate::resource::{Item, Items};

/// How many operations that are not finished may yield an item, by its path template.
#[derive(Debug, Default)]
pub(super) struct Makers {
    making: HashMap<String, usize>,
    listing: HashMap<String, usize>,
    /// Those that write what a GET of the same path reads.
    writing: HashMap<String, usize>,
    /// Those that change an item, or act on it.
    acting: HashMap<String, usize>,
}

impl Makers {
    /// Those of these operations.
    pub fn new(tested: &TestedContract, operations: impl Iterator<Item = usize>) -> Self {
        let mut makers = Self::default();
        for operation in operations {
            let operation = &tested.contract.operations[operation];
            if writes(operation) {
                *makers.writing.entry(operation.path.clone()).or_default() += 1;
            }
            if let Some(item) = acted_on(operation) {
                *makers.acting.entry(item).or_default() += 1;
            }
            let open = makers.kind(operation);
            yielded(&tested.items, operation).for_each(|item| *open.entry(item.template.clone()).or_default() += 1);
        }
        makers
    }

    /// Takes one that is finished.
    pub fn finish(&mut self, items: &Items, operation: &Operation) {
        if writes(operation)
            && let Some(count) = self.writing.get_mut(&operation.path)
        {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = acted_on(operation).and_then(|item| self.acting.get_mut(&item)) {
            *count = count.saturating_sub(1);
        }
        let open = self.kind(operation);
        for item in yielded(items, operation) {
            if let Some(count) = open.get_mut(&item.template) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Whether another one may yield what this one names.
    pub fn may_help(&self, items: &Items, operation: &Operation) -> bool {
        let is_own = |template: &str| usize::from(yielded(items, operation).any(|item| item.template == template));
        let count = |open: &HashMap<String, usize>, template: &str| open.get(template).copied().unwrap_or_default();
        let is_reading = is_safe(&operation.method);
        let path = &operation.path;
        if is_reading && count(&self.writing, path) > 0 {
            return true;
        }
        let others = |item: &String| count(&self.acting, item) > usize::from(acted_on(operation).is_some());
        if item_of(operation).as_ref().is_some_and(others) {
            return true;
        }
        let ends = path.match_indices('}').map(|(at, _)| &path[..=at]);
        ends.into_iter().any(|template| {
            let (own_making, own_listing) = if is_reading { (0, is_own(template)) } else { (is_own(template), 0) };
            count(&self.making, template) > own_making || is_reading && count(&self.listing, template) > own_listing
        })
    }

    fn kind(&mut self, operation: &Operation) -> &mut HashMap<String, usize> {
        if operation.method == "GET" { &mut self.listing } else { &mut self.making }
    }
}

/// The item that an operation is about, whatever its variables are called.
fn item_of(operation: &Operation) -> Option<String> {
    let item = &operation.path[..=operation.path.rfind('}')?];
    let segments = item.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    Some(segments.collect::<Vec<_>>().join("/"))
}

/// The item that an operation does something to other than deleting it.
fn acted_on(operation: &Operation) -> Option<String> {
    item_of(operation).filter(|_| !is_safe(&operation.method) && operation.method != "DELETE")
}

/// Whether an operation stores the only one of its kind below an item: `PUT /items/{item}/attachment`.
fn writes(operation: &Operation) -> bool {
    matches!(operation.method.as_str(), "PUT" | "POST") && operation.path.contains('{')
}

/// The items that an operation makes or lists.
fn yielded<'a>(items: &'a Items, operation: &'a Operation) -> Box<dyn Iterator<Item = &'a Item> + 'a> {
    match operation.method.as_str() {
        "POST" | "GET" => Box::new(items.of(&operation.path)),
        "PUT" => match operation.path.rsplit_once('/') {
            Some((collection, last)) if last.starts_with('{') => Box::new(items.directly_of(collection)),
            _ => Box::new(std::iter::empty()),
        },
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::testing::contract;

    #[test]
    fn another_operation_may_help_until_it_is_finished() {
        let paths = json!({
            "/files": {"get": {}},
            "/files/{file}": {"get": {}, "put": {}, "delete": {}},
            "/files/{name}/size": {"get": {}, "post": {}},
            "/tags/{tag}": {"get": {}, "put": {}},
        });
        let contract = Arc::new(contract(&paths, &Value::Null));
        let tested = TestedContract::new(contract.clone(), Arc::default(), Arc::default());
        let at = |method: &str, path: &str| {
            let is_it = |operation: &&Operation| operation.method == method && operation.path == path;
            contract.operations.iter().find(is_it).expect("an operation")
        };
        let mut makers = Makers::new(&tested, 0..contract.operations.len());
        let mut help = |finished: Option<&Operation>| {
            finished.into_iter().for_each(|operation| makers.finish(&tested.items, operation));
            let all = [
                at("GET", "/files/{file}"),
                at("PUT", "/files/{file}"),
                at("GET", "/files/{name}/size"),
                at("POST", "/files/{name}/size"),
                at("GET", "/tags/{tag}"),
            ];
            all.map(|operation| makers.may_help(&tested.items, operation))
        };
        // The size that is stored acts on the file.
        assert_eq!(help(None), [true; 5]);
        assert_eq!(help(Some(at("PUT", "/files/{file}"))), [true, false, true, false, true]);
        assert_eq!(help(Some(at("PUT", "/tags/{tag}"))), [true, false, true, false, false]);
        assert_eq!(help(Some(at("GET", "/files"))), [true, false, true, false, false]);
        assert_eq!(help(Some(at("POST", "/files/{name}/size"))), [false; 5]);
    }
}
