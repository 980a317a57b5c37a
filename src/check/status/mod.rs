//! The table of acceptable statuses: what a status means for a case.

mod hint;
mod named;
mod one_type;
mod outside;
mod read_only;
mod state;
#[cfg(test)]
mod tests;
mod token;

pub use hint::is_hint;
pub use named::is_named;
pub use one_type::{has_one_type, may_have_one_type};
pub use state::{can_authenticate, is_pinned};

use outside::{is_for_length, is_limited_body, may_be_outside};
use read_only::may_lack_read_only;
use state::may_be_state;

use super::Subject;
use crate::case::{Case, Fault, Intent, MADE_UP_METHOD};
use crate::contract::{ClauseTarget, Operation, ParameterLocation, SchemeKind, StatusRange};
use crate::fixtures::{Fixtures, ResourcePlace};
use crate::text::list::one_of;
use crate::wire::{CredentialChange, Payload};

/// What a status means for a case. At most one check reports each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusVerdict {
    /// As it should be.
    Acceptable,
    /// As HTTP, the path's variables or the security imply, and yet not documented.
    Implied,
    /// Covered by `default` alone, where the document names other successes.
    DefaultSuccess,
    /// The state of the server may be the reason, so nothing follows.
    Inconclusive,
    /// The request may never have come to the operation: it is longer than a server need take, say.
    Outside,
    /// The server failed.
    Crashed,
    /// A success where a refusal is expected.
    Accepted,
    /// A refusal where a success is expected.
    Rejected,
    /// A refusal, but for another kind of fault than the request has.
    WrongClass,
    /// A status that the document does not have.
    Undocumented,
    /// Not what a person wrote down for this case.
    Unexpected,
}

impl StatusVerdict {
    /// Whether the status is as it should be, so that the rest of the response is worth a look.
    pub fn is_acceptable(self) -> bool {
        matches!(self, Self::Acceptable | Self::Implied | Self::Inconclusive)
    }
}

/// Statuses that security, path variables or HTTP itself bring about without a word in the document.
const IMPLIED: [u16; 9] = [401, 403, 404, 405, 413, 414, 415, 429, 431];

/// What `status` means for the subject's case, and what would have been acceptable, in words.
pub fn verdict(subject: &Subject<'_>, status: u16) -> (StatusVerdict, String) {
    let (verdict, acceptable) = by_table(subject, status);
    let throttled = matches!(status, 429 | 503) && verdict == StatusVerdict::Inconclusive;
    match &subject.case.expected {
        Some(expected) if expected.iter().any(|range| range.contains(status)) => {
            (StatusVerdict::Acceptable, acceptable)
        }
        Some(expected) if !throttled => {
            // What is wrong without the fixtures as well is reported by its own check, together with the
            // generated cases that show the same.
            let verdict = match verdict {
                StatusVerdict::Acceptable
                | StatusVerdict::Implied
                | StatusVerdict::DefaultSuccess
                | StatusVerdict::Inconclusive
                | StatusVerdict::Outside => StatusVerdict::Unexpected,
                StatusVerdict::WrongClass if subject.case.intent == Intent::WrongMethod => StatusVerdict::Unexpected,
                // The contract allows what only the fixtures call wrong.
                StatusVerdict::Accepted if subject.case.doubtful => StatusVerdict::Unexpected,
                wrong => wrong,
            };
            (verdict, format!("{}, as the fixtures say", list(expected)))
        }
        _ => (verdict, acceptable),
    }
}

