//! ASAPP, "Create a message": `POST /conversation/v1/conversations/{conversationId}/messages`.
//!
//! The document is an OpenAPI 3.0.1 page with one error envelope for every status. Of the statuses that it documents,
//! 403, 409, 422, 429 and 503 have no cause that it states, so this target never sends them; what breaks the request
//! schema is 400, "Bad request". 405 and 415 fall under its `default` response.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::date_time::{Zone, is_date_time};
use super::first_conversations::ASAPP as PROVIDER;
use super::http::{self, ContentFault, Received};
use super::seeded::{Seed, asapp as fault};
use super::setting::setting;
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object};

const API_ID: HeaderName = HeaderName::from_static("asapp-api-id");
const API_SECRET: HeaderName = HeaderName::from_static("asapp-api-secret");

struct Asapp {
    store: Store,
    id: String,
    secret: String,
    seeded: Seed,
}

impl FromRef<Arc<Asapp>> for Seed {
    fn from_ref(asapp: &Arc<Asapp>) -> Seed {
        asapp.seeded
    }
}

/// The endpoint, its two keys from `ASAPP_API_ID` and `ASAPP_API_SECRET`.
pub(super) fn router(store: Store, seeded: Seed) -> Router {
    let id = setting("ASAPP_API_ID", "conform-asapp-id");
    let secret = setting("ASAPP_API_SECRET", "conform-asapp-secret");
    Router::new()
        .route("/conversation/v1/conversations/{conversationId}/messages", any(create_message))
        .with_state(Arc::new(Asapp { store, id, secret, seeded }))
}

pub(super) fn unknown_route() -> Response {
    Fault::new(StatusCode::NOT_FOUND, "Not Found").into_response(Seed::default())
}

async fn create_message(
    State(asapp): State<Arc<Asapp>>,
    path: Result<Path<String>, PathRejection>,
    request: Received,
) -> Response {
    let conversation_id = path.ok().map(|Path(id)| id);
    let (store, length) = (asapp.store.clone(), request.length());
    let answer = move || match asapp.create(conversation_id.as_deref(), &request) {
        Ok(created) => created.into_response(asapp.seeded),
        Err(fault) => fault.into_response(asapp.seeded),
    };
    store.run(length, answer).await
}

/// The request body. No response repeats it, so it is validated and then stored as it was received.
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
        let seeded = self.seeded;
        if !self.has_id(request) {
            let hidden = seeded.has(&fault::UNAUTHORIZED_IS_404);
            let status = if hidden { StatusCode::NOT_FOUND } else { StatusCode::UNAUTHORIZED };
            return Err(Fault::new(status, "Unauthorized: asapp-api-id"));
        }
        if !self.has_own_secret(request) {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "Unauthorized: asapp-api-secret"));
        }
        if request.method != Method::POST && !seeded.has(&fault::ANY_METHOD) {
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
        let lenient;
        let content = match seeded.has(&fault::JSON_TRAILING_COMMA) {
            true => {
                lenient = String::from_utf8_lossy(content).replace(",}", "}");
                lenient.as_bytes()
            }
            false => content,
        };
        let document = values::parse(content).map_err(|reason| {
            let message = format!("The request body is not JSON: {reason}");
            Fault::bad_request(message)
        })?;
        let conversation_id = conversation_id.map(|id| match () {
            () if seeded.has(&fault::CONVERSATION_ID_ANY_CASE) => id.to_ascii_uppercase(),
            () if seeded.has(&fault::CONVERSATION_ID_LINE_BREAK) => id.strip_suffix('\n').unwrap_or(id).to_owned(),
            () => id.to_owned(),
        });
        let Some(conversation_id) = conversation_id.filter(|id| is_conversation_id(id)) else {
            return Err(Fault::bad_request("conversationId must match ^[A-Z0-9]+$"));
        };
        CreateMessage::read(document, seeded)?.validate(seeded)?;

        let id = values::ulid();
        if !self.store.has_conversation(PROVIDER, &conversation_id)? {
            return match () {
                () if seeded.has(&fault::MISSING_IS_200) => Ok(Created { id }),
                () if seeded.has(&fault::MISSING_IS_400) => Err(Fault::bad_request("no such conversation")),
                () => Err(Fault::new(StatusCode::NOT_FOUND, "Not Found: no such conversation")),
            };
        }
        self.store.add_message(&NewMessage {
            provider: PROVIDER,
            id: &id,
            conversation: &conversation_id,
            created_at: &values::now("%Y-%m-%dT%H:%M:%S%.3fZ"),
            request: document.get(),
        })?;
        Ok(Created { id })
    }

    fn has_id(&self, request: &Received) -> bool {
        let sent = || request.single(&API_ID);
        match () {
            () if self.seeded.has(&fault::ID_IGNORED) => sent().is_some(),
            () if self.seeded.has(&fault::ID_ANY_CASE) => {
                sent().is_some_and(|sent| sent.eq_ignore_ascii_case(self.id.as_bytes()))
            }
            () => request.has_secret(&API_ID, &self.id),
        }
    }

    fn has_own_secret(&self, request: &Received) -> bool {
        match () {
            () if self.seeded.has(&fault::SECRET_IGNORED) => true,
            () if self.seeded.has(&fault::SECRET_PREFIX) => {
                request.single(&API_SECRET).is_some_and(|sent| sent.starts_with(self.secret.as_bytes()))
            }
            () => request.has_secret(&API_SECRET, &self.secret),
        }
    }
}

