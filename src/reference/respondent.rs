//! Respondent, "Create a message": `POST /v1/messaging/conversations/{conversationUid}/messages`.
//!
//! The document is an OpenAPI 3.0.0 page written by NestJS. It states 201 and no error at all, so every error here has
//! the envelope that NestJS gives by default. The keys are two required header parameters, with no security scheme;
//! they are credentials all the same, and without them the answer is 401.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::first_conversations::RESPONDENT as PROVIDER;
use super::http::{self, ContentFault, Received};
use super::seeded::{Seed, respondent as fault};
use super::setting::setting;
use super::store::{NewMessage, Store, StoreError};
use super::values::{self, FieldFault, Kind, Object};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const API_SECRET: HeaderName = HeaderName::from_static("x-api-secret");

struct Respondent {
    store: Store,
    key: String,
    secret: String,
    seeded: Seed,
}

impl FromRef<Arc<Respondent>> for Seed {
    fn from_ref(respondent: &Arc<Respondent>) -> Seed {
        respondent.seeded
    }
}

/// The endpoint, its two keys from `RESPONDENT_API_KEY` and `RESPONDENT_API_SECRET`.
pub(super) fn router(store: Store, seeded: Seed) -> Router {
    let key = setting("RESPONDENT_API_KEY", "conform-respondent-key");
    let secret = setting("RESPONDENT_API_SECRET", "conform-respondent-secret");
    Router::new()
        .route("/v1/messaging/conversations/{conversationUid}/messages", any(create_message))
        .with_state(Arc::new(Respondent { store, key, secret, seeded }))
}

pub(super) fn unknown_route() -> Response {
    Fault::new(StatusCode::NOT_FOUND, "Cannot find this route").into_response(Seed::default())
}

async fn create_message(
    State(respondent): State<Arc<Respondent>>,
    path: Result<Path<String>, PathRejection>,
    request: Received,
) -> Response {
    let conversation_uid = path.ok().map(|Path(uid)| uid);
    let (store, length) = (respondent.store.clone(), request.length());
    let answer = move || match respondent.create(conversation_uid.as_deref(), &request) {
        Ok(message) => message.into_response(respondent.seeded),
        Err(fault) => fault.into_response(respondent.seeded),
    };
    store.run(length, answer).await
}

/// `CreateConversationMessageDto`.
struct CreateConversationMessage {
    /// Any string, the empty one too: the schema sets no length.
    body: String,
}

/// `Message`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    created_at: String,
    updated_at: String,
    uid: String,
    body: String,
    conversation: MinimalConversation,
    sender: MessagingUser,
}

/// `MinimalConversation`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MinimalConversation {
    created_at: &'static str,
    updated_at: String,
    uid: String,
    name: &'static str,
    deleted: bool,
    locked: bool,
    read: bool,
    metadata: ConversationMetadata,
    participants: [ConversationParticipant; 2],
}

/// `MessagingUser`.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessagingUser {
    uid: &'static str,
    foreign_id: &'static str,
    first_name: &'static str,
    last_name: &'static str,
}

/// `ConversationMetadata`; those with `format: ObjectId` are 24 hexadecimal digits.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConversationMetadata {
    project_id: &'static str,
    survey_response_id: &'static str,
    external_researcher_id: &'static str,
}

/// `ConversationParticipant`: a user, and how that user stands to the conversation.
#[derive(Serialize)]
struct ConversationParticipant {
    #[serde(flatten)]
    user: MessagingUser,
    read: bool,
    deleted: bool,
}

/// "The researcher will be the API owner/admin account for the api team": who sends what comes through this endpoint.
const RESEARCHER: MessagingUser = MessagingUser {
    uid: "64c0ffee0ddba11ca11ab1e1",
    foreign_id: "64c0ffee0ddba11ca11ab1e2",
    first_name: "Grace",
    last_name: "H",
};

const PARTICIPANT: MessagingUser = MessagingUser {
    uid: "64c0ffee0ddba11ca11ab1e3",
    foreign_id: "64c0ffee0ddba11ca11ab1e4",
    first_name: "Ada",
    last_name: "L",
};

