//! Telnyx, "Create Message": `POST /v2/ai/conversations/{conversation_id}/message`.
//!
//! The document is an OpenAPI 3.1.0 page that states 200 without a body and 422 in FastAPI's `detail[]` shape. Like
//! FastAPI, one 422 lists everything that is wrong with the path and the body. The document's security implies 401 and
//! its path implies 404; these, 405, 413 and 415 have the same shape.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::date_time::{Zone, is_date_time};
use super::http::{self, ContentFault, Received};
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object, Problem};

pub(super) const PROVIDER: &str = "telnyx";

/// The conversation that is there from the start, from `TELNYX_CONVERSATION_ID`; by default the document's example.
pub(super) fn first_conversation() -> String {
    // UUIDs are stored in lower case: see `read_conversation_id`.
    super::setting("TELNYX_CONVERSATION_ID", "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e").to_lowercase()
}

struct Telnyx {
    store: Store,
    key: String,
}

/// The endpoint, its bearer token from `TELNYX_API_KEY`.
pub(super) fn router(store: Store) -> Router {
    let key = super::setting("TELNYX_API_KEY", "KEY-conform-telnyx");
    Router::new()
        .route("/v2/ai/conversations/{conversation_id}/message", any(create_message))
        .with_state(Arc::new(Telnyx { store, key }))
}

pub(super) fn unknown_route() -> Response {
    Fault::one(StatusCode::NOT_FOUND, &["path"], "not_found", "Not Found").into_response()
}

async fn create_message(
    State(telnyx): State<Arc<Telnyx>>,
    path: Result<Path<String>, PathRejection>,
    request: Received,
) -> Response {
    let conversation_id = path.ok().map(|Path(id)| id);
    let (store, length) = (telnyx.store.clone(), request.length());
    let answer = move || telnyx.create(conversation_id.as_deref(), &request).unwrap_or_else(Fault::into_response);
    store.run(length, answer).await
}

/// `CreateMsgReq`. Members that the schema does not name are allowed, since it does not forbid them.
#[derive(Serialize)]
struct CreateMessage<'a> {
    role: String,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_calls: Option<Vec<&'a RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
}

/// The answer. The document states 200 and says nothing about a body, so any will do: the stored message.
#[derive(Serialize)]
struct Message<'a> {
    id: String,
    conversation_id: String,
    created_at: String,
    #[serde(flatten)]
    message: CreateMessage<'a>,
}

impl Telnyx {
    fn create(&self, conversation_id: Option<&str>, request: &Received) -> Result<Response, Fault> {
        if !request.has_bearer(&self.key) {
            let location = ["header", "authorization"];
            return Err(Fault::one(StatusCode::UNAUTHORIZED, &location, "unauthorized", "Not authenticated"));
        }
        if request.method != Method::POST {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return Err(Fault::one(status, &["method"], "method_not_allowed", "Method Not Allowed"));
        }
        if !request.is_json() {
            let location = ["header", "content-type"];
            let message = "Content-Type should be application/json";
            return Err(Fault::one(StatusCode::UNSUPPORTED_MEDIA_TYPE, &location, "media_type", message));
        }
        let content = request.content().map_err(|fault| match fault {
            ContentFault::TooLarge => {
                let status = StatusCode::PAYLOAD_TOO_LARGE;
                Fault::one(status, &["body"], "too_large", "Request body should be at most 10 MiB")
            }
            ContentFault::Incomplete => Fault::invalid(&["body"], "json_invalid", "Request body is incomplete"),
        })?;
        if content.is_empty() {
            return Err(Fault::invalid(&["body"], "missing", "Field required"));
        }
        let document = values::parse(content).map_err(|reason| {
            let message = format!("JSON decode error: {reason}");
            Fault::invalid(&["body"], "json_invalid", &message)
        })?;

        let mut details = Vec::new();
        let conversation_id = read_conversation_id(conversation_id, &mut details);
        let message = CreateMessage::read(document, &mut details);
        let (Some(conversation_id), Some(message), true) = (conversation_id, message, details.is_empty()) else {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Fault { status, details });
        };

        if !self.store.has_conversation(PROVIDER, &conversation_id)? {
            let location = ["path", "conversation_id"];
            return Err(Fault::one(StatusCode::NOT_FOUND, &location, "not_found", "Conversation not found"));
        }
        let message = Message {
            id: Uuid::new_v4().to_string(),
            conversation_id,
            created_at: values::now("%Y-%m-%dT%H:%M:%S%.6fZ"),
            message,
        };
        self.store.add_message(&NewMessage {
            provider: PROVIDER,
            id: &message.id,
            conversation: &message.conversation_id,
            created_at: &message.created_at,
            request: document.get(),
        })?;
        Ok(http::json(StatusCode::OK, &message))
    }
}

/// The path parameter, `format: uuid`: the form with hyphens, in any case (RFC 9562 §4), which is stored in lower case.
fn read_conversation_id(text: Option<&str>, details: &mut Vec<Detail>) -> Option<String> {
    let id = text.filter(|text| text.len() == 36).and_then(|text| Uuid::try_parse(text).ok());
    if id.is_none() {
        let message = "Input should be a valid UUID";
        details.push(Detail::new(&["path", "conversation_id"], "uuid_parsing", message));
    }
    id.map(|id| id.to_string())
}

