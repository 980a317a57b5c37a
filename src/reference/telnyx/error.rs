//! The error answers of Telnyx, as FastAPI makes them.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use crate::reference::http;
use crate::reference::seeded::{Seed, telnyx as fault};
use crate::reference::store::StoreError;
use crate::reference::values::Kind;

/// An error answer: `HTTPValidationError` of the document, for every status.
pub(super) struct Fault {
    pub status: StatusCode,
    pub details: Vec<Detail>,
}

/// `ValidationError` of the document: where, what, and which kind.
#[derive(Serialize)]
pub(super) struct Detail {
    loc: Vec<Segment>,
    msg: String,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Segment {
    Name(String),
    Index(usize),
}

impl From<&str> for Segment {
    fn from(name: &str) -> Segment {
        Segment::Name(name.to_owned())
    }
}

impl Detail {
    pub fn new(location: &[&str], kind: &'static str, message: &str) -> Detail {
        Detail { loc: location.iter().copied().map(Segment::from).collect(), msg: message.to_owned(), r#type: kind }
    }

    pub fn wrong_type(loc: Vec<Segment>, expected: Kind) -> Detail {
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
    pub fn one(status: StatusCode, location: &[&str], kind: &'static str, message: &str) -> Fault {
        let details = vec![Detail::new(location, kind, message)];
        Fault { status, details }
    }

    pub fn invalid(location: &[&str], kind: &'static str, message: &str) -> Fault {
        Fault::one(StatusCode::UNPROCESSABLE_ENTITY, location, kind, message)
    }

    pub fn internal() -> Fault {
        Fault::one(StatusCode::INTERNAL_SERVER_ERROR, &["server"], "internal", "Internal Server Error")
    }

    pub fn into_response(self, seeded: Seed) -> Response {
        #[derive(Serialize)]
        struct Envelope {
            detail: Vec<Detail>,
        }
        let envelope = Envelope { detail: self.details };
        let shaped = seeded.shape(&envelope, |shape| {
            let details = || envelope.detail.iter().enumerate();
            if seeded.has(&fault::DETAILS_BARE) {
                *shape = shape["detail"].take();
            } else if seeded.has(&fault::DETAIL_TEXT) && details().any(|(_, detail)| detail.r#type == "json_invalid") {
                shape["detail"] = json!("There was an error parsing the body");
            } else if seeded.has(&fault::TRACE_LEAKED) {
                shape["traceback"] =
                    json!("Traceback (most recent call last):\n  File \"/app/main.py\", line 7, in create");
            } else if seeded.has(&fault::LOC_DOTTED) {
                details().for_each(|(index, _)| shape["detail"][index]["loc"] = json!("body.member"));
            } else if seeded.has(&fault::MSG_MISSING) {
                for (index, _) in details().filter(|(_, detail)| detail.r#type == "missing") {
                    shape["detail"][index] = json!({"loc": shape["detail"][index]["loc"], "type": "missing"});
                }
            }
        });
        http::error(self.status, &shaped, "Bearer", seeded)
    }
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Fault {
        Fault::internal()
    }
}
