//! What a login shows of the operation that it is sent to: a body that lets somebody in.

use serde_json::Value;
use url::Url;

use super::{Session, Source};
use crate::contract::{Contract, Operation};
use crate::fixtures::{Resource, ResourcePlace, Scope};
use crate::resource::Items;
use crate::spec::Pointer;

/// What else a token endpoint may be sent (RFC 6749): right servers refuse made-up ones.
const OF_GRANTS: [&str; 9] = [
    "client_id",
    "client_secret",
    "username",
    "password",
    "scope",
    "refresh_token",
    "code",
    "redirect_uri",
    "code_verifier",
];

impl Session {
    /// The operation of the contract that the login is sent to, by its id, with the values of its valid requests.
    pub fn known(&self, contract: &Contract, target: &Url) -> Option<(String, Vec<Resource>)> {
        let Source::Request(ask) = &self.source else { return None };
        // An account of this run alone is another one in each.
        if self.current().word.is_some() {
            return None;
        }
        let (method, url, body) = ask.sends(None)?;
        let is_it = |operation: &&Operation| operation.method == method && is_at(operation, target, &url);
        let operation = contract.operations.iter().find(is_it)?;
        // What makes something is tried before all else, also with wrong passwords.
        if Items::new(contract).of(&operation.path).next().is_some() {
            return None;
        }
        let mut leaves = Vec::new();
        collect(&body, &Pointer::root(), &mut leaves);
        let others = OF_GRANTS.iter().filter(|name| ask.is_grant() && body.get(name).is_none());
        let others = others.map(|name| (Pointer::root().join(name), Vec::new()));
        let known = leaves.into_iter().map(|(at, value)| (at, vec![value])).chain(others);
        let known = known.map(|(at, existing)| Resource {
            operations: Scope(vec![operation.id.clone()]),
            at: ResourcePlace::Body(at),
            existing,
            missing: Vec::new(),
            always: true,
            templates: Vec::new(),
        });
        Some((operation.id.clone(), known.collect()))
    }
}

/// Whether an operation is what stands at a URL.
fn is_at(operation: &Operation, target: &Url, url: &Url) -> bool {
    let prefix = target.path().trim_end_matches('/');
    let prefix = if prefix.is_empty() { operation.base_path.trim_end_matches('/') } else { prefix };
    target.origin() == url.origin() && format!("{prefix}{}", operation.path) == url.path()
}

fn collect(value: &Value, at: &Pointer, found: &mut Vec<(Pointer, Value)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| collect(value, &at.join(name), found)),
        Value::String(_) | Value::Number(_) | Value::Bool(_) => found.push((at.clone(), value.clone())),
        Value::Array(_) | Value::Null => {}
    }
}
