//! The values of a request: those that a response may repeat, and ids that differ between targets.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::brief::brief;
use crate::fixtures::{Fixtures, Resource, ResourcePlace};
use crate::spec::Pointer;
use crate::wire::{Payload, Request};

/// Shorter ids are replaced where they are the whole value, and nowhere within another text.
const SHORTEST_WITHIN: usize = 6;

/// The values of one request.
#[derive(Debug)]
pub(super) struct SentValues<'a> {
    fixtures: &'a Fixtures,
    /// What the request sends, but for what stands where the fixtures know an id.
    sent: HashSet<String>,
    /// Each id that exists, in the spellings that a case may give it; the longest first.
    existing: Vec<Existing>,
}

#[derive(Debug)]
struct Existing {
    id: String,
    /// The parameter or member that holds it.
    name: String,
    placeholder: String,
}

impl<'a> SentValues<'a> {
    /// The values that a request sends.
    pub fn new(request: &Request, fixtures: &'a Fixtures) -> Self {
        let mut values = Self { fixtures, sent: HashSet::new(), existing: existing(fixtures) };
        let path = request.path_params.iter().map(|(name, value)| (name, value));
        let query = request.query.iter().map(|pair| (&pair.name, &pair.value));
        let others = request.headers.iter().chain(&request.cookies).map(|(name, value)| (name, value));
        for (name, value) in path.chain(query).chain(others) {
            if !values.names_resource(name) {
                values.sent.insert(value.clone());
            }
        }
        match request.body.as_ref().map(|body| &body.payload) {
            Some(Payload::Json(value) | Payload::Padded { value, .. }) => values.leaves(value, &Pointer::root()),
            Some(Payload::Bytes(bytes)) => match serde_json::from_slice::<Value>(bytes) {
                Ok(value) => values.leaves(&value, &Pointer::root()),
                Err(_) => values.sent.extend(std::str::from_utf8(bytes).ok().map(str::to_owned)),
            },
            None => {}
        }
        values
    }

    /// Whether the fixtures know ids of a parameter of this name.
    pub fn names_resource(&self, name: &str) -> bool {
        self.fixtures.resources.iter().any(
            |resource| matches!(&resource.at, ResourcePlace::Parameter(_, known) if known.eq_ignore_ascii_case(name)),
        )
    }

    /// The JSON of the request: as it was sent, but for ids of the target's own and the length of its texts.
    pub fn body(&self, value: &Value) -> Value {
        self.shown(value, &Pointer::root())
    }

    /// The text with each id that exists as its placeholder: which one a target has is the target's own affair.
    pub fn redact(&self, text: &str) -> String {
        if let Some(known) = self.existing.iter().find(|known| known.id == text) {
            return known.placeholder.clone();
        }
        let long = self.existing.iter().filter(|known| known.id.len() >= SHORTEST_WITHIN);
        long.fold(text.to_owned(), |text, known| {
            if text.contains(&known.id) { text.replace(&known.id, &known.placeholder) } else { text }
        })
    }

    /// How a text of the response is shown that the request holds; `None` where the request does not.
    ///
    /// A member named as the resource is comes first: another value of the request may happen to be the same.
    pub fn returned(&self, text: &str, name: Option<&str>) -> Option<String> {
        let mut found = self.existing.iter().filter(|known| known.id == text);
        let named = found.clone().find(|known| name.is_some_and(|name| name.eq_ignore_ascii_case(&known.name)));
        match named {
            Some(known) => Some(known.placeholder.clone()),
            None if self.sent.contains(text) => Some(text.to_owned()),
            None => found.next().map(|known| known.placeholder.clone()),
        }
    }

    fn shown(&self, value: &Value, at: &Pointer) -> Value {
        match value {
            Value::String(text) if self.holds_resource(at) => Value::String(brief(&self.redact(text))),
            Value::String(text) => Value::String(brief(text)),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                Value::Array(items.map(|(index, item)| self.shown(item, &at.index(index))).collect())
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| (brief(name), self.shown(member, &at.join(name))));
                Value::Object(members.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    /// Adds the texts and numbers of a body.
    fn leaves(&mut self, value: &Value, at: &Pointer) {
        match value {
            _ if self.holds_resource(at) => {}
            Value::String(text) => {
                self.sent.insert(text.clone());
            }
            Value::Number(number) => {
                self.sent.insert(number.to_string());
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.leaves(item, &at.index(index));
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.leaves(member, &at.join(name));
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Whether the fixtures know ids at this place of the body.
    fn holds_resource(&self, at: &Pointer) -> bool {
        let is_here = |resource: &Resource| matches!(&resource.at, ResourcePlace::Body(known) if known == at);
        self.fixtures.resources.iter().any(is_here)
    }
}

fn existing(fixtures: &Fixtures) -> Vec<Existing> {
    let mut existing: Vec<Existing> = Vec::new();
    for Resource { at, existing: ids, .. } in &fixtures.resources {
        let name = match at {
            ResourcePlace::Parameter(_, name) => name.clone(),
            ResourcePlace::Body(at) => at.tokens().last().map_or_else(String::new, std::borrow::Cow::into_owned),
        };
        for (index, id) in ids.iter().enumerate() {
            let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            let number = if index == 0 { String::new() } else { format!(" {}", index + 1) };
            let (lower, upper) = (id.to_lowercase(), id.to_uppercase());
            for (id, how) in [(id, ""), (lower, " in lower case"), (upper, " in upper case")] {
                if !id.is_empty() && !existing.iter().any(|known| known.id == id) {
                    let placeholder = format!("[existing {name}{number}{how}]");
                    existing.push(Existing { id, name: name.clone(), placeholder });
                }
            }
        }
    }
    existing.sort_by_key(|known| std::cmp::Reverse(known.id.len()));
    existing
}
