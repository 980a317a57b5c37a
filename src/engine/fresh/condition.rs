//! What a request must say of the state that it changes: `If-Match` (RFC 9110, section 13.1.1), or a version in its query or
//! body.

use serde_json::Value;

use crate::case::{RequestValues, is_safe};
use crate::contract::{Contract, ParameterLocation};
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
        let shown = body.as_ref().and_then(Value::as_object);
        let version = |name: &str| {
            let own = |known: &str| words::plain(known) == words::plain(name);
            let all = shown?.iter().filter(|(known, _)| is_version(known));
            all.min_by_key(|(known, _)| !own(known)).map(|(_, value)| value.clone())
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

    /// The values at those places.
    pub fn held<'v>(&'v self, values: &'v RequestValues) -> impl Iterator<Item = &'v Value> {
        let places = self.header.iter().chain(&self.query);
        let parameters = places.filter_map(|index| values.parameters[*index].as_ref());
        let body = values.body.as_ref().and_then(|(_, body)| body.as_object());
        let members = body.into_iter().flatten().filter(|(name, _)| is_version(name)).map(|(_, value)| value);
        parameters.chain(members)
    }
}

fn is_version(name: &str) -> bool {
    VERSIONS.contains(&words::plain(name).as_str())
}
