//! Requests that a target may accept where it refuses the baseline: what names a resource, in the path, the query or the
//! body, names one that is there.

use serde_json::Value;

use super::ids;
use super::made::{Made, respelt};
use super::model::TestedContract;
use super::pool::Pool;
use crate::case::{Intent, RequestValues, is_safe};
use crate::contract::{Operation, ParameterLocation};
use crate::resource::{Noun, ends_fixed};
use crate::spec::Pointer;

/// Ids that are tried at one place.
const MOST: usize = 4;
/// How deep in a body places are looked for.
const DEPTH: usize = 5;

/// A place of a request that names a resource, and what may stand there.
struct Place {
    at: At,
    candidates: Vec<Value>,
}

enum At {
    Parameter(usize),
    Body(Pointer),
}

impl Place {
    /// Keeps the first candidates that are valid there, in the spelling in which they are.
    fn keep_valid(&mut self, tested: &TestedContract, operation: usize, values: &RequestValues) {
        let gate = tested.gate(operation);
        let is_valid = |id: &Value| {
            self.at.put(values, id.clone()).is_some_and(|it| gate.confirm(it, Intent::Valid, None).is_ok())
        };
        let valid = self
            .candidates
            .iter()
            .filter_map(|id| [Some(id.clone()), respelt(id)].into_iter().flatten().find(is_valid));
        self.candidates = valid.take(MOST).collect();
    }
}

impl At {
    /// What stands there.
    fn of<'v>(&self, values: &'v RequestValues) -> Option<&'v Value> {
        match self {
            Self::Parameter(index) => values.parameters[*index].as_ref(),
            Self::Body(at) => values.body.as_ref()?.1.pointer(at.as_str()),
        }
    }

    /// The request with an id there.
    fn put(&self, values: &RequestValues, id: Value) -> Option<RequestValues> {
        let mut values = values.clone();
        match self {
            Self::Parameter(index) => values.parameters[*index] = Some(id),
            Self::Body(at) => {
                at.assign(&mut values.body.as_mut()?.1, id);
            }
        }
        Some(values)
    }
}

/// The requests, the likeliest first.
pub(super) fn candidates(
    tested: &TestedContract,
    operation: usize,
    baseline: &RequestValues,
    made: &Made,
    pool: &Pool,
) -> Vec<RequestValues> {
    let described = &tested.contract.operations[operation];
    let on_made = on_made(described, baseline, |empty| made.put_into(described, empty));
    // What stands in a path and is made elsewhere: `/teams/{team}/members/{user}`.
    let is_whole = on_made.iter().any(|(_, open)| open.is_empty());
    let mut paths = Vec::new();
    if !is_whole {
        let bare = (baseline.clone(), variables(described).collect());
        for (values, open) in on_made.iter().chain([&bare]) {
            paths.extend(fill(values, &in_path(tested, operation, values, open, pool)));
        }
    }
    paths.extend(on_made.into_iter().map(|(values, _)| values));
    let mut found: Vec<RequestValues> = Vec::new();
    // What the baseline names may have been made since it was refused.
    let mut add = |values: RequestValues| {
        if !found.contains(&values) {
            found.push(values);
        }
    };
    let places = beside_path(tested, operation, baseline, pool);
    let all: Vec<&RequestValues> = paths.iter().chain(paths.is_empty().then_some(baseline)).collect();
    // What it names beside the path, too.
    let is_there = |place: &Place| place.at.of(baseline).is_some_and(|own| place.candidates.contains(own));
    if paths.is_empty() && places.iter().any(is_there) {
        add(baseline.clone());
    }
    for rank in 0..MOST + all.len() {
        for (index, values) in all.iter().enumerate().take(rank + 1) {
            if let Some(values) = fill(values, &places).into_iter().nth(rank - index) {
                add(values);
            }
        }
    }
    paths.into_iter().for_each(add);
    found
}

