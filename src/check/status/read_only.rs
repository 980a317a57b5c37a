//! Refusals of requests without what only responses carry.

use serde_json::Value;

use super::Subject;
use crate::contract::{Dialect, MediaType, SchemaId};
use crate::wire::Payload;

/// Whether a refusal may be for the lack of a property that is both required and `readOnly`. OpenAPI 3.0 says that such a
/// property is required of responses alone (3.0.4, section 4.7.24.2); in 3.1 `readOnly` is an annotation of JSON Schema, and
/// nothing says so. What names another property of the body, and not that one, is for something else.
pub(super) fn may_lack_read_only(subject: &Subject<'_>, status: u16) -> bool {
    if subject.contract.dialect != Dialect::OpenApi31 || !matches!(status, 400 | 422) {
        return false;
    }
    let Some((schema, value)) = json_body(subject) else { return false };
    let lacking = subject.contract.schemas.lacking_read_only(schema, value);
    if lacking.is_empty() {
        return false;
    }
    let said =
        subject.exchange.result.as_ref().map(|response| String::from_utf8_lossy(&response.body)).unwrap_or_default();
    let words: Vec<&str> = said.split(|c: char| !(c.is_alphanumeric() || "_-$@".contains(c))).collect();
    lacking.iter().any(|name| words.contains(&name.as_str())) || !names_member(value, &words)
}

/// The body that was sent, with its schema.
fn json_body<'a>(subject: &Subject<'a>) -> Option<(SchemaId, &'a Value)> {
    let sent = subject.case.request.body.as_ref()?;
    let content = &subject.operation.body.as_ref()?.content;
    let index = MediaType::documenting(content, sent.media_type.as_deref()?)?;
    let value = match &sent.payload {
        Payload::Json(value) | Payload::Padded { value, .. } => value,
        Payload::Bytes(_) => return None,
    };
    Some((content[index].schema?, value))
}

/// Whether one of these words is the name of a member of a value, at any depth.
fn names_member(value: &Value, words: &[&str]) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().any(|(name, member)| words.contains(&name.as_str()) || names_member(member, words))
        }
        Value::Array(items) => items.iter().any(|item| names_member(item, words)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::*;
    use serde_json::json;

    /// Whether a refusal in these words of a request without a required `id` is told.
    fn is_told(version: &str, id: &str, said: &str) -> bool {
        let document = MESSAGES.replace("openapi: 3.1.0", &format!("openapi: {version}"));
        let document = document.replace("required: [text]", "required: [text, id]");
        let bench =
            Bench::of(&document.replace("id: {type: string}\n        secret", &format!("id: {id}\n        secret")));
        let response = raw(400, "application/json", said.as_bytes());
        bench.checks(&valid(json!({"text": "hello"})), response).contains(&"rejected-valid")
    }

    #[test]
    fn whether_a_required_property_that_is_read_only_may_be_left_out_is_open_in_3_1() {
        let read_only = "{type: string, readOnly: true}";
        assert!(!is_told("3.1.0", read_only, r#"{"error": "id is required"}"#));
        assert!(!is_told("3.1.0", read_only, r#"{"error": "bad request"}"#));
        assert!(is_told("3.1.0", read_only, r#"{"error": "text is too short"}"#));
        assert!(is_told("3.0.3", read_only, r#"{"error": "id is required"}"#));
        let sent = "{type: string, readOnly: false}";
        assert!(!is_told("3.1.0", "{allOf: [{readOnly: true}]}", r#"{"error": "id"}"#) && is_told("3.1.0", sent, "{}"));
    }
}
