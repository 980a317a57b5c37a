//! A bug that shows only where two things meet, and whether they do.

use serde_json::{Map, Value};

use super::member::Member;
use super::state::State;
use crate::contract::{ClauseTarget, Direction, Operation, ParameterLocation, Schema, SchemaId, Schemas, Validators};

/// What is done wrong, and what it takes besides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    pub wrong: Wrong,
    pub place: Place,
    pub other: Other,
}

/// What is done wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wrong {
    /// Flaws of these keywords are overlooked.
    Overlooks(&'static [&'static str]),
    /// What is right is refused where something is so.
    Refuses(State),
}

/// Where both are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Properties of the whole body.
    Whole,
    /// What is inside a property of the whole body, beside another property.
    Below,
    /// Properties of an object within the body.
    Nested,
    /// Parameters, but for those of the path.
    Parameters,
    /// The body, beside a parameter.
    Beyond,
}

/// What it takes besides.
#[derive(Clone, Copy, Debug)]
pub(super) enum Other {
    /// Another property, or parameter, in this state.
    Beside(State),
    /// This branch of a union.
    Branch(usize),
    /// An item at such a place in a list of so many.
    Item(fn(usize, usize) -> bool),
}

/// What is known of a request: its values, by their place.
pub(super) struct Whole<'a> {
    pub schemas: &'a Schemas,
    pub validators: &'a Validators,
    pub operation: &'a Operation,
    pub values: &'a [(ClauseTarget, SchemaId, Value)],
}

/// Where something is wrong.
pub(super) struct Spot<'a> {
    pub place: ClauseTarget,
    pub keyword: &'a str,
    pub path: &'a [String],
}

impl Whole<'_> {
    /// Whether a value is of this branch of its union, but for what breaks these keywords.
    fn is_of_branch(&self, spot: &Spot<'_>, at: usize, keywords: &[&str]) -> bool {
        let root = self.values.iter().find(|(place, ..)| *place == spot.place);
        let Some((_, id, value)) = root.filter(|_| matches!(spot.place, ClauseTarget::Body(_))) else { return false };
        let schema = resolved(self.schemas, *id);
        let Some(branch) = schema.one_of.get(at).or(schema.any_of.get(at)) else { return false };
        if closest(self.schemas, *id, value) != Some(at) {
            return false;
        }
        let breaches = self.validators.breaches(*branch, Direction::Request, value);
        breaches.iter().all(|breach| keywords.contains(&breach.keyword.to_string().as_str()))
    }
}

impl Meeting {
    /// Whether an operation gives occasion for it.
    pub fn may(self, schemas: &Schemas, operation: &Operation) -> bool {
        let parameters = parameters(schemas, operation, &[]);
        let bodies = operation.body.iter().flat_map(|body| body.content.iter().filter_map(|media| media.schema));
        let roots: Vec<SchemaId> = bodies.collect();
        let whole: Vec<Vec<Member<'_>>> = roots.iter().flat_map(|root| layouts(schemas, *root)).collect();
        let nested = || {
            let within = schemas.reachable(&roots).into_iter().filter(|id| !is_root(schemas, &roots, *id));
            within.flat_map(|id| layouts(schemas, id)).collect::<Vec<_>>()
        };
        match self.place {
            Place::Whole => {
                whole.iter().any(|all| self.may_meet(schemas, all, all, false)) || self.has_branch(schemas, &roots)
            }
            Place::Below => whole.iter().any(|all| self.may_meet(schemas, all, all, true)),
            Place::Nested => nested().iter().any(|all| self.may_meet(schemas, all, all, false)),
            Place::Parameters => self.may_meet(schemas, &parameters, &parameters, false),
            Place::Beyond => whole.iter().any(|all| self.may_meet(schemas, all, &parameters, false)),
        }
    }