impl Created {
    fn into_response(self, seeded: Seed) -> Response {
        let shaped = seeded.shape(&self, |shape| {
            if seeded.has(&fault::ID_NUMBER) {
                shape["id"] = json!(4_711);
            } else if seeded.has(&fault::CREATED_LISTED) {
                *shape = json!([shape.take()]);
            }
        });
        let mut response = http::json(StatusCode::OK, &shaped);
        if seeded.has(&fault::CREATED_UNTYPED) {
            response.headers_mut().remove(CONTENT_TYPE);
        }
        response
    }
}

/// `pattern: ^[A-Z0-9]+$`.
fn is_conversation_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

impl CreateMessage {
    /// The properties with their types. Others are allowed, since the schema does not forbid them.
    fn read(document: &RawValue, seeded: Seed) -> Result<CreateMessage, Fault> {
        let body = Object::read(document).ok_or_else(|| Fault::bad_request("The request body must be an object"))?;
        let mut known = body.members().map(|(name, _)| name);
        if seeded.has(&fault::UNKNOWN_MEMBERS) && !known.all(|name| ["text", "sender", "timestamp"].contains(&name)) {
            return Err(Fault::bad_request("unknown member"));
        }
        let text = if seeded.has(&fault::TEXT_OPTIONAL) && body.get("text").is_none() {
            "(no text)".to_owned()
        } else {
            body.required("text", Kind::String, values::string)?
        };
        let sender = body.required("sender", Kind::Object, Object::read)?.within("sender.");
        let sender_role = sender.required("role", Kind::String, values::string)?;
        // Any string, but only a string: the document's example has the number 123 here, against its own schema.
        let read_external_id = |value: &RawValue| match values::string(value) {
            None if seeded.has(&fault::EXTERNAL_ID_NUMBER) => values::coerced(value),
            Some(id) if seeded.has(&fault::EXTERNAL_ID_DIGITS) && id.parse::<u64>().is_ok() => None,
            read => read,
        };
        let needed = !seeded.has(&fault::EXTERNAL_ID_FOR_CUSTOMERS) || sender_role == "customer";
        let _external_id = sender.required_if(needed, "externalId", Kind::String, read_external_id)?;
        let timestamp = if seeded.has(&fault::TIMESTAMP_OPTIONAL) && body.get("timestamp").is_none() {
            values::now("%Y-%m-%dT%H:%M:%SZ")
        } else {
            body.required("timestamp", Kind::String, values::string)?
        };
        Ok(CreateMessage { text, sender_role, timestamp })
    }

