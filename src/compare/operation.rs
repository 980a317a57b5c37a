//! Which operation of the old document is which of the new one, and what has changed about it.

use super::payload::{Holder, documented, text_of};
use super::{Changes, Effect, Sides, rule};
use crate::contract::{Direction, Operation, RequestBody, template_shape};
use crate::finding::{Finding, OperationName};

/// All changes, in the order of the old document's operations; added operations come last.
pub(super) fn compare(sides: &Sides<'_>) -> Vec<Finding> {
    let (old, new) = (&sides.old.contract.operations, &sides.new.contract.operations);
    let pairs = pairs(old, new);
    let mut all = Vec::new();
    for (index, operation) in old.iter().enumerate() {
        let mut changes =
            Changes { sides, operation: Some(OperationName::of(operation)), is_open: false, all: Vec::new() };
        match pairs.iter().find(|(known, _)| *known == index) {
            Some((_, other)) => changes.operation(operation, &new[*other]),
            None => {
                let root = sides.new.contract.document.root().join("paths");
                let message = "the operation is gone: a request to it no longer gets a documented response";
                changes.push(
                    Effect::Breaking,
                    &rule::OPERATION,
                    "the operation",
                    (&operation.location, &root),
                    message,
                );
            }
        }
        all.append(&mut changes.all);
    }
    for (index, operation) in new.iter().enumerate() {
        if !pairs.iter().any(|(_, known)| *known == index) {
            let mut changes =
                Changes { sides, operation: Some(OperationName::of(operation)), is_open: false, all: Vec::new() };
            let root = sides.old.contract.document.root().join("paths");
            let message = "the operation is new: no client used it before";
            changes.push(Effect::Compatible, &rule::OPERATION, "the operation", (&root, &operation.location), message);
            all.append(&mut changes.all);
        }
    }
    all
}

/// By method and whole address, then by method and path, then by method and `operationId`. The names of path
/// parameters are no part of an address.
fn pairs(old: &[Operation], new: &[Operation]) -> Vec<(usize, usize)> {
    let address = |operation: &Operation| {
        format!("{} {}{}", operation.method, operation.base_path, template_shape(&operation.path))
    };
    let path = |operation: &Operation| format!("{} {}", operation.method, template_shape(&operation.path));
    let id = |operation: &Operation| format!("{} {}", operation.method, operation.id);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let keys: [&dyn Fn(&Operation) -> String; 3] = [&address, &path, &id];
    for key in keys {
        for (index, operation) in old.iter().enumerate() {
            let wanted = key(operation);
            let free = |other: usize| !pairs.iter().any(|(_, known)| *known == other);
            let found = new.iter().enumerate().find(|(other, candidate)| free(*other) && key(candidate) == wanted);
            if let Some((other, _)) = found
                && !pairs.iter().any(|(known, _)| *known == index)
            {
                pairs.push((index, other));
            }
        }
    }
    pairs
}

impl Changes<'_, '_> {
    fn operation(&mut self, old: &Operation, new: &Operation) {
        self.address(old, new);
        self.security(old, new);
        self.is_open = !(old.unknown.is_empty() && new.unknown.is_empty());
        self.unreadable(old, new);
        self.parameters(old, new);
        self.body(old, new);
        self.is_open = false;
        self.responses(old, new);
    }

    /// Tells of parts that cannot be read and are not the same.
    fn unreadable(&mut self, old: &Operation, new: &Operation) {
        let written = |operation: &Operation| {
            let all = operation.unknown.iter().map(|unknown| (unknown.keyword, unknown.written.to_string()));
            all.collect::<std::collections::BTreeSet<_>>()
        };
        if written(old) != written(new) {
            let places = (&old.location, &new.location);
            let message = "what of the request cannot be read has changed: it may ask for anything";
            self.push(Effect::Unknown, &rule::SCHEMA, "request", places, message);
        }
    }

    fn address(&mut self, old: &Operation, new: &Operation) {
        let places = (&old.location, &new.location);
        let (was, is) = (
            format!("{}{}", old.base_path, template_shape(&old.path)),
            format!("{}{}", new.base_path, template_shape(&new.path)),
        );
        if was == is {
            return;
        }
        if template_shape(&old.path) != template_shape(&new.path) {
            let message = format!(
                "the path is `{}` in place of `{}`: a request to the old one is no longer documented",
                new.path, old.path
            );
            self.push(Effect::Breaking, &rule::PATH, "the operation", places, message);
            return;
        }
        let shown = |base: &str| if base.is_empty() { "/".to_owned() } else { base.to_owned() };
        let what = format!("the server's path is `{}` in place of `{}`", shown(&new.base_path), shown(&old.base_path));
        let effect_and_why = if !states_server(self.sides.old.contract) {
            (Effect::Unknown, "the old document named no server, so where its requests go is not said")
        } else if lists_path(self.sides.new.contract, &old.base_path) {
            (Effect::Compatible, "the old one is still among the servers")
        } else {
            (Effect::Breaking, "requests to the old one are no longer documented")
        };
        let (effect, why) = effect_and_why;
        let key = |contract: &crate::contract::Contract| {
            let root = contract.document.root();
            let key = if contract.version.starts_with('2') { "basePath" } else { "servers" };
            root.join(key)
        };
        let (was, is) = (key(self.sides.old.contract), key(self.sides.new.contract));
        let operation = self.operation.take();
        self.push(effect, &rule::SERVERS, "every operation", (&was, &is), format!("{what}: {why}"));
        self.operation = operation;
    }

