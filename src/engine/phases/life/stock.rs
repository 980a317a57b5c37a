//! Makes a few items for a list, which differ in what its parameters tell apart: of items that are all alike, a filter, a
//! bound or an order shows nothing.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::candidates::{fits, properties, with_body};
use super::days::OF_TIME;
use super::own::make;
use super::stage::Stage;
use crate::case::RequestValues;
use crate::contract::{ParameterLocation, SchemaId, Types};
use crate::engine::Transport;
use crate::resource::{Family, stem};
use crate::text::words;
use crate::wire;

/// Items that are made.
const COUNT: usize = 4;
/// How many days each is from one that was accepted: none is at the end of all others.
const DAYS: [i64; COUNT] = [2, -1, 1, -2];
/// A day that is accepted where none is known.
const DAY: &str = "2024-01-15";
/// Texts that have another order where capital letters come before small ones.
const TEXTS: [&str; COUNT] = ["harbour", "Lantern", "marble", "Tunnel"];

/// What a property is of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Day,
    Text,
    Choice,
}

/// Which properties differ: all, or those of some kinds, where a server refuses the others.
const TRIES: [&[Kind]; 4] =
    [&[Kind::Day, Kind::Text, Kind::Choice], &[Kind::Day, Kind::Text], &[Kind::Day], &[Kind::Text]];

/// Makes items of a family for its list.
pub(super) async fn fill<T: Transport>(stage: &mut Stage<T>, family: &Family, list: usize) {
    let create = family.create;
    if stage.described(create).method != "POST" || stage.described(list).path.contains('{') {
        return;
    }
    let Some(base) = base(stage, family).await else { return };
    let Some((media, Value::Object(body))) = base.body.clone() else { return };
    let spoken = spoken(stage, list);
    let is_spoken = |name: &str| {
        let all = words::of(name);
        let mut own = all.iter().filter(|word| !OF_TIME.contains(&word.as_str())).map(|word| stem(word)).peekable();
        own.peek().is_some() && own.all(|word| spoken.contains(&word))
    };
    let all: Vec<(String, SchemaId)> =
        properties(stage, create, media).into_iter().filter(|(name, _)| is_spoken(name)).collect();
    let mut tries = TRIES.iter().peekable();
    for at in 0..COUNT {
        let values: Vec<(String, Kind, Value)> = all
            .iter()
            .filter_map(|(name, schema)| {
                let (kind, value) = varied(stage, create, (name, *schema), at)?;
                let alone = with(&body, [(name.clone(), value.clone())]);
                fits(stage, create, with_body(&base, media, alone)).map(|_| (name.clone(), kind, value))
            })
            .collect();
        while let Some(kinds) = tries.peek() {
            let own = values.iter().filter(|(_, kind, _)| kinds.contains(kind));
            let own: Vec<(String, Value)> = own.map(|(name, _, value)| (name.clone(), value.clone())).collect();
            if !own.is_empty()
                && let Some(values) = fits(stage, create, with_body(&base, media, with(&body, own)))
            {
                let values = stage.unlike(create, &values).unwrap_or(values);
                let Some(sent) = stage.send(create, values, "an item of the list").await else { return };
                if sent.is_success() {
                    break;
                }
            }
            tries.next();
        }
    }
}

/// A creation that is accepted now, without what it need not say beside its body.
async fn base<T: Transport>(stage: &mut Stage<T>, family: &Family) -> Option<RequestValues> {
    let made = make(stage, family, None, None).await?.made;
    let mut base = made.case.values.clone()?;
    let parameters = stage.described(family.create).parameters.iter();
    for (parameter, value) in parameters.zip(&mut base.parameters) {
        if parameter.place == ParameterLocation::Header && !parameter.required {
            *value = None;
        }
    }
    Some(base)
}

/// The stems of the words that the names, descriptions and choices of the parameters of a list have.
fn spoken<T: Transport>(stage: &Stage<T>, list: usize) -> HashSet<String> {
    let schemas = &stage.tested.contract.schemas;
    let mut spoken = HashSet::new();
    for parameter in stage.described(list).parameters.iter().filter(|it| it.place == ParameterLocation::Query) {
        let mut hear = |text: &str| spoken.extend(words::of(text).iter().map(|word| stem(word)));
        hear(&parameter.name);
        parameter.description.iter().for_each(|said| hear(said));
        for id in parameter.schema.into_iter().flat_map(|schema| schemas.conjunction(&[schema])) {
            let schema = schemas.get(id);
            schema.enum_values.iter().flatten().filter_map(Value::as_str).for_each(&mut hear);
            schema.pattern.iter().for_each(|pattern| hear(pattern));
        }
    }
    spoken
}

/// The value that a property has in an item.
fn varied<T: Transport>(
    stage: &Stage<T>,
    create: usize,
    (name, schema): (&str, SchemaId),
    at: usize,
) -> Option<(Kind, Value)> {
    let schemas = &stage.tested.contract.schemas;
    let all: Vec<_> = schemas.conjunction(&[schema]).map(|id| schemas.get(id)).collect();
    let choices: Vec<&Value> = all.iter().filter_map(|schema| schema.enum_values.as_ref()).flatten().collect();
    let choices: Vec<&Value> = choices.into_iter().filter(|choice| choice.is_string()).collect();
    if !choices.is_empty() {
        return Some((Kind::Choice, choices[at % choices.len()].clone()));
    }
    if !wire::expected_types(schemas, schema).intersects(Types::STRING) {
        return None;
    }
    match all.iter().find_map(|schema| schema.format.as_deref()) {
        Some("date") => {
            let known = stage.accepted.property(create, name).find_map(Value::as_str).unwrap_or(DAY);
            let day: Date = known.parse().ok()?;
            Some((Kind::Day, Value::from(day.checked_add(DAYS[at].days()).ok()?.to_string())))
        }
        None if all.iter().all(|schema| schema.pattern.is_none()) => Some((Kind::Text, Value::from(TEXTS[at]))),
        _ => None,
    }
}

fn with(body: &Map<String, Value>, values: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut body = body.clone();
    body.extend(values);
    body
}
