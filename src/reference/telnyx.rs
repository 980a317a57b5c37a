//! Telnyx, "Create Message": `POST /v2/ai/conversations/{conversation_id}/message`.
//!
//! The document is an OpenAPI 3.1.0 page that states 200 without a body and 422 in FastAPI's `detail[]` shape. Like
//! FastAPI, one 422 lists everything that is wrong with the path and the body. The document's security implies 401 and
//! its path implies 404; these, 405, 413 and 415 have the same shape.

mod error;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use self::error::{Detail, Fault, Segment};
use super::date_time::{Zone, is_date_time};
use super::first_conversations::TELNYX as PROVIDER;
use super::http::{self, ContentFault, Received};
use super::seeded::{Seed, telnyx as fault};
use super::setting::setting;
use super::store::{NewMessage, Store};
use super::values::{self, FieldFault, Kind, Object, Problem};

struct Telnyx {
    store: Store,
    key: String,
    seeded: Seed,
}

impl FromRef<Arc<Telnyx>> for Seed {
    fn from_ref(telnyx: &Arc<Telnyx>) -> Seed {
        telnyx.seeded
    }
}

/// The endpoint, its bearer token from `TELNYX_API_KEY`.
pub(super) fn router(store: Store, seeded: Seed) -> Router {
    let key = setting("TELNYX_API_KEY", "KEY-conform-telnyx");
    Router::new()
        .route("/v2/ai/conversations/{conversation_id}/message", any(create_message))
        .with_state(Arc::new(Telnyx { store, key, seeded }))
}

pub(super) fn unknown_route() -> Response {
    Fault::one(StatusCode::NOT_FOUND, &["path"], "not_found", "Not Found").into_response(Seed::default())
}

async fn create_message(
    State(telnyx): State<Arc<Telnyx>>,
    path: Result<Path<String>, PathRejection>,
    request: Received,
) -> Response {
    let conversation_id = path.ok().map(|Path(id)| id);
    let (store, length) = (telnyx.store.clone(), request.length());
    let answer = move || {
        let created = telnyx.create(conversation_id.as_deref(), &request);
        created.unwrap_or_else(|fault| fault.into_response(telnyx.seeded))
    };
    store.run(length, answer).await
}

/// `CreateMsgReq`. Properties that the schema does not name are allowed, since it does not forbid them.
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
        let seeded = self.seeded;
        if !request.has_bearer(&self.key) {
            if seeded.has(&fault::UNAUTHORIZED_IS_422) {
                return Err(Fault::invalid(&["header", "authorization"], "missing", "Field required"));
            }
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
        let conversation_id = read_conversation_id(conversation_id, &mut details, seeded);
        let message = CreateMessage::read(document, &mut details, seeded);
        let (Some(conversation_id), Some(message), true) = (conversation_id, message, details.is_empty()) else {
            let status = match seeded.has(&fault::INVALID_IS_400) {
                true => StatusCode::BAD_REQUEST,
                false => StatusCode::UNPROCESSABLE_ENTITY,
            };
            return Err(Fault { status, details });
        };
        if message.fails(seeded) {
            return Err(Fault::internal());
        }

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
        let status = if seeded.has(&fault::CREATED) { StatusCode::CREATED } else { StatusCode::OK };
        Ok(http::json(status, &message))
    }
}

/// The path parameter, `format: uuid`: the form with hyphens, in any case (RFC 9562 §4), which is stored in lower case.
fn read_conversation_id(text: Option<&str>, details: &mut Vec<Detail>, seeded: Seed) -> Option<String> {
    let text = text.map(|text| if seeded.has(&fault::CONVERSATION_ID_TRIMMED) { text.trim() } else { text });
    let any_form = seeded.has(&fault::CONVERSATION_ID_UNHYPHENATED);
    let id = text.filter(|text| text.len() == 36 || any_form).and_then(|text| Uuid::try_parse(text).ok());
    if id.is_none() {
        let message = "Input should be a valid UUID";
        details.push(Detail::new(&["path", "conversation_id"], "uuid_parsing", message));
    }
    id.map(|id| id.to_string())
}

