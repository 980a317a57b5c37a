//! Which schemas hold for a value, the branches that take it included.

use serde_json::Value;

use crate::contract::{Direction, SchemaId, Validators};

/// More ways are not told apart: nothing is said of what the branches add.
const MOST: usize = 16;
/// Unions within unions that are followed.
const DEEPEST: usize = 12;

/// The ways in which a schema takes a value, each as the schemas that hold for it then: several branches of a union may.
pub fn ways(validators: &Validators, id: SchemaId, direction: Direction, value: &Value) -> Vec<Vec<SchemaId>> {
    of_branch(validators, id, direction, value, DEEPEST)
}

/// What is said of a value in whatever way it is taken.
pub fn in_all<T>(
    ways: &[Vec<SchemaId>],
    said: impl Fn(&[SchemaId]) -> Vec<T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Vec<T> {
    let mut all = ways.iter().map(|way| said(way));
    let first = all.next().unwrap_or_default();
    all.fold(first, |mut known, other| {
        known.retain(|one| other.iter().any(|another| is_same(one, another)));
        known
    })
}

fn of_branch(
    validators: &Validators,
    id: SchemaId,
    direction: Direction,
    value: &Value,
    depth: usize,
) -> Vec<Vec<SchemaId>> {
    let schemas = validators.schemas();
    let takes = |id: &SchemaId| validators.is_valid(*id, direction, value);
    let mut ways = vec![Vec::new()];
    for one in schemas.conjunction(&[id]) {
        ways.iter_mut().for_each(|way| way.push(one));
        let schema = schemas.get(one);
        let unions = [&schema.any_of, &schema.one_of].map(|branches| branches.iter().filter(|id| takes(id)).collect());
        let condition = schema.if_.as_ref().and_then(|asked| match takes(asked) {
            true => schema.then_.as_ref(),
            false => schema.else_.as_ref(),
        });
        let is_there = |name: &String| value.get(name).is_some();
        let dependent =
            schema.dependent_schemas.iter().filter(|(name, _)| is_there(name)).map(|(_, child)| vec![child]);
        let choices = unions.into_iter().chain(condition.map(|child| vec![child])).chain(dependent);
        for taken in choices.collect::<Vec<Vec<&SchemaId>>>() {
            let Some(left) = depth.checked_sub(1) else { continue };
            let options: Vec<Vec<SchemaId>> =
                taken.iter().flat_map(|id| of_branch(validators, **id, direction, value, left)).collect();
            if options.is_empty() || ways.len() * options.len() > MOST {
                continue;
            }
            let with = |option: &Vec<SchemaId>| ways.iter().map(|way| [&way[..], option].concat()).collect::<Vec<_>>();
            ways = options.iter().flat_map(with).collect();
        }
    }
    ways
}
