//! The five providers as tables: a good request, what may be changed in it, and what breaks it.

use serde_json::{Value, json};

use super::client::{Request, Response};

pub struct Provider {
    pub name: &'static str,
    /// Up to the conversation, and after it.
    pub path: (&'static str, &'static str),
    pub conversation: String,
    /// A well-formed identifier that no conversation has.
    pub unknown: &'static str,
    /// The headers that carry credentials.
    pub credentials: Vec<(String, String)>,
    pub body: Value,
    pub success: u16,
    /// The status for a request that breaks the schema.
    pub invalid: u16,
    /// Whether a body is the provider's error envelope for a status.
    pub envelope: fn(&Value, u16) -> bool,
    /// Single changes that break the body: where, and what is put there (nothing: it is removed).
    pub faults: Vec<(&'static str, Option<Value>)>,
    /// Single changes that do not.
    pub variants: Vec<(&'static str, Value)>,
}

impl Provider {
    pub fn path_to(&self, conversation: &str) -> String {
        // Example AI has its conversation in the body.
        let (before, after) = self.path;
        if self.name == "example-ai" { before.to_owned() } else { format!("{before}{conversation}{after}") }
    }

    pub fn request(&self) -> Request {
        let mut headers = self.credentials.clone();
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        let path = self.path_to(&self.conversation);
        Request { method: "POST", path, headers, body: self.body.to_string().into_bytes() }
    }

    pub fn expect_success(&self, response: &Response, case: &str) -> Value {
        assert_eq!(response.status, self.success, "{} {case}: {response:?}", self.name);
        response.json()
    }

    pub fn expect_error(&self, response: &Response, status: u16, case: &str) {
        assert_eq!(response.status, status, "{} {case}: {response:?}", self.name);
        let body = response.json();
        assert!((self.envelope)(&body, status), "{} {case}: {body}", self.name);
        assert_eq!(response.header("www-authenticate").is_some(), status == 401, "{} {case}", self.name);
        assert_eq!(response.header("allow"), (status == 405).then_some("POST"), "{} {case}", self.name);
    }
}

/// `body` with `value` at `pointer`, or without what is there.
pub fn changed(body: &Value, pointer: &str, value: Option<&Value>) -> Value {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer to a member");
    let parent = body.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    match value {
        Some(value) => parent.insert(name.to_owned(), value.clone()),
        None => parent.remove(name),
    };
    body
}

/// Every way to break a member of a type: all other types, `null` among them, and absence if it is required.
fn not_a(kind: &str, pointer: &'static str, required: bool) -> Vec<(&'static str, Option<Value>)> {
    let others = [
        ("null", json!(null)),
        ("boolean", json!(true)),
        ("number", json!(1)),
        ("number", json!(1.5)),
        ("string", json!("text")),
        ("string", json!("true")),
        ("array", json!([])),
        ("array", json!(["text"])),
        ("object", json!({})),
    ];
    let others = others.into_iter().filter(|(other, _)| !kind.split('|').any(|kind| kind == *other));
    let wrong = others.map(|(_, value)| (pointer, Some(value)));
    wrong.chain(required.then_some((pointer, None))).collect()
}

fn setting(variable: &str, default: &str) -> String {
    std::env::var(variable).ok().filter(|value| !value.is_empty()).unwrap_or(default.to_owned())
}

fn bearer(variable: &str, default: &str) -> Vec<(String, String)> {
    vec![("authorization".to_owned(), format!("Bearer {}", setting(variable, default)))]
}

fn keys(keys: [(&str, &str, &str); 2]) -> Vec<(String, String)> {
    keys.map(|(header, variable, default)| (header.to_owned(), setting(variable, default))).into()
}

pub fn all() -> [Provider; 5] {
    [telnyx(), asapp(), ada(), respondent(), example_ai()]
}

pub fn telnyx() -> Provider {
    let faults = [
        not_a("string", "/role", true),
        not_a("string", "/content", false),
        not_a("string", "/name", false),
        not_a("string|object", "/tool_choice", false),
        not_a("array", "/tool_calls", false),
        not_a("string", "/tool_call_id", false),
        not_a("string", "/sent_at", false),
        not_a("object", "/metadata", false),
    ];
    let single = [
        ("/tool_calls", json!([{}, "text"])),
        ("/tool_calls", json!([null])),
        ("/sent_at", json!("not-a-date")),
        ("/sent_at", json!("2021-11-23T12:13:14")),
        ("/metadata", json!({"a": null})),
        ("/metadata", json!({"a": 1.5})),
        ("/metadata", json!({"a": {}})),
        ("/metadata", json!({"a": [1, null]})),
        ("/metadata", json!({"a": [[]]})),
        ("/metadata", json!({"a": [0.5]})),
    ];
    Provider {
        name: "telnyx",
        path: ("/v2/ai/conversations/", "/message"),
        conversation: setting("TELNYX_CONVERSATION_ID", "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"),
        unknown: "00000000-0000-4000-8000-000000000000",
        credentials: bearer("TELNYX_API_KEY", "KEY-conform-telnyx"),
        body: json!({"role": "user"}),
        success: 200,
        invalid: 422,
        envelope: |body, _| {
            let details = body["detail"].as_array();
            details.is_some_and(|details| {
                let whole = |detail: &Value| {
                    detail["loc"].is_array() && detail["msg"].is_string() && detail["type"].is_string()
                };
                !details.is_empty() && details.iter().all(whole)
            })
        },
        faults: faults.concat().into_iter().chain(single.map(|(pointer, value)| (pointer, Some(value)))).collect(),
        variants: vec![
            ("/role", json!("")),
            ("/content", json!("")),
            ("/tool_choice", json!("auto")),
            ("/tool_choice", json!({"type": "function"})),
            ("/tool_calls", json!([])),
            ("/tool_calls", json!([{"a": null}])),
            ("/sent_at", json!("2021-11-23T12:13:14+01:00")),
            ("/metadata", json!({})),
            ("/metadata", json!({"a": "b", "c": 1, "d": true, "e": ["f", 2, false], "g": [], "h": 1.0})),
            ("/unknown", json!(null)),
        ],
    }
}

pub fn asapp() -> Provider {
    let faults = [
        not_a("string", "/text", true),
        not_a("object", "/sender", true),
        not_a("string", "/sender/role", true),
        not_a("string", "/sender/externalId", true),
        not_a("string", "/timestamp", true),
    ];
    let single = [
        ("/text", json!("")),
        ("/sender", json!({})),
        ("/sender/role", json!("Agent")),
        ("/sender/role", json!("")),
        ("/sender/externalId", json!(123)),
        ("/timestamp", json!("not-a-date")),
        ("/timestamp", json!("2021-11-23")),
        ("/timestamp", json!("")),
    ];
    Provider {
        name: "asapp",
        path: ("/conversation/v1/conversations/", "/messages"),
        conversation: setting("ASAPP_CONVERSATION_ID", "01BX5ZZKBKACTAV9WEVGEMMVRZ"),
        unknown: "01BX5ZZKBKACTAV9WEVGEMMVS0",
        credentials: keys([
            ("asapp-api-id", "ASAPP_API_ID", "conform-asapp-id"),
            ("asapp-api-secret", "ASAPP_API_SECRET", "conform-asapp-secret"),
        ]),
        body: json!({
            "text": "Hello", "timestamp": "2021-11-23T12:13:14.555Z",
            "sender": {"role": "agent", "externalId": "123"},
        }),
        success: 200,
        invalid: 400,
        envelope: |body, status| {
            let error = &body["error"];
            error["requestId"].as_str().is_some_and(|id| id.len() == 36)
                && error["code"] == json!(format!("{status}-01"))
                && error["message"].is_string()
        },
        faults: faults.concat().into_iter().chain(single.map(|(at, value)| (at, Some(value)))).collect(),
        variants: vec![
            ("/text", json!(" ")),
            ("/sender/role", json!("customer")),
            ("/sender/role", json!("system")),
            ("/sender/externalId", json!("")),
            ("/timestamp", json!("2021-11-23T12:13:14")),
            ("/timestamp", json!("2021-11-23T12:13:14-05:00")),
            ("/unknown", json!(null)),
            ("/sender/unknown", json!([])),
        ],
    }
}

pub fn ada() -> Provider {
    let faults = [not_a("object", "/author", true), not_a("object", "/content", true)];
    Provider {
        name: "ada",
        path: ("/api/v2/conversations/", "/messages/"),
        conversation: setting("ADA_CONVERSATION_ID", "5df263b7db5a7e6ea03fae9b"),
        unknown: "5df263b7db5a7e6ea03fae9c",
        credentials: bearer("ADA_API_KEY", "conform-ada-key"),
        body: json!({
            "author": {"role": "end_user", "id": "5df263b7db5a7e6ea03fae9b", "display_name": "Ada"},
            "content": {"type": "text", "body": "Hello"},
        }),
        success: 201,
        invalid: 400,
        envelope: |body, _| body["errors"][0]["message"].is_string(),
        faults: faults.concat(),
        variants: vec![("/author", json!({})), ("/content", json!({"a": null})), ("/unknown", json!(null))],
    }
}

pub fn respondent() -> Provider {
    Provider {
        name: "respondent",
        path: ("/v1/messaging/conversations/", "/messages"),
        conversation: setting("RESPONDENT_CONVERSATION_UID", "64c0ffee0ddba11ca11ab1e5"),
        unknown: "64c0ffee0ddba11ca11ab1e6",
        credentials: keys([
            ("x-api-key", "RESPONDENT_API_KEY", "conform-respondent-key"),
            ("x-api-secret", "RESPONDENT_API_SECRET", "conform-respondent-secret"),
        ]),
        body: json!({"body": "Hello"}),
        success: 201,
        invalid: 400,
        envelope: |body, status| {
            body["statusCode"] == json!(status) && body["message"].is_string() && body["error"].is_string()
        },
        faults: not_a("string", "/body", true),
        variants: vec![("/body", json!("")), ("/unknown", json!(null))],
    }
}

pub fn example_ai() -> Provider {
    let faults = [
        not_a("string", "/conversation_id", false),
        not_a("string", "/sender_id", true),
        not_a("string", "/sender_type", true),
        not_a("string", "/text", true),
        not_a("string", "/reply_to_message_id", false),
        not_a("object", "/metadata", false),
        not_a("boolean", "/auto_reply", false),
    ];
    let single = [("/sender_type", json!("User")), ("/sender_type", json!("bot"))];
    Provider {
        name: "example-ai",
        path: ("/v1/messages", ""),
        conversation: setting("EXAMPLE_AI_CONVERSATION_ID", "con_9s2kd81"),
        unknown: "con_unknown",
        credentials: bearer("EXAMPLE_AI_API_KEY", "sk_test_51_fakeapikey123456"),
        body: json!({
            "conversation_id": setting("EXAMPLE_AI_CONVERSATION_ID", "con_9s2kd81"), "sender_id": "usr_82hd92", "sender_type": "user", "text": "Hello",
        }),
        success: 200,
        invalid: 400,
        envelope: |body, _| {
            body["status"] == "error" && body["message"].is_string() && body.get("data") == Some(&Value::Null)
        },
        faults: faults.concat().into_iter().chain(single.map(|(at, value)| (at, Some(value)))).collect(),
        variants: vec![
            ("/sender_type", json!("agent")),
            ("/sender_type", json!("system")),
            ("/text", json!("")),
            ("/metadata", json!({"a": {"b": [null]}})),
            ("/auto_reply", json!(false)),
            ("/reply_to_message_id", json!("msg_of_nobody")),
            ("/reply_to_message_id", json!("")),
            ("/unknown", json!(null)),
        ],
    }
}
