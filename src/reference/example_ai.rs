//! Example AI, "Send Message": `POST /v1/messages`.
//!
//! The document is prose with one envelope, `status`, `message` and `data`, for success and errors (400, 401, 404, 500).
//! It does not state the status of success: this target sends 200, since the document calls the act "sent" and not
//! "created". 405, 413 and 415 follow from HTTP and have the same envelope.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::value::RawValue;

use super::http::{self, ContentFault, Received};
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object, Problem};

pub(super) const PROVIDER: &str = "example-ai";

/// The conversation that is there from the start, from `EXAMPLE_AI_CONVERSATION_ID`; by default the document's example.
pub(super) fn first_conversation() -> String {
    super::setting("EXAMPLE_AI_CONVERSATION_ID", "con_9s2kd81")
}

struct ExampleAi {
    store: Store,
    key: String,
}

/// The endpoint, its bearer token from `EXAMPLE_AI_API_KEY`, or the document's example token.
pub(super) fn router(store: Store) -> Router {
    let key = super::setting("EXAMPLE_AI_API_KEY", "sk_test_51_fakeapikey123456");
    Router::new().route("/v1/messages", any(send_message)).with_state(Arc::new(ExampleAi { store, key }))
}

pub(super) fn unknown_route() -> Response {
    Fault::new(StatusCode::NOT_FOUND, "No such endpoint.").into_response()
}

async fn send_message(State(example_ai): State<Arc<ExampleAi>>, request: Received) -> Response {
    let (store, length) = (example_ai.store.clone(), request.length());
    let answer = move || example_ai.send(&request).unwrap_or_else(Fault::into_response);
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
            let message = format!("Body is not JSON: {reason}.");
            Fault::bad_request(message)
        })?;
        let send = SendMessage::read(document)?;

        if let Some(id) = &send.conversation_id
            && !self.store.has_conversation(PROVIDER, id)?
        {
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
        Ok(http::json(StatusCode::OK, &envelope))
    }
}

impl<'a> SendMessage<'a> {
    fn read(document: &'a RawValue) -> Result<SendMessage<'a>, Fault> {
        let body = Object::read(document).ok_or_else(|| Fault::bad_request("Body must be an object."))?;
        let conversation_id = body.optional("conversation_id", Kind::String, values::string)?;
        let sender_id = body.required("sender_id", Kind::String, values::string)?;
        let sender_type = body.required("sender_type", Kind::String, values::string)?;
        if !["user", "agent", "system"].contains(&sender_type.as_str()) {
            let message = "Field 'sender_type' must be user, agent, or system.";
            return Err(Fault::bad_request(message));
        }
        let text = body.required("text", Kind::String, values::string)?;
        // Any string: the document does not say what becomes of an unknown message.
        let _reply_to_message_id = body.optional("reply_to_message_id", Kind::String, values::string)?;
        let metadata = body.optional("metadata", Kind::Object, values::free_object)?;
        let auto_reply = body.optional("auto_reply", Kind::Boolean, values::boolean)?;
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

    fn into_response(self) -> Response {
        let envelope = Envelope::<()> { status: "error", message: self.message, data: None };
        http::error(self.status, &envelope, "Bearer")
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
        let message = "Failed to enqueue message. Please retry.";
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}