fn by_table(subject: &Subject<'_>, status: u16) -> (StatusVerdict, String) {
    let operation = subject.operation;
    let documented = operation.response(status).is_some();
    let acceptable = || match subject.case.intent {
        Intent::Valid => successes(operation),
        Intent::WrongMethod => "405 with `Allow`, or 404".to_owned(),
        Intent::Robustness => "any response below 500".to_owned(),
        _ => refusals(operation, &expected_statuses(subject)),
    };
    // A 429 or 503 that outlives the waiting says that the server is busy, and nothing of the case.
    if documented && matches!(status, 429 | 503) {
        return (StatusVerdict::Inconclusive, acceptable());
    }
    // What stands behind the server failed, is full, or is not there yet: that is said, and nothing of the case.
    if matches!(status, 501 | 502 | 504 | 507)
        && documents(operation, status)
        && subject.case.intent != Intent::WrongMethod
    {
        let is_all = subject.case.intent == Intent::Valid && has_no_success(operation);
        return (if is_all { StatusVerdict::Acceptable } else { StatusVerdict::Inconclusive }, acceptable());
    }
    if may_be_outside(subject, status) {
        return (StatusVerdict::Outside, acceptable());
    }
    if is_for_length(subject, status) {
        return (StatusVerdict::Inconclusive, acceptable());
    }
    let verdict = match subject.case.intent {
        Intent::WrongMethod => wrong_method(subject, status),
        _ if status >= 500 => StatusVerdict::Crashed,
        Intent::Robustness => StatusVerdict::Inconclusive,
        _ if status == 429 => StatusVerdict::Implied,
        Intent::Valid => valid(subject, status),
        _ => refusal(subject, status),
    };
    (verdict, acceptable())
}

fn valid(subject: &Subject<'_>, status: u16) -> StatusVerdict {
    let operation = subject.operation;
    match status {
        200..400 if is_named(operation, status) => StatusVerdict::Acceptable,
        200..400 if operation.response(status).is_none() => StatusVerdict::Undocumented,
        200..300 if !operation.responses.iter().any(|response| is_success(response.status)) => {
            StatusVerdict::Acceptable
        }
        200..400 => StatusVerdict::DefaultSuccess,
        400..500 if documents(operation, status) && has_no_success(operation) => StatusVerdict::Acceptable,
        400..500 if subject.case.doubtful || may_be_state(subject, status) => StatusVerdict::Inconclusive,
        400..500 if may_lack_read_only(subject, status) => StatusVerdict::Inconclusive,
        // The value means nothing unless the target has given it out.
        400 | 404 | 410 | 422 if is_named(operation, status) && token::is_made_up(subject) => {
            StatusVerdict::Inconclusive
        }
        406 if is_named(operation, status) && one_type::asks_for_type(subject) && has_one_type(subject) => {
            StatusVerdict::Inconclusive
        }
        400..500 => StatusVerdict::Rejected,
        _ => StatusVerdict::Undocumented,
    }
}

fn refusal(subject: &Subject<'_>, status: u16) -> StatusVerdict {
    let operation = subject.operation;
    let documented = operation.response(status).is_some();
    match status {
        200..300 => return StatusVerdict::Accepted,
        300..400 if is_named(operation, status) => return StatusVerdict::Inconclusive,
        400..500 => {}
        _ => return StatusVerdict::Undocumented,
    }
    let expected = expected_statuses(subject);
    let class_is_named = expected.iter().any(|status| is_named(operation, *status));
    let unauthenticated = subject.case.intent == Intent::Unauthenticated;
    if expected.contains(&status) {
        return match () {
            () if documented => StatusVerdict::Acceptable,
            () if unauthenticated && is_other_of_two(operation, status) => StatusVerdict::Undocumented,
            () if IMPLIED.contains(&status) => StatusVerdict::Implied,
            () if !class_is_named => StatusVerdict::Acceptable,
            // RFC 6750, section 3.1, and the parameter's own `required` allow a 400 beside a documented 401.
            () if unauthenticated => StatusVerdict::Implied,
            () => StatusVerdict::Undocumented,
        };
    }
    match () {
        () if subject.case.doubtful || may_be_state(subject, status) => StatusVerdict::Inconclusive,
        () if subject.case.is_surrounded => StatusVerdict::Inconclusive,
        // A value that breaks a hint alone is right, and may be refused for any reason.
        () if documented && is_hint(subject) => StatusVerdict::Inconclusive,
        () if documented && (class_is_named || unauthenticated) => StatusVerdict::WrongClass,
        // It may have been refused for its size, before anybody looked for its fault.
        () if status == 413 && is_limited_body(subject) => StatusVerdict::Implied,
        () if class_is_named || unauthenticated => StatusVerdict::Undocumented,
        () if !documented && IMPLIED.contains(&status) => StatusVerdict::Implied,
        () => StatusVerdict::Acceptable,
    }
}

