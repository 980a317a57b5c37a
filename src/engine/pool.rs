//! The ids of what there is, by what it is called: what a run has made, and what responses have shown. Places of requests
//! that are called after it can be filled with them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::ids;
use super::made::Resource;
use super::model::TestedContract;
use crate::case::Case;
use crate::execute::Response;
use crate::resource::{Noun, ends_fixed, noun};
use crate::text::words;

/// Ids that are remembered of each kind, and values of each place.
const MOST: usize = 8;
/// How deep in a response ids are looked for.
const DEPTH: usize = 5;
/// Ids that may stand at a place whose name tells no kind.
const GUESSES: usize = 24;

/// Ids of resources.
#[derive(Debug, Default)]
pub(super) struct Pool {
    /// By the last fixed segment of the path of their collection.
    kinds: BTreeMap<String, Ids>,
    /// Values of places of responses that are called like ids, by their plain names.
    places: BTreeMap<String, Vec<Value>>,
}

#[derive(Debug, Default)]
struct Ids {
    /// Of what the run has made.
    own: Vec<Value>,
    /// Of what was there.
    seen: Vec<Value>,
    /// What the variables of paths are called that name one.
    variables: BTreeSet<String>,
}

impl Ids {
    /// How close what a place is called is to such a one: as [`Noun::closeness`], and by the name of its variable, as
    /// `tariff_code` is the `code` of one of the tariffs.
    fn closeness(&self, name: &str, kind: &str) -> Option<u8> {
        let by_variable = |variable: &String| {
            if words::plain(name) == words::plain(variable) && !Noun::of(variable).is_bare() {
                return Noun::of(variable).text().starts_with(&Noun::of(kind).text()).then_some(0);
            }
            let (own, last) = (words::of(name), words::of(variable));
            let rest = own.strip_suffix(&last[..]).filter(|rest| !rest.is_empty() && !last.is_empty())?;
            Noun::of(&format!("{}_id", rest.join("_"))).closeness(kind)
        };
        Noun::of(name).closeness(kind).or_else(|| self.variables.iter().filter_map(by_variable).min())
    }
}

impl Pool {
    /// Takes the success of a valid request.
    pub fn take(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        if !(200..300).contains(&response.status) {
            return;
        }
        let operation = &tested.contract.operations[case.operation];
        // What a PUT makes is named by its path.
        for made in Resource::all_of(tested, case, response).into_iter().chain(Resource::put(tested, case)) {
            let named = made.variables.iter().find(|(name, _)| made.item.ends_with(&format!("{{{name}}}")));
            if let (Some(kind), Some((variable, id))) = (noun(&made.item), named) {
                let known = self.kinds.entry(kind.to_owned()).or_default();
                known.variables.insert(variable.clone());
                // Whoever does not say that it creates may have found what it names.
                match response.status {
                    201 => add(&mut known.own, id),
                    _ if known.own.contains(id) => {}
                    _ => add(&mut known.seen, id),
                }
            }
        }
        let Ok(body) = serde_json::from_slice::<Value>(&response.body) else { return };
        self.look(&body, None, DEPTH);
        let Some(kind) = noun(&operation.path) else { return };
        let is_collection = ends_fixed(&operation.path);
        let shown: Vec<Value> = match operation.method.as_str() {
            "GET" if is_collection => {
                ids::listed(response).iter().filter_map(|item| ids::named(item, &key(kind))).collect()
            }
            "GET" => ids::object(&body).and_then(|object| ids::named(object, &key(kind))).into_iter().collect(),
            _ => Vec::new(),
        };
        // What no path names has a kind as well.
        let made = (operation.method == "POST" && is_collection && response.status == 201)
            .then(|| ids::object(&body).and_then(|object| ids::named(object, &key(kind))))
            .flatten();
        if shown.is_empty() && made.is_none() {
            return;
        }
        let known = self.kinds.entry(kind.to_owned()).or_default();
        made.iter().for_each(|id| add(&mut known.own, id));
        shown.iter().filter(|id| !known.own.contains(id)).for_each(|id| add(&mut known.seen, id));
    }