    fn may_meet(self, schemas: &Schemas, ones: &[Member<'_>], others: &[Member<'_>], is_below: bool) -> bool {
        let wrong = |member: &Member<'_>| match self.wrong {
            Wrong::Overlooks(keywords) if is_below => {
                let within =
                    schemas.reachable(&[member.id]).into_iter().filter(|id| !is_root(schemas, &[member.id], *id));
                within.map(|id| schemas.get(id)).any(|schema| keywords.iter().any(|keyword| has(schema, keyword)))
            }
            Wrong::Overlooks(keywords) => keywords
                .iter()
                .any(|keyword| *keyword == "required" && member.is_required || has(member.schema, keyword)),
            Wrong::Refuses(state) => state.may(member),
        };
        let other = |member: &Member<'_>| match self.other {
            Other::Beside(state) => state.may(member),
            Other::Branch(_) => false,
            Other::Item(_) => true,
        };
        let is_item = |member: &Member<'_>| !matches!(self.other, Other::Item(_)) || member.schema.items.is_some();
        ones.iter().any(|one| {
            let meets =
                |rest: &Member<'_>| (matches!(self.other, Other::Item(_)) || rest.name != one.name) && other(rest);
            wrong(one) && is_item(one) && others.iter().any(meets)
        })
    }

    /// Whether the branch has what is overlooked.
    fn has_branch(self, schemas: &Schemas, roots: &[SchemaId]) -> bool {
        let (Other::Branch(at), Wrong::Overlooks(keywords)) = (self.other, self.wrong) else { return false };
        roots.iter().any(|root| {
            let schema = resolved(schemas, *root);
            let branch = schema.one_of.get(at).or(schema.any_of.get(at));
            branch.is_some_and(|branch| {
                let all = layouts(schemas, *branch).into_iter().flatten().collect::<Vec<_>>();
                all.iter().any(|member| keywords.iter().any(|keyword| has(member.schema, keyword)))
            })
        })
    }

    /// Whether a flaw is overlooked.
    pub fn overlooks(self, whole: &Whole<'_>, spot: &Spot<'_>) -> bool {
        let Wrong::Overlooks(keywords) = self.wrong else { return false };
        if let Other::Branch(at) = self.other {
            return whole.is_of_branch(spot, at, keywords);
        }
        if !keywords.contains(&spot.keyword) {
            return false;
        }
        let of_body = matches!(spot.place, ClauseTarget::Body(_));
        let root = whole.values.iter().find(|(place, ..)| *place == spot.place);
        let at_root = spot.path.len() <= usize::from(!matches!(spot.keyword, "required" | "additionalProperties"));
        let own = spot.path.first().map(String::as_str);
        match (self.place, self.other) {
            (Place::Parameters, Other::Beside(state)) => {
                let ClauseTarget::Parameter(index) = spot.place else { return false };
                let all = parameters(whole.schemas, whole.operation, whole.values);
                let own = whole.operation.parameters[index].name.as_str();
                all.iter().any(|member| member.name != own && state.holds(member))
            }
            (Place::Beyond, Other::Beside(state)) => {
                let all = parameters(whole.schemas, whole.operation, whole.values);
                of_body && all.iter().any(|member| state.holds(member))
            }
            (_, Other::Branch(_)) => false,
            (_, Other::Item(is_such)) => {
                of_body
                    && root.is_some_and(|(.., value)| positions(value, spot.path).any(|(at, count)| is_such(at, count)))
            }
            (Place::Whole | Place::Below, Other::Beside(state)) => {
                if !of_body || at_root == (self.place == Place::Below) {
                    return false;
                }
                let Some((_, id, value)) = root else { return false };
                members(whole.schemas, *id, value).iter().any(|member| Some(member.name) != own && state.holds(member))
            }
            (Place::Nested, Other::Beside(state)) => {
                let Some((_, id, value)) = root.filter(|_| of_body) else { return false };
                let deepest = spot.path.len()
                    - usize::from(!matches!(spot.keyword, "required" | "additionalProperties")).min(spot.path.len());
                objects(whole.schemas, *id, value).iter().any(|(path, all)| {
                    let is_holder = !path.is_empty() && path.len() == deepest && spot.path.starts_with(path);
                    let own = spot.path.get(path.len()).map(String::as_str);
                    is_holder && all.iter().any(|member| Some(member.name) != own && state.holds(member))
                })
            }
        }
    }

    /// Whether a right request is refused.
    pub fn refuses(self, whole: &Whole<'_>) -> bool {
        let (Wrong::Refuses(one), Other::Beside(other)) = (self.wrong, self.other) else { return false };
        let meet = |ones: &[Member<'_>], others: &[Member<'_>]| {
            ones.iter().any(|a| one.holds(a) && others.iter().any(|b| b.name != a.name && other.holds(b)))
        };
        let bodies = || whole.values.iter().filter(|(place, ..)| matches!(place, ClauseTarget::Body(_)));
        let all = parameters(whole.schemas, whole.operation, whole.values);
        match self.place {
            Place::Parameters => meet(&all, &all),
            Place::Beyond => bodies().any(|(_, id, value)| meet(&members(whole.schemas, *id, value), &all)),
            Place::Whole | Place::Below => bodies().any(|(_, id, value)| {
                let all = members(whole.schemas, *id, value);
                meet(&all, &all)
            }),
            Place::Nested => bodies().any(|(_, id, value)| {
                let found = objects(whole.schemas, *id, value);
                found.iter().any(|(path, all)| !path.is_empty() && meet(all, all))
            }),
        }
    }
}

