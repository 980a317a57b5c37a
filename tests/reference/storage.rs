//! What outlives a request: messages in a file, and a server that is told to stop.

use conform::reference::{Store, StoreError};
use serde_json::Value;

use crate::client::{Request, Server};
use crate::providers::{all, changed, example_ai, telnyx};

#[test]
fn stored_messages_outlive_the_server() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("messages.db");
    let mut last = None;
    for round in 1..=3 {
        let server = Server::with(Store::open(&path).expect("a store"));
        for provider in all() {
            provider.expect_success(&server.send(&provider.request()), "stored");
        }
        let provider = example_ai();
        let reply = |id: &Value| -> Request {
            provider.request().json(&changed(&provider.body, "/reply_to_message_id", Some(id)))
        };
        if let Some(id) = &last {
            provider.expect_success(&server.send(&reply(id)), "a reply to a message from before the restart");
        }
        let answer = provider.expect_success(&server.send(&provider.request()), "stored");
        last = Some(answer["data"]["message"]["id"].clone());
        server.stop();
        let database = rusqlite::Connection::open(&path).expect("the file");
        for provider in all() {
            let count = "SELECT count(*) FROM message WHERE provider = ?1";
            let count: i64 = database.query_row(count, [provider.name], |row| row.get(0)).expect("a count");
            assert_eq!(count, if provider.name == "example-ai" { 3 * round - 1 } else { round }, "{}", provider.name);
        }
    }
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
