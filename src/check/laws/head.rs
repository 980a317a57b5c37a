//! HEAD does not say what GET does.

use super::{Finding, Rule, Severity, Subject, broken, is_success, status, type_of};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "head-differs",
        "A documented HEAD does not answer as GET does there, but for the body.",
        "RFC 9110, sections 8.6 and 9.3.2",
    )
};

/// What is wrong with the response to HEAD of what is read `before` and `after` it in the same way.
pub fn judge(before: &Subject<'_>, head: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let [first, again] = [before, after].map(|read| read.exchange.result.as_ref().ok());
    let (first, again) = (first?, again?);
    if !is_success(before) || first.status != again.status || first.body != again.body {
        return None;
    }
    let is = status(head)?;
    if matches!(is, 404 | 405 | 410 | 501) {
        let message = format!("A {is} was returned for HEAD of what is answered with {} when it is read", first.status);
        return Some(broken(&RULE, head, message, "status", first.status.to_string()));
    }
    let response = head.exchange.result.as_ref().ok().filter(|_| is_success(head))?;
    // Both reads say it, so that it does not differ from response to response.
    let both = |field: &str| first.header(field).filter(|value| again.header(field) == Some(value));
    let is_coded = [first, again, response].iter().any(|one| one.header("content-encoding").is_some());
    let told = |field: &str, name: &str| {
        let (is, was) = (response.header(field)?, both(field)?);
        let is_same = if field == "content-type" { type_of(is) == type_of(was) } else { is == was };
        let message = format!("`{name}` of HEAD is {is}, and that of GET is {was}");
        (!is_same).then(|| broken(&RULE, head, message, name, was.to_owned()))
    };
    let strong =
        |field: &str, name: &str| told(field, name).filter(|_| both(field).is_some_and(|tag| tag.starts_with('"')));
    let length = || if is_coded { None } else { told("content-length", "Content-Length") };
    // The type should be the same, and need not be.
    let of_type = || told("content-type", "Content-Type").map(|finding| finding.with_severity(Severity::Warning));
    length().or_else(|| strong("etag", "ETag")).or_else(of_type)
}
