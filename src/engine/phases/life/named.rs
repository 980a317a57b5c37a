//! What bodies name: places that are called like a kind of resource that the run makes, or described so.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates::fits;
use super::own::{Own, make, make_parents};
use super::stage::Stage;
use crate::case::{Case, RequestValues};
use crate::check::laws::{self, Reference};
use crate::contract::{Contract, SchemaId, Types};
use crate::engine::Transport;
use crate::resource::{Family, Noun, noun, stem};
use crate::spec::Pointer;
use crate::text::words;
use crate::wire;

/// How deep in a body places are looked for.
const DEPTH: usize = 3;
/// Places of one operation at which something is named.
const MOST: usize = 4;

/// A place of a body that names something.
pub(super) struct Place<'f> {
    at: Pointer,
    /// What it is called.
    name: String,
    /// What the document says of it.
    said: String,
    /// The kind of what it names, which stands below nothing.
    pub named: &'f Family,
    /// Whether several are named there.
    is_list: bool,
}

impl Place<'_> {
    /// The property of the body that it is, or is in.
    pub fn property(&self) -> String {
        self.at.tokens().next().unwrap_or_default().into_owned()
    }

    /// Whether it is called a key, so that it surely names something.
    pub fn is_key(&self) -> bool {
        Noun::of(&self.name).is_key
    }

    /// What is judged of it where it names this.
    pub fn naming<'a>(&'a self, id: &'a Value) -> Reference<'a> {
        let collection = noun(&self.named.item).unwrap_or_default();
        Reference { at: &self.at, name: &self.name, collection, said: &self.said, id }
    }

    /// A body that names this alone here.
    pub fn put(&self, body: &Map<String, Value>, id: &Value) -> Option<Map<String, Value>> {
        let mut body = Value::Object(body.clone());
        let value = if self.is_list { Value::from(vec![id.clone()]) } else { id.clone() };
        let (above, last) = self.at.parent()?;
        // What holds the key of another one may hold nothing else.
        if !body.pointer(above.as_str()).is_some_and(Value::is_object) {
            above.assign(&mut body, Value::Object(Map::from_iter([(last.into_owned(), value.clone())])));
        }
        let is_put = self.at.assign(&mut body, value);
        let Value::Object(body) = body else { return None };
        is_put.then_some(body)
    }

    /// A creation that names this alone here.
    pub fn put_into(&self, values: &RequestValues, id: &Value) -> Option<RequestValues> {
        let (media, body) = values.body.as_ref()?;
        let body = self.put(body.as_object()?, id)?;
        Some(RequestValues { body: Some((*media, Value::Object(body))), ..values.clone() })
    }

    fn is_filled(&self, values: &RequestValues) -> bool {
        let value = values.body.as_ref().and_then(|(_, body)| body.pointer(self.at.as_str()));
        value.is_some_and(|value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()))
    }
}

/// The places of the body of an operation that name what one of these families makes.
pub(super) fn places<'f, T: Transport>(
    stage: &mut Stage<T>,
    families: &'f [Family],
    operation: usize,
) -> Vec<Place<'f>> {
    let media = stage.baseline(operation).and_then(|values| Some(values.body?.0));
    let contract = stage.tested.contract.clone();
    let body = contract.operations[operation].body.as_ref();
    let schema = media.and_then(|media| body?.content.get(media)?.schema);
    let mut walk = Walk { contract: &contract, families, found: Vec::new() };
    if let Some(schema) = schema {
        walk.members(schema, &Pointer::root(), None, DEPTH);
    }
    walk.found
}

struct Walk<'c, 'f> {
    contract: &'c Contract,
    families: &'f [Family],
    found: Vec<Place<'f>>,
}

