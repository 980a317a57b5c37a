//! Refusals for what a request does not show: what the server holds, what it allows this caller, how much it takes.

use super::Subject;
use super::outside::{is_large_body, is_limited_body};
use crate::case::{Intent, Origin};
use crate::contract::{MediaRange, Operation, ParameterLocation};
use crate::fixtures::{Fixtures, ResourcePlace};

/// Whether a refusal may come from something that the request does not show.
pub(super) fn may_be_state(subject: &Subject<'_>, status: u16) -> bool {
    let documented = subject.operation.response(status).is_some();
    let is_invalid = matches!(subject.case.intent, Intent::Invalid(_));
    match status {
        // What a patch does may not be possible on what is there (RFC 5789, section 2.2; RFC 6902, section 5).
        404 | 409 | 422 if !is_invalid && is_patch(subject) => true,
        // What a DELETE names exists only until the first of them.
        404 | 410 => !is_pinned(subject) || subject.operation.method == "DELETE" || documented && is_part(subject),
        // It asks for credentials that no `security` speaks of.
        401 | 403 if subject.operation.security.is_empty() && documented => true,
        401 | 403 if !can_authenticate(subject.operation, subject.fixtures) => true,
        // RFC 9110, section 15.5.4: for reasons that need not be those of the credentials.
        403 => documented && subject.case.intent == Intent::Valid,
        // They are asked for before anybody looks for a fault.
        402 | 408 | 423 | 425 | 428 | 451 => documented,
        // What is there may have no such range (RFC 9110, section 15.5.17).
        416 => has_field(subject, &["range"]),
        // A request that names a state is refused for that before anybody looks for its fault (RFC 9110, section 13.2.1).
        412 if documented && names_state(subject) => true,
        // A fault of the request itself is no matter of state.
        409 | 412 | 424 => documented && !is_invalid,
        413 => is_large_body(subject) || documented && is_limited_body(subject),
        _ => false,
    }
}

/// Whether the body is a list of changes, whose paths and values mean what is there.
fn is_patch(subject: &Subject<'_>) -> bool {
    let media = subject.case.request.body.as_ref().and_then(|body| body.media_type.as_deref());
    media.is_some_and(|media| MediaRange::parse(media).essence().ends_with("patch+json") && !media.contains("merge"))
}

/// Whether a request has a condition (RFC 9110, section 13.1).
fn names_state(subject: &Subject<'_>) -> bool {
    has_field(subject, &["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"])
}

/// Whether a request has one of these header fields.
fn has_field(subject: &Subject<'_>, names: &[&str]) -> bool {
    let mut sent = subject.case.request.headers.iter().map(|(name, _)| name);
    sent.any(|sent| names.iter().any(|name| sent.eq_ignore_ascii_case(name)))
}

/// Whether a request is for a part of what its path names, such as the picture of a user: that the whole exists is not to
/// say that the part does.
fn is_part(subject: &Subject<'_>) -> bool {
    let operation = subject.operation;
    let ends_in_name = operation.path.trim_end_matches('/').rsplit('/').next().is_some_and(|last| !last.contains('{'));
    ends_in_name && operation.path.contains('{') && matches!(operation.method.as_str(), "GET" | "HEAD" | "PATCH")
}

/// Whether a person has said what exists at every place of the request where it names something.
pub fn is_pinned(subject: &Subject<'_>) -> bool {
    if subject.case.origin == Origin::Fixture {
        return true;
    }
    let known = |name: &str| {
        subject.fixtures.resources.iter().any(|resource| {
            resource.at == ResourcePlace::Parameter(ParameterLocation::Path, name.to_owned())
                && !resource.existing.is_empty()
        })
    };
    let mut variables = subject.operation.parameters.iter().filter(|p| p.place == ParameterLocation::Path).peekable();
    if variables.peek().is_none() {
        // Nothing in the path: then 404 speaks of the body, or of the address of the whole API.
        let is_known = subject.fixtures.body_resources().any(|(_, resource)| !resource.existing.is_empty());
        return is_known || subject.operation.response(404).is_none();
    }
    variables.all(|parameter| {
        let fixed = parameter.schema.is_some_and(|id| {
            let schema = subject.contract.schemas.get(id);
            schema.enum_values.is_some() || schema.const_value.is_some()
        });
        fixed || known(&parameter.name)
    })
}

/// Whether the fixtures hold what at least one of the operation's security alternatives asks for.
pub fn can_authenticate(operation: &Operation, fixtures: &Fixtures) -> bool {
    operation.security.is_empty()
        || operation
            .security
            .iter()
            .any(|schemes| schemes.iter().all(|used| fixtures.credentials.contains_key(&used.scheme)))
}
