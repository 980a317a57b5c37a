//! Replaces what varies in the JSON of an exchange by placeholders.

use serde_json::{Map, Value};

use super::Mode;
use super::brief::brief;
use super::placeholder;
use super::sent_values::SentValues;
use crate::contract::{SchemaId, Schemas};
use crate::fixtures::{Redaction, RedactionPlace};
use crate::spec::Pointer;

/// Members of an error that hold wording, whatever they say.
const WORDING: [&str; 11] = [
    "message",
    "messages",
    "msg",
    "detail",
    "details",
    "description",
    "error_description",
    "reason",
    "title",
    "hint",
    "errors",
];

/// Members of an error that are for programs, whatever they say.
const FOR_PROGRAMS: [&str; 5] = ["type", "code", "status", "kind", "name"];

/// Puts placeholders into the JSON of a response.
pub(super) struct Redactor<'a> {
    pub sent: &'a SentValues<'a>,
    pub schemas: &'a Schemas,
    pub redactions: &'a [Redaction],
    pub mode: Mode,
    /// The status; the wording of an error is no part of a contract.
    pub status: u16,
}

/// A value of a response with where it is and what describes it.
#[derive(Clone)]
struct Place {
    at: Pointer,
    name: Option<String>,
    described: Vec<SchemaId>,
}

impl Redactor<'_> {
    /// The body, its members in the order of their names.
    pub fn body(&self, value: &Value, schema: Option<SchemaId>) -> Value {
        let described = schema.map_or_else(Vec::new, |schema| self.schemas.with_branches(&[schema]).collect());
        self.value(value, &Place { at: Pointer::root(), name: None, described })
    }

    fn value(&self, value: &Value, place: &Place) -> Value {
        let returned = match value {
            Value::String(text) => self.sent.returned(text, place.name.as_deref()).map(|text| brief(&text).into()),
            Value::Number(number) => self.sent.returned(&number.to_string(), None).map(|_| value.clone()),
            _ => None,
        };
        if let Some(returned) = returned {
            return returned;
        }
        if let Some(redaction) = self.redactions.iter().find(|redaction| names(&redaction.at, &place.at)) {
            return Value::String(format!("[{}]", redaction.placeholder));
        }
        match value {
            Value::String(text) => Value::String(self.text(text, place)),
            Value::Array(items) => {
                let redacted = items.iter().enumerate().map(|(index, item)| {
                    let described = self.children(place, |schemas, id| {
                        let schema = schemas.get(id);
                        schema.prefix_items.get(index).copied().or(schema.items)
                    });
                    // The items of an array are of the kind that the array's name says.
                    self.value(item, &Place { at: place.at.index(index), name: place.name.clone(), described })
                });
                Value::Array(redacted.collect())
            }
            Value::Object(members) => {
                let mut names: Vec<&String> = members.keys().collect();
                names.sort();
                let redacted = names.into_iter().filter_map(|name| {
                    let described = self.children(place, |schemas, id| {
                        let schema = schemas.get(id);
                        schema.properties.get(name).copied().or(schema.additional_properties)
                    });
                    let member = Place { at: place.at.join(name), name: Some(name.clone()), described };
                    Some((name.clone(), self.value(members.get(name)?, &member)))
                });
                Value::Object(redacted.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn text(&self, text: &str, place: &Place) -> String {
        let format = place.described.iter().find_map(|id| self.schemas.get(*id).format.as_deref());
        if let Some(placeholder) = placeholder::of(text, format) {
            return placeholder;
        }
        if self.mode == Mode::Shape && is_wording(text, place.name.as_deref(), self.status) {
            return "[text]".to_owned();
        }
        brief(&self.sent.redact(text))
    }

    fn children(&self, place: &Place, child: impl Fn(&Schemas, SchemaId) -> Option<SchemaId>) -> Vec<SchemaId> {
        let direct: Vec<SchemaId> = place.described.iter().filter_map(|id| child(self.schemas, *id)).collect();
        self.schemas.with_branches(&direct).collect()
    }
}

/// Whether a text of an error is for people: a sentence, or a word in a member that holds sentences.
///
/// A code without white space, such as `string_too_short` or `400-01`, is for programs, save under such a name;
/// so is the name of the response's own status.
fn is_wording(text: &str, name: Option<&str>, status: u16) -> bool {
    let is_among = |names: &[&str]| name.is_some_and(|name| names.iter().any(|known| name.eq_ignore_ascii_case(known)));
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    status >= 400
        && (is_among(&WORDING)
            || text.trim().contains(char::is_whitespace) && !is_among(&FOR_PROGRAMS) && reason != Some(text))
}

/// Whether a redaction names this place; `*` is any property or item.
fn names(redaction: &RedactionPlace, at: &Pointer) -> bool {
    matches!(redaction, RedactionPlace::Body(wanted) if at.matches(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::Fixtures;
    use crate::wire::{Body, Credentials, Payload, Request};
    use serde_json::json;

    fn request(body: Value) -> Request {
        Request {
            method: "POST".into(),
            path_params: Vec::new(),
            path: "/".into(),
            is_whole: false,
            query: Vec::new(),
            headers: Vec::new(),
            cookies: Vec::new(),
            credentials: Credentials::default(),
            body: Some(Body { media_type: None, payload: Payload::Json(body) }),
        }
    }

    fn redacted(sent: Value, response: &Value, mode: Mode, status: u16) -> Value {
        let schemas = Schemas::default();
        let redactions =
            [Redaction { at: RedactionPlace::Body(Pointer::new("/items/*/key")), placeholder: "key".into() }];
        let fixtures = Fixtures::default();
        let sent = SentValues::new(&request(sent), &fixtures);
        Redactor { sent: &sent, schemas: &schemas, redactions: &redactions, mode, status }.body(response, None)
    }

    #[test]
    fn what_was_sent_is_shown_and_what_the_target_made_up_is_not() {
        let response = json!({
            "sent_at": "2021-11-23T12:13:14Z",
            "made_at": "2021-11-23T12:13:15Z",
            "items": [{"key": 17, "n": 3}],
            "note": "two words"
        });
        let expected = json!({
            "items": [{"key": "[key]", "n": 3}],
            "made_at": "[date-time]",
            "note": "two words",
            "sent_at": "2021-11-23T12:13:14Z"
        });
        assert_eq!(redacted(json!({"at": "2021-11-23T12:13:14Z"}), &response, Mode::Shape, 200), expected);
    }

    #[test]
    fn the_wording_of_errors_is_kept_in_exact_mode_alone() {
        let response = json!({
            "error": {"code": "too_short", "message": "Unauthorized", "more": "It is too short."},
            "status": "Not so good",
            "word": "Bad Request",
            "errors": ["one", {"loc": ["body", "text"]}]
        });
        let shape = json!({
            "error": {"code": "too_short", "message": "[text]", "more": "[text]"},
            "errors": ["[text]", {"loc": ["body", "text"]}],
            "status": "Not so good",
            "word": "Bad Request"
        });
        assert_eq!(redacted(json!({}), &response, Mode::Shape, 400), shape);
        assert_eq!(redacted(json!({}), &response, Mode::Exact, 400), response);
        assert_eq!(redacted(json!({}), &response, Mode::Shape, 200), response);
    }

    #[test]
    fn long_texts_are_cut_and_counted() {
        let response = json!({"text": "é".repeat(5_000)});
        let text = redacted(json!({}), &response, Mode::Shape, 200)["text"].to_string();
        assert!(text.contains("[5000 characters]") && text.len() < 200, "{text}");
    }
}