    fn body(&mut self, old: &Operation, new: &Operation) {
        let subject = "request body";
        match (&old.body, &new.body) {
            (None, None) => {}
            (None, Some(body)) => {
                let places = (&old.location, &body.location);
                if body.required {
                    let message = "the request body is new and required: a request without one is refused now";
                    self.push(Effect::Breaking, &rule::REQUEST_BODY, subject, places, message);
                } else {
                    let message = "the request body is new and may be left out: every request that was valid still is";
                    self.push(Effect::Compatible, &rule::REQUEST_BODY, subject, places, message);
                }
            }
            (Some(body), None) => {
                let message =
                    "the request body is gone: whether one that is sent regardless is ignored or refused is not said";
                self.push(Effect::Unknown, &rule::REQUEST_BODY, subject, (&body.location, &new.location), message);
            }
            (Some(old), Some(new)) => self.bodies(old, new),
        }
    }

    fn bodies(&mut self, old: &RequestBody, new: &RequestBody) {
        let subject = "request body";
        let places = (&old.location, &new.location);
        if old.required != new.required {
            let required = (&old.location.join("required"), &new.location.join("required"));
            if new.required {
                let message = "the body is required now: a request without one is refused";
                self.push(Effect::Breaking, &rule::REQUIRED, subject, required, message);
            } else {
                let message = "the body may be left out now: every request that was valid still is";
                self.push(Effect::Compatible, &rule::REQUIRED, subject, required, message);
            }
        }
        for media in &old.content {
            let name = &media.name;
            let Some(found) = documented(&new.content, name) else {
                let message = format!("the media type `{name}` is gone: a request of it is refused now");
                self.push(Effect::Breaking, &rule::CONTENT, subject, (&media.location, &new.location), message);
                continue;
            };
            let subject = if old.content.len() == 1 { subject.to_owned() } else { format!("{subject} ({name})") };
            let holder =
                Holder { subject: &subject, old: &media.location, new: &found.location, direction: Direction::Request };
            self.schemas(holder, text_of(media), (media.schema, found.schema));
        }
        for media in &new.content {
            if documented(&old.content, &media.name).is_none() {
                let message = format!("the media type `{}` is new: every request that was valid still is", media.name);
                self.push(Effect::Compatible, &rule::CONTENT, subject, (&old.location, &media.location), message);
            }
        }
        let rule = &rule::SIZE_LIMIT;
        match (&old.max_size, &new.max_size) {
            (Some(was), Some(is)) if is.rejected_above < was.accepted => {
                let message = "the largest request is smaller: a larger one that was accepted is refused now";
                self.push(Effect::Breaking, rule, subject, (&was.location, &is.location), message);
            }
            (Some(was), Some(is)) if is.accepted >= was.rejected_above && is.accepted > was.accepted => {
                let message = "the largest request is larger: every request that was accepted still is";
                self.push(Effect::Compatible, rule, subject, (&was.location, &is.location), message);
            }
            (Some(was), Some(is)) if (was.accepted, was.rejected_above) != (is.accepted, is.rejected_above) => {
                let message = "the largest request has changed by less than the two meanings of its unit differ";
                self.push(Effect::Unknown, rule, subject, (&was.location, &is.location), message);
            }
            (None, Some(is)) => {
                let message = "a largest request is stated now: whether there was one before was not said";
                self.push(Effect::Unknown, rule, subject, (places.0, &is.location), message);
            }
            (Some(was), None) => {
                let message = "the largest request is no longer stated: none is refused for its size";
                self.push(Effect::Compatible, rule, subject, (&was.location, places.1), message);
            }
            _ => {}
        }
    }
}

fn states_server(contract: &crate::contract::Contract) -> bool {
    let root = &contract.document.files()[0].value;
    let holds = |holder: &serde_json::Value| holder.get("servers").is_some_and(|servers| servers.get(0).is_some());
    let below = |value: &serde_json::Value| value.as_object().is_some_and(|members| members.values().any(holds));
    let paths = root.get("paths").and_then(serde_json::Value::as_object);
    root.get("basePath").is_some()
        || holds(root)
        || paths.is_some_and(|paths| paths.values().any(|item| holds(item) || below(item)))
}

/// Whether one of the document's servers has this path.
fn lists_path(contract: &crate::contract::Contract, base_path: &str) -> bool {
    let servers = contract.document.files()[0].value.get("servers").and_then(serde_json::Value::as_array);
    servers.into_iter().flatten().filter_map(|server| server.get("url")?.as_str()).any(|url| {
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
            None => url,
        };
        path.trim_end_matches('/') == base_path
    })
}
