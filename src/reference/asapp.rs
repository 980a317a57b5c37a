//! ASAPP, "Create a message": `POST /conversation/v1/conversations/{conversationId}/messages`.
//!
//! The document is an OpenAPI 3.0.1 page with one error envelope for every status. Of the statuses that it documents,
//! 403, 409, 422, 429 and 503 have no cause that it states, so this target never sends them; what breaks the request
//! schema is 400, "Bad request". 405 and 415 fall under its `default` response.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::HeaderName;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::date_time::{Zone, is_date_time};
use super::http::{self, ContentFault, Received};
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object};

pub(super) const PROVIDER: &str = "asapp";

/// The conversation that is there from the start, from `ASAPP_CONVERSATION_ID`; by default an identifier like those in the document's examples.
pub(super) fn first_conversation() -> String {
    super::setting("ASAPP_CONVERSATION_ID", "01BX5ZZKBKACTAV9WEVGEMMVRZ")
}

const API_ID: HeaderName = HeaderName::from_static("asapp-api-id");
const API_SECRET: HeaderName = HeaderName::from_static("asapp-api-secret");

struct Asapp {
    store: Store,
    id: String,
    secret: String,
}

/// The endpoint, its two keys from `ASAPP_API_ID` and `ASAPP_API_SECRET`.
pub(super) fn router(store: Store) -> Router {
    let id = super::setting("ASAPP_API_ID", "conform-asapp-id");
    let secret = super::setting("ASAPP_API_SECRET", "conform-asapp-secret");
    Router::new()
        .route("/conversation/v1/conversations/{conversationId}/messages", any(create_message))
        .with_state(Arc::new(Asapp { store, id, secret }))
}

pub(super) fn unknown_route() -> Response {
    Fault::new(StatusCode::NOT_FOUND, "Not Found").into_response()
}

async fn create_message(
    State(asapp): State<Arc<Asapp>>,
    path: Result<Path<String>, PathRejection>,
    request: Received,
) -> Response {
    let conversation_id = path.ok().map(|Path(id)| id);
    let (store, length) = (asapp.store.clone(), request.length());
    let answer = move || match asapp.create(conversation_id.as_deref(), &request) {
        Ok(created) => http::json(StatusCode::OK, &created),
        Err(fault) => fault.into_response(),
    };
    store.run(length, answer).await
}

/// The request body. Nothing of it comes back, so it is validated and then stored as the text that it came as.
struct CreateMessage {
    text: String,
    sender_role: String,
    timestamp: String,
}

/// "Response for messages".
#[derive(Serialize)]
struct Created {
    id: String,
}

impl Asapp {
    fn create(&self, conversation_id: Option<&str>, request: &Received) -> Result<Created, Fault> {
        // One security requirement names both schemes: both must hold (OpenAPI 3.0.1, Security Requirement Object).
        if !request.has_secret(&API_ID, &self.id) {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "Unauthorized: asapp-api-id"));
        }
        if !request.has_secret(&API_SECRET, &self.secret) {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "Unauthorized: asapp-api-secret"));
        }
        if request.method != Method::POST {
            return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"));
        }
        if !request.is_json() {
            let message = "Content-Type must be application/json";
            return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let content = request.content().map_err(|fault| match fault {
            ContentFault::TooLarge => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
            ContentFault::Incomplete => Fault::bad_request("The request body is incomplete"),
        })?;
        let document = values::parse(content).map_err(|reason| {
            let message = format!("The request body is not JSON: {reason}");
            Fault::bad_request(message)
        })?;
        let Some(conversation_id) = conversation_id.filter(|id| is_conversation_id(id)) else {
            return Err(Fault::bad_request("conversationId must match ^[A-Z0-9]+$"));
        };
        CreateMessage::read(document)?.validate()?;

        if !self.store.has_conversation(PROVIDER, conversation_id)? {
            return Err(Fault::new(StatusCode::NOT_FOUND, "Not Found: no such conversation"));
        }
        let id = values::ulid();
        self.store.add_message(&NewMessage {
            provider: PROVIDER,
            id: &id,
            conversation: conversation_id,
            created_at: &values::now("%Y-%m-%dT%H:%M:%S%.3fZ"),
            request: document.get(),
        })?;
        Ok(Created { id })
    }
}

/// `pattern: ^[A-Z0-9]+$`.
fn is_conversation_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

impl CreateMessage {
    /// The members with their types. Others are allowed, since the schema does not forbid them.
    fn read(document: &RawValue) -> Result<CreateMessage, Fault> {
        let body = Object::read(document).ok_or_else(|| Fault::bad_request("The request body must be an object"))?;
        let text = body.required("text", Kind::String, values::string)?;
        let sender = body.required("sender", Kind::Object, Object::read)?.within("sender.");
        let sender_role = sender.required("role", Kind::String, values::string)?;
        // Any string, but only a string: the document's example has the number 123 here, against its own schema.
        let _external_id = sender.required("externalId", Kind::String, values::string)?;
        let timestamp = body.required("timestamp", Kind::String, values::string)?;
        Ok(CreateMessage { text, sender_role, timestamp })
    }

    /// What the schema says beyond types.
    fn validate(&self) -> Result<(), Fault> {
        if self.text.is_empty() {
            return Err(Fault::bad_request("text must have at least one character"));
        }
        if !["agent", "customer", "system"].contains(&self.sender_role.as_str()) {
            return Err(Fault::bad_request("sender.role must be agent, customer or system"));
        }
        // `format: date-time`, but the description says "Include the timezone, otherwise UTC will be assumed".
        if !is_date_time(&self.timestamp, Zone::Optional) {
            return Err(Fault::bad_request("timestamp must be a date and time of RFC 3339"));
        }
        Ok(())
    }
}

/// An error answer, in the envelope that all documented statuses share.
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
        #[derive(Serialize)]
        struct Envelope {
            error: Error,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Error {
            request_id: String,
            code: String,
            message: String,
        }
        let error = Error {
            request_id: Uuid::new_v4().to_string(),
            code: format!("{}-01", self.status.as_u16()), // the form of the document's examples
            message: self.message,
        };
        // No registered scheme is for API keys in headers of their own; the parameter names them.
        let challenge = "ApiKey realm=\"asapp\", headers=\"asapp-api-id asapp-api-secret\"";
        http::error(self.status, &Envelope { error }, challenge)
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
