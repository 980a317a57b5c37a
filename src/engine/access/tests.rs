//! What ends the access of a run.

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
        ("/users/me", "delete", true),
        ("/users/me", "get", false),
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
        let is_account = matches!((path, method), ("/users/me", "delete"));
        assert_eq!(ends_account(&contract.operations[0]), is_account, "{method} {path}");
        let is_session = matches!((path, method), ("/logout", _) | ("/session", "delete"));
        assert_eq!(ends_session(&contract.operations[0]), is_session, "{method} {path}");
    }
}
/// The operations of these that change or destroy what nobody has named.
fn unnamed(operations: &[(&str, &str, serde_json::Value)]) -> Vec<String> {
    let mut paths = json!({});
    for (path, method, operation) in operations {
        paths[path][method] = operation.clone();
    }
    let contract = contract(&paths, &json!({}));
    let places = Places::new(&contract);
    let found = contract.operations.iter().filter(|operation| places.destroys_unnamed(operation));
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
        ("/settings", "get", plain.clone()),
        ("/settings", "put", plain.clone()),
        ("/limits", "put", plain.clone()),
        ("/settings/theme", "get", plain.clone()),
        ("/settings/{id}/parts", "get", plain.clone()),
        ("/{v}/todos", "put", listed.clone()),
        ("/{v}/todos/{id}", "get", listed),
    ];
    assert_eq!(unnamed(&operations), ["PUT /todos", "DELETE /todos", "PATCH /todos", "PUT /limits", "PUT /{v}/todos"]);
}

#[test]
fn a_get_is_an_action_where_it_ends_or_stops_something() {
    let id = |id: &str| json!({"operationId": id});
    let operations = [
        ("/admin/restart", "get", id("api")),
        ("/servers/{id}/shutdown", "get", id("server")),
        ("/logout", "get", id("bye")),
        ("/server", "get", id("rebootServer")),
        // What is read, and what another method does.
        ("/stops", "get", id("stops")),
        ("/restarts/{id}", "get", id("showRestart")),
        ("/stop/{id}", "get", id("oneStop")),
        ("/kill", "get", id("listKilled")),
        ("/reload", "get", id("reloading")),
        ("/reload", "post", id("begin")),
        ("/restart-policy", "get", id("policy")),
        ("/rooms/empty", "get", id("emptyRooms")),
        ("/lines", "get", id("getStop")),
        ("/account/password", "get", id("resetPasswordForm")),
        // A form is what is deleted.
        ("/old-forms", "get", id("x")),
        ("/forms/old", "get", id("deleteForm")),
        // An API of calls has each by any method.
        ("/deletePad", "get", id("deletePadUsingGET")),
        ("/deletePad", "post", id("deletePadUsingPOST")),
        ("/listPads", "get", id("listPads")),
        ("/removed-pads", "get", id("removedPads")),
        ("/removed-pads", "post", id("readd")),
    ];
    let found = unnamed(&operations);
    let acts = [
        "GET /admin/restart",
        "GET /servers/{id}/shutdown",
        "GET /logout",
        "GET /server",
        "GET /forms/old",
        "GET /deletePad",
    ];
    assert_eq!(found.iter().filter(|found| found.starts_with("GET")).collect::<Vec<_>>(), acts);
}

#[test]
fn a_prefix_of_the_path_is_told_from_the_id_of_an_item() {
    let delete = |paths: &[&str], also: &[&str]| {
        let get = also.iter().map(|path| (*path, "get", json!({})));
        let all: Vec<_> = paths.iter().map(|path| (*path, "delete", json!({}))).chain(get).collect();
        unnamed(&all)
    };
    let prefixes = [
        "/{version}/todos",
        "/api/{version}/todos",
        "/v1/{tenantId}/todos",
        "/{lang}/flush",
        "/{tenant}/{region}/caches",
        "/api/v2/{org}/todos",
        "/todos.{format}",
        "/v{version}/todos",
        "/tenants/{tenant}/todos/all",
        "/users/{id}/caches/purge",
    ];
    let of = |paths: &[&str]| paths.iter().map(|path| format!("DELETE {path}")).collect::<Vec<_>>();
    // A path of the prefix itself, or an item of the collection, changes nothing.
    let also = ["/{version}", "/api", "/api/{version}", "/{tenant}", "/tenants/{tenant}/todos/{todo}"];
    assert_eq!(delete(&prefixes, &also), of(&prefixes));
    let items = [
        "/todos/{id}",
        "/{version}/todos/{id}",
        "/todos/{todoId}/archive",
        "/api/v1/tenants/{tenant}/todos",
        "/todos/{slug}/tags",
        "/stories/{story}/comments",
        "/repos/{owner}/{repo}/subscription",
        "/users/{login}/avatar",
        "/users/{id}/settings/theme",
        "/todos({id})/tags",
        "/{bucket}",
        "/files/{name}.json",
    ];
    assert_eq!(delete(&items, &["/repos/{owner}/{name}", "/users"]), [""; 0]);
    // Nothing says that it is an item.
    assert_eq!(delete(&["/mirror/{where}/todos"], &[]), of(&["/mirror/{where}/todos"]));
}

#[test]
fn eleven_thousand_operations_can_be_chosen_from() {
    let mut paths = json!({});
    for index in 0..5_500 {
        paths[format!("/things{index}")] = json!({"delete": {"responses": {}}});
        // Whether it is an item takes a look at all paths.
        paths[format!("/mirror/{{where}}/things{index}")] = json!({"delete": {"responses": {}}});
    }
    let contract = contract(&paths, &json!({}));
    let job = crate::engine::Job {
        selection: crate::engine::Selection { harmless: true, ..Default::default() },
        ..crate::engine::Job::new(contract, Default::default())
    };
    // A look at every path for each of them takes minutes.
    assert_eq!((job.operations().count(), job.left_out().count()), (0, 11_000));
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
