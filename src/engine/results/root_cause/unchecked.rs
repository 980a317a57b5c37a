//! Parts of requests that a target does not look at, whatever their clauses say.

use std::collections::BTreeMap;

use super::super::tried::{Taken, Tried};
use crate::contract::{ClauseId, ClauseTarget, Operation, ParameterLocation, Schemas};
use crate::spec::{Pointer, SourceLocation};
use crate::text::list::{self, code};

/// How many clauses must be unchecked for a part to be called so, and how many of them there must be for one that is checked:
/// who looks at some of many has not looked at the others.
const LEAST: [(usize, usize); 2] = [(3, 5), (4, 2)];
/// So many clauses of one scalar are enough, where all are unchecked.
const LEAST_OF_SCALAR: usize = 2;
/// Parameters that are named.
const MOST: usize = 6;

/// A part of a request of which (nearly) nothing is checked.
#[derive(Debug)]
pub(super) struct Unchecked {
    /// The clauses that were broken and the request accepted, in their order.
    pub clauses: Vec<ClauseId>,
    /// How many clauses made no difference.
    pub unchecked: usize,
    /// How many clauses made one, or none, whatever broke them.
    pub tried: usize,
    /// Whether it is a whole body, of which nothing at all is checked.
    pub is_whole: bool,
    /// Whether it is one value, whose clauses say where it is.
    pub is_scalar: bool,
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
    taken: &'a Taken,
}

impl Broken<'_> {
    /// Whether the target takes whatever breaks the clause.
    fn is_unchecked(&self) -> bool {
        self.taken.is_accepted() && !self.taken.is_refused()
    }
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
        let Some(taken) = tried.taken(id) else { continue };
        let broken = Broken { id, keyword: clause.keyword, instance: &clause.instance, taken };
        places.entry(at).or_insert_with(|| (clause.place, Vec::new())).1.push(broken);
    }
    let mut found: Vec<Unchecked> = unread(operation, &places).into_iter().collect();
    let is_found =
        |broken: &[Broken<'_>]| found.iter().any(|part| broken.iter().any(|one| part.clauses.contains(&one.id)));
    places.retain(|_, (_, broken)| !is_found(broken));
    for (place, broken) in places.values() {
        let broken: Vec<&Broken<'_>> = broken.iter().collect();
        let part = Part { operation, schemas, place };
        part.descend(&Pointer::root(), &broken, &mut found);
    }
    found
}

/// The query, where several of its parameters have clauses that were tried, and none of them makes a difference.
fn unread(
    operation: &Operation,
    places: &BTreeMap<(bool, usize), (ClauseTarget, Vec<Broken<'_>>)>,
) -> Option<Unchecked> {
    let of_query = places.values().filter_map(|(place, broken)| {
        let ClauseTarget::Parameter(index) = place else { return None };
        let parameter = operation.parameters.get(*index)?;
        (parameter.place == ParameterLocation::Query).then_some((parameter, broken))
    });
    let of_query: Vec<_> = of_query.collect();
    let is_unread = |broken: &[Broken<'_>]| broken.len() >= LEAST_OF_SCALAR && broken.iter().all(Broken::is_unchecked);
    if of_query.len() < 2 || !of_query.iter().all(|(_, broken)| is_unread(broken)) {
        return None;
    }
    let clauses: Vec<ClauseId> = of_query.iter().flat_map(|(_, broken)| broken.iter().map(|one| one.id)).collect();
    let names = list::first(code(of_query.iter().map(|(parameter, _)| &parameter.name)), MOST);
    Some(Unchecked {
        unchecked: clauses.len(),
        tried: clauses.len(),
        clauses,
        is_whole: false,
        is_scalar: false,
        name: format!("the query parameters {names}"),
        location: operation.location.clone(),
    })
}

/// A parameter or body, part by part.
struct Part<'a> {
    operation: &'a Operation,
    schemas: &'a Schemas,
    place: &'a ClauseTarget,
}

impl Part<'_> {
    fn descend(&self, at: &Pointer, broken: &[&Broken<'_>], found: &mut Vec<Unchecked>) {
        let unchecked = broken.iter().filter(|broken| broken.is_unchecked()).count();
        if unchecked < LEAST_OF_SCALAR {
            return;
        }
        let depth = at.tokens().count();
        let mut below: BTreeMap<String, Vec<&Broken<'_>>> = BTreeMap::new();
        for one in broken {
            if let Some(token) = one.instance.tokens().nth(depth) {
                below.entry(token.into_owned()).or_default().push(one);
            }
        }
        // Whoever reads a value as an object has seen that it is one. What takes one wrong value of several may fail to read
        // the others.
        let is_checked = |one: &&&Broken<'_>| !(one.taken.is_accepted() || one.instance == at && one.keyword == "type");
        let checked = broken.iter().filter(is_checked).count();
        let is_of_one_child =
            below.values().any(|inner| inner.iter().filter(|one| one.is_unchecked()).count() == unchecked);
        let is_value = !at.as_str().is_empty() || matches!(self.place, ClauseTarget::Parameter(_));
        let is_scalar = is_value && below.is_empty() && broken.iter().all(|one| one.is_unchecked());
        let is_hardly_checked =
            is_scalar || LEAST.iter().any(|(least, each)| unchecked >= *least && checked * each <= unchecked);
        if is_hardly_checked && !is_of_one_child {
            let clauses = broken.iter().filter(|one| one.taken.is_accepted()).map(|one| one.id).collect();
            let (name, location) = (self.name(at), location(self.operation, self.schemas, self.place, at));
            let is_whole = matches!(self.place, ClauseTarget::Body(_)) && at.as_str().is_empty() && checked == 0;
            found.push(Unchecked {
                clauses,
                unchecked,
                tried: unchecked + checked,
                is_whole,
                is_scalar,
                name,
                location,
            });
            return;
        }
        for (token, inner) in &below {
            self.descend(&at.join(token), inner, found);
        }
    }

    fn name(&self, at: &Pointer) -> String {
        let whole = name(self.operation, self.place);
        if at.as_str().is_empty() { whole } else { format!("`{at}` of {whole}") }
    }
}

/// How messages name a parameter or body.
pub(super) fn name(operation: &Operation, place: &ClauseTarget) -> String {
    match place {
        ClauseTarget::Parameter(index) => {
            let parameter = &operation.parameters[*index];
            format!("{} parameter `{}`", parameter.place, parameter.name)
        }
        _ => "the body".to_owned(),
    }
}

/// The node of the schema that holds there, reached by references alone.
pub(super) fn location(operation: &Operation, schemas: &Schemas, place: &ClauseTarget, at: &Pointer) -> SourceLocation {
    let site = operation.clauses().sites.iter().find(|site| site.place == *place && site.instance == *at);
    let Some(site) = site else { return operation.location.clone() };
    let mut schema = schemas.get(site.schema);
    let mut steps = schemas.len();
    while let Some(next) = schema.reference.filter(|_| steps > 0) {
        schema = schemas.get(next);
        steps -= 1;
    }
    schema.location.clone()
}
