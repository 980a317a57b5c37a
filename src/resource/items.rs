//! The items of collections: which path templates name one of what a POST to a collection makes.

use std::collections::HashMap;

use super::noun;
use super::shape::is_same_shape;
use crate::contract::Contract;

/// The items of a contract's paths, by the name of their collection. Made once, since every path is looked at.
#[derive(Debug)]
pub(crate) struct Items(HashMap<String, Vec<Item>>);

/// An item of a collection.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The path up to the variable that names it.
    pub template: String,
    /// The path of its collection: what is left of the template, or the plural of that (`/silences` of `/silence/{id}`).
    collection: String,
    /// That variable.
    pub variable: String,
    /// Where several in a row name it, the ones before that: `owner` of `/repos/{owner}/{repo}`.
    pub also: Vec<String>,
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
                if variable(segment).is_none() || variable(collection).is_some() {
                    continue;
                }
                let row = segments[position + 1..].iter().map_while(|segment| self::variable(segment));
                let row: Vec<&str> = row.collect();
                let known = found.entry(collection.to_owned()).or_default();
                for (variable, also) in (0..row.len()).map(|last| (row[last], &row[..last])) {
                    let template = segments[..position + 2 + also.len()].join("/");
                    if known.iter().all(|item| item.template != template) {
                        let is_other = |other: &&str| *other != variable && !also.contains(other);
                        let others = variables(&template).filter(is_other).map(str::to_owned).collect();
                        let also = also.iter().map(|name| (*name).to_owned()).collect();
                        let collection = segments[..=position].join("/");
                        known.push(Item { template, collection, variable: variable.to_owned(), also, others });
                    }
                }
            }
        }
        let posts = contract.operations.iter().filter(|operation| operation.method == "POST");
        let posts: Vec<&str> = posts.map(|operation| operation.path.trim_end_matches('/')).collect();
        for path in &posts {
            let Some((above, plural)) = path.rsplit_once('/') else { continue };
            let known = found.get(plural).into_iter().flatten();
            if variable(plural).is_some() || known.into_iter().any(|item| is_same_shape(&item.collection, path)) {
                continue;
            }
            let is_made_there = |collection: &str| posts.iter().any(|path| is_same_shape(path, collection));
            let singular = |name: &&String| name.len() < plural.len() && noun::stem(name) == noun::stem(plural);
            let mut names: Vec<&String> = found.keys().filter(singular).collect();
            names.sort();
            let is_beside = |item: &&Item| {
                let own = item.collection.rsplit_once('/').is_some_and(|(own, _)| is_same_shape(own, above));
                own && !is_made_there(&item.collection)
            };
            let own = names.into_iter().flat_map(|name| &found[name]).filter(is_beside).cloned();
            let own: Vec<Item> = own.map(|item| Item { collection: (*path).to_owned(), ..item }).collect();
            if !own.is_empty() {
                found.entry(plural.to_owned()).or_default().extend(own);
            }
        }
        Self(found)
    }

    /// The items of a collection that one variable names: those that are named after it, and need no variable that its path
    /// does not have.
    pub fn of<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = &'a Item> {
        self.all_of(collection).filter(|item| item.also.is_empty())
    }

    /// Those that several variables name.
    pub fn of_several<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = &'a Item> {
        self.all_of(collection).filter(|item| !item.also.is_empty())
    }

    /// All items, in the order of their paths.
    pub fn all(&self) -> impl Iterator<Item = &Item> {
        let mut all: Vec<&Item> = self.0.values().flatten().collect();
        all.sort_by(|one, two| (&one.template, &one.collection).cmp(&(&two.template, &two.collection)));
        all.dedup_by(|one, two| one.template == two.template);
        all.into_iter()
    }

    fn all_of<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = &'a Item> {
        let name = collection.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_known = |other: &String| variables(collection).any(|known| known == other);
        let all = self.0.get(name).into_iter().flatten();
        all.filter(move |item| item.others.iter().all(is_known) || item.is_directly_in(collection))
    }

    /// The items of the collection at this very path, under whatever names of their variable.
    pub fn directly_of<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = &'a Item> {
        self.of(collection).filter(move |item| item.is_directly_in(collection))
    }
}

impl Item {
    /// Whether it is an item of the collection at this very path, under whatever names of the variables above it.
    pub fn is_directly_in(&self, collection: &str) -> bool {
        is_same_shape(&self.collection, collection)
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
    use crate::testing::{contract, contract_of};
    use serde_json::{Value, json};

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
        let items = Items::new(&contract_of(&["/repos", "/repos/{owner}/{repo}/tags"]));
        let several: Vec<&Item> = items.of_several("/repos").collect();
        assert!(matches!(&several[..], [item] if item.template == "/repos/{owner}/{repo}" && item.also == ["owner"]));
        assert_eq!(items.directly_of("/repos").count(), 1, "what the first one names");
    }

    #[test]
    fn one_is_named_in_the_singular_where_no_collection_is() {
        let of = |posts: &[&str]| {
            let mut paths = serde_json::Map::new();
            for path in ["/v2/silence/{id}", "/v2/silenced/{id}", "/silence/{id}"] {
                paths.insert(path.to_owned(), json!({"get": {}}));
            }
            paths.extend(posts.iter().map(|path| ((*path).to_owned(), json!({"post": {}}))));
            let items = Items::new(&contract(&Value::Object(paths), &Value::Null));
            items.directly_of("/v2/silences").map(|item| item.template.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of(&["/v2/silences"]), ["/v2/silence/{id}"]);
        assert_eq!(of(&["/v2/silences", "/v2/silence"]), [""; 0], "which has its own");
    }
}
