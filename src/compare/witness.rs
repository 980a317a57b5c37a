//! Decides what comparing keywords leaves open: by a value that only one of two schemas allows, or by the algebra of
//! schemas, which proves containment.

use std::rc::Rc;

use jsonschema::canonical::{self, CanonicalSchema, Containment};
use serde_json::{Map, Value, json};

use super::flat::WithBranches;
use super::print::emit_all;
use super::schema::{Key, Level, Question, UNDOCUMENTED};
use super::{Effect, Side};
use crate::contract::{SchemaId, Violation};
use crate::generate::Generator;
use crate::spec::{Pointer, SourceLocation};
use crate::wire::{Channel, interpretations};

/// The algebra is asked about schemas of at most this many parts: its work grows faster than they do.
const LARGEST_ALGEBRA: usize = 150;
/// Whole values that a part is put into, one after the other, until one is valid.
const MOST_WHOLES: usize = 150;
/// Parts that show a difference, and that are put into whole values: where none fits, what is around them says why.
const MOST_WITNESSES: usize = 6;
/// Generated values of which parts are replaced, and the parts of each.
const MOST_CHANGED: usize = 24;
const MOST_PARTS: usize = 6;

impl<'a> Question<'_, 'a> {
    /// Decides whether a keyword of the outer schema, at `refused_by`, refuses something that the inner one allows.
    pub(super) fn settle(
        &self,
        levels: &[Level],
        flat: &WithBranches,
        refused_by: &SourceLocation,
        crafted: &[Value],
    ) -> (Effect, Option<Value>) {
        let Some(level) = levels.last() else { return (Effect::Unknown, None) };
        if let Some(values) = &flat.values {
            let mut allowed = values.value.iter().filter(|value| self.inner_allows(&level.made_of, value));
            return match allowed.find(|value| !self.outer_allows(&level.outer, value)) {
                None if self.is_open(level) => (Effect::Unknown, None),
                None => (Effect::Compatible, None),
                Some(value) => match self.whole(levels, value.clone()) {
                    Some(whole) => (Effect::Breaking, Some(whole)),
                    None => (Effect::Unknown, None),
                },
            };
        }
        if let Some(value) = self.witness(levels, refused_by, crafted) {
            return (Effect::Breaking, Some(value));
        }
        (if self.covered(levels) { Effect::Compatible } else { Effect::Unknown }, None)
    }

    /// Whether something of the schemas that are compared, or below them, cannot be read.
    fn is_open(&self, level: &Level) -> bool {
        let is_open = |side: &Side<'_>, ids: &[SchemaId]| ids.iter().any(|id| side.contract.schemas.is_open(*id));
        is_open(self.inner, &level.made_of) || is_open(self.outer, &level.outer)
    }

    /// A whole value that the inner schema allows and that this keyword of the outer one refuses.
    fn witness(&self, levels: &[Level], refused_by: &SourceLocation, crafted: &[Value]) -> Option<Value> {
        let level = levels.last()?;
        let generator = self.generator();
        let mut boundary = generator.boundary_values_of(&level.made_of, 1);
        boundary.sort_by_key(|boundary| boundary.doubtful);
        let generated: Vec<Value> = boundary.into_iter().map(|boundary| boundary.value).collect();
        let changed = generated.iter().take(MOST_CHANGED).flat_map(one_part_changed);
        let all = crafted.iter().cloned().chain(basics()).chain(generated.iter().cloned()).chain(changed);
        all.filter(|value| self.inner_allows(&level.made_of, value) && self.refuses(&level.outer, value, refused_by))
            .take(MOST_WITNESSES)
            .find_map(|value| self.whole(levels, value))
    }

    /// Whether the outer schemas refuse a value by the keyword at `by`.
    fn refuses(&self, outer: &[SchemaId], value: &Value, by: &SourceLocation) -> bool {
        let violations = |id: &SchemaId| self.outer.validators.violations(*id, self.direction, value);
        outer.iter().flat_map(violations).any(|violation| is_at(&violation, by)) && !self.outer_allows(outer, value)
    }

    /// Whether the outer schemas refuse an array for one of its items.
    pub(super) fn refuses_an_item(&self, outer: &[SchemaId], value: &Value) -> bool {
        let violations = |id: &SchemaId| self.outer.validators.violations(*id, self.direction, value);
        let of_item = |violation: Violation| violation.instance.as_str().starts_with('/');
        outer.iter().flat_map(violations).any(of_item) && !self.outer_allows(outer, value)
    }

    /// Puts a part's value into a whole one that the inner schema allows and the outer one refuses.
    pub(super) fn whole(&self, levels: &[Level], part: Value) -> Option<Value> {
        let root = levels.first()?;
        self.put(levels, part, &|value| self.inner_allows(&root.inner, value) && !self.outer_allows(&root.outer, value))
    }

    fn put(&self, levels: &[Level], part: Value, shows: &dyn Fn(&Value) -> bool) -> Option<Value> {
        let root = levels.first()?;
        let generator = self.generator();
        let mut value = part.clone();
        for level in levels[..levels.len() - 1].iter().rev() {
            let plain = || generator.minimal_of(&level.made_of);
            value = match &level.key {
                Key::Same => value,
                Key::Property(_) | Key::Undocumented => {
                    let name = if let Key::Property(name) = &level.key { name } else { UNDOCUMENTED };
                    let mut members = match plain() {
                        Some(Value::Object(members)) => members,
                        _ => Map::new(),
                    };
                    members.insert(name.to_owned(), value);
                    Value::Object(members)
                }
                Key::Item => match plain() {
                    Some(Value::Array(mut items)) if !items.is_empty() => {
                        items[0] = value;
                        Value::Array(items)
                    }
                    _ => Value::Array(vec![value]),
                },
            };
        }
        if shows(&value) {
            return Some(value);
        }
        let at = levels[..levels.len() - 1].iter().fold(Pointer::root(), |at, level| match &level.key {
            Key::Same => at,
            Key::Property(name) => at.join(name),
            Key::Undocumented => at.join(UNDOCUMENTED),
            Key::Item => at.index(0),
        });
        let wholes = self.inner.wholes(self.direction, self.channel(), *root.inner.first()?, MOST_WHOLES);
        wholes.iter().find_map(|whole| {
            let mut value = whole.clone();
            (at.assign(&mut value, part.clone()) && shows(&value)).then_some(value)
        })
    }

    /// Puts a part's value into a whole one that the inner schema allows.
    pub(super) fn whole_of_inner(&self, levels: &[Level], part: Value) -> Option<Value> {
        self.put(levels, part, &|value| levels.first().is_some_and(|root| self.inner_allows(&root.inner, value)))
    }

    /// A small object with a member of this name, beside all that is required.
    pub(super) fn example(&self, levels: &[Level], name: &str, schemas: &[SchemaId]) -> Vec<Value> {
        let generator = self.generator();
        let value = generator.minimal_of(&schemas.to_vec()).unwrap_or(json!("a"));
        self.plain_object(levels)
            .map(|mut members| {
                members.insert(name.to_owned(), value);
                Value::Object(members)
            })
            .into_iter()
            .collect()
    }

    /// A small object without this member.
    pub(super) fn without(&self, levels: &[Level], name: &str) -> Vec<Value> {
        let object = self.plain_object(levels).map(|mut members| {
            members.shift_remove(name);
            Value::Object(members)
        });
        object.into_iter().collect()
    }

    /// A small value.
    pub(super) fn plain(&self, schemas: &[SchemaId]) -> Vec<Value> {
        self.generator().minimal_of(&schemas.to_vec()).into_iter().collect()
    }

    fn plain_object(&self, levels: &[Level]) -> Option<Map<String, Value>> {
        match self.generator().minimal_of(&levels.last()?.made_of) {
            Some(Value::Object(members)) => Some(members),
            _ => None,
        }
    }

    /// Whether containment is proven for the value that is compared, or for one around it.
    pub(super) fn covered(&self, levels: &[Level]) -> bool {
        levels.iter().rev().any(|level| self.covers(&level.inner, &level.outer))
    }

    /// Whether a value can be sent and keeps the inner schemas.
    pub(super) fn inner_allows(&self, ids: &[SchemaId], value: &Value) -> bool {
        let carried = match &self.text {
            None => true,
            Some(channel) => is_carried(value, &|text| channel.carries(text)),
        };
        // What depends on something that cannot be read may not be allowed at all.
        let holds_unknown = |id: &SchemaId| self.inner.contract.schemas.holds_unknown(*id, value);
        carried && allows(self.inner, self, ids, value) && !ids.iter().any(holds_unknown)
    }

    /// Whether a value, or anything that its text may be read as, keeps the outer schemas.
    pub(super) fn outer_allows(&self, ids: &[SchemaId], value: &Value) -> bool {
        match &self.text {
            None => allows(self.outer, self, ids, value),
            // What may be read in too many ways to look at may be allowed in one of them.
            Some(_) => interpretations(value, crate::contract::Types::ANY).is_none_or(|readings| {
                readings.iter().chain(std::iter::once(value)).any(|value| allows(self.outer, self, ids, value))
            }),
        }
    }

    /// Values of the schemas directly below one of the outer schemas: what a `not` excludes is among them.
    pub(super) fn below_outer(&self, holder: SchemaId) -> Vec<Value> {
        let schemas = &self.outer.contract.schemas;
        let generator = self.outer.generator(self.direction, self.channel());
        let excluded = schemas.get(holder).not.into_iter();
        excluded.flat_map(|id| generator.boundary_values_of(&vec![id], 1)).map(|boundary| boundary.value).collect()
    }

    fn channel(&self) -> Channel {
        self.text.clone().unwrap_or(Channel::PAYLOAD)
    }

    pub(super) fn generator(&self) -> Rc<Generator> {
        self.inner.generator(self.direction, self.channel())
    }

    /// Whether the algebra of schemas proves that the outer schemas allow all that the inner ones do.
    pub(super) fn covers(&self, inner: &[SchemaId], outer: &[SchemaId]) -> bool {
        let (Some(inner), Some(outer)) = (self.canonical(self.inner, inner), self.canonical(self.outer, outer)) else {
            return false;
        };
        matches!(outer.covers(&inner), Ok(Containment::Yes))
    }

    fn canonical(&self, side: &Side<'_>, ids: &[SchemaId]) -> Option<CanonicalSchema> {
        let schemas = &side.contract.schemas;
        if schemas.reachable(ids).len() > LARGEST_ALGEBRA || ids.iter().any(|id| schemas.is_open(*id)) {
            return None;
        }
        canonical::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .offline()
            .canonicalize(&emit_all(schemas, ids, self.direction))
            .ok()
    }
}

