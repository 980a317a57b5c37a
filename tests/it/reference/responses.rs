//! What the responses say, beyond their status: members, values that come back, and each provider's own rules.

use serde_json::{Value, json};

use super::client::Server;
use super::providers::{Provider, ada, asapp, changed, example_ai, respondent, telnyx};

/// Characters of every length in UTF-8, white space, controls, quotes, a character beyond the BMP, a joined emoji,
/// right-to-left text and a combining accent that must not be normalised away.
const TEXT: &str = " \t\r\n\u{0}\u{7f}\"\\/ é e\u{301} ш 漢 \u{2028}\u{feff} 😀 👩‍👩‍👧 \u{202e}مرحبا \u{10ffff} ";

/// Member order and number spelling that a parser would not keep.
const EXACT: &str =
    r#"{"b":12345678901234567890123456789,"a":0.10000000000000000001,"c":1E400,"d":-0.0,"e":{"z":[1.0],"y":null}}"#;

#[test]
fn telnyx_lists_all_that_is_wrong_at_once() {
    let server = Server::start();
    let telnyx = telnyx();
    let body = json!({"content": null, "tool_calls": [{}, 1], "metadata": {"k": null}});
    let response = server.send(&telnyx.request().path(telnyx.path_to("x")).json(&body)).json();
    let details = response["detail"].as_array().expect("a list");
    let places: Vec<&Value> = details.iter().map(|detail| &detail["loc"]).collect();
    assert_eq!(
        json!(places),
        json!([
            ["path", "conversation_id"],
            ["body", "role"],
            ["body", "content"],
            ["body", "tool_calls", 1],
            ["body", "metadata", "k"],
        ])
    );
}

#[test]
fn example_ai_makes_conversations_and_knows_its_messages() {
    let server = Server::start();
    let provider = example_ai();
    let send = |body: &Value| server.send(&provider.request().json(body));
    let omitted = changed(&provider.body, "/conversation_id", None);
    let first = provider.expect_success(&send(&omitted), "no conversation")["data"].take();
    let second = provider.expect_success(&send(&omitted), "no conversation")["data"].take();
    assert_ne!(first["conversation_id"], second["conversation_id"]);
    let made = changed(&provider.body, "/conversation_id", Some(&first["conversation_id"]));
    let reply = changed(&made, "/reply_to_message_id", Some(&first["message"]["id"]));
    let response = provider.expect_success(&send(&reply), "a reply in the conversation made");
    assert_eq!(response["data"]["conversation_id"], first["conversation_id"]);
    let silent = changed(&provider.body, "/auto_reply", Some(&json!(false)));
    let silent = provider.expect_success(&send(&silent), "no reply wanted");
    assert_eq!((&first["auto_reply_enqueued"], &silent["data"]["auto_reply_enqueued"]), (&json!(true), &json!(false)));
    assert!(first["message"].get("metadata").is_none(), "absent, not null");
}

#[test]
fn responses_have_the_documented_members_and_the_values_sent() {
    let server = Server::start();
    let success = |provider: &Provider, body: &Value| {
        provider.expect_success(&server.send(&provider.request().json(body)), "echo")
    };
    let message = success(&telnyx(), &json!({"role": TEXT, "content": TEXT, "metadata": {TEXT: TEXT}}));
    assert_eq!(
        (&message["role"], &message["content"], &message["metadata"][TEXT]),
        (&json!(TEXT), &json!(TEXT), &json!(TEXT))
    );
    assert_eq!(message["conversation_id"], telnyx().conversation);

    let created = success(&asapp(), &changed(&asapp().body, "/text", Some(&json!(TEXT))));
    assert!(created["id"].as_str().is_some_and(|id| id.len() == 26), "{created}");

    let message = success(&ada(), &changed(&ada().body, "/content/body", Some(&json!(TEXT))));
    assert_eq!((&message["content"]["body"], &message["author"]), (&json!(TEXT), &ada().body["author"]));
    assert_eq!(message["conversation_id"], ada().conversation);
    assert!(message["created_at"].as_str().is_some_and(|time| time.ends_with("+00:00")), "{message}");
    assert!(message["id"].is_string() && message["updated_at"].is_string(), "{message}");

    let message = success(&respondent(), &json!({"body": TEXT}));
    assert_eq!((&message["body"], &message["conversation"]["uid"]), (&json!(TEXT), &json!(respondent().conversation)));
    for (pointer, members) in [
        ("", vec!["createdAt", "uid", "body", "conversation", "sender"]),
        ("/conversation", vec!["createdAt", "uid", "name", "deleted", "locked", "read", "participants"]),
        ("/conversation/participants/0", vec!["uid", "firstName", "lastName", "read", "deleted"]),
        ("/sender", vec!["uid", "firstName", "lastName"]),
    ] {
        let object = message.pointer(pointer).expect("an object");
        assert!(members.iter().all(|member| object.get(member).is_some()), "{object}");
    }

    let body = changed(&example_ai().body, "/text", Some(&json!(TEXT)));
    let sent = success(&example_ai(), &changed(&body, "/metadata", Some(&json!({TEXT: [TEXT]}))));
    assert_eq!((&sent["status"], &sent["data"]["message"]["text"]), (&json!("success"), &json!(TEXT)));
    assert_eq!(sent["data"]["message"]["metadata"], json!({TEXT: [TEXT]}));
}

#[test]
fn free_form_objects_come_back_to_the_last_digit() {
    let server = Server::start();
    for (provider, body) in [
        (ada(), format!(r#"{{"author":{EXACT},"content":{EXACT}}}"#)),
        (example_ai(), format!(r#"{{"sender_id":"u","sender_type":"user","text":"t","metadata":{EXACT}}}"#)),
    ] {
        let response = server.send(&provider.request().body(body));
        assert!(response.status == provider.success && response.text().contains(EXACT), "{}", response.text());
    }
}
