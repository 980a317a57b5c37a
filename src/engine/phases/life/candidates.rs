//! Valid requests that change, or leave out, one property.

use std::collections::HashSet;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::members::{names_all, within};
use super::stage::Stage;
use super::steps::Life;
use crate::case::{Intent, RequestValues};
use crate::check::{is_server_made, laws};
use crate::contract::{SchemaId, Schemas};
use crate::engine::Transport;
use crate::resource::Family;

/// Objects that are tried behind those of an array, and in the place of the first one.
const LINES: usize = 2;
/// Values of so many characters are plain.
const PLAIN: usize = 60;
/// A text of so many characters shows whether all of it is stored.
const TELLING: usize = 8;
/// So many characters has a day: `2026-01-31`.
const DAY: usize = 10;

/// Requests of a PUT or PATCH that set one property to another value than it is `shown` with, by that property.
pub(super) fn changes<T: Transport>(
    stage: &mut Stage<T>,
    life: &Life<'_>,
    change: usize,
    shown: &Map<String, Value>,
) -> Vec<(String, RequestValues)> {
    changes_of(stage, life.family, life.made_of(), change, shown)
}

/// Those of a resource that was `made` with this body.
pub(super) fn changes_of<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    made: Option<Map<String, Value>>,
    change: usize,
    shown: &Map<String, Value>,
) -> Vec<(String, RequestValues)> {
    let Some(baseline) = stage.baseline(change) else { return Vec::new() };
    let Some((media, Value::Object(whole))) = baseline.body.clone() else { return Vec::new() };
    let is_patch = stage.described(change).method == "PATCH";
    let whole = as_shown(stage, change, (&baseline, media), whole, shown);
    let sources = [family.replace, family.patch, Some(family.create)];
    let mut names: Vec<String> = whole.keys().cloned().collect();
    for source in sources.into_iter().flatten() {
        for values in stage.accepted.of(source) {
            let body = values.body.as_ref().and_then(|(_, body)| body.as_object());
            names.extend(body.into_iter().flat_map(|body| body.keys().cloned()));
        }
    }
    names.extend(properties(stage, change, media).into_iter().map(|(name, _)| name));
    let (mut seen, named) = (HashSet::new(), named(stage, change, media));
    // That anything else is stored, nobody has promised.
    let is_promised = |name: &String| named.contains(name) && shown.contains_key(name) && !is_server_made(name);
    names.retain(|name| seen.insert(name.clone()) && is_promised(name));
    // The other one was made with the same values.
    let made = made.unwrap_or_default();
    // What a merge leaves as it was shows nothing.
    let is_new = |name: &str, value: &Value| {
        let becomes_another = |known: Option<&Value>| {
            known != Some(value) && known.is_none_or(|known| !is_patch || laws::merged(known, value) != *known)
        };
        [shown.get(name), made.get(name)].into_iter().all(becomes_another)
    };
    let (mut found, mut others, mut emptied) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let accepted = stage.accepted.clone();
        let known = sources.into_iter().flatten().flat_map(|source| accepted.property(source, &name).cloned());
        let mut all: Vec<Value> = known.filter(|value| !value.is_null()).map(distinct).collect();
        all.extend(variants(stage, (change, media), &name, &shown[&name]));
        // What is nothing, large, or short, shows less of what becomes of it.
        let is_short = |value: &Value| value.as_str().is_some_and(|text| text.chars().count() < TELLING);
        let is_whole = |value: &Value| names_all(value, &shown[&name]);
        // A merge is seen by what it is not told, and a replacement by all that it is.
        let lines = |value: &Value| value.as_array().filter(|all| all.iter().any(Value::is_object)).map(Vec::len);
        let is_less = |value: &Value| match lines(value) {
            // What is counted may follow from how many there are.
            Some(many) => lines(&shown[&name]) == Some(many),
            None => is_whole(value) == is_patch,
        };
        let is_plain = |value: &Value| value.is_object() || lines(value).is_some();
        let is_large = |value: &Value| !is_plain(value) && value.to_string().len() > PLAIN;
        // Of an object, the more is another, the more is seen.
        let alike = |value: &Value| {
            let both = value.as_object().zip(shown[&name].as_object());
            both.map_or(0, |(own, shown)| own.iter().filter(|(member, is)| shown.get(*member) == Some(is)).count())
        };
        all.sort_by_key(|it| (is_nothing(it), is_large(it), is_short(it), is_less(it), alike(it)));
        let valid = |value: Value| {
            let alone = Map::from_iter([(name.clone(), value.clone())]);
            let mut beside = whole.clone();
            beside.insert(name.clone(), value);
            let bodies = if is_patch { vec![alone, beside] } else { vec![beside] };
            bodies.into_iter().find_map(|body| fits(stage, change, with_body(&baseline, media, body)))
        };
        let new: Vec<Value> = all.into_iter().filter(|value| is_new(&name, value)).collect();
        let Some((at, first)) = new.iter().enumerate().find_map(|(at, value)| Some((at, valid(value.clone())?))) else {
            continue;
        };
        let rest = &new[at + 1..];
        // What can be nothing is emptied as well, where that is another matter than any other value: many a program takes 0,
        // an empty text or list, or null, for what was not given. What was set is unset again.
        let (nulls, nothings): (Vec<Value>, Vec<Value>) =
            rest.iter().filter(|value| is_nothing(value)).cloned().partition(Value::is_null);
        let unset = Vec::from_iter((shown[&name] == false).then(|| Value::from(false)));
        // Of an object, one member is set by itself as well as all together.
        let is_other =
            |value: &&Value| value.is_object() && !is_nothing(value) && is_whole(value) != is_whole(&new[at]);
        let other = rest.iter().filter(|_| new[at].is_object()).filter(is_other).cloned().find_map(&valid);
        found.push((name.clone(), first));
        others.extend(other.map(|values| (name.clone(), values)));
        for nothing in [unset, nothings, nulls] {
            emptied.extend(nothing.into_iter().find_map(&valid).map(|values| (name.clone(), values)));
        }
    }
    found.extend(others);
    // What is empty shows nothing of what another change does to it.
    found.extend(emptied);
    found
}

