//! By what a failure of a server is known again: its status, what its body says once all that changes from request to
//! request is taken out, and what its route is about.

use percent_encoding::percent_decode;

use super::said::{Sent, says};
use crate::case::{Case, Fault, Intent, Mutation};
use crate::check::Subject;
use crate::contract::{ClauseTarget, Operation, Step};
use crate::execute::Response;
use crate::finding::{Place, Root, Symptom, digest};
use crate::spec::SourceLocation;

/// Words that say no more than that something failed.
const EMPTY_WORDS: [&str; 72] = [
    "about",
    "administrator",
    "again",
    "an",
    "at",
    "be",
    "been",
    "blank",
    "code",
    "contact",
    "could",
    "description",
    "detail",
    "details",
    "developers",
    "encountered",
    "error",
    "errors",
    "exception",
    "failed",
    "failure",
    "false",
    "fatal",
    "handled",
    "has",
    "have",
    "id",
    "in",
    "informed",
    "instance",
    "internal",
    "is",
    "later",
    "message",
    "not",
    "notified",
    "null",
    "occurred",
    "on",
    "our",
    "path",
    "please",
    "problem",
    "processing",
    "programmatic",
    "reason",
    "request",
    "server",
    "something",
    "status",
    "success",
    "support",
    "team",
    "the",
    "this",
    "timestamp",
    "title",
    "trace",
    "true",
    "try",
    "type",
    "unable",
    "unexpected",
    "unhandled",
    "unknown",
    "was",
    "we",
    "went",
    "were",
    "while",
    "wrong",
    "your",
];

/// The crash that a response reports. Where its body says nothing, it is known by what was sent: by the member whose value
/// is valid, by the whole of which a part is invalid, and else by the route.
pub fn root(subject: &Subject<'_>, response: &Response) -> Root {
    let said = says(&response.body, &Sent::of(subject.case));
    // Who trips over bytes, or over how a body is called, does so wherever they come.
    let route = if precedes_routes(subject.case) { "" } else { family(subject.operation) };
    let family = oddity(subject.case).unwrap_or_else(|| route.to_owned());
    let status = response.status.to_string();
    let is_answer_to_head = subject.case.request.method == "HEAD";
    if is_empty_talk(&said) {
        let words = (!is_answer_to_head).then(String::new);
        let signature = match sent_at(subject) {
            Some(location) => {
                let place = Place::new(&subject.contract.document, location, "");
                format!("{status} at {}", place.address())
            }
            None => format!("{status} {family}"),
        };
        let occasion = Some(subject.case.intent.name());
        return Root::Crash { signature, occasion, symptom: Symptom { kind: status, words } };
    }
    let words = format!("{:016x}", digest(&[&said]));
    let signature = format!("{status} {family} {words}");
    Root::Crash { signature, occasion: None, symptom: Symptom { kind: status, words: Some(words) } }
}

/// The node of what a request sent that a server may fail over.
fn sent_at(subject: &Subject<'_>) -> Option<SourceLocation> {
    let operation = subject.operation;
    let is_valid = match subject.case.intent {
        Intent::Valid => true,
        Intent::Invalid(Fault::Validation | Fault::PathParameter) => false,
        _ => return None,
    };
    let clauses = operation.clauses();
    let Some(clause) = subject.case.clause.map(|id| clauses.get(id)) else { return Some(operation.location.clone()) };
    if let ClauseTarget::Parameter(index) = clause.place {
        return Some(operation.parameters.get(index)?.location.clone());
    }
    let Some(own) = clause.site else { return Some(operation.location.clone()) };
    // The keywords of one value, in whatever branch, are one.
    let mut site = clauses.site(own);
    while let Some(above) = site.parent.filter(|_| !is_valid || matches!(site.step, Step::Same | Step::Branch(_))) {
        site = clauses.site(above);
    }
    let mut schema = subject.contract.schemas.get(site.schema);
    let mut steps = subject.contract.schemas.len();
    while let Some(next) = schema.reference.filter(|_| steps > 0 && !is_valid) {
        schema = subject.contract.schemas.get(next);
        steps -= 1;
    }
    Some(schema.location.clone())
}

/// Whether it is the method or the media type that is wrong, which a framework reads before any route is asked.
fn precedes_routes(case: &Case) -> bool {
    matches!(case.intent, Intent::WrongMethod | Intent::Invalid(Fault::MediaType))
}

/// What is odd about an odd request, whatever the operation.
fn oddity(case: &Case) -> Option<String> {
    match case.values.as_ref().filter(|_| case.intent == Intent::Robustness)?.mutation.as_ref()? {
        Mutation::Text { encoded, .. } => Some(encoded.clone()).filter(|encoded| !encoded.is_empty()),
        Mutation::Body(body) => match percent_decode(&body.payload.bytes()).decode_utf8() {
            Ok(_) => body.media_type.clone(),
            Err(_) => Some("no UTF-8".to_owned()),
        },
        Mutation::Accept(accept) => Some(accept.clone()),
        Mutation::Method(_) => None,
    }
}