/// The variables of its path, as indices of its parameters.
fn variables(operation: &Operation) -> impl Iterator<Item = usize> {
    let all = operation.parameters.iter().enumerate();
    all.filter(|(_, parameter)| parameter.place == ParameterLocation::Path).map(|(index, _)| index)
}

/// Requests on what was made, each with the variables that it does not fill. That the baseline has the very id of what was
/// made leaves none open.
fn on_made(
    operation: &Operation,
    baseline: &RequestValues,
    put_into: impl Fn(&RequestValues) -> Vec<RequestValues>,
) -> Vec<(RequestValues, Vec<usize>)> {
    let mut empty = baseline.clone();
    variables(operation).for_each(|index| empty.parameters[index] = None);
    let filled = put_into(&empty).into_iter().map(|mut values| {
        let open: Vec<usize> = variables(operation).filter(|index| values.parameters[*index].is_none()).collect();
        open.iter().for_each(|index| values.parameters[*index] = baseline.parameters[*index].clone());
        (values, open)
    });
    filled.collect()
}

/// Each request with the next candidate at every place.
fn fill(values: &RequestValues, places: &[Place]) -> Vec<RequestValues> {
    let most = places.iter().map(|place| place.candidates.len()).max().unwrap_or(0);
    let ranked = (0..most).map(|rank| {
        places.iter().fold(values.clone(), |filled, Place { at, candidates }| {
            let id = candidates.get(rank).or(candidates.last());
            id.and_then(|id| at.put(&filled, id.clone())).unwrap_or(filled)
        })
    });
    ranked.filter(|filled| filled != values).collect()
}

/// Variables of a path that nothing which was made on it has filled, as far as they are called after a resource.
fn in_path(
    tested: &TestedContract,
    operation: usize,
    values: &RequestValues,
    open: &[usize],
    pool: &Pool,
) -> Vec<Place> {
    let described = &tested.contract.operations[operation];
    let is_safe = is_safe(&described.method);
    // What the id of another kind names here may be there and be somebody else's, unless it is in something of our own.
    let is_within_own = variables(described).next().is_some_and(|first| !open.contains(&first));
    let open = open.iter().map(|index| (*index, &described.parameters[*index]));
    let open = open.filter(|(_, parameter)| tested.fixtures_of(operation).resource(parameter).is_none());
    let place = |(index, parameter): (usize, &crate::contract::Parameter)| {
        let mut names = [parameter.name.clone(), above(&described.path, &parameter.name)];
        // What any resource may be called by says nothing of which it is.
        if ids::is_any(&parameter.name) {
            names.reverse();
        }
        let of = |name: &String| match is_safe || is_within_own {
            true => pool.candidates(name, is_safe),
            false => pool.called(name, is_safe),
        };
        let named = names.iter().map(of);
        let candidates = named.into_iter().find(|found| !found.is_empty())?;
        Some(Place { at: At::Parameter(index), candidates })
    };
    let mut places: Vec<Place> = open.filter_map(place).collect();
    places.iter_mut().for_each(|place| place.keep_valid(tested, operation, values));
    places
}

/// What the variable of a path is of, by the segment before it.
fn above(path: &str, variable: &str) -> String {
    let before = path.split(&format!("/{{{variable}}}")).next().unwrap_or_default();
    let noun = before.rsplit('/').next().unwrap_or_default();
    format!("{noun}_id")
}