impl Walk<'_, '_> {
    fn members(&mut self, schema: SchemaId, at: &Pointer, above: Option<&str>, depth: usize) {
        let schemas = &self.contract.schemas;
        let Some(depth) = depth.checked_sub(1) else { return };
        let all: Vec<(&String, SchemaId)> = schemas
            .with_branches(&[schema])
            .flat_map(|id| &schemas.get(id).properties)
            .map(|(name, id)| (name, *id))
            .collect();
        for (name, id) in all.into_iter().filter(|(_, id)| !schemas.get(*id).read_only) {
            // `id` of a `customer` is that of one.
            let called = above.filter(|_| Noun::of(name).is_bare()).unwrap_or(name);
            self.member(id, &at.join(name), called, depth);
        }
    }

    fn member(&mut self, schema: SchemaId, at: &Pointer, name: &str, depth: usize) {
        let schemas = &self.contract.schemas;
        let types = wire::expected_types(schemas, schema);
        let items = schemas.with_branches(&[schema]).find_map(|id| schemas.get(id).items);
        let of_items = items.map_or(Types::NONE, |items| wire::expected_types(schemas, items));
        if types.intersects(Types::OBJECT) {
            self.members(schema, at, Some(name), depth);
        } else if let Some(items) = items.filter(|_| of_items.intersects(Types::OBJECT)) {
            self.members(items, &at.index(0), Some(name), depth);
        } else if items.is_some() || types.intersects(Types::STRING.or(Types::INTEGER).or(Types::NUMBER)) {
            self.take(schema, at, name, items.is_some());
        }
    }

    fn take(&mut self, schema: SchemaId, at: &Pointer, name: &str, is_list: bool) {
        let said = laws::said_of_schema(self.contract, schema).unwrap_or_default();
        let own = Noun::of(name);
        let is_free = |family: &&Family| family.parent.is_none();
        let collection = |family: &Family| noun(&family.item).unwrap_or_default().to_owned();
        let called = |family: &&Family| own.closeness(&collection(family)).is_some_and(|far| far <= 1);
        let stems: Vec<String> = words::of(said).iter().map(|word| stem(word)).collect();
        let is_said = |family: &&Family| {
            let stem = Noun::of(&collection(family)).text();
            !stem.is_empty() && stems.contains(&stem)
        };
        let all = || self.families.iter().filter(is_free);
        // What is called no key may be anything, but where the document says what it is.
        let by_name = all().find(called).filter(|family| own.is_key || is_list || is_said(family));
        let by_said = || {
            let mut said = all().filter(is_said);
            said.next().filter(|_| own.is_key && said.next().is_none())
        };
        if let Some(named) = by_name.or_else(by_said).filter(|_| !own.is_bare())
            && !self.found.iter().any(|known| known.at == *at)
        {
            let (name, said) = (name.to_owned(), said.to_owned());
            self.found.push(Place { at: at.clone(), name, said, named, is_list });
        }
    }
}

/// Requests that are accepted and name what is there, at places where none does that was accepted before.
pub(super) async fn fill<T: Transport>(stage: &mut Stage<T>, families: &[Family], index: usize) -> Vec<Arc<Case>> {
    let (family, mut filled) = (&families[index], Vec::new());
    if stage.described(family.create).method != "POST" {
        return filled;
    }
    for place in places(stage, families, family.create).into_iter().take(MOST) {
        if stage.accepted.of(family.create).any(|values| place.is_filled(values)) {
            continue;
        }
        let Some(named) = make(stage, place.named, None, None).await else { continue };
        if let Some(own) = make_naming(stage, (families, family), &place, &named).await {
            filled.push(own.made.case.clone());
        }
    }
    filled
}

/// Makes one that names another one.
pub(super) async fn make_naming<T: Transport>(
    stage: &mut Stage<T>,
    (families, family): (&[Family], &Family),
    place: &Place<'_>,
    named: &Own,
) -> Option<Own> {
    let values = stage.accepted.fullest(family.create)?.clone();
    let values = fits(stage, family.create, place.put_into(&values, &named.id)?)?;
    let mut above = Vec::new();
    if let Some(parent) = family.parent {
        above = make_parents(stage, families, parent).await.pop()?;
    }
    let own = make(stage, family, above.last(), Some(&values)).await?;
    laws::is_named_in(&own.body_of()?, &place.naming(&named.id)).then_some(own)
}