/// What a route is about: the first part of its path that is fixed and no version of an API.
pub fn family(operation: &Operation) -> &str {
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let parts = operation.path.split('/');
    let mut named = parts.filter(|part| !part.is_empty() && *part != "api" && !is_version(part) && !part.contains('{'));
    named.next().unwrap_or_default()
}

/// Whether a body says no more than its status does.
pub fn is_empty_talk(said: &str) -> bool {
    let mut words = said.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    words.all(|word| EMPTY_WORDS.binary_search(&word.to_lowercase().as_str()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::RequestValues;
    use crate::check::testing::*;
    use crate::wire::Body;
    use serde_json::json;

    #[test]
    fn a_body_that_says_nothing_is_known_by_the_occasion() {
        assert!(EMPTY_WORDS.is_sorted());
        for empty in [
            "",
            "Internal Server Error",
            r#"{"status": 500, "error": "Something went wrong", "path": "/a"}"#,
            "A programmatic error occurred, developers have been informed.",
        ] {
            assert!(is_empty_talk(&says(empty.as_bytes(), &Sent::default())), "{empty}");
        }
        assert!(!is_empty_talk(&says(b"division by zero", &Sent::default())));
    }

    #[test]
    fn crashes_of_one_signature_are_one_bug_and_others_are_others() {
        let bench = Bench::messages();
        let key = |intent, text: &str| {
            let response = response(500, &json!({"error": text, "at": 17}));
            bench.judge(&case(intent), Ok(response)).remove(0).root_key()
        };
        assert_eq!(key(Intent::Valid, "no row 1"), key(Intent::Unauthenticated, "no row 2"));
        assert_ne!(key(Intent::Valid, "no row 1"), key(Intent::WrongMethod, "no row 2"));
        assert_ne!(key(Intent::Valid, "no row 1"), key(Intent::Valid, "no column 1"));
        assert_ne!(key(Intent::Valid, "error"), key(Intent::WrongMethod, "error"), "nothing is said");
        assert_eq!(key(Intent::Valid, "error"), key(Intent::Valid, "error"));
    }

    #[test]
    fn failures_that_say_nothing_are_told_apart_by_the_member_that_was_valid() {
        let bench = Bench::messages();
        let key = |intent, clause, text: &str| {
            let case = Case { intent, ..breaks(bench.clause(clause, text)) };
            bench.judge(&case, Ok(response(500, &json!({"error": "error"})))).remove(0).root_key()
        };
        let valid = |clause, text| key(Intent::Valid, clause, text);
        assert_eq!(valid("minLength", "text/minLength"), valid("type", "text/type"));
        assert_ne!(valid("minLength", "text/minLength"), valid("format", "sent_at/format"));
        // Who does not look at a body may trip over any part of it.
        let invalid = |clause, text| key(Intent::Invalid(Fault::Validation), clause, text);
        assert_eq!(invalid("minLength", "text/minLength"), invalid("format", "sent_at/format"));
        assert_ne!(invalid("minLength", "text/minLength"), valid("minLength", "text/minLength"));
    }

    #[test]
    fn an_oddity_that_a_server_trips_over_is_one_bug_on_all_routes() {
        let key = |path: &str, intent, media_type: &str| {
            let mut bench = Bench::messages();
            bench.contract.operations[0].path = path.to_owned();
            let mut case = case(intent);
            let body = Body { media_type: Some(media_type.to_owned()), ..case.request.body.clone().expect("a body") };
            let plain =
                RequestValues { parameters: Vec::new(), body: None, credentials: Default::default(), mutation: None };
            case.values = Some(RequestValues { mutation: Some(Mutation::Body(body)), ..plain });
            bench.judge(&case, Ok(response(500, &json!({"error": "error"})))).remove(0).root_key()
        };
        let odd = Intent::Robustness;
        assert_eq!(key("/pets", odd, "nonsense"), key("/stores", odd, "nonsense"));
        assert_ne!(key("/pets", odd, "nonsense"), key("/pets", odd, "a/b; charset"));
        let malformed = Intent::Invalid(Fault::Malformed);
        assert_ne!(key("/pets", malformed, "nonsense"), key("/stores", malformed, "nonsense"));
    }

    #[test]
    fn routes_about_one_thing_are_a_family() {
        let family_of = |path: &str| {
            let mut bench = Bench::messages();
            bench.contract.operations[0].path = path.to_owned();
            family(&bench.contract.operations[0]).to_owned()
        };
        assert_eq!(family_of("/api/v1/pets/{id}"), "pets");
        assert_eq!(family_of("/pets"), "pets");
        assert_eq!(family_of("/{tenant}/stores"), "stores");
        assert_eq!(family_of("/"), "");
    }
}