/// Whether the document names the status by its code.
fn documents(operation: &Operation, status: u16) -> bool {
    operation.responses.iter().any(|response| response.status == StatusRange::Code(status))
}

/// Whether the document says of an operation that it never succeeds: what is gone, say, or not there yet.
pub fn has_no_success(operation: &Operation) -> bool {
    let may_be = |range: StatusRange| is_success(range) || range == StatusRange::Default;
    !operation.responses.is_empty() && !operation.responses.iter().any(|response| may_be(response.status))
}

/// Whether a status is that one of 401 and 403 which is not documented, where the other one is.
fn is_other_of_two(operation: &Operation, status: u16) -> bool {
    matches!(status, 401 | 403) && [401, 403].into_iter().any(|status| is_named(operation, status))
}

fn wrong_method(subject: &Subject<'_>, status: u16) -> StatusVerdict {
    let method = subject.case.request.method.as_str();
    // HEAD comes with GET, and OPTIONS may be answered anywhere (RFC 9110, sections 9.3.2 and 9.3.7).
    let comes_along = matches!(method, "HEAD" | "OPTIONS");
    // A server without HEAD breaks a MUST (RFC 9110, section 9.1), but says so where it answers 501.
    let everyday = matches!(method, "GET" | "PUT" | "POST" | "DELETE" | "PATCH");
    match status {
        501 if !everyday => StatusVerdict::Acceptable,
        // Many parsers refuse a method that they do not know before anybody looks at the path.
        400 if method == MADE_UP_METHOD => StatusVerdict::Inconclusive,
        500.. => StatusVerdict::Crashed,
        401 | 403 | 404 | 405 | 429 => StatusVerdict::Acceptable,
        _ if comes_along => StatusVerdict::Acceptable,
        200..300 => StatusVerdict::Accepted,
        _ => StatusVerdict::WrongClass,
    }
}

/// The statuses that refuse the request for the fault that it has.
fn expected_statuses(subject: &Subject<'_>) -> Vec<u16> {
    let case = subject.case;
    let mut expected = match case.intent {
        Intent::Valid | Intent::WrongMethod | Intent::Robustness => Vec::new(),
        Intent::Invalid(Fault::Validation | Fault::Malformed) => vec![400, 422],
        Intent::Invalid(Fault::PathParameter) => vec![400, 404, 422],
        Intent::Invalid(Fault::MediaType) => vec![415, 400, 422],
        Intent::Invalid(Fault::TooLarge) => vec![413],
        Intent::Invalid(Fault::NotAcceptable) => vec![406],
        Intent::Unauthenticated => vec![401, 403],
        Intent::MissingResource => vec![404],
    };
    match case.intent {
        Intent::Invalid(Fault::Validation) => {
            // Without a body there is no `Content-Type` and no length to read it by.
            if subject.operation.body.is_some() && case.request.body.as_ref().is_none_or(|b| b.media_type.is_none()) {
                expected.extend([411, 415]);
            }
            if breaks_credential_parameter(subject) {
                expected.extend([401, 403]);
            }
            // What breaks the form of an id is the id of nothing.
            if breaks_resource(subject) {
                expected.push(404);
            }
        }
        Intent::Unauthenticated => {
            let changed = &case.request.credentials.changed;
            // A key that travels as `Authorization` is a field without the word that its syntax begins with.
            let has_no_scheme = |name: &String| {
                let mut all = subject.operation.security.iter().flatten().filter(|used| used.scheme == *name);
                all.any(|used| match &used.kind {
                    SchemeKind::ApiKey(ParameterLocation::Header, field) => field.eq_ignore_ascii_case("authorization"),
                    _ => false,
                })
            };
            // A field that breaks the syntax of its scheme is malformed (RFC 6750, section 3.1).
            let is_broken = |change: &CredentialChange| {
                *change == CredentialChange::Empty
                    && (documents(subject.operation, 400) || is_called_invalid_request(subject))
            };
            let may_be_malformed = |(name, change): (&String, &CredentialChange)| {
                *change == CredentialChange::WrongScheme
                    || has_no_scheme(name)
                    || is_broken(change) && is_of_http(subject, name)
            };
            if changed.iter().map(|(name, change)| (name, change)).any(may_be_malformed) {
                expected.push(400);
            }
            // A parameter that carries a key is a parameter too: leaving it out breaks `required`.
            let left_out = changed.iter().any(|(name, change)| {
                matches!(change, CredentialChange::Missing | CredentialChange::Empty) && is_parameter(subject, name)
            });
            if left_out {
                expected.extend([400, 422]);
            }
        }
        Intent::MissingResource => {
            // A server need not admit what is gone or what the caller may not see.
            expected.extend([403, 410].into_iter().filter(|status| is_named(subject.operation, *status)));
            if names_missing_in_body(subject.fixtures, case) {
                expected.extend([400, 409, 422]);
            }
        }
        _ => {}
    }
    expected
}

