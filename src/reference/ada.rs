//! Ada, "Create a new message": `POST /api/v2/conversations/{conversation_id}/messages/`, with the trailing slash.
//!
//! The document is prose. It calls the success "Message created" without a status: this target sends 201, which is what
//! HTTP calls a request that has created something (RFC 9110 §15.3.2). It lists 400, 401, 404, 429 and 500 without
//! bodies: theirs is a small JSON object here. 429 has no cause that the document states and is never sent.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::value::RawValue;

use super::http::{self, ContentFault, Received};
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object};

pub(super) const PROVIDER: &str = "ada";

/// The conversation that is there from the start, from `ADA_CONVERSATION_ID`; by default the document's example identifier.
pub(super) fn first_conversation() -> String {
    super::setting("ADA_CONVERSATION_ID", "5df263b7db5a7e6ea03fae9b")
}

struct Ada {
    store: Store,
    key: String,
}

/// The endpoint, its bearer token from `ADA_API_KEY`.
pub(super) fn router(store: Store) -> Router {
    let key = super::setting("ADA_API_KEY", "conform-ada-key");
    Router::new()
        .route("/api/v2/conversations/{conversation_id}/messages/", any(create_message))
        .with_state(Arc::new(Ada { store, key }))
}

pub(super) fn unknown_route() -> Response {
    Fault::new(StatusCode::NOT_FOUND, "Not found").into_response()
}

async fn create_message(
    State(ada): State<Arc<Ada>>,
    path: Result<Path<String>, PathRejection>,
    request: Received,
) -> Response {
    let conversation_id = path.ok().map(|Path(id)| id);
    let (store, length) = (ada.store.clone(), request.length());
    let answer = move || ada.create(conversation_id, &request).unwrap_or_else(Fault::into_response);
    store.run(length, answer).await
}

/// The request body. The document requires two objects and says nothing about what is in them, so any object will do,
/// and both come back as they came.
struct CreateMessage<'a> {
    author: &'a RawValue,
    content: &'a RawValue,
}

/// The response, its members those of the document's example.
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
        if !request.has_bearer(&self.key) {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "Missing or invalid bearer token"));
        }
        if request.method != Method::POST {
            return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"));
        }
        if !request.is_json() {
            let message = "Content-Type must be application/json";
            return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let content = request.content().map_err(|fault| match fault {
            // "The maximum request size is 10MB."
            ContentFault::TooLarge => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "The maximum request size is 10MB"),
            ContentFault::Incomplete => Fault::bad_request("The request body is incomplete"),
        })?;
        let document = values::parse(content).map_err(|reason| {
            let message = format!("The request body is not JSON: {reason}");
            Fault::bad_request(message)
        })?;
        let message = CreateMessage::read(document)?;

        // The document's `format: "id"` is not defined anywhere, so any text may be an identifier; this also answers a
        // path that is not UTF-8, which cannot be one.
        let Some(conversation_id) = conversation_id else {
            return Err(Fault::not_found());
        };
        if !self.store.has_conversation(PROVIDER, &conversation_id)? {
            return Err(Fault::not_found());
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
        Ok(http::json(StatusCode::CREATED, &message))
    }
}

impl<'a> CreateMessage<'a> {
    /// "This endpoint expects an object": `author` and `content`, both objects, both required.
    fn read(document: &'a RawValue) -> Result<CreateMessage<'a>, Fault> {
        let body = Object::read(document).ok_or_else(|| Fault::bad_request("The request body must be an object"))?;
        Ok(CreateMessage {
            author: body.required("author", Kind::Object, values::free_object)?,
            content: body.required("content", Kind::Object, values::free_object)?,
        })
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

    fn into_response(self) -> Response {
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
        http::error(self.status, &Envelope { errors: [error] }, "Bearer")
    }
}

impl From<FieldFault> for Fault {
    fn from(fault: FieldFault) -> Fault {
        Fault::bad_request(fault.to_string())
    }
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Fault {
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }
}