/// The request of a PUT or PATCH that gives a resource again what it was made with.
pub(super) fn refilled<T: Transport>(stage: &mut Stage<T>, life: &Life<'_>, change: usize) -> Option<RequestValues> {
    let baseline = stage.baseline(change)?;
    let (media, Value::Object(mut whole)) = baseline.body.clone()? else { return None };
    if stage.described(change).method == "PATCH" {
        whole.clear();
    }
    let named = named(stage, change, media);
    whole.extend(life.made_of()?.into_iter().filter(|(name, _)| named.contains(name) && !is_server_made(name)));
    fits(stage, change, with_body(&baseline, media, whole))
}

/// Two requests of a PUT for each property that it need not name: one that sets it, and one that leaves it out.
pub(super) fn omissions<T: Transport>(
    stage: &mut Stage<T>,
    life: &Life<'_>,
    put: usize,
    shown: &Map<String, Value>,
) -> Vec<(String, [RequestValues; 2])> {
    let Some(baseline) = stage.baseline(put) else { return Vec::new() };
    let Some((media, Value::Object(mut whole))) = baseline.body.clone() else { return Vec::new() };
    for (name, value) in life.made_of().unwrap_or_default() {
        whole.entry(name).or_insert(value);
    }
    let whole = as_shown(stage, put, (&baseline, media), whole, shown);
    let names: Vec<String> = whole.keys().filter(|name| !is_server_made(name)).cloned().collect();
    let pair = |name: String| {
        let set = fits(stage, put, with_body(&baseline, media, whole.clone()))?;
        let mut rest = whole.clone();
        rest.remove(&name)?;
        Some((name, [set, fits(stage, put, with_body(&baseline, media, rest))?]))
    };
    names.into_iter().filter_map(pair).collect()
}

/// A body with the values that are shown, if it surely is valid: what names something else may not be set here.
fn as_shown<T: Transport>(
    stage: &Stage<T>,
    operation: usize,
    (baseline, media): (&RequestValues, usize),
    body: Map<String, Value>,
    shown: &Map<String, Value>,
) -> Map<String, Value> {
    let value = |(name, value): (&String, &Value)| (name.clone(), shown.get(name).unwrap_or(value).clone());
    let own: Map<String, Value> = body.iter().map(value).collect();
    let is_fine = fits(stage, operation, with_body(baseline, media, own.clone())).is_some();
    if is_fine { own } else { body }
}

