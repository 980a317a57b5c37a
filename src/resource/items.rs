//! The items of collections: which path templates name one of what a POST to a collection makes.

use std::collections::HashMap;

use crate::contract::Contract;

/// The items of a contract's paths, by the name of their collection. Made once, since every path is looked at.
#[derive(Debug)]
pub(crate) struct Items(HashMap<String, Vec<Item>>);

/// An item of a collection.
#[derive(Debug)]
pub(crate) struct Item {
    /// The path up to the variable that names it.
    pub template: String,
    /// That variable.
    pub variable: String,
    /// All other variables of the template.
    others: Vec<String>,
}

impl Items {
    /// The items of all paths, in their order.
    pub fn new(contract: &Contract) -> Self {
        let mut found: HashMap<String, Vec<Item>> = HashMap::new();
        for operation in &contract.operations {
            let segments: Vec<&str> = operation.path.split('/').collect();
            for (position, pair) in segments.windows(2).enumerate() {
                let &[collection, segment] = pair else { continue };
                let Some(variable) = variable(segment).filter(|_| self::variable(collection).is_none()) else {
                    continue;
                };
                let template = segments[..position + 2].join("/");
                let known = found.entry(collection.to_owned()).or_default();
                if known.iter().all(|item| item.template != template) {
                    let others = variables(&template).filter(|other| *other != variable).map(str::to_owned).collect();
                    known.push(Item { template, variable: variable.to_owned(), others });
                }
            }
        }
        Self(found)
    }

    /// The items of a collection: those that are named after it, and need no variable that its path does not have.
    pub fn of<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = &'a Item> {
        let name = collection.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_known = |other: &String| variables(collection).any(|known| known == other);
        self.0.get(name).into_iter().flatten().filter(move |item| item.others.iter().all(is_known))
    }

    /// The items of the collection at this very path, under whatever names of their variable.
    pub fn directly_of<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = &'a Item> {
        self.of(collection).filter(move |item| item.is_directly_in(collection))
    }
}

impl Item {
    /// Whether it is an item of the collection at this very path.
    pub fn is_directly_in(&self, collection: &str) -> bool {
        let above = self.template.rsplit_once('/').map(|(above, _)| above);
        above == Some(collection.trim_end_matches('/'))
    }
}

fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(variable)
}

/// The name of a segment that is a variable and nothing else.
fn variable(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::contract_of;

    #[test]
    fn items_are_named_after_their_collection() {
        let paths = [
            "/owners",
            "/owners/{owner}",
            "/owners/{owner}/pets",
            "/pets/{pet}/tags",
            "/shops/{shop}/pets/{pet}",
            "/pets",
        ];
        let items = Items::new(&contract_of(&paths));
        let of = |collection: &str| items.of(collection).map(|item| item.template.clone()).collect::<Vec<_>>();
        assert_eq!(of("/owners"), ["/owners/{owner}"]);
        assert_eq!(of("/owners/{owner}/pets"), ["/pets/{pet}"]);
        assert_eq!(of("/pets/"), ["/pets/{pet}"]);
        assert_eq!(of("/pets/{pet}/tags"), [""; 0]);
        assert_eq!(of("/owners/{owner}"), [""; 0]);
        assert!(items.directly_of("/owners/{owner}/pets").next().is_none());
        assert_eq!(items.directly_of("/owners/").count(), 1);
    }
}
