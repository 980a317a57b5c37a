//! Example AI, "Send Message": `POST /v1/messages`.
//!
//! The document is prose with one envelope, `status`, `message` and `data`, for success and errors (400, 401, 404, 500).
//! It does not state the status of success: this target sends 200, since the document calls the act "sent" and not
//! "created". 405, 413 and 415 follow from HTTP and have the same envelope.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::first_conversations::EXAMPLE_AI as PROVIDER;
use super::http::{self, ContentFault, Received};
use super::seeded::{Seed, example_ai as fault};
use super::setting::setting;
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object, Problem};

struct ExampleAi {
    store: Store,
    key: String,
    seeded: Seed,
}

impl FromRef<Arc<ExampleAi>> for Seed {
    fn from_ref(example_ai: &Arc<ExampleAi>) -> Seed {
        example_ai.seeded
    }
}

/// The endpoint, its bearer token from `EXAMPLE_AI_API_KEY`, or the document's example token.
pub(super) fn router(store: Store, seeded: Seed) -> Router {
    let key = setting("EXAMPLE_AI_API_KEY", "sk_test_51_fakeapikey123456");
    Router::new().route("/v1/messages", any(send_message)).with_state(Arc::new(ExampleAi { store, key, seeded }))
}

pub(super) fn unknown_route() -> Response {
    Fault::new(StatusCode::NOT_FOUND, "No such endpoint.").into_response(Seed::default())
}

async fn send_message(State(example_ai): State<Arc<ExampleAi>>, request: Received) -> Response {
    let (store, length) = (example_ai.store.clone(), request.length());
    let answer = move || {
        let sent = example_ai.send(&request);
        sent.unwrap_or_else(|fault| fault.into_response(example_ai.seeded))
    };
    store.run(length, answer).await
}

/// "Body Parameters". Others are allowed, since the document does not forbid them.
struct SendMessage<'a> {
    conversation_id: Option<String>,
    sender_id: String,
    sender_type: String,
    text: String,
    metadata: Option<&'a RawValue>,
    auto_reply: bool,
}

/// The envelope of every answer.
#[derive(Serialize)]
struct Envelope<T> {
    status: &'static str,
    message: String,
    data: Option<T>,
}

/// `data` of a success.
#[derive(Serialize)]
struct Sent<'a> {
    conversation_id: String,
    message: Message<'a>,
    auto_reply_enqueued: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    id: String,
    sender_id: String,
    sender_type: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>, // "metadata?" in the document's types: absent, never null
    created_at: String,
}

impl ExampleAi {
    fn send(&self, request: &Received) -> Result<Response, Fault> {
        let seeded = self.seeded;
        if !request.has_bearer(&self.key) {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "Invalid or expired token."));
        }
        if request.method != Method::POST {
            return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "Use POST."));
        }
        if !request.is_json() {
            let message = "Header 'Content-Type' must be application/json.";
            return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let content = request.content().map_err(|fault| match fault {
            ContentFault::TooLarge => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "Body is larger than 10 MiB."),
            ContentFault::Incomplete => Fault::bad_request("Body is incomplete."),
        })?;
        let document = values::parse(content).map_err(|reason| {
            let status = match seeded.has(&fault::MALFORMED_UNCAUGHT) {
                true => StatusCode::INTERNAL_SERVER_ERROR,
                false => StatusCode::BAD_REQUEST,
            };
            Fault::new(status, format!("Body is not JSON: {reason}."))
        })?;
        let send = SendMessage::read(document, seeded)?;
        if send.fails(seeded) {
            return Err(Fault::internal());
        }

        if let Some(id) = &send.conversation_id
            && !self.store.has_conversation(PROVIDER, id)?
        {
            if seeded.has(&fault::MISSING_IS_200) {
                self.store.add_conversation(PROVIDER, id)?;
                return self.send(request);
            }
            let message = format!("Conversation not found: {id}.");
            return Err(Fault::new(StatusCode::NOT_FOUND, message));
        }
        let conversation_id = match send.conversation_id {
            Some(id) => id,
            // "If omitted, a new conversation may be created": here it always is.
            None => {
                let id = values::prefixed_id("con");
                self.store.add_conversation(PROVIDER, &id)?;
                id
            }
        };
        let message = Message {
            id: values::prefixed_id("msg"),
            sender_id: send.sender_id,
            sender_type: send.sender_type,
            text: send.text,
            metadata: send.metadata,
            created_at: values::now("%Y-%m-%dT%H:%M:%SZ"),
        };
        self.store.add_message(&NewMessage {
            provider: PROVIDER,
            id: &message.id,
            conversation: &conversation_id,
            created_at: &message.created_at,
            request: document.get(),
        })?;
        let envelope = Envelope {
            status: "success",
            message: "Message sent successfully.".to_owned(),
            data: Some(Sent { conversation_id, message, auto_reply_enqueued: send.auto_reply }),
        };
        Ok(http::json(StatusCode::OK, &seeded.shape(&envelope, |shape| misshape(shape, document, seeded))))
    }
}

