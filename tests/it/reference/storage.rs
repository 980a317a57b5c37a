//! What outlives a request: messages in a file, and a server that is told to stop.

use std::collections::BTreeSet;
use std::path::Path;

use conform::reference::{Store, StoreError};
use serde_json::Value;

use super::client::Server;
use super::providers::{Provider, ada, all, changed, example_ai, telnyx};

/// How many messages of each provider are in the file.
fn stored(path: &Path, provider: &Provider) -> i64 {
    let database = rusqlite::Connection::open(path).expect("the file");
    let count = "SELECT count(*) FROM message WHERE provider = ?1";
    database.query_row(count, [provider.name], |row| row.get(0)).expect("a count")
}

#[test]
fn stored_messages_outlive_the_server() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("messages.db");
    let mut made: Option<Value> = None;
    for round in 1..=3 {
        let server = Server::with(Store::open(&path).expect("a store"));
        for provider in all() {
            provider.expect_success(&server.send(&provider.request()), "stored");
            let refused = server.send(&provider.request().body("{}"));
            provider.expect_error(&refused, provider.invalid, "not stored");
        }
        // From the second round on, a conversation that an earlier server has made.
        let provider = example_ai();
        let body = changed(&provider.body, "/conversation_id", made.as_ref());
        let response = provider.expect_success(&server.send(&provider.request().json(&body)), "a made conversation");
        made = Some(response["data"]["conversation_id"].clone());
        server.stop();
        for provider in all() {
            let expected = if provider.name == "example-ai" { 2 * round } else { round };
            assert_eq!(stored(&path, &provider), expected, "{}", provider.name);
        }
    }
    let database = rusqlite::Connection::open(&path).expect("the file");
    let request = "SELECT request FROM message WHERE provider = 'ada' LIMIT 1";
    let request: String = database.query_row(request, [], |row| row.get(0)).expect("a message");
    assert_eq!(request.into_bytes(), ada().request().body, "as it was sent");
}

#[test]
fn concurrent_requests_are_all_stored_under_ids_of_their_own() {
    const CLIENTS: usize = 8;
    const REQUESTS: usize = 25;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("messages.db");
    for store in [Store::in_memory(), Store::open(&path)] {
        let server = Server::with(store.expect("a store"));
        for provider in all() {
            let bodies = std::thread::scope(|scope| {
                let client = || {
                    let mut connection = server.connect();
                    let request = provider.request();
                    (0..REQUESTS).map(|_| provider.expect_success(&connection.send(&request), "one of many")).collect()
                };
                let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
                clients
                    .into_iter()
                    .flat_map(|client| -> Vec<Value> { client.join().expect("no panic") })
                    .collect::<Vec<_>>()
            });
            let id = |body: &Value| {
                let places = ["/id", "/uid", "/data/message/id"];
                places.iter().find_map(|place| body.pointer(place)?.as_str().map(str::to_owned)).expect("an id")
            };
            let ids: BTreeSet<String> = bodies.iter().map(id).collect();
            assert_eq!(ids.len(), CLIENTS * REQUESTS, "{}", provider.name);
        }
        server.stop();
    }
    for provider in all() {
        assert_eq!(stored(&path, &provider), (CLIENTS * REQUESTS) as i64, "{}", provider.name);
    }
}

#[test]
fn a_name_like_a_uri_is_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file:messages?mode=memory");
    drop(Store::open(&path).expect("a store"));
    assert!(path.exists());
}

#[test]
fn files_that_cannot_be_a_store_are_named_and_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let text = directory.path().join("notes.txt");
    std::fs::write(
        &text,
        "just some notes, long enough that SQLite reads a whole header of one hundred bytes: ".repeat(2),
    )
    .expect("a file");
    assert!(matches!(Store::open(&text), Err(StoreError::NotADatabase { .. })));
    let foreign = directory.path().join("other.db");
    let other = rusqlite::Connection::open(&foreign).expect("a database");
    other.execute_batch("CREATE TABLE theirs (id)").expect("a table");
    drop(other);
    let before = std::fs::read(&foreign).expect("its bytes");
    assert!(matches!(Store::open(&foreign), Err(StoreError::Foreign { .. })));
    assert_eq!(std::fs::read(&foreign).expect("its bytes"), before);
    for path in [directory.path().to_owned(), directory.path().join("no/such/directory.db")] {
        let error = Store::open(&path).expect_err("no store");
        assert!(matches!(error, StoreError::Open { .. }));
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}

#[test]
fn a_stalled_client_does_not_hold_up_the_shutdown_for_ever() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.stall(&telnyx().request());
    telnyx().expect_success(&server.send(&telnyx().request()), "another client");
    server.stop();
}
