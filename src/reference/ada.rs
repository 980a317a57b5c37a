//! Ada, "Create a new message": `POST /api/v2/conversations/{conversation_id}/messages/`, with the trailing slash.
//!
//! The document is prose. It calls the success "Message created" without a status: this target sends 201, which is what
//! HTTP calls a request that has created something (RFC 9110 §15.3.2). It lists 400, 401, 404, 429 and 500 without
//! bodies: theirs is a small JSON object here. 429 has no cause that the document states and is never sent.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::first_conversations::ADA as PROVIDER;
use super::http::{self, ContentFault, Received};
use super::seeded::{Seed, ada as fault};
use super::setting::setting;
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object};

struct Ada {
    store: Store,
    key: String,
    seeded: Seed,
}

impl FromRef<Arc<Ada>> for Seed {
    fn from_ref(ada: &Arc<Ada>) -> Seed {
        ada.seeded
    }
}

/// The endpoint, its bearer token from `ADA_API_KEY`.
pub(super) fn router(store: Store, seeded: Seed) -> Router {
    let key = setting("ADA_API_KEY", "conform-ada-key");
    Router::new()
        .route("/api/v2/conversations/{conversation_id}/messages/", any(create_message))
        .with_state(Arc::new(Ada { store, key, seeded }))
}

pub(super) fn unknown_route() -> Response {
    Fault::new(StatusCode::NOT_FOUND, "Not found").into_response(Seed::default())
}

async fn create_message(
    State(ada): State<Arc<Ada>>,
    path: Result<Path<String>, PathRejection>,
    request: Received,
) -> Response {
    let conversation_id = path.ok().map(|Path(id)| id);
    let (store, length) = (ada.store.clone(), request.length());
    let answer = move || {
        let created = ada.create(conversation_id, &request);
        created.unwrap_or_else(|fault| fault.into_response(ada.seeded))
    };
    store.run(length, answer).await
}

/// The request body. The document requires two objects and says nothing about what is in them, so any object will do,
/// and both are returned as they were received.
struct CreateMessage<'a> {
    author: &'a RawValue,
    content: &'a RawValue,
}

/// The response, with the properties of the document's example.
#[derive(Serialize)]
struct Message<'a> {
    id: String,
    conversation_id: String,
    author: &'a RawValue,
    content: &'a RawValue,
    created_at: String,
    updated_at: String,
}

impl Ada {
    fn create(&self, conversation_id: Option<String>, request: &Received) -> Result<Response, Fault> {
        let seeded = self.seeded;
        if !request.has_bearer(&self.key) {
            let bad = seeded.has(&fault::UNAUTHORIZED_IS_400);
            let status = if bad { StatusCode::BAD_REQUEST } else { StatusCode::UNAUTHORIZED };
            return Err(Fault::new(status, "Missing or invalid bearer token"));
        }
        if request.method != Method::POST {
            return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"));
        }
        if !request.is_json() {
            let message = "Content-Type must be application/json";
            let hidden = seeded.has(&fault::TYPE_IS_404);
            let status = if hidden { StatusCode::NOT_FOUND } else { StatusCode::UNSUPPORTED_MEDIA_TYPE };
            return Err(Fault::new(status, message));
        }
        let content = request.content().map_err(|fault| match fault {
            // "The maximum request size is 10MB."
            ContentFault::TooLarge => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "The maximum request size is 10MB"),
            ContentFault::Incomplete => Fault::bad_request("The request body is incomplete"),
        })?;
        let document = parse(content, seeded)?;
        let message =
            CreateMessage::read(document, seeded).map_err(|refused| match seeded.has(&fault::INVALID_IS_422) {
                true => Fault { status: StatusCode::UNPROCESSABLE_ENTITY, ..refused },
                false => refused,
            })?;

        // The document's `format: "id"` is not defined anywhere, so any string may be an identifier; this also answers a
        // path that is not UTF-8, which cannot be one.
        let Some(conversation_id) = conversation_id else {
            return Err(Fault::not_found());
        };
        if !self.store.has_conversation(PROVIDER, &conversation_id)? {
            match () {
                () if seeded.has(&fault::MISSING_IS_201) => self.store.add_conversation(PROVIDER, &conversation_id)?,
                () if seeded.has(&fault::MISSING_IS_400) => return Err(Fault::bad_request("No such conversation")),
                () => return Err(Fault::not_found()),
            }
        }
        let now = values::now("%Y-%m-%dT%H:%M:%S%.6f%:z");
        let message = Message {
            id: values::object_id(),
            conversation_id,
            author: message.author,
            content: message.content,
            created_at: now.clone(),
            updated_at: now,
        };
        self.store.add_message(&NewMessage {
            provider: PROVIDER,
            id: &message.id,
            conversation: &message.conversation_id,
            created_at: &message.created_at,
            request: document.get(),
        })?;
        Ok(message.into_response(seeded))
    }
}