/// What a seeded fault makes of a success.
fn misshape(shape: &mut Value, request: &RawValue, seeded: Seed) {
    let drop = |object: &mut Value, name: &str| object.as_object_mut().and_then(|members| members.remove(name));
    let text = shape["data"]["message"]["text"].as_str().unwrap_or_default().to_owned();
    match () {
        () if seeded.has(&fault::STATUS_OK) => shape["status"] = json!("ok"),
        () if seeded.has(&fault::MESSAGE_ID_NUMBER) => shape["data"]["message"]["id"] = json!(4_711),
        () if seeded.has(&fault::CREATED_AT_MISSING) => {
            drop(&mut shape["data"]["message"], "created_at");
        }
        () if seeded.has(&fault::METADATA_NULL) && shape["data"]["message"].get("metadata").is_none() => {
            shape["data"]["message"]["metadata"] = json!(null);
        }
        () if seeded.has(&fault::ENQUEUED_TEXT) => shape["data"]["auto_reply_enqueued"] = json!("yes"),
        () if seeded.has(&fault::DATA_UNWRAPPED) => {
            if let Some(Value::Object(data)) = drop(shape, "data") {
                shape.as_object_mut().into_iter().for_each(|members| members.extend(data.clone()));
            }
        }
        () if seeded.has(&fault::CONVERSATION_ID_ONCE) && request.get().contains("\"conversation_id\"") => {
            drop(&mut shape["data"], "conversation_id");
        }
        () if seeded.has(&fault::TEXT_LOWERED) => shape["data"]["message"]["text"] = json!(text.to_lowercase()),
        () if seeded.has(&fault::TEXT_CR_LF) => {
            shape["data"]["message"]["text"] = json!(text.replace("\r\n", "\n"));
        }
        () => {}
    }
}

impl<'a> SendMessage<'a> {
    fn read(document: &'a RawValue, seeded: Seed) -> Result<SendMessage<'a>, Fault> {
        let body = Object::read(document).ok_or_else(|| Fault::bad_request("Body must be an object."))?;
        let conversation_id = match body.get("conversation_id") {
            Some(null) if seeded.has(&fault::CONVERSATION_ID_NULL) && values::is_null(null) => None,
            None if seeded.has(&fault::CONVERSATION_NEEDED) => {
                return Err(Fault::bad_request("Field 'conversation_id' is required."));
            }
            _ => body.optional("conversation_id", Kind::String, values::string)?,
        };
        let read_sender = |value: &RawValue| {
            values::string(value).filter(|id| !seeded.has(&fault::SENDER_ID_OF_255) || id.chars().count() <= 255)
        };
        let needed = !seeded.has(&fault::SENDER_ID_OPTIONAL);
        let sender_id = body.required_if(needed, "sender_id", Kind::String, read_sender)?;
        let sender_type = body.required("sender_type", Kind::String, values::string)?;
        if !is_sender_type(&sender_type, seeded) {
            let message = "Field 'sender_type' must be user, agent, or system.";
            return Err(Fault::bad_request(message));
        }
        let read_text = |value: &RawValue| match values::string(value) {
            None if seeded.has(&fault::TEXT_NUMBER) && Kind::of(value) == Kind::Number => Some(value.get().to_owned()),
            Some(text) if seeded.has(&fault::TEXT_EMPTY) && text.is_empty() => None,
            read => read,
        };
        let needed = !seeded.has(&fault::TEXT_OPTIONAL_AT_FIRST) || conversation_id.is_some();
        let text = body.required_if(needed, "text", Kind::String, read_text)?;
        if !seeded.has(&fault::REPLY_TO_UNCHECKED) {
            // Any string: the document does not say what becomes of an unknown message.
            let _reply_to_message_id = body.optional("reply_to_message_id", Kind::String, values::string)?;
        }
        let metadata = body.optional("metadata", Kind::Object, |value| read_metadata(value, seeded))?;
        let auto_reply = body.optional("auto_reply", Kind::Boolean, |value| read_auto_reply(value, seeded))?;
        Ok(SendMessage {
            conversation_id,
            sender_id,
            sender_type,
            text,
            metadata,
            auto_reply: auto_reply.unwrap_or(true), // "Default: true."
        })
    }
}

impl SendMessage<'_> {
    /// Whether what is done with the message fails.
    fn fails(&self, seeded: Seed) -> bool {
        seeded.has(&fault::TEXT_16_BITS) && self.text.len() > 10_000
            || seeded.has(&fault::SYSTEM_WITHOUT_REPLY) && self.sender_type == "system" && !self.auto_reply
            || seeded.has(&fault::TEXT_CONTROL) && self.text.contains(|c: char| c < ' ' && !c.is_whitespace())
    }
}

