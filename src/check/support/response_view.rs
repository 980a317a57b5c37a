//! A response as the checks see it: with its documentation, its payload and the verdict on its status.

use crate::case::Intent;
use crate::contract::{ClauseTarget, MediaType, ResponseSpec};
use crate::execute::Response;
use crate::text::ellipsis;

use super::anchor::Anchor;
use super::payload::{self, ResponseBody};
use super::violation_path;
use crate::check::Subject;
use crate::check::status::{self, StatusVerdict};
use crate::finding::{Evidence, Finding, OperationName, Place};
use crate::rule::Rule;
use crate::spec::Pointer;

/// A response with all that several checks need to know of it.
#[derive(Debug)]
pub struct ResponseView<'a> {
    /// The exchange and what it is judged by.
    pub subject: &'a Subject<'a>,
    /// The response.
    pub response: &'a Response,
    /// What its status means for the case.
    pub(in crate::check) verdict: StatusVerdict,
    /// What would have been acceptable, in words.
    pub(in crate::check) expected: String,
    /// The response that the document has for this status.
    pub(in crate::check) documented: Option<&'a ResponseSpec>,
    /// The documented media type that the response's own one is.
    pub(in crate::check) media: Option<&'a MediaType>,
    /// The body.
    pub(in crate::check) payload: ResponseBody,
}

impl<'a> ResponseView<'a> {
    /// Reads a response.
    pub fn new(subject: &'a Subject<'a>, response: &'a Response) -> Self {
        let (verdict, expected) = status::verdict(subject, response.status);
        // The responses of an operation say nothing of what the path does with other methods.
        let documented = match subject.case.intent {
            Intent::WrongMethod => None,
            // What refuses an odd request may be the HTTP server in front of what the document speaks of.
            Intent::Robustness if response.status >= 400 => None,
            _ => subject.operation.response(response.status),
        };
        let content = documented.and_then(|response| response.content.as_deref());
        let media = content.and_then(|content| payload::matching(content, response.header("content-type")));
        let payload = payload::read(response, media, has_no_body(subject, response));
        Self { subject, response, verdict, expected, documented, media, payload }
    }

    /// Whether the response is one that never has a body (RFC 9110, section 6.4.1).
    pub(in crate::check) fn has_no_body(&self) -> bool {
        has_no_body(self.subject, self.response)
    }

    /// A finding about this response; `manner` distinguishes causes at the same node.
    pub(in crate::check) fn finding(
        &self,
        rule: &'static Rule,
        anchor: &Anchor,
        message: String,
        manner: &str,
    ) -> Finding {
        finding(self.subject, rule, anchor, message, manner).expecting(self.expected.clone())
    }
}

fn has_no_body(subject: &Subject<'_>, response: &Response) -> bool {
    subject.case.request.method == "HEAD" || matches!(response.status, 204 | 304)
}

/// A finding about one exchange.
pub(in crate::check) fn finding(
    subject: &Subject<'_>,
    rule: &'static Rule,
    anchor: &Anchor,
    message: String,
    manner: &str,
) -> Finding {
    let place = Place::new(&subject.contract.document, anchor.location.clone(), &*anchor.keyword);
    let message = violation_path::name(subject, message);
    let operation = Some(OperationName::of(subject.operation));
    let evidence = Evidence { focus: focus(subject), ..Evidence::default() };
    Finding { operation, evidence, ..Finding::new(rule, place, message, manner) }
}

/// The node of the request's body that the case is about.
fn focus(subject: &Subject<'_>) -> Option<Pointer> {
    let clause = subject.operation.clauses().get(subject.case.clause?);
    matches!(clause.place, ClauseTarget::Body(_)).then(|| clause.instance.clone())
}

/// A value or string, cut to what fits a line.
pub(in crate::check) fn brief(text: &str) -> String {
    ellipsis::end(text, 80).into_owned()
}
