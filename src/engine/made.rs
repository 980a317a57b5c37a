//! Resources that the run has made: what a success of a POST names, or the path of a PUT, for the operations on paths below.

mod resource;

use serde_json::Value;

use super::ids;
use super::model::TestedContract;
use crate::case::{Case, RequestValues, is_safe};
use crate::contract::{Operation, ParameterLocation};
use crate::execute::Response;
use crate::resource::{Item, is_at_or_below};
pub(super) use resource::{Resource, parents, parents_of, respelt};

/// Resources of one collection that are remembered.
const MOST: usize = 8;

/// What was made, the oldest first, and what may be read beside it.
#[derive(Debug, Default)]
pub(super) struct Made {
    own: Vec<Resource>,
    /// What was named twice by what does not say that it creates: it was there.
    found: Vec<Resource>,
    /// What a run has not surely made itself: to be read, and never changed.
    seen: Vec<Resource>,
    /// What the run has made, by others of its names.
    otherwise: Vec<Resource>,
    /// The paths of writes to what stands below a resource, as its only one of a kind: `/items/{item}/attachment`.
    written: Vec<Resource>,
    nameless: Vec<Nameless>,
    total: usize,
}

/// A POST that was accepted, and whose response does not name what it made.
#[derive(Clone, Debug)]
pub(super) struct Nameless {
    pub case: Case,
    /// The values of the variables of its path.
    pub parents: Vec<(String, Value)>,
    /// The status of the response.
    pub status: u16,
    /// Whether it says that something was created.
    pub is_created: bool,
}

impl Made {
    /// Takes the success of a valid request.
    pub fn take(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        if !response.is_success() {
            return;
        }
        self.take_write(tested, case);
        match tested.contract.operations[case.operation].method.as_str() {
            "POST" => self.take_post(tested, case, response),
            "PUT" => self.take_put(tested, case, response),
            "GET" => self.take_list(tested, case, response),
            _ => {}
        }
    }

    fn take_post(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        let operation = &tested.contract.operations[case.operation];
        let is_created = response.status == 201;
        let parents = parents(operation, case);
        for made in Resource::all_of(tested, case, response) {
            let is_known = self.own.contains(&made);
            if is_known && !is_created {
                self.own.retain(|known| *known != made);
                self.found.push(made);
            } else if !is_known && !self.found.contains(&made) && (is_created || self.count(&made.item) < MOST) {
                self.total += usize::from(add(&mut self.own, made));
            }
        }
        for made in Resource::otherwise(tested, case, response) {
            self.total += usize::from(add(&mut self.otherwise, made));
        }
        let known = self.nameless(case.operation);
        let is_new = known.iter().all(|known| known.is_created != is_created)
            && tested.items.directly_of(&operation.path).next().is_some();
        if is_new {
            self.nameless.push(Nameless { case: case.clone(), parents, status: response.status, is_created });
        }
    }

    /// The path of a write that has variables.
    fn take_write(&mut self, tested: &TestedContract, case: &Case) {
        let operation = &tested.contract.operations[case.operation];
        let variables = parents(operation, case);
        if matches!(operation.method.as_str(), "PUT" | "POST") && !variables.is_empty() {
            self.total += usize::from(add(&mut self.written, Resource { item: operation.path.clone(), variables }));
        }
    }

    /// The first item of a list.
    fn take_list(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        let operation = &tested.contract.operations[case.operation];
        let is_new = |item: &&Item| self.seen.iter().all(|known| known.item != item.template);
        let items: Vec<&Item> = tested.items.of(&operation.path).filter(is_new).collect();
        if items.is_empty() && tested.items.of_several(&operation.path).next().is_none() {
            return;
        }
        let Some(first) = ids::first_listed(response) else {
            for (item, name) in items.iter().flat_map(|item| ids::names_listed(response).map(move |name| (item, name)))
            {
                self.see(item, &parents_of(operation, case, item), name);
            }
            return;
        };
        for item in items {
            for id in ids::all_named(&first, &item.variable) {
                self.see(item, &parents_of(operation, case, item), id);
            }
        }
        for item in tested.items.of_several(&operation.path) {
            if let Some(names) = ids::of_several(&first, item) {
                let resource = Resource::of_several(item, &parents_of(operation, case, item), names);
                self.total += usize::from(add(&mut self.seen, resource));
            }
        }
    }