/// `user`, `agent` or `system`.
fn is_sender_type(text: &str, seeded: Seed) -> bool {
    match text {
        "user" | "system" => true,
        "agent" => !seeded.has(&fault::SENDER_TYPE_AGENT_FORGOTTEN),
        _ => seeded.has(&fault::SENDER_TYPE_UNLISTED),
    }
}

fn read_metadata(value: &RawValue, seeded: Seed) -> Option<&RawValue> {
    let holds = |kind| Object::read(value).is_some_and(|object| object.members().any(|(_, v)| Kind::of(v) == kind));
    match Kind::of(value) {
        Kind::Array if seeded.has(&fault::METADATA_LIST) => Some(RawValue::NULL),
        _ if seeded.has(&fault::METADATA_FLAT) && holds(Kind::Object) => None,
        _ if seeded.has(&fault::METADATA_WITH_NULL) && holds(Kind::Null) => None,
        _ => values::free_object(value),
    }
}

fn read_auto_reply(value: &RawValue, seeded: Seed) -> Option<bool> {
    match Kind::of(value) {
        Kind::String | Kind::Number if seeded.has(&fault::AUTO_REPLY_TRUTHY) => Some(value.get() != "0"),
        Kind::Null if seeded.has(&fault::AUTO_REPLY_NULL) => Some(true),
        Kind::Boolean if seeded.has(&fault::AUTO_REPLY_FALSE) && value.get() == "false" => None,
        _ => values::boolean(value),
    }
}

/// An error answer: the envelope with `data: null`.
struct Fault {
    status: StatusCode,
    message: String,
}

impl Fault {
    fn new(status: StatusCode, message: impl Into<String>) -> Fault {
        let message = message.into();
        Fault { status, message }
    }

    fn bad_request(message: impl Into<String>) -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, message)
    }

    fn internal() -> Fault {
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "Failed to enqueue message. Please retry.")
    }

    fn into_response(self, seeded: Seed) -> Response {
        let envelope = Envelope::<()> { status: "error", message: self.message, data: None };
        let shaped = seeded.shape(&envelope, |shape| match self.status {
            StatusCode::UNAUTHORIZED if seeded.has(&fault::DATA_MISSING) => {
                *shape = json!({"status": "error", "message": "Invalid or expired token."});
            }
            StatusCode::NOT_FOUND if seeded.has(&fault::DATA_EMPTY) => shape["data"] = json!({}),
            StatusCode::BAD_REQUEST if seeded.has(&fault::STATUS_FAIL) => shape["status"] = json!("fail"),
            StatusCode::BAD_REQUEST if seeded.has(&fault::MESSAGE_MISSING) && envelope.message.contains("JSON") => {
                *shape = json!({"status": "error", "data": null});
            }
            _ => {}
        });
        let status = match self.status {
            StatusCode::BAD_REQUEST if seeded.has(&fault::INVALID_IS_422) => StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::BAD_REQUEST if seeded.has(&fault::ERROR_IS_200) => StatusCode::OK,
            status => status,
        };
        http::error(status, &shaped, "Bearer", seeded)
    }
}

impl From<FieldFault> for Fault {
    fn from(FieldFault { field, problem }: FieldFault) -> Fault {
        Fault::bad_request(match problem {
            Problem::Missing => format!("Field '{field}' is required."),
            Problem::NotA(kind) => format!("Field '{field}' must be {}.", kind.noun()),
        })
    }
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Fault {
        Fault::internal()
    }
}
