//! What a request says itself: values that may come back, and ids that differ from one target to another.

use std::collections::HashSet;

use serde_json::Value;

use crate::fixtures::{Fixtures, ResourcePlace};
use crate::plan::{Payload, Request};

/// Shorter ids are replaced where they are the whole value, and nowhere within another text.
const SHORTEST_WITHIN: usize = 6;

/// The values of one request.
#[derive(Debug)]
pub(super) struct Known {
    sent: HashSet<String>,
    /// Each id that exists, in the spellings that a case may give it, with its placeholder; the longest first.
    existing: Vec<(String, String)>,
}

impl Known {
    /// The values that a request sends.
    pub fn new(request: &Request, fixtures: &Fixtures) -> Self {
        let mut sent = HashSet::new();
        let pairs = request.path_params.iter().chain(&request.headers).chain(&request.cookies);
        sent.extend(pairs.map(|(_, value)| value.clone()));
        sent.extend(request.query.iter().map(|pair| pair.value.clone()));
        match request.body.as_ref().map(|body| &body.payload) {
            Some(Payload::Json(value) | Payload::Padded { value, .. }) => leaves(value, &mut sent),
            Some(Payload::Bytes(bytes)) => match serde_json::from_slice::<Value>(bytes) {
                Ok(value) => leaves(&value, &mut sent),
                Err(_) => sent.extend(std::str::from_utf8(bytes).ok().map(str::to_owned)),
            },
            None => {}
        }
        Self { sent, existing: existing(fixtures) }
    }

    /// Whether the request holds this text as a value.
    pub fn is_sent(&self, text: &str) -> bool {
        self.sent.contains(text)
    }

    /// The text with each id that exists as its placeholder: which one a target has is the target's own affair.
    pub fn settle(&self, text: &str) -> String {
        if let Some((_, placeholder)) = self.existing.iter().find(|(id, _)| id == text) {
            return placeholder.clone();
        }
        let long = self.existing.iter().filter(|(id, _)| id.len() >= SHORTEST_WITHIN);
        long.fold(
            text.to_owned(),
            |text, (id, placeholder)| {
                if text.contains(id) { text.replace(id, placeholder) } else { text }
            },
        )
    }
}

fn existing(fixtures: &Fixtures) -> Vec<(String, String)> {
    let mut existing: Vec<(String, String)> = Vec::new();
    for resource in &fixtures.resources {
        let name = match &resource.at {
            ResourcePlace::Parameter(_, name) => name.clone(),
            ResourcePlace::Body(at) => at.tokens().last().map_or_else(String::new, std::borrow::Cow::into_owned),
        };
        for (index, id) in resource.existing.iter().enumerate() {
            let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            let number = if index == 0 { String::new() } else { format!(" {}", index + 1) };
            let (lower, upper) = (id.to_lowercase(), id.to_uppercase());
            for (spelling, how) in [(id, ""), (lower, " in lower case"), (upper, " in upper case")] {
                if !spelling.is_empty() && !existing.iter().any(|(known, _)| *known == spelling) {
                    existing.push((spelling, format!("[existing {name}{number}{how}]")));
                }
            }
        }
    }
    existing.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
    existing
}

/// Adds the texts and numbers of a value.
fn leaves(value: &Value, sent: &mut HashSet<String>) {
    match value {
        Value::String(text) => {
            sent.insert(text.clone());
        }
        Value::Number(number) => {
            sent.insert(number.to_string());
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, sent)),
        Value::Object(members) => members.values().for_each(|member| leaves(member, sent)),
        Value::Null | Value::Bool(_) => {}
    }
}
