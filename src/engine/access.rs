//! Operations that end or change what the run is logged in by, or change or destroy what nobody has named.

use crate::case::is_safe;
use crate::contract::{Contract, Operation, ParameterLocation};
use crate::text::words;

/// Words of an operation that ends a session, whatever its method.
const ENDS: [&str; 10] = [
    "logout",
    "logoff",
    "signout",
    "signoff",
    "revoke",
    "revoketoken",
    "logoutuser",
    "endsession",
    "logoutall",
    "deactivate",
];
/// What names whoever is logged in, at the end of a path without variables.
const OWN: [&str; 16] = [
    "me",
    "self",
    "account",
    "profile",
    "session",
    "sessions",
    "token",
    "tokens",
    "password",
    "credentials",
    "apikey",
    "user",
    "current",
    "changepassword",
    "resetpassword",
    "whoami",
];

/// Words of an action that destroys, or stops the target.
const DESTROYS: [&str; 24] = [
    "flush",
    "reset",
    "wipe",
    "purge",
    "clear",
    "truncate",
    "drop",
    "erase",
    "empty",
    "destroy",
    "delete",
    "remove",
    "prune",
    "restore",
    "shutdown",
    "stop",
    "restart",
    "terminate",
    "kill",
    "quit",
    "exit",
    "reload",
    "reboot",
    "uninstall",
];

/// Whether a success may log the run out, or change by what it logs in: it ends a session, or it changes or deletes the
/// account, session or key of whoever sends it.
pub(super) fn ends_access(operation: &Operation) -> bool {
    if operation.security.is_empty() {
        return false;
    }
    let last = operation.path.split('/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    let acts = match operation.method.as_str() {
        "DELETE" | "PUT" | "PATCH" => true,
        "POST" => plain(last).contains("password"),
        _ => false,
    };
    let ends = |text: &str| ENDS.contains(&plain(text).as_str());
    let is_own = OWN.contains(&plain(last).as_str()) && !operation.path.contains('{');
    ends(last) || ends(&operation.id) || acts && is_own
}

/// Whether a success may change or destroy what no id in its path names: it deletes, changes all items of a collection,
/// or is an action that is called after destruction.
pub(super) fn destroys_unnamed(contract: &Contract, operation: &Operation) -> bool {
    if is_safe(&operation.method) || names_one(contract, operation) {
        return false;
    }
    let has_items = has_items(contract, operation);
    match operation.method.as_str() {
        "DELETE" => true,
        "PUT" | "PATCH" if has_items => true,
        // What a POST to a collection makes may be called like that.
        "POST" if has_items => segments(&operation.path).any(is_of_destruction),
        _ => {
            segments(&operation.path).any(is_of_destruction)
                || is_of_destruction(&operation.id)
                || tags(contract, operation).any(is_of_destruction)
        }
    }
}

/// Whether a variable of the path says what is meant: one of the few values of a list says no more than a fixed segment.
fn names_one(contract: &Contract, operation: &Operation) -> bool {
    let is_listed = |name: &str| {
        let parameter = operation.parameter(ParameterLocation::Path, name);
        parameter.and_then(|parameter| parameter.schema).is_some_and(|id| {
            let schema = contract.schemas.get(id);
            schema.enum_values.is_some() || schema.const_value.is_some()
        })
    };
    let mut variables = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    variables.any(|name| !is_listed(name))
}

/// Whether the path of an item is one segment below that of the operation.
fn has_items(contract: &Contract, operation: &Operation) -> bool {
    let below = format!("{}/", operation.path.trim_end_matches('/'));
    let is_item = |path: &str| {
        let last = path.strip_prefix(&below).map(|rest| rest.trim_end_matches('/'));
        last.is_some_and(|last| last.starts_with('{') && !last.contains('/'))
    };
    contract.operations.iter().any(|other| is_item(&other.path))
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.starts_with('{'))
}

fn tags<'c>(contract: &'c Contract, operation: &Operation) -> impl Iterator<Item = &'c str> {
    let tags = contract.document.get(&operation.location.join("tags")).and_then(|tags| tags.as_array());
    tags.into_iter().flatten().filter_map(|tag| tag.as_str())
}

fn is_of_destruction(name: &str) -> bool {
    words::of(name).iter().any(|word| DESTROYS.contains(&word.as_str()))
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::contract;

    #[test]
    fn what_is_ones_own_is_told_from_what_is_not() {
        let all = [
            ("/logout", "get", true),
            ("/me", "patch", true),
            ("/me", "get", false),
            ("/session", "delete", true),
            ("/session", "post", false),
            ("/users/me/password", "post", true),
            ("/users/{id}", "delete", false),
            ("/users/{id}/session", "delete", false),
            ("/design-offices", "put", false),
            ("/tokens/revoked", "get", false),
        ];
        for (path, method, is_own) in all {
            let more = json!({
                "security": [{"key": []}],
                "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
            });
            let contract = contract(&json!({path: {method: {"responses": {}}}}), &more);
            assert_eq!(ends_access(&contract.operations[0]), is_own, "{method} {path}");
        }
    }
    /// The operations of these that change or destroy what nobody has named.
    fn unnamed(operations: &[(&str, &str, serde_json::Value)]) -> Vec<String> {
        let mut paths = json!({});
        for (path, method, operation) in operations {
            paths[path][method] = operation.clone();
        }
        let contract = contract(&paths, &json!({}));
        let found = contract.operations.iter().filter(|operation| destroys_unnamed(&contract, operation));
        found.map(|operation| format!("{} {}", operation.method, operation.path)).collect()
    }

    #[test]
    fn a_collection_is_told_from_a_thing_that_needs_no_id() {
        let plain = json!({});
        let listed = json!({"parameters": [{"name": "v", "in": "path", "required": true, "schema": {"enum": ["v1"]}}]});
        let operations = [
            ("/todos", "get", plain.clone()),
            ("/todos", "post", plain.clone()),
            ("/todos", "put", plain.clone()),
            ("/todos", "patch", plain.clone()),
            ("/todos", "delete", plain.clone()),
            ("/todos/{id}", "patch", plain.clone()),
            ("/todos/{id}/tags", "patch", plain.clone()),
            ("/todos/{id}/tags/{tag}", "get", plain.clone()),
            ("/settings", "put", plain.clone()),
            ("/settings/theme", "get", plain.clone()),
            ("/settings/{id}/parts", "get", plain.clone()),
            ("/{v}/todos", "put", listed.clone()),
            ("/{v}/todos/{id}", "get", listed),
        ];
        assert_eq!(unnamed(&operations), ["PUT /todos", "DELETE /todos", "PATCH /todos", "PUT /{v}/todos"]);
    }

    #[test]
    fn an_action_is_told_by_the_words_of_its_path_its_id_and_its_tags() {
        let id = |id: &str| json!({"operationId": id});
        let operations = [
            ("/__flush__", "post", id("f")),
            ("/cacheReset", "put", id("r")),
            ("/a", "post", id("dropAll")),
            ("/b", "post", json!({"operationId": "b", "tags": ["Other", "Factory reset"]})),
            ("/c", "post", json!({"operationId": "c", "tags": ["Other"]})),
            ("/flushing", "post", id("unstoppable")),
            ("/reset", "get", id("readReset")),
            ("/kernels/{id}/restart", "post", id("k")),
            ("/stops", "post", id("createStop")),
            ("/stops/{id}", "get", id("s")),
            ("/backups", "post", id("restore_backup")),
        ];
        assert_eq!(unnamed(&operations), ["POST /__flush__", "PUT /cacheReset", "POST /a", "POST /b", "POST /backups"]);
    }
}