impl Respondent {
    fn create(&self, conversation_uid: Option<&str>, request: &Received) -> Result<Message, Fault> {
        let seeded = self.seeded;
        let either = seeded.has(&fault::KEY_OR_SECRET) && (self.has_key(request) || self.has_own_secret(request));
        if !self.has_key(request) && !either {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "x-api-key is missing or wrong"));
        }
        if !self.has_own_secret(request) && !either {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "x-api-secret is missing or wrong"));
        }
        if request.method != Method::POST {
            let message = "Only POST is allowed here";
            return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, message));
        }
        if !request.is_json() {
            let message = "Content-Type must be application/json";
            return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let content = request.content().map_err(|fault| match fault {
            ContentFault::TooLarge => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "request entity too large"),
            ContentFault::Incomplete => Fault::bad_request("The request body is incomplete"),
        })?;
        let document = values::parse(content).map_err(|reason| {
            let message = format!("The request body is not JSON: {reason}");
            Fault::bad_request(message)
        })?;
        let dto = CreateConversationMessage::read(document, seeded)?;
        if dto.fails(seeded) {
            return Err(Fault::internal());
        }

        // Any string may be an identifier; a path that is not UTF-8 cannot be one.
        let not_found = || Fault::new(StatusCode::NOT_FOUND, "Conversation not found");
        let conversation_uid = conversation_uid.ok_or_else(not_found)?;
        let uid = values::object_id();
        let now = values::now("%Y-%m-%dT%H:%M:%S%.3fZ");
        let message = Message {
            created_at: now.clone(),
            updated_at: now.clone(),
            uid: uid.clone(),
            body: dto.body,
            conversation: conversation(conversation_uid, now.clone()),
            sender: RESEARCHER,
        };
        if !self.store.has_conversation(PROVIDER, conversation_uid)? {
            return match () {
                () if seeded.has(&fault::MISSING_IS_201) => Ok(message),
                () if seeded.has(&fault::MISSING_UNEXPECTED) => Err(Fault::internal()),
                () => Err(not_found()),
            };
        }
        self.store.add_message(&NewMessage {
            provider: PROVIDER,
            id: &uid,
            conversation: conversation_uid,
            created_at: &now,
            request: document.get(),
        })?;
        Ok(message)
    }

    fn has_key(&self, request: &Received) -> bool {
        let is_empty = |sent: &[u8]| sent.trim_ascii().is_empty();
        request.has_secret(&API_KEY, &self.key)
            || self.seeded.has(&fault::KEY_EMPTY) && request.single(&API_KEY).is_some_and(is_empty)
    }

    fn has_own_secret(&self, request: &Received) -> bool {
        let sent = request.single(&API_SECRET);
        match () {
            () if self.seeded.has(&fault::SECRET_OPTIONAL) && sent.is_none() => true,
            () if self.seeded.has(&fault::SECRET_LENGTH) => sent.is_some_and(|sent| sent.len() == self.secret.len()),
            () => request.has_secret(&API_SECRET, &self.secret),
        }
    }
}

impl Message {
    fn into_response(self, seeded: Seed) -> Response {
        let shaped = seeded.shape(&self, |shape| match () {
            () if seeded.has(&fault::UID_NUMBER) => shape["uid"] = json!(4_711),
            () if seeded.has(&fault::CREATED_AT_MISSING) => rename(shape, "createdAt", "created_at"),
            () if seeded.has(&fault::CONVERSATION_UID_ONLY) => {
                shape["conversation"] = shape["conversation"]["uid"].take();
            }
            () if seeded.has(&fault::SENDER_MISSING) => rename(shape, "sender", "senderUid"),
            () if seeded.has(&fault::LAST_NAME_MISSING) => {
                rename(&mut shape["conversation"]["participants"][1], "lastName", "lastInitial");
            }
            () if seeded.has(&fault::PARTICIPANTS_NULL) => shape["conversation"]["participants"] = json!(null),
            () if seeded.has(&fault::DELETED_NUMBER) => shape["conversation"]["participants"][0]["deleted"] = json!(0),
            () if seeded.has(&fault::LOCKED_TEXT) => shape["conversation"]["locked"] = json!("false"),
            () if seeded.has(&fault::PROJECT_ID_NULL) => shape["conversation"]["metadata"]["projectId"] = json!(null),
            () if seeded.has(&fault::CREATED_WRAPPED) => *shape = json!({"data": shape.take()}),
            () => shape["body"] = stored(&self.body, seeded),
        });
        let status = if seeded.has(&fault::OK) { StatusCode::OK } else { StatusCode::CREATED };
        let mut response = http::json(status, &shaped);
        if seeded.has(&fault::LATIN_1) {
            let media_type = HeaderValue::from_static("application/json; charset=iso-8859-1");
            response.headers_mut().insert(CONTENT_TYPE, media_type);
        }
        response
    }
}

