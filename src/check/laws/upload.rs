//! What was uploaded does not come back as it was.

use super::{Finding, Rule, Subject, broken, is_success, name, type_of};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "upload-differs",
        "What a PUT has stored as bytes is other bytes when it is read.",
        "RFC 9110, section 9.3.4",
    )
};

/// What is wrong with what is read at the place of an upload, in the media type in which it was sent.
pub fn judge(put: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let sent = put.case.request.body.as_ref().filter(|_| is_success(put) && is_success(read))?;
    let response = read.exchange.result.as_ref().ok()?;
    let is_alike = response.header("content-type").zip(sent.media_type.as_deref()).is_some_and(|(is, was)| {
        let is = type_of(is);
        is == type_of(was) || is == "application/octet-stream"
    });
    let bytes = sent.payload.bytes();
    if !is_alike || response.body == bytes {
        return None;
    }
    let message = format!("{} bytes are read where {} has stored {}", response.body.len(), name(put), bytes.len());
    Some(broken(&RULE, read, message, "", "the bytes that were sent".to_owned()))
}
