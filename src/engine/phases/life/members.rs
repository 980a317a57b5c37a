//! Other values of the members of an object.

use serde_json::{Map, Value};

use super::stage::Stage;
use crate::check::is_server_made;
use crate::contract::{Direction, SchemaId};
use crate::engine::Transport;
use crate::engine::fresh::alike;
use crate::finding::digest;
use crate::resource::Noun;

/// How deep objects are followed.
const DEPTH: usize = 3;

/// A member with another value.
struct Other<'m> {
    name: &'m String,
    value: Value,
    /// Whether it is one of a few, by which other members may be other ones.
    is_choice: bool,
}

/// Objects with other values of members than the one of these schemas that is shown: one by itself, as a merge takes it, all
/// together, with one left out, and one among all others.
pub(super) fn within<T: Transport>(stage: &Stage<T>, own: &[SchemaId], members: &Map<String, Value>) -> Vec<Value> {
    let others = others(stage, own, members, DEPTH);
    let alone = others.iter().map(|other| Map::from_iter([(other.name.clone(), other.value.clone())]));
    let among = others.iter().map(|other| with(members, &[other]));
    // What names something else, or says what it is, stays.
    let is_plain = |other: &&Other<'_>| !is_server_made(other.name) && !Noun::of(other.name).is_key;
    let plain: Vec<&Other<'_>> = others.iter().filter(is_plain).collect();
    let free: Vec<&Other<'_>> = plain.iter().copied().filter(|other| !other.is_choice).collect();
    let together = [plain.clone(), free].into_iter().filter(|some| some.len() > 1).map(|some| with(members, &some));
    let less = others.iter().map(|other| {
        let mut some = with(members, &plain);
        some.remove(other.name);
        some
    });
    alone.chain(together).chain(less).chain(among).map(Value::Object).collect()
}

/// Whether an object names all members of another one.
pub(super) fn names_all(value: &Value, all: &Value) -> bool {
    let both = value.as_object().zip(all.as_object());
    both.is_some_and(|(named, all)| all.keys().all(|member| named.contains_key(member)))
}

fn with(members: &Map<String, Value>, others: &[&Other<'_>]) -> Map<String, Value> {
    let mut all = members.clone();
    all.extend(others.iter().map(|other| (other.name.clone(), other.value.clone())));
    all
}

/// The members that surely have another value.
fn others<'m, T: Transport>(
    stage: &Stage<T>,
    own: &[SchemaId],
    members: &'m Map<String, Value>,
    depth: usize,
) -> Vec<Other<'m>> {
    let schemas = &stage.tested.contract.schemas;
    let known: Vec<_> = schemas.with_branches(own).flat_map(|id| &schemas.get(id).properties).collect();
    let other = |(name, value): (&'m String, &Value)| {
        let own: Vec<SchemaId> = known.iter().filter(|(known, _)| *known == name).map(|(_, id)| **id).collect();
        if own.iter().any(|id| schemas.get(*id).read_only) {
            return None;
        }
        let choices = schemas.conjunction(&own).filter_map(|id| schemas.get(id).enum_values.as_ref()).flatten();
        let choices: Vec<Value> = choices.filter(|choice| !choice.is_null()).cloned().collect();
        let is_choice = !choices.is_empty();
        let all = if is_choice { choices } else { unlike(stage, &own, value, depth) };
        let is_valid = |other: &Value| {
            own.iter().all(|id| stage.tested.validators.is_valid(*id, Direction::Request, other)) && other != value
        };
        Some(Other { name, value: all.into_iter().find(is_valid)?, is_choice })
    };
    members.iter().filter_map(other).collect()
}

/// Values of the same kind, some of which may be valid.
fn unlike<T: Transport>(stage: &Stage<T>, own: &[SchemaId], value: &Value, depth: usize) -> Vec<Value> {
    match value {
        Value::Bool(is) => vec![Value::from(!is)],
        Value::Number(number) => match number.as_i64() {
            Some(is) => [is.saturating_add(1), is.saturating_sub(1)].map(Value::from).to_vec(),
            None => number.as_f64().into_iter().flat_map(|is| [is + 1.0, is - 1.0]).map(Value::from).collect(),
        },
        Value::String(text) => {
            let longer = Value::from(format!("{text} too"));
            std::iter::once(longer).chain(alike(value, digest(&[text]))).collect()
        }
        Value::Object(members) if depth > 0 => {
            let others = others(stage, own, members, depth - 1);
            vec![Value::Object(with(members, &others.iter().collect::<Vec<_>>()))]
        }
        _ => Vec::new(),
    }
}