/// Other values of a property than the one that is shown.
pub(super) fn variants<T: Transport>(
    stage: &mut Stage<T>,
    (operation, media): (usize, usize),
    name: &str,
    shown: &Value,
) -> Vec<Value> {
    let schemas = stage.tested.contract.schemas.clone();
    let own: Vec<SchemaId> =
        properties(stage, operation, media).into_iter().filter(|(known, _)| known == name).map(|(_, id)| id).collect();
    let choices = schemas.conjunction(&own).filter_map(|id| schemas.get(id).enum_values.clone()).flatten();
    let mut all: Vec<Value> = choices.filter(|choice| !choice.is_null()).collect();
    match shown {
        Value::Bool(is) => all.push(Value::from(!is)),
        Value::Number(number) => {
            let near = number.as_i64().map(|is| [is.saturating_add(1), is.saturating_sub(1), 0]);
            all.extend(near.into_iter().flatten().map(Value::from));
        }
        Value::String(text) => {
            let next = text.parse::<Date>().ok().filter(|_| text.len() == DAY).and_then(|day| day.tomorrow().ok());
            all.extend(next.map(|day| Value::from(day.to_string())));
            all.extend(stage.texts());
        }
        Value::Array(items) => {
            let is_of_texts = items.iter().all(Value::is_string);
            all.extend(stage.texts().into_iter().filter(|_| is_of_texts).map(|text| Value::from(vec![text])));
            all.extend((items.len() > 1).then(|| Value::from(items[..1].to_vec())));
            let each: Vec<SchemaId> = schemas.conjunction(&own).filter_map(|id| schemas.get(id).items).collect();
            let first = items.first().and_then(Value::as_object);
            let others = first.into_iter().flat_map(|first| within(stage, &each, first));
            for other in others.filter(|other| names_all(other, &items[0])).take(LINES) {
                all.push(items.iter().cloned().chain([other.clone()]).collect());
                all.push(std::iter::once(other).chain(items[1..].iter().cloned()).collect());
            }
        }
        Value::Object(members) => all.extend(within(stage, &own, members)),
        _ => {}
    }
    if shown.as_array().is_some_and(|items| !items.is_empty()) {
        all.push(Value::Array(Vec::new()));
    }
    if !own.is_empty() && !shown.is_null() {
        all.push(Value::Null);
    }
    all
}

/// The properties that the body of an operation is documented with.
pub(super) fn properties<T: Transport>(stage: &Stage<T>, operation: usize, media: usize) -> Vec<(String, SchemaId)> {
    let schemas = &stage.tested.contract.schemas;
    let body = stage.described(operation).body.as_ref();
    let schema = body.and_then(|body| body.content.get(media)).and_then(|media| media.schema);
    let all = schema.into_iter().flat_map(|schema| schemas.conjunction(&[schema]));
    all.flat_map(|id| schemas.get(id).properties.iter().map(|(name, id)| (name.clone(), *id))).collect()
}

/// The names of all properties that the body of an operation is documented with, in any of its variants.
fn named<T: Transport>(stage: &Stage<T>, operation: usize, media: usize) -> HashSet<String> {
    let schemas: &Schemas = &stage.tested.contract.schemas;
    let body = stage.described(operation).body.as_ref();
    let mut open: Vec<SchemaId> = body.and_then(|body| body.content.get(media)?.schema).into_iter().collect();
    let (mut seen, mut names) = (HashSet::new(), HashSet::new());
    while let Some(id) = open.pop() {
        for id in schemas.conjunction(&[id]).filter(|id| seen.insert(*id)) {
            let schema = schemas.get(id);
            names.extend(schema.properties.keys().cloned());
            open.extend(schema.one_of.iter().chain(&schema.any_of));
        }
    }
    names
}

/// A list without what it holds already: it may be stored as a set.
fn distinct(value: Value) -> Value {
    let Value::Array(items) = value else { return value };
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    Value::Array(kept)
}

pub(super) fn with_body(baseline: &RequestValues, media: usize, body: Map<String, Value>) -> RequestValues {
    RequestValues { body: Some((media, Value::Object(body))), ..baseline.clone() }
}

/// Whether a value stands for none, or is taken for none.
fn is_nothing(value: &Value) -> bool {
    let is_zero = || value.as_f64() == Some(0.0);
    value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty) || is_zero()
}

/// The values, if they surely are valid.
pub(super) fn fits<T: Transport>(stage: &Stage<T>, operation: usize, values: RequestValues) -> Option<RequestValues> {
    let confirmed = stage.tested.gate(operation).confirm(values.clone(), Intent::Valid, None);
    confirmed.is_ok_and(|confirmed| !confirmed.is_doubtful()).then_some(values)
}