/// Whether a scheme is one of HTTP, so that its credentials have a syntax.
fn is_of_http(subject: &Subject<'_>, scheme: &str) -> bool {
    let mut all = subject.operation.security.iter().flatten().filter(|used| used.scheme == scheme);
    all.any(|used| matches!(used.kind, SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Http(_)))
}

/// Whether the challenge of the response says that the request was malformed.
fn is_called_invalid_request(subject: &Subject<'_>) -> bool {
    let response = subject.exchange.result.as_ref().ok();
    let challenge = response.and_then(|response| response.header("www-authenticate"));
    challenge.is_some_and(|challenge| challenge.contains("invalid_request"))
}

fn breaks_credential_parameter(subject: &Subject<'_>) -> bool {
    subject.case.clause.is_some_and(|id| match subject.operation.clauses().get(id).place {
        ClauseTarget::Parameter(index) => subject
            .operation
            .parameters
            .get(index)
            .is_some_and(|parameter| subject.fixtures.credentials.contains_key(&parameter.name)),
        _ => false,
    })
}

/// Whether the value that breaks its clause is one that names a resource.
fn breaks_resource(subject: &Subject<'_>) -> bool {
    let Some(clause) = subject.case.clause.map(|id| subject.operation.clauses().get(id)) else { return false };
    subject.fixtures.resources.iter().any(|resource| match (&resource.at, &clause.place) {
        (ResourcePlace::Parameter(place, name), ClauseTarget::Parameter(index)) => {
            let parameter = subject.operation.parameters.get(*index);
            parameter.is_some_and(|parameter| parameter.place == *place && parameter.name == *name)
        }
        (ResourcePlace::Body(at), ClauseTarget::Body(_)) => *at == clause.instance,
        _ => false,
    })
}

fn is_parameter(subject: &Subject<'_>, credential: &str) -> bool {
    subject.operation.parameters.iter().any(|parameter| parameter.name.eq_ignore_ascii_case(credential))
}

fn names_missing_in_body(fixtures: &Fixtures, case: &Case) -> bool {
    let Some(Payload::Json(body)) = case.request.body.as_ref().map(|body| &body.payload) else { return false };
    fixtures.resources.iter().any(|resource| match &resource.at {
        ResourcePlace::Body(at) => body.pointer(at.as_str()).is_some_and(|value| resource.missing.contains(value)),
        ResourcePlace::Parameter(..) => false,
    })
}

fn is_success(range: StatusRange) -> bool {
    matches!(range, StatusRange::Code(200..400) | StatusRange::Class(2 | 3))
}

fn successes(operation: &Operation) -> String {
    let named: Vec<StatusRange> =
        operation.responses.iter().map(|response| response.status).filter(|range| is_success(*range)).collect();
    if named.is_empty() { "a 2xx".to_owned() } else { format!("{}, as documented", list(&named)) }
}

fn refusals(operation: &Operation, expected: &[u16]) -> String {
    let ranges =
        |statuses: &mut dyn Iterator<Item = &u16>| list(&statuses.map(|s| StatusRange::Code(*s)).collect::<Vec<_>>());
    let documented = || expected.iter().filter(|status| operation.response(**status).is_some());
    if documented().next().is_some() {
        format!("{}, as documented", ranges(&mut documented()))
    } else {
        format!("a 4xx such as {}; none is documented", ranges(&mut expected.iter()))
    }
}

fn list(ranges: &[StatusRange]) -> String {
    if ranges.is_empty() { "nothing".to_owned() } else { one_of(ranges.iter().map(ToString::to_string)) }
}