    /// A PUT that may create what its path names. Without a 201 that may have been there before: then it is only read.
    fn take_put(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        let operation = &tested.contract.operations[case.operation];
        let Some((collection, last)) = operation.path.rsplit_once('/') else { return };
        let mut variables = parents(operation, case);
        let own = variables.iter().position(|(name, _)| last == format!("{{{name}}}"));
        let Some((name, id)) = own.map(|own| variables.remove(own)) else { return };
        let is_created = response.status == 201;
        let parameter = operation.parameter(ParameterLocation::Path, &name);
        let is_known = parameter.is_some_and(|known| tested.fixtures_of(case.operation).resource(known).is_some());
        for item in tested.items.directly_of(collection) {
            match is_created {
                true => self.add(item, &variables, id.clone()),
                false if !is_known => self.see(item, &variables, id.clone()),
                false => {}
            }
        }
    }

    /// Adds an item that the run has made.
    pub fn add(&mut self, item: &Item, parents: &[(String, Value)], id: Value) {
        self.total += usize::from(add(&mut self.own, Resource::new(item, parents, id)));
    }

    /// Adds an item that is there.
    pub fn see(&mut self, item: &Item, parents: &[(String, Value)], id: Value) {
        self.total += usize::from(add(&mut self.seen, Resource::new(item, parents, id)));
    }

    /// How many there were so far.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Whether such an item was made.
    pub fn knows(&self, item: &Item) -> bool {
        self.own.iter().any(|known| known.item == item.template)
    }

    /// The requests of an operation that were accepted, and that may have made something without a word of its id: the
    /// first one, and the first of those with the other kind of success.
    pub fn nameless(&self, operation: usize) -> Vec<Nameless> {
        self.nameless.iter().filter(|known| known.case.operation == operation).cloned().collect()
    }

    fn count(&self, item: &str) -> usize {
        self.own.iter().filter(|known| known.item == item).count()
    }

    /// A request with what was made in the place of the variables of its path, for each such resource that its path is
    /// below; those with the most variables come first.
    pub fn put_into(&self, operation: &Operation, values: &RequestValues) -> Vec<RequestValues> {
        let is_reading = is_safe(&operation.method);
        let is_below = |made: &&Resource| is_at_or_below(&operation.path, &made.item);
        let sorted = |all: &[Resource], is_wanted: bool| {
            let mut all: Vec<Resource> = all.iter().filter(is_below).filter(|_| is_wanted).cloned().collect();
            all.sort_by_key(|made| std::cmp::Reverse(made.variables.len()));
            all
        };
        // What is there because of a write to this very path is not there everywhere.
        let written = self.written.iter().filter(|known| known.item == operation.path).cloned();
        let all = written.filter(|_| is_reading).chain(sorted(&self.own, true)).chain(sorted(&self.otherwise, true));
        let all = all.chain(sorted(&self.seen, is_reading));
        let mut found: Vec<RequestValues> = Vec::new();
        for values in all.flat_map(|made| made.put_into(operation, values)) {
            if !found.contains(&values) {
                found.push(values);
            }
        }
        found
    }
}

/// Remembers the first ones and the last ones: those between may be gone by now. Whether it is new.
fn add(known: &mut Vec<Resource>, new: Resource) -> bool {
    if known.contains(&new) {
        return false;
    }
    let alike: Vec<usize> = (0..known.len()).filter(|index| known[*index].item == new.item).collect();
    if alike.len() == MOST {
        known.remove(alike[MOST / 2]);
    }
    known.push(new);
    true
}