impl Message<'_> {
    fn into_response(self, seeded: Seed) -> Response {
        let shaped = seeded.shape(&self, |shape| match () {
            () if seeded.has(&fault::ID_NUMBER) => shape["id"] = json!(4_711),
            () if seeded.has(&fault::CREATED_AT_WITH_BLANK) => {
                shape["created_at"] = json!(values::now("%Y-%m-%d %H:%M:%S"));
            }
            () if seeded.has(&fault::CREATED_AT_EPOCH) => shape["created_at"] = json!(1_600_560_000),
            () if seeded.has(&fault::UPDATED_AT_NULL) => shape["updated_at"] = json!(null),
            () if seeded.has(&fault::AUTHOR_ID_ONLY) => shape["author"] = shape["author"]["id"].take(),
            () if seeded.has(&fault::CONTENT_LOWERED) => {
                shape["content"]["body"] = json!(shape["content"]["body"].as_str().map(str::to_lowercase));
            }
            () => {}
        });
        let mut response = http::json(StatusCode::CREATED, &shaped);
        if seeded.has(&fault::BODY_MISSING) {
            *response.body_mut() = Body::empty();
        }
        if seeded.has(&fault::CREATED_CUT_OFF) {
            let parts = [Ok("{\"id\":"), Err(std::io::Error::other("cut off"))];
            *response.body_mut() = Body::from_stream(futures_util::stream::iter(parts));
        }
        if seeded.has(&fault::CREATED_TEXT) {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        }
        response
    }
}

fn parse(content: &[u8], seeded: Seed) -> Result<&RawValue, Fault> {
    let bad = |reason: String| Fault::bad_request(format!("The request body is not JSON: {reason}"));
    if seeded.has(&fault::NO_BODY) && content.is_empty() {
        return values::parse(br#"{"author":{},"content":{}}"#).map_err(bad);
    }
    if seeded.has(&fault::EMPTY_UNEXPECTED) && content.is_empty() {
        return Err(Fault::internal());
    }
    if seeded.has(&fault::JSON_INDENTED) && content.first().is_some_and(u8::is_ascii_whitespace) {
        return Err(bad("white space".to_owned()));
    }
    if seeded.has(&fault::JSON_PREFIX)
        && let Some(Ok(first)) = serde_json::Deserializer::from_slice(content).into_iter::<&RawValue>().next()
    {
        return Ok(first);
    }
    values::parse(content).map_err(bad)
}

impl<'a> CreateMessage<'a> {
    /// "This endpoint expects an object": `author` and `content`, both objects, both required.
    fn read(document: &'a RawValue, seeded: Seed) -> Result<CreateMessage<'a>, Fault> {
        let body = Object::read(document).ok_or_else(|| Fault::bad_request("The request body must be an object"))?;
        if seeded.has(&fault::AUTHOR_UNEXPECTED) && body.get("author").is_none() {
            return Err(Fault::internal());
        }
        let read_author = |value| match () {
            () if seeded.has(&fault::AUTHOR_NULL) && values::is_null(value) => Some(value),
            () if seeded.has(&fault::AUTHOR_ASCII) && !value.get().is_ascii() => None,
            () => values::free_object(value),
        };
        let author = match body.get("author") {
            None if seeded.has(&fault::AUTHOR_OPTIONAL) => RawValue::NULL,
            _ => body.required("author", Kind::Object, read_author)?,
        };
        let content = match body.get("content") {
            None if seeded.has(&fault::CONTENT_OPTIONAL) => RawValue::NULL,
            Some(any) if seeded.has(&fault::CONTENT_ANYTHING) => any,
            _ => body.required("content", Kind::Object, values::free_object)?,
        };
        Ok(CreateMessage { author, content })
    }
}

/// An error answer.
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

    fn not_found() -> Fault {
        Fault::new(StatusCode::NOT_FOUND, "Conversation not found")
    }

    fn internal() -> Fault {
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }

    fn into_response(self, seeded: Seed) -> Response {
        #[derive(Serialize)]
        struct Envelope {
            errors: [Error; 1],
        }
        #[derive(Serialize)]
        struct Error {
            r#type: &'static str,
            message: String,
        }
        let error = Error { r#type: self.status.canonical_reason().unwrap_or("Error"), message: self.message };
        http::error(self.status, &Envelope { errors: [error] }, "Bearer", seeded)
    }
}

impl From<FieldFault> for Fault {
    fn from(fault: FieldFault) -> Fault {
        Fault::bad_request(fault.to_string())
    }
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Fault {
        Fault::internal()
    }
}