fn has(schema: &Schema, keyword: &str) -> bool {
    match keyword {
        "format" => schema.format.as_deref().is_some_and(crate::generate::constrains_strings),
        "pattern" => schema.pattern.is_some(),
        "minLength" => schema.min_length.is_some_and(|least| least > 0),
        "maxLength" => schema.max_length.is_some(),
        "minimum" => schema.minimum.is_some(),
        "maximum" => schema.maximum.is_some(),
        "multipleOf" => schema.multiple_of.is_some(),
        "enum" => schema.enum_values.is_some(),
        "type" => schema.types.is_some(),
        "minItems" => schema.min_items.is_some_and(|least| least > 0),
        "maxItems" => schema.max_items.is_some(),
        "uniqueItems" => schema.unique_items,
        "required" => !schema.required.is_empty(),
        _ => false,
    }
}

fn is_root(schemas: &Schemas, roots: &[SchemaId], id: SchemaId) -> bool {
    roots.iter().any(|root| *root == id || schemas.get(*root).reference == Some(id))
}

fn resolved(schemas: &Schemas, mut id: SchemaId) -> &Schema {
    for _ in 0..8 {
        match schemas.get(id).reference {
            Some(target) => id = target,
            None => break,
        }
    }
    schemas.get(id)
}

/// The properties that a schema declares, once for each branch of its unions.
fn layouts(schemas: &Schemas, id: SchemaId) -> Vec<Vec<Member<'_>>> {
    fn grow<'a>(schemas: &'a Schemas, id: SchemaId, depth: usize) -> Vec<Vec<Member<'a>>> {
        let schema = resolved(schemas, id);
        let member = |(name, id): (&'a String, &SchemaId)| Member {
            name,
            schema: resolved(schemas, *id),
            id: *id,
            is_required: schema.required.contains(name),
            value: None,
        };
        let mut all = vec![schema.properties.iter().map(member).collect::<Vec<_>>()];
        if depth == 0 {
            return all;
        }
        let parts = schema.all_of.iter().map(|part| vec![*part]);
        let unions = [schema.one_of.clone(), schema.any_of.clone()].into_iter().filter(|union| !union.is_empty());
        for choices in parts.chain(unions).collect::<Vec<_>>() {
            let grown: Vec<_> = choices.iter().flat_map(|choice| grow(schemas, *choice, depth - 1)).collect();
            let with = |known: &Vec<Member<'a>>| {
                grown.iter().map(|more| [known.as_slice(), more].concat()).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(with).take(64).collect();
        }
        all
    }
    grow(schemas, id, 4)
}