    /// What the schema says beyond types.
    fn validate(&self, seeded: Seed) -> Result<(), Fault> {
        if !is_string(&self.text, seeded) {
            return Err(Fault::bad_request("text must have at least one character"));
        }
        if seeded.has(&fault::TEXT_TEMPLATE) && self.text.contains('%') {
            return Err(Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "not enough arguments for format string"));
        }
        if !is_role(&self.sender_role, seeded) {
            let uncaught = seeded.has(&fault::ROLE_UNCAUGHT);
            let status = if uncaught { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_REQUEST };
            return Err(Fault::new(status, "sender.role must be agent, customer or system"));
        }
        if !is_timestamp(&self.timestamp, seeded) {
            return Err(Fault::bad_request("timestamp must be a date and time of RFC 3339"));
        }
        Ok(())
    }
}

/// `minLength: 1`.
fn is_string(text: &str, seeded: Seed) -> bool {
    match () {
        () if seeded.has(&fault::TEXT_EMPTY) => true,
        () if seeded.has(&fault::TEXT_OFF_BY_ONE) => text.chars().count() > 1,
        () if seeded.has(&fault::TEXT_TRIMMED) => !text.trim().is_empty(),
        () if seeded.has(&fault::TEXT_QUOTE) => !text.is_empty() && !text.contains('\''),
        () if seeded.has(&fault::TEXT_COUNTED_IN_BYTES) => (1..=4_096).contains(&text.len()),
        () => !text.is_empty(),
    }
}

/// `enum: [agent, customer, system]`.
fn is_role(text: &str, seeded: Seed) -> bool {
    let roles = if seeded.has(&fault::ROLE_SYSTEM_FORGOTTEN) { 2 } else { 3 };
    let mut roles = ["agent", "customer", "system"].into_iter().take(roles);
    match () {
        () if seeded.has(&fault::ROLE_UNLISTED) => true,
        () if seeded.has(&fault::ROLE_ANY_CASE) => roles.any(|role| role.eq_ignore_ascii_case(text)),
        () if seeded.has(&fault::ROLE_TRIMMED) => roles.any(|role| role == text.trim()),
        () if seeded.has(&fault::ROLE_PREFIX) => roles.any(|role| text.starts_with(role)),
        () => roles.any(|role| role == text),
    }
}

/// `format: date-time`, but the description says "Include the timezone, otherwise UTC will be assumed".
fn is_timestamp(text: &str, seeded: Seed) -> bool {
    let digits = || text.split('.').nth(1).map_or(0, |fraction| fraction.bytes().filter(u8::is_ascii_digit).count());
    match () {
        () if seeded.has(&fault::TIMESTAMP_NO_CALENDAR) && has_form_of_date_time(text) => true,
        () if seeded.has(&fault::TIMESTAMP_OFFSET) && !text.ends_with('Z') => false,
        () if seeded.has(&fault::TIMESTAMP_BEFORE_1970) && text < "1970" => false,
        () if seeded.has(&fault::TIMESTAMP_NANOSECONDS) && digits() > 6 => false,
        () => is_date_time(text, Zone::Optional),
    }
}

/// Digits and marks where a date-time has them, of whatever value.
fn has_form_of_date_time(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00Z"
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

    fn into_response(self, seeded: Seed) -> Response {
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
        let envelope = Envelope { error };
        let shaped = seeded.shape(&envelope, |shape| match self.status {
            StatusCode::NOT_FOUND if seeded.has(&fault::REQUEST_ID_MISSING) => {
                shape["error"] = json!({"code": "404-01", "message": "Not Found"});
            }
            StatusCode::UNAUTHORIZED if seeded.has(&fault::ERROR_TEXT) => shape["error"] = json!("Unauthorized"),
            StatusCode::BAD_REQUEST if seeded.has(&fault::MESSAGE_LIST) => {
                shape["error"]["message"] = json!([shape["error"]["message"]]);
            }
            status if seeded.has(&fault::CODE_NUMBER) => shape["error"]["code"] = json!(status.as_u16()),
            _ => {}
        });
        // No registered scheme is for API keys in headers of their own; the parameter names them.
        let challenge = "ApiKey realm=\"asapp\", headers=\"asapp-api-id asapp-api-secret\"";
        let mut response = http::error(self.status, &shaped, challenge, seeded);
        if seeded.has(&fault::ENVELOPE_MISSING) && self.status == StatusCode::UNAUTHORIZED {
            *response.body_mut() = Body::empty();
        }
        response
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
