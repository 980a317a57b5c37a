//! What a request must say of the state that it changes: `If-Match` (RFC 9110, section 13.1.1), or a version in its query or
//! body.

use serde_json::{Map, Value};

use crate::case::{RequestValues, is_safe};
use crate::contract::{Contract, ParameterLocation};
use crate::engine::ids;
use crate::execute::Response;
use crate::resource::is_at_or_below;
use crate::text::words;

/// Plain names of what says which state of a resource is meant.
const VERSIONS: [&str; 8] =
    ["version", "etag", "rev", "revision", "lockversion", "rowversion", "resourceversion", "concurrencytoken"];

/// Where the requests of an operation say which state they change, and what reads it.
#[derive(Debug)]
pub(super) struct Condition {
    header: Option<usize>,
    query: Vec<usize>,
    /// The operation that reads it.
    pub reading: usize,
}

impl Condition {
    /// That of an operation, where something reads what it changes.
    pub fn of(contract: &Contract, operation: usize) -> Option<Self> {
        let described = &contract.operations[operation];
        if is_safe(&described.method) || !described.path.contains('{') {
            return None;
        }
        let mut parameters = described.parameters.iter();
        let header = parameters.position(|parameter| {
            parameter.place == ParameterLocation::Header && parameter.name.eq_ignore_ascii_case("If-Match")
        });
        let is_version = |index: &usize| {
            let parameter = &described.parameters[*index];
            parameter.place == ParameterLocation::Query && is_version(&parameter.name)
        };
        let query: Vec<usize> = (0..described.parameters.len()).filter(is_version).collect();
        if header.is_none() && query.is_empty() && described.body.is_none() {
            return None;
        }
        let reads = |index: &usize| {
            let other = &contract.operations[*index];
            other.method == "GET" && other.path.ends_with('}') && is_at_or_below(&described.path, &other.path)
        };
        let mut readers: Vec<usize> = (0..contract.operations.len()).filter(reads).collect();
        let same = contract.operations.iter().position(|other| other.method == "GET" && other.path == described.path);
        readers.sort_by_key(|index| contract.operations[*index].path.split('/').count());
        let reading = same.or(readers.last().copied())?;
        Some(Self { header, query, reading })
    }

    /// The request on the present state of what it changes, as far as it has places that say so: those whose value is
    /// wanted to change.
    pub fn put_into(
        &self,
        values: &RequestValues,
        read: &Response,
        is_wanted: impl Fn(Option<&Value>) -> bool,
    ) -> RequestValues {
        let body: Option<Value> = serde_json::from_slice(&read.body).ok();
        // What an envelope is around says it of itself.
        let shown = [body.as_ref().and_then(ids::object), body.as_ref()];
        let version = |name: &str| {
            let own = |known: &str| words::plain(known) == words::plain(name);
            let of = |members: &Map<String, Value>| {
                let all = members.iter().filter(|(known, _)| is_version(known));
                all.min_by_key(|(known, _)| !own(known)).map(|(_, value)| value.clone())
            };
            shown.into_iter().flatten().filter_map(Value::as_object).find_map(of)
        };
        let tag = read.header("etag").map(Value::from);
        let mut present = values.clone();
        if let Some(index) = self.header
            && is_wanted(values.parameters[index].as_ref())
        {
            present.parameters[index] = Some(tag.clone().unwrap_or_else(|| Value::from("*")));
        }
        for index in &self.query {
            if let Some(version) = version("version").or_else(|| tag.clone())
                && is_wanted(values.parameters[*index].as_ref())
            {
                present.parameters[*index] = Some(version);
            }
        }
        if let Some((_, Value::Object(members))) = &mut present.body {
            for (name, value) in members.iter_mut().filter(|(name, _)| is_version(name)) {
                if let Some(version) = version(name).or_else(|| tag.clone())
                    && is_wanted(Some(value))
                {
                    *value = version;
                }
            }
        }
        present
    }

    /// Whether a request has such places.
    pub fn applies_to(&self, values: &RequestValues) -> bool {
        self.header.is_some() || !self.query.is_empty() || self.held(values).next().is_some()
    }

    /// The values at those places, but in header fields.
    pub fn versions<'v>(&'v self, values: &'v RequestValues) -> impl Iterator<Item = &'v Value> {
        let parameters = self.query.iter().filter_map(|index| values.parameters[*index].as_ref());
        let body = values.body.as_ref().and_then(|(_, body)| body.as_object());
        let members = body.into_iter().flatten().filter(|(name, _)| is_version(name)).map(|(_, value)| value);
        parameters.chain(members)
    }

    /// These values with the header fields of others.
    pub fn with_fields_of(&self, mut values: RequestValues, others: &RequestValues) -> RequestValues {
        if let Some(index) = self.header {
            values.parameters[index].clone_from(&others.parameters[index]);
        }
        values
    }

    /// The values at all those places.
    pub fn held<'v>(&'v self, values: &'v RequestValues) -> impl Iterator<Item = &'v Value> {
        let header = self.header.iter().filter_map(|index| values.parameters[*index].as_ref());
        header.chain(self.versions(values))
    }
}

fn is_version(name: &str) -> bool {
    VERSIONS.contains(&words::plain(name).as_str())
}