/// The properties of an object, of the branches that fit it best.
fn members<'a>(schemas: &'a Schemas, id: SchemaId, value: &'a Value) -> Vec<Member<'a>> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let best = layouts(schemas, id).into_iter().rev().max_by_key(|all| fit(all, object)).unwrap_or_default();
    best.into_iter().map(|member| Member { value: object.get(member.name), ..member }).collect()
}

/// How well an object fits: by its names, and by what its values are one of.
fn fit(all: &[Member<'_>], object: &Map<String, Value>) -> i64 {
    let of = |member: &Member<'_>| match object.get(member.name) {
        None => 0,
        Some(value) => {
            let schema = member.schema;
            let only = schema.const_value.as_ref().or(match schema.enum_values.as_deref() {
                Some([only]) => Some(only),
                _ => None,
            });
            if only.is_some_and(|only| only != value) { -20 } else { 1 }
        }
    };
    all.iter().map(of).sum()
}

/// The branch of a union that a value fits best.
fn closest(schemas: &Schemas, id: SchemaId, value: &Value) -> Option<usize> {
    let object = value.as_object()?;
    let schema = resolved(schemas, id);
    let branches = if schema.one_of.is_empty() { &schema.any_of } else { &schema.one_of };
    let best = |id: &SchemaId| layouts(schemas, *id).iter().map(|all| fit(all, object)).max();
    (0..branches.len()).rev().max_by_key(|at| best(&branches[*at]))
}

/// Every object in a value, with its place and its properties.
fn objects<'a>(schemas: &'a Schemas, id: SchemaId, value: &'a Value) -> Vec<(Vec<String>, Vec<Member<'a>>)> {
    let mut found = Vec::new();
    let mut queue = vec![(Vec::new(), id, value)];
    while let Some((path, id, value)) = queue.pop() {
        let below = |step: &str| -> Vec<String> { path.iter().cloned().chain([step.to_owned()]).collect() };
        match value {
            Value::Object(_) => {
                let all = members(schemas, id, value);
                let inside = all.iter().filter_map(|member| Some((below(member.name), member.id, member.value?)));
                queue.extend(inside);
                found.push((path, all));
            }
            Value::Array(items) => {
                let Some(item) = resolved(schemas, id).items else { continue };
                queue.extend(items.iter().enumerate().map(|(at, value)| (below(&at.to_string()), item, value)));
            }
            _ => {}
        }
    }
    found
}

/// The parameters that are not of the path, with their values.
fn parameters<'a>(
    schemas: &'a Schemas,
    operation: &'a Operation,
    values: &'a [(ClauseTarget, SchemaId, Value)],
) -> Vec<Member<'a>> {
    let all = operation.parameters.iter().enumerate();
    let meant = all.filter(|(_, known)| known.place != ParameterLocation::Path && !operation.carries_credential(known));
    meant
        .filter_map(|(index, parameter)| {
            let id = parameter.schema?;
            let value = values.iter().find(|(place, ..)| *place == ClauseTarget::Parameter(index));
            let (name, is_required) = (parameter.name.as_str(), parameter.required);
            Some(Member { name, schema: resolved(schemas, id), id, is_required, value: value.map(|(.., value)| value) })
        })
        .collect()
}

/// The positions in arrays on a way, each with the length of its array.
fn positions<'a>(root: &'a Value, path: &'a [String]) -> impl Iterator<Item = (usize, usize)> + use<'a> {
    let mut at = Some(root);
    path.iter().filter_map(move |step| {
        let here = at?;
        let position: Option<usize> = step.parse().ok();
        let found = here.as_array().and_then(|items| Some((position?, items.len())));
        at = match here {
            Value::Array(items) => position.and_then(|position| items.get(position)),
            _ => here.get(step),
        };
        found
    })
}
