//! A response as the checks read it: its documented form, its payload and what its status means.

use crate::contract::{MediaType, Response};
use crate::execute::Answer;
use crate::plan::Intent;
use crate::text::ellipsis;

use super::payload::{self, Payload};
use super::pin::Pin;
use super::standing::{Standing, standing};
use super::{Finding, Severity, Subject, item};

/// A response with all that several checks need to know of it.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The exchange and what it is judged by.
    pub subject: &'a Subject<'a>,
    /// The response.
    pub answer: &'a Answer,
    /// What its status means for the case.
    pub(super) standing: Standing,
    /// What would have been acceptable, in words.
    pub(super) acceptable: String,
    /// The response that the document has for this status.
    pub(super) documented: Option<&'a Response>,
    /// The documented media type that the response's own one is.
    pub(super) media: Option<&'a MediaType>,
    /// The body.
    pub(super) payload: Payload,
}

impl<'a> Reading<'a> {
    /// Reads a response.
    pub fn new(subject: &'a Subject<'a>, answer: &'a Answer) -> Self {
        let (standing, acceptable) = standing(subject, answer.status);
        // The responses of an operation say nothing of what the path does with other methods.
        let documented = match subject.case.intent {
            Intent::WrongMethod => None,
            _ => subject.operation.response(answer.status),
        };
        let content = documented.and_then(|response| response.content.as_deref());
        let media = content.and_then(|content| payload::matching(content, answer.header("content-type")));
        let payload = payload::read(answer, media, has_no_body(subject, answer));
        Self { subject, answer, standing, acceptable, documented, media, payload }
    }

    /// Whether the response is one that never has a body (RFC 9110, section 6.4.1).
    pub(super) fn has_no_body(&self) -> bool {
        has_no_body(self.subject, self.answer)
    }

    /// A finding about this response; `detail` tells causes at the same node apart.
    pub(super) fn finding(
        &self,
        check: &'static str,
        severity: Severity,
        pin: &Pin,
        message: String,
        detail: &str,
    ) -> Finding {
        finding(self.subject, check, severity, pin, message, self.acceptable.clone(), detail)
    }
}

fn has_no_body(subject: &Subject<'_>, answer: &Answer) -> bool {
    subject.case.request.method == "HEAD" || matches!(answer.status, 204 | 304)
}

/// A finding about one exchange.
pub(super) fn finding(
    subject: &Subject<'_>,
    check: &'static str,
    severity: Severity,
    pin: &Pin,
    message: String,
    acceptable: String,
    detail: &str,
) -> Finding {
    let cause = format!("{check} {}#{} {} {detail}", pin.location.file.0, pin.location.pointer, pin.keyword);
    Finding {
        check,
        severity,
        operation: subject.case.operation,
        case: subject.case.index,
        message: item::name(subject, message),
        location: pin.location.clone(),
        keyword: pin.keyword.clone(),
        acceptable,
        cause,
        diff: None,
        flaky: None,
        variant: None,
    }
}

/// A value or text, cut to what fits a line.
pub(super) fn brief(text: &str) -> String {
    ellipsis::end(text, 80).into_owned()
}