    /// Remembers the values of places that are called like ids.
    fn look(&mut self, value: &Value, name: Option<&str>, depth: usize) {
        match value {
            Value::Object(members) if depth > 0 => {
                for (name, member) in members {
                    self.look(member, Some(name), depth - 1);
                }
            }
            Value::Array(items) if depth > 0 => {
                items.iter().take(MOST).for_each(|item| self.look(item, name, depth - 1));
            }
            Value::String(_) | Value::Number(_) => {
                if let Some(name) = name
                    && Noun::of(name).is_key
                    && !Noun::of(name).is_bare()
                {
                    add(self.places.entry(words::plain(name)).or_default(), value);
                }
            }
            _ => {}
        }
    }

    /// What may stand at a place of this name, the likeliest first: what is called so, or else anything (`assignee_id` may
    /// name a user). Only what the run has made, unless what was `seen` is as good.
    pub fn candidates(&self, name: &str, seen: bool) -> Vec<Value> {
        let mut found = self.called(name, seen);
        let noun = Noun::of(name);
        if found.is_empty() && noun.is_key && !noun.is_bare() {
            let own = self.kinds.values().flat_map(|ids| ids.own.iter().take(2));
            let others = self.kinds.values().flat_map(|ids| ids.seen.iter().take(2)).filter(|_| seen);
            found.extend(own.chain(others).take(GUESSES).cloned());
        }
        found
    }

    /// The same, of what is called so alone.
    pub fn called(&self, name: &str, seen: bool) -> Vec<Value> {
        let mut close: Vec<(u8, &Ids)> =
            self.kinds.iter().filter_map(|(kind, ids)| Some((ids.closeness(name, kind)?, ids))).collect();
        close.sort_by_key(|(closeness, _)| *closeness);
        let mut found: Vec<Value> = Vec::new();
        let mut take = |values: &[Value]| values.iter().for_each(|value| add(&mut found, value));
        close.iter().for_each(|(_, ids)| take(&ids.own));
        if seen {
            close.iter().for_each(|(_, ids)| take(&ids.seen));
            self.places.get(&words::plain(name)).into_iter().for_each(|values| take(values));
        }
        found
    }
}

/// What the id of one of a kind may be called.
fn key(kind: &str) -> String {
    format!("{}Id", kind.strip_suffix('s').unwrap_or(kind))
}

fn add(known: &mut Vec<Value>, value: &Value) {
    if known.len() < MOST && !known.contains(value) {
        known.push(value.clone());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_gets_what_is_called_like_it_and_else_any_id() {
        let mut pool = Pool::default();
        let ids = |own: &[u64], seen: &[u64]| Ids {
            own: own.iter().map(|id| json!(id)).collect(),
            seen: seen.iter().map(|id| json!(id)).collect(),
            variables: BTreeSet::default(),
        };
        pool.kinds.insert("warehouses".to_owned(), ids(&[1], &[2]));
        pool.kinds.insert("people".to_owned(), ids(&[], &[3]));
        pool.look(&json!({"items": [{"assignee_id": 4, "id": 5, "name": "x"}]}), None, DEPTH);
        assert_eq!(pool.candidates("warehouseId", true), [json!(1), json!(2)]);
        assert_eq!(pool.candidates("warehouse_ids", false), [json!(1)]);
        assert_eq!(pool.candidates("person", true), [json!(3)]);
        assert_eq!(pool.candidates("assignee_id", true), [json!(4)]);
        assert_eq!(pool.candidates("reviewer_id", true), [json!(1), json!(3), json!(2)]);
        assert_eq!(pool.candidates("reviewer_id", false), [json!(1)]);
        assert_eq!(pool.candidates("reviewer", true), [json!(null); 0]);
        let tariffs = Ids { variables: BTreeSet::from(["code".to_owned()]), ..ids(&[7], &[]) };
        pool.kinds.insert("tariffs".to_owned(), tariffs);
        assert_eq!(pool.candidates("tariff_code", false), [json!(7)], "by the name of its variable");
        assert_eq!(pool.candidates("discount_code", false), [json!(null); 0], "of something else");
        assert_eq!(pool.candidates("code", false), [json!(null); 0]);
    }
}