impl<'a> CreateMessage<'a> {
    /// Reads the body and adds whatever is wrong with it to `details`; the value counts only if nothing was.
    fn read(document: &'a RawValue, details: &mut Vec<Detail>) -> Option<CreateMessage<'a>> {
        let Some(body) = Object::read(document) else {
            details.push(Detail::wrong_type(vec!["body".into()], Kind::Object));
            return None;
        };
        let role = keep(body.required("role", Kind::String, values::string), details);
        let content = keep(body.optional("content", Kind::String, values::string), details);
        let name = keep(body.optional("name", Kind::String, values::string), details);
        let tool_choice = body.get("tool_choice");
        if tool_choice.is_some_and(|choice| !matches!(Kind::of(choice), Kind::String | Kind::Object)) {
            let message = "Input should be a valid string or dictionary";
            details.push(Detail::new(&["body", "tool_choice"], "union_type", message));
        }
        let tool_calls = keep(body.optional("tool_calls", Kind::Array, values::array), details).flatten();
        for (index, call) in tool_calls.iter().flatten().enumerate() {
            if Kind::of(call) != Kind::Object {
                let location = vec!["body".into(), "tool_calls".into(), Segment::Index(index)];
                details.push(Detail::wrong_type(location, Kind::Object));
            }
        }
        let tool_call_id = keep(body.optional("tool_call_id", Kind::String, values::string), details);
        let sent_at = keep(body.optional("sent_at", Kind::String, values::string), details).flatten();
        if let Some(text) = &sent_at
            && !is_date_time(text, Zone::Required)
        {
            let message = "Input should be a valid datetime";
            details.push(Detail::new(&["body", "sent_at"], "datetime_parsing", message));
        }
        let metadata = keep(body.optional("metadata", Kind::Object, values::free_object), details).flatten();
        for (key, value) in metadata.and_then(Object::read).iter().flat_map(Object::members) {
            if !is_metadata_value(value) {
                let message = "Input should be a valid string, integer or boolean, or a list of these";
                details.push(Detail::new(&["body", "metadata", key], "union_type", message));
            }
        }
        Some(CreateMessage {
            role: role?,
            content: content?.unwrap_or_default(), // the schema's default is ''
            name: name?,
            tool_choice,
            tool_calls,
            tool_call_id: tool_call_id?,
            sent_at,
            metadata,
        })
    }
}

/// `additionalProperties` of `metadata`: a string, an integer, a boolean, or an array of these.
fn is_metadata_value(value: &RawValue) -> bool {
    let is_scalar = |value: &RawValue| match Kind::of(value) {
        Kind::String | Kind::Boolean => true,
        Kind::Number => values::is_integer(value),
        Kind::Null | Kind::Array | Kind::Object => false,
    };
    match values::array(value) {
        Some(elements) => elements.into_iter().all(is_scalar),
        None => is_scalar(value),
    }
}

/// The value, or nothing and one more detail.
fn keep<T>(read: Result<T, FieldFault>, details: &mut Vec<Detail>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(FieldFault { field, problem }) => {
            details.push(match problem {
                Problem::Missing => Detail::new(&["body", &field], "missing", "Field required"),
                Problem::NotA(kind) => Detail::wrong_type(vec!["body".into(), Segment::Name(field)], kind),
            });
            None
        }
    }
}

/// An error answer: `HTTPValidationError` of the document, for every status.
struct Fault {
    status: StatusCode,
    details: Vec<Detail>,
}

/// `ValidationError` of the document: where, what, and which kind.
#[derive(Serialize)]
struct Detail {
    loc: Vec<Segment>,
    msg: String,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Segment {
    Name(String),
    Index(usize),
}

impl From<&str> for Segment {
    fn from(name: &str) -> Segment {
        Segment::Name(name.to_owned())
    }
}

impl Detail {
    fn new(location: &[&str], kind: &'static str, message: &str) -> Detail {
        Detail { loc: location.iter().copied().map(Segment::from).collect(), msg: message.to_owned(), r#type: kind }
    }

    fn wrong_type(loc: Vec<Segment>, expected: Kind) -> Detail {
        let r#type = match expected {
            Kind::String => "string_type",
            Kind::Array => "list_type",
            Kind::Object => "dict_type",
            Kind::Null | Kind::Boolean | Kind::Number => "value_type",
        };
        let msg = format!("Input should be {}", expected.noun());
        Detail { loc, msg, r#type }
    }
}

impl Fault {
    fn one(status: StatusCode, location: &[&str], kind: &'static str, message: &str) -> Fault {
        let details = vec![Detail::new(location, kind, message)];
        Fault { status, details }
    }

    fn invalid(location: &[&str], kind: &'static str, message: &str) -> Fault {
        Fault::one(StatusCode::UNPROCESSABLE_ENTITY, location, kind, message)
    }

    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Envelope {
            detail: Vec<Detail>,
        }
        let detail = self.details;
        http::error(self.status, &Envelope { detail }, "Bearer")
    }
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Fault {
        Fault::one(StatusCode::INTERNAL_SERVER_ERROR, &["server"], "internal", "Internal Server Error")
    }
}
