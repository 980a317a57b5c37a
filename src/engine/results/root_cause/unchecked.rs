//! Parts of requests that a target does not look at, whatever their clauses say.

use std::collections::BTreeMap;

use super::super::tried::Tried;
use crate::contract::{ClauseId, ClauseTarget, Operation, Schemas};
use crate::spec::{Pointer, SourceLocation};

/// So many clauses must have been broken for a part to be called unchecked.
const LEAST: usize = 3;
/// For one clause that is checked there must be so many that are not.
const MOST_CHECKED: usize = 5;

/// A part of a request of which (nearly) nothing is checked.
#[derive(Debug)]
pub(super) struct Unchecked {
    /// The clauses that are not, in their order.
    pub clauses: Vec<ClauseId>,
    /// How many clauses were broken.
    pub tried: usize,
    /// How messages name it.
    pub name: String,
    /// The node: of the schema, where operations may share that.
    pub location: SourceLocation,
}

/// A clause that was broken.
struct Broken<'a> {
    id: ClauseId,
    keyword: &'static str,
    instance: &'a Pointer,
    is_unchecked: bool,
}

/// The largest parts of an operation's requests of which nothing is checked.
pub(super) fn parts(operation: &Operation, schemas: &Schemas, tried: &Tried) -> Vec<Unchecked> {
    let mut places: BTreeMap<(bool, usize), (ClauseTarget, Vec<Broken<'_>>)> = BTreeMap::new();
    for (id, clause) in operation.clauses().iter() {
        let at = match clause.place {
            ClauseTarget::Parameter(index) => (false, index),
            ClauseTarget::Body(index) => (true, index),
            ClauseTarget::Request | ClauseTarget::Response(_) => continue,
        };
        let Some(is_unchecked) = tried.is_unchecked(id) else { continue };
        let broken = Broken { id, keyword: clause.keyword, instance: &clause.instance, is_unchecked };
        places.entry(at).or_insert_with(|| (clause.place.clone(), Vec::new())).1.push(broken);
    }
    let mut found = Vec::new();
    for (place, broken) in places.values() {
        let broken: Vec<&Broken<'_>> = broken.iter().collect();
        let part = Part { operation, schemas, place };
        part.descend(&Pointer::root(), &broken, &mut found);
    }
    found
}

/// A parameter or body, part by part.
struct Part<'a> {
    operation: &'a Operation,
    schemas: &'a Schemas,
    place: &'a ClauseTarget,
}

impl Part<'_> {
    fn descend(&self, at: &Pointer, broken: &[&Broken<'_>], found: &mut Vec<Unchecked>) {
        let unchecked = broken.iter().filter(|broken| broken.is_unchecked).count();
        if unchecked < LEAST {
            return;
        }
        let depth = at.tokens().count();
        let mut below: BTreeMap<String, Vec<&Broken<'_>>> = BTreeMap::new();
        for one in broken {
            if let Some(token) = one.instance.tokens().nth(depth) {
                below.entry(token.into_owned()).or_default().push(one);
            }
        }
        // Whoever reads a value as an object has seen that it is one.
        let is_checked = |one: &&&Broken<'_>| !(one.is_unchecked || one.instance == at && one.keyword == "type");
        let checked = broken.iter().filter(is_checked).count();
        let is_of_one_child =
            below.values().any(|inner| inner.iter().filter(|one| one.is_unchecked).count() == unchecked);
        if checked * MOST_CHECKED <= unchecked && !is_of_one_child {
            let clauses = broken.iter().filter(|one| one.is_unchecked).map(|one| one.id).collect();
            let (name, location) = (self.name(at), self.location(at));
            found.push(Unchecked { clauses, tried: unchecked + checked, name, location });
            return;
        }
        for (token, inner) in &below {
            self.descend(&at.join(token), inner, found);
        }
    }

    fn name(&self, at: &Pointer) -> String {
        let whole = match self.place {
            ClauseTarget::Parameter(index) => {
                let parameter = &self.operation.parameters[*index];
                format!("{} parameter `{}`", parameter.place, parameter.name)
            }
            _ => "the body".to_owned(),
        };
        if at.as_str().is_empty() { whole } else { format!("`{at}` of {whole}") }
    }

    /// The node of the schema that holds there, reached by references alone.
    fn location(&self, at: &Pointer) -> SourceLocation {
        let site = self.operation.clauses().sites.iter().find(|site| site.place == *self.place && site.instance == *at);
        let Some(site) = site else { return self.operation.location.clone() };
        let mut schema = self.schemas.get(site.schema);
        let mut steps = self.schemas.len();
        while let Some(next) = schema.reference.filter(|_| steps > 0) {
            schema = self.schemas.get(next);
            steps -= 1;
        }
        schema.location.clone()
    }
}