/// Places of the query and the body that are called after a resource.
fn beside_path(tested: &TestedContract, operation: usize, baseline: &RequestValues, pool: &Pool) -> Vec<Place> {
    let described = &tested.contract.operations[operation];
    let fixtures = tested.fixtures_of(operation);
    let seen = refers(tested, described);
    let mut places = Vec::new();
    for (index, parameter) in described.parameters.iter().enumerate() {
        let is_open = parameter.place == ParameterLocation::Query && fixtures.resource(parameter).is_none();
        if is_open && baseline.parameters[index].as_ref().is_some_and(is_scalar) {
            places.push(Place { at: At::Parameter(index), candidates: pool.candidates(&parameter.name, seen) });
        }
    }
    if let Some((_, body)) = &baseline.body {
        let mut named = Vec::new();
        names(body, &Pointer::root(), None, DEPTH, &mut named);
        named.retain(|(at, _)| fixtures.body_resources().all(|(known, _)| known != at));
        for (at, name) in named {
            places.push(Place { at: At::Body(at), candidates: pool.candidates(&name, seen) });
        }
    }
    places.iter_mut().for_each(|place| place.keep_valid(tested, operation, baseline));
    places.retain(|place| !place.candidates.is_empty());
    places
}

/// Whether what an operation's body or query names is no more than referred to: it reads, makes something new, or changes
/// what its path names. Whatever else it does may be done to what is named.
fn refers(tested: &TestedContract, operation: &Operation) -> bool {
    let path = &operation.path;
    let is_listed = || tested.contract.operations.iter().any(|other| other.method == "GET" && other.path == *path);
    match operation.method.as_str() {
        "POST" => ends_fixed(path) && (tested.items.directly_of(path).next().is_some() || is_listed()),
        "PUT" | "PATCH" => !ends_fixed(path),
        method => is_safe(method),
    }
}

/// The places of a body that may name a resource, with what they are called: a bare `id` after what it is of.
fn names(value: &Value, at: &Pointer, name: Option<&str>, depth: usize, found: &mut Vec<(Pointer, String)>) {
    match value {
        Value::Object(members) if depth > 0 => {
            for (own, member) in members {
                let noun = Noun::of(own);
                let called = match name {
                    Some(of) if noun.is_bare() => format!("{of}_{own}"),
                    _ => own.clone(),
                };
                if is_scalar(member) && (name.is_some() || !noun.is_bare()) {
                    found.push((at.join(own), called));
                } else {
                    names(member, &at.join(own), Some(own), depth - 1, found);
                }
            }
        }
        Value::Array(items) if depth > 0 => {
            for (index, item) in items.iter().enumerate() {
                match name {
                    Some(name) if is_scalar(item) => found.push((at.index(index), name.to_owned())),
                    _ => names(item, &at.index(index), name, depth - 1, found),
                }
            }
        }
        _ => {}
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::contract_of;

    #[test]
    fn what_is_made_under_the_ids_of_the_baseline_leaves_none_open() {
        let contract = contract_of(&["/shelves/{shelf}/boxes/{box}/labels/{label}"]);
        let of = |ids: [Option<u64>; 3]| RequestValues {
            parameters: ids.map(|id| id.map(Value::from)).into(),
            body: None,
            credentials: Default::default(),
            mutation: None,
        };
        let baseline = of([Some(1), Some(1), Some(1)]);
        let open = |made: [Option<u64>; 3]| on_made(&contract.operations[0], &baseline, |_| vec![of(made)]).remove(0);
        assert_eq!(open([Some(1), Some(1), Some(7)]), (of([Some(1), Some(1), Some(7)]), vec![]));
        // What was made above says nothing of what is below it, and the baseline stands there.
        assert_eq!(open([Some(1), Some(2), None]), (of([Some(1), Some(2), Some(1)]), vec![2]));
    }

    #[test]
    fn places_of_a_body_are_called_after_what_they_are_of() {
        let body =
            json!({"id": 1, "name": "x", "owner": {"id": 2}, "label_ids": [3], "lines": [{"product": {"uuid": "4"}}]});
        let mut found = Vec::new();
        names(&body, &Pointer::root(), None, DEPTH, &mut found);
        let found: Vec<(&str, &str)> = found.iter().map(|(at, name)| (at.as_str(), name.as_str())).collect();
        assert_eq!(
            found,
            [
                ("/name", "name"),
                ("/owner/id", "owner_id"),
                ("/label_ids/0", "label_ids"),
                ("/lines/0/product/uuid", "product_uuid")
            ]
        );
    }
}