/// A list or object with another plain value in place of one of its parts.
fn one_part_changed(value: &Value) -> Vec<Value> {
    let mut changed = Vec::new();
    let mut replace = |pointer: Pointer| {
        changed.extend(basics().filter_map(|part| {
            let mut value = value.clone();
            pointer.assign(&mut value, part).then_some(value)
        }));
    };
    match value {
        Value::Array(items) => {
            (0..=items.len().min(MOST_PARTS)).for_each(|index| replace(Pointer::root().index(index)))
        }
        Value::Object(members) => members.keys().take(MOST_PARTS).for_each(|name| replace(Pointer::root().join(name))),
        _ => {}
    }
    changed
}

fn allows(side: &Side<'_>, question: &Question<'_, '_>, ids: &[SchemaId], value: &Value) -> bool {
    ids.iter().all(|id| side.validators.is_valid(*id, question.direction, value))
}

/// Whether an assertion is broken at this keyword, or in a schema that stands in it.
fn is_at(violation: &Violation, location: &SourceLocation) -> bool {
    violation.location == *location
        || violation.location.is_inside(location)
        || violation.branches.iter().flatten().any(|inner| is_at(inner, location))
}

/// A null, an empty list and a list of lists have no text.
fn is_carried(value: &Value, carries: &dyn Fn(&str) -> bool) -> bool {
    let scalar = |value: &Value| match value {
        Value::String(text) => carries(text),
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    };
    let list = |value: &Value| match value {
        Value::Array(items) => !items.is_empty() && items.iter().all(scalar),
        other => scalar(other),
    };
    match value {
        Value::Object(members) => {
            !members.is_empty() && members.iter().all(|(name, value)| carries(name) && list(value))
        }
        other => list(other),
    }
}

/// Plain values of every type: what a limit refuses is often one of them.
fn basics() -> impl Iterator<Item = Value> {
    let texts = ["a", "", "0", "A", "not-a-value", "a b", "é", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];
    let others = [json!(null), json!(true), json!(0), json!(1), json!(-1), json!(0.5), json!([]), json!({})];
    texts.into_iter().map(Value::from).chain(others)
}