fn rename(object: &mut Value, from: &str, to: &str) {
    if let Some(members) = object.as_object_mut()
        && let Some(value) = members.remove(from)
    {
        members.insert(to.to_owned(), value);
    }
}

/// The body as it comes back from where a seeded fault has put it.
fn stored(body: &str, seeded: Seed) -> Value {
    let cut = |at: usize| body.chars().take(at).collect::<String>();
    match () {
        () if seeded.has(&fault::BODY_ESCAPED) => json!(body.replace('&', "&amp;").replace('<', "&lt;")),
        () if seeded.has(&fault::BODY_TRIMMED) => json!(body.trim()),
        () if seeded.has(&fault::BODY_CUT) => json!(cut(1_000)),
        () if seeded.has(&fault::BODY_AS_NUMBER) => body.parse::<u64>().map_or(json!(body), |number| json!(number)),
        () => json!(body),
    }
}

impl CreateConversationMessage {
    /// The only property. Others are allowed, since the schema does not forbid them.
    fn read(document: &RawValue, seeded: Seed) -> Result<CreateConversationMessage, Fault> {
        let document = match values::array(document).as_deref() {
            Some([first, ..]) if seeded.has(&fault::DTO_LIST) => first,
            _ => document,
        };
        if seeded.has(&fault::NULL_UNEXPECTED) && values::is_null(document) {
            return Err(Fault::internal());
        }
        let object = Object::read(document).ok_or_else(|| Fault::bad_request("The request body must be an object"))?;
        if seeded.has(&fault::UNKNOWN_MEMBERS) && object.members().any(|(name, _)| name != "body") {
            return Err(Fault::bad_request("unknown members"));
        }
        let read_body = |value: &RawValue| match Kind::of(value) {
            Kind::Null if seeded.has(&fault::BODY_NULL) => Some(String::new()),
            Kind::Array if seeded.has(&fault::BODY_LIST) => Some(value.get().to_owned()),
            _ if seeded.has(&fault::BODY_COERCED) => values::coerced(value),
            _ => values::string(value).filter(|body| is_allowed(body, seeded)),
        };
        let body = object.required_if(!seeded.has(&fault::BODY_OPTIONAL), "body", Kind::String, read_body)?;
        Ok(CreateConversationMessage { body })
    }

    /// Whether what is done with the message fails.
    fn fails(&self, seeded: Seed) -> bool {
        seeded.has(&fault::BODY_EMOJI) && self.body.chars().any(|c| c.len_utf8() > 3)
            || seeded.has(&fault::BODY_DIRECTION) && self.body.contains('\u{202e}')
    }
}

/// Rules that the document does not have.
fn is_allowed(body: &str, seeded: Seed) -> bool {
    match () {
        () if seeded.has(&fault::BODY_EMPTY) => !body.is_empty(),
        () if seeded.has(&fault::BODY_BLANK) => body.is_empty() || !body.trim().is_empty(),
        () if seeded.has(&fault::BODY_MARKUP) => !body.contains('<'),
        () if seeded.has(&fault::BODY_LIMIT) => body.chars().count() <= 10_000,
        () => true,
    }
}

/// The conversation as it stands after a message. Only its identifier is stored; who takes part in it never changes.
fn conversation(uid: &str, updated_at: String) -> MinimalConversation {
    MinimalConversation {
        created_at: "2023-07-26T10:00:00.000Z",
        updated_at,
        uid: uid.to_owned(),
        name: "Usability study",
        deleted: false,
        locked: false,
        read: true,
        metadata: ConversationMetadata {
            project_id: "64c0ffee0ddba11ca11ab1e6",
            survey_response_id: "64c0ffee0ddba11ca11ab1e7",
            external_researcher_id: "researcher-1",
        },
        participants: [RESEARCHER, PARTICIPANT].map(|user| ConversationParticipant {
            user,
            read: user.uid == RESEARCHER.uid, // the sender has read it
            deleted: false,
        }),
    }
}

/// An error answer, as NestJS's `HttpException` prints it.
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
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }

    fn into_response(self, seeded: Seed) -> Response {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Envelope {
            status_code: u16,
            message: String,
            error: &'static str,
        }
        let envelope = Envelope {
            status_code: self.status.as_u16(),
            message: self.message,
            error: self.status.canonical_reason().unwrap_or("Error"),
        };
        // No registered scheme is for API keys in headers of their own; the parameter names them.
        let challenge = "ApiKey realm=\"respondent\", headers=\"x-api-key x-api-secret\"";
        http::error(self.status, &envelope, challenge, seeded)
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