impl<'a> CreateMessage<'a> {
    /// Reads the body and adds whatever is wrong with it to `details`; the value counts only if nothing was.
    fn read(document: &'a RawValue, details: &mut Vec<Detail>, seeded: Seed) -> Option<CreateMessage<'a>> {
        let Some(body) = Object::read(document) else {
            details.push(Detail::wrong_type(vec!["body".into()], Kind::Object));
            return None;
        };
        let read_role = |value: &RawValue| match Kind::of(value) {
            Kind::Null if seeded.has(&fault::ROLE_NULL) => Some(String::new()),
            _ if seeded.has(&fault::ROLE_COERCED) => values::coerced(value),
            _ => values::string(value),
        };
        let role = body.required_if(!seeded.has(&fault::ROLE_OPTIONAL), "role", Kind::String, read_role);
        let role = keep(role, details);
        let read_content = |value: &RawValue| match values::string(value) {
            None if seeded.has(&fault::CONTENT_NULL) && values::is_null(value) => Some(String::new()),
            Some(text) if seeded.has(&fault::CONTENT_EMPTY) && text.is_empty() => None,
            Some(text) if seeded.has(&fault::CONTENT_LONG) && text.len() > 10_000 => None,
            read => read,
        };
        let content = keep(body.optional("content", Kind::String, read_content), details);
        let read_name = |value: &RawValue| {
            values::string(value).filter(|name| !seeded.has(&fault::NAME_OF_64) || name.chars().count() != 64)
        };
        let name = keep(body.optional("name", Kind::String, read_name), details);
        let tool_choice = read_tool_choice(&body, details, seeded);
        let tool_calls = read_tool_calls(&body, details, seeded);
        let tool_call_id = keep(body.optional("tool_call_id", Kind::String, values::string), details);
        let read_time = |value: &RawValue| match Kind::of(value) {
            Kind::Number if seeded.has(&fault::SENT_AT_EPOCH) => Some("1970-01-01T00:00:00Z".to_owned()),
            _ => values::string(value),
        };
        let both = body.get("content").is_some() && tool_calls.is_some();
        let sent_at = keep(body.optional("sent_at", Kind::String, read_time), details).flatten();
        if let Some(text) = &sent_at
            && !is_sent_at(text, seeded)
        {
            let message = "Input should be a valid datetime";
            details.push(Detail::new(&["body", "sent_at"], "datetime_parsing", message));
        }
        let metadata = keep(body.optional("metadata", Kind::Object, values::free_object), details).flatten();
        let count = || metadata.and_then(Object::read).iter().flat_map(Object::members).count();
        if seeded.has(&fault::METADATA_OF_17) && count() > 16 || seeded.has(&fault::CONTENT_BESIDE_CALLS) && both {
            details.push(Detail::new(&["body"], "too_much", "Input should have less"));
        }
        for (key, value) in metadata.and_then(Object::read).iter().flat_map(Object::members) {
            if !is_metadata_value(value, seeded) || !is_metadata_name(key, seeded) {
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

fn read_tool_choice<'a>(body: &Object<'a>, details: &mut Vec<Detail>, seeded: Seed) -> Option<&'a RawValue> {
    let tool_choice = body.get("tool_choice");
    let may_choose = |kind| match kind {
        Kind::String => true,
        Kind::Object => !seeded.has(&fault::TOOL_CHOICE_OBJECT),
        Kind::Array => seeded.has(&fault::TOOL_CHOICE_LIST),
        _ => false,
    };
    if tool_choice.is_some_and(|choice| !may_choose(Kind::of(choice))) {
        let message = "Input should be a valid string or dictionary";
        details.push(Detail::new(&["body", "tool_choice"], "union_type", message));
    }
    tool_choice
}

fn read_tool_calls<'a>(body: &Object<'a>, details: &mut Vec<Detail>, seeded: Seed) -> Option<Vec<&'a RawValue>> {
    let read_calls = |value| match Kind::of(value) {
        Kind::Object if seeded.has(&fault::TOOL_CALLS_SINGLE) => Some(vec![value]),
        _ => values::array(value),
    };
    let tool_calls = keep(body.optional("tool_calls", Kind::Array, read_calls), details).flatten();
    let checked = if seeded.has(&fault::TOOL_CALLS_FIRST_ONLY) { 1 } else { usize::MAX };
    for (index, call) in tool_calls.iter().flatten().enumerate().take(checked) {
        if Kind::of(call) != Kind::Object {
            let location = vec!["body".into(), "tool_calls".into(), Segment::Index(index)];
            details.push(Detail::wrong_type(location, Kind::Object));
        }
    }
    tool_calls
}

impl CreateMessage<'_> {
    /// Whether what stores the message fails.
    fn fails(&self, seeded: Seed) -> bool {
        let three_bytes = |c: char| c.len_utf8() <= 3;
        seeded.has(&fault::CONTENT_EMOJI) && !self.content.chars().all(three_bytes)
            || seeded.has(&fault::NAME_NUL) && self.name.as_ref().is_some_and(|name| name.contains('\0'))
            || seeded.has(&fault::TOOL_CALLS_EMPTY) && self.tool_calls.as_ref().is_some_and(Vec::is_empty)
    }
}

/// `format: date-time`.
fn is_sent_at(text: &str, seeded: Seed) -> bool {
    match () {
        () if seeded.has(&fault::SENT_AT_ANY_TEXT) => true,
        () if seeded.has(&fault::SENT_AT_DATE) && is_date_time(&format!("{text}T00:00:00Z"), Zone::Required) => true,
        () if seeded.has(&fault::SENT_AT_EMPTY) && text.is_empty() => true,
        () if seeded.has(&fault::SENT_AT_OFFSET) && !text.ends_with('Z') => false,
        () if seeded.has(&fault::SENT_AT_FRACTION) && text.contains('.') => false,
        () => is_date_time(text, Zone::Required),
    }
}

/// Rules that the document does not have.
fn is_metadata_name(name: &str, seeded: Seed) -> bool {
    match () {
        () if seeded.has(&fault::METADATA_BLANK) => !name.contains(' '),
        () if seeded.has(&fault::METADATA_NAME_OF_65) => name.chars().count() <= 64,
        () => true,
    }
}

/// `additionalProperties` of `metadata`: a string, an integer, a boolean, or an array of these.
fn is_metadata_value(value: &RawValue, seeded: Seed) -> bool {
    let is_number = |value: &RawValue| match () {
        () if seeded.has(&fault::METADATA_FRACTION) => true,
        () if seeded.has(&fault::METADATA_INTEGER) => false,
        () if seeded.has(&fault::METADATA_INTEGER_16) => value.get().parse::<i16>().is_ok(),
        () => values::is_integer(value),
    };
    let is_scalar = |value: &RawValue| match Kind::of(value) {
        Kind::String if seeded.has(&fault::METADATA_VALUE_OF_513) => {
            values::string(value).is_some_and(|text| text.chars().count() <= 512)
        }
        Kind::String | Kind::Boolean => true,
        Kind::Number => is_number(value),
        Kind::Object => seeded.has(&fault::METADATA_NESTED),
        Kind::Null | Kind::Array => false,
    };
    match values::array(value) {
        Some(_) if seeded.has(&fault::METADATA_LIST) => false,
        Some(_) if seeded.has(&fault::METADATA_LIST_UNCHECKED) => true,
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
