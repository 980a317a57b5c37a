//! By what a failure of a server is known again: its status, what its body says once all that changes from request to
//! request is taken out, and what its route is about.

use percent_encoding::percent_decode;
use serde_json::Value;

use super::empty_talk::is_empty_talk;
use super::said::{Sent, says};
use crate::case::{Case, Fault, Intent, Mutation, at_clause};
use crate::check::Subject;
use crate::contract::{ClauseTarget, Operation, Step};
use crate::execute::Response;
use crate::finding::{Place, Root, Symptom, crash_key, digest};
use crate::rule::Rule;
use crate::spec::SourceLocation;
use crate::wire::Body;

/// A number of more bits than this is one of which many servers know only when they use it.
const MOST: f64 = 2_147_483_647.0;

/// A character that ends texts in C.
const NUL: &str = "NUL";

/// The crash that a response reports, with the keys of those that bring it along.
pub struct Crash {
    /// By what it is known.
    pub root: Root,
    /// As [`crate::finding::Finding::part_of`].
    pub part_of: Vec<String>,
}

/// The crash that a response reports. Where its body says nothing, it is known by what was sent: by a kind of value that
/// servers trip over wherever it is, by the member whose value is valid, by the whole of which a part is invalid, and else by
/// the route.
pub fn crash(subject: &Subject<'_>, response: &Response, rule: &Rule) -> Crash {
    let said = says(&response.body, &Sent::of(subject.case));
    let is_answer_to_head = subject.case.request.method == "HEAD";
    let says_nothing = is_empty_talk(&said);
    let words = match says_nothing {
        true => (!is_answer_to_head).then(String::new),
        false => Some(format!("{:016x}", digest(&[&said]))),
    };
    let names = names(subject);
    let nameless = (!says_nothing && !names.is_empty())
        .then(|| says(&response.body, &Sent::of(subject.case).and(names)))
        .filter(|said| !is_empty_talk(said))
        .map(|said| format!("{:016x}", digest(&[&said])));
    let status = response.status.to_string();
    let known = |signature: String, occasion, part_of| {
        let symptom = Symptom { kind: status.clone(), words: words.clone(), nameless: nameless.clone() };
        Crash { root: Root::Crash { signature, occasion, symptom }, part_of }
    };
    // That something is not implemented needs no other words.
    if response.status == 501 && subject.case.intent == Intent::Valid {
        return known(status.clone(), None, Vec::new());
    }
    let occasion = Some(subject.case.intent.name());
    let at_place = |location: SourceLocation| {
        let place = Place::new(&subject.contract.document, location, "");
        format!("{status} at {}", place.address())
    };
    if !says_nothing {
        let words = words.clone().unwrap_or_default();
        let signature = |route: &str| format!("{status} {route} {words}");
        let route = route(subject);
        // What says the same of a valid request is no matter of what is odd about this one.
        let plain = (family(subject.operation) != route).then(|| signature(family(subject.operation)));
        let part_of = plain.into_iter().map(|plain| crash_key(rule, &plain, None)).collect();
        return known(signature(&route), None, part_of);
    }
    let is_valid = match subject.case.intent {
        Intent::Valid => Some(true),
        Intent::Invalid(Fault::Validation | Fault::PathParameter) => Some(false),
        _ => None,
    };
    let node = is_valid.and_then(|is_valid| sent_at(subject, is_valid));
    let signature = node.map_or_else(|| format!("{status} {}", route(subject)), at_place);
    let of_kind = |kind: &str| format!("{status} {kind}");
    match kind(subject) {
        Some(kind) => {
            // Who fails over any value there fails over this one, too.
            let any = sent_at(subject, true).map(|node| crash_key(rule, &at_place(node), Some(Intent::Valid.name())));
            let part_of = any.into_iter().chain([crash_key(rule, &signature, occasion)]).collect();
            known(of_kind(kind), None, part_of)
        }
        None => {
            let elsewhere = kinds(sent(subject.case)).into_iter();
            let elsewhere = elsewhere.map(|kind| crash_key(rule, &of_kind(kind), None));
            // Who fails over another media type fails over one that is odd, too.
            let media_type = Intent::Invalid(Fault::MediaType).name();
            let of_media_type =
                is_odd_media_type(subject.case).then(|| crash_key(rule, &format!("{status} "), Some(media_type)));
            known(signature, occasion, of_media_type.into_iter().chain(elsewhere).collect())
        }
    }
}

/// The names of what a case is about: one failure says the same of each member, but for its name.
fn names(subject: &Subject<'_>) -> Vec<String> {
    let clauses = subject.operation.clauses();
    let Some(clause) = subject.case.clause.map(|id| clauses.get(id)) else { return Vec::new() };
    let parameter = match clause.place {
        ClauseTarget::Parameter(index) => subject.operation.parameters.get(index),
        ClauseTarget::Body(_) | ClauseTarget::Request | ClauseTarget::Response(_) => None,
    };
    let member = clause.instance.member().into_iter();
    let names = member.chain(clause.subject.iter().map(ToString::to_string));
    names.chain(parameter.map(|parameter| parameter.name.clone())).collect()
}

/// What is odd about a request, or else what its route is about. Who trips over bytes, or over how a body is called, does so
/// wherever they come.
fn route(subject: &Subject<'_>) -> String {
    let route = if precedes_routes(subject.case) { "" } else { family(subject.operation) };
    oddity(subject.case).unwrap_or_else(|| route.to_owned())
}

/// What of the value that a case is about many servers trip over, whatever it is for.
fn kind(subject: &Subject<'_>) -> Option<&'static str> {
    let odd = subject.case.values.as_ref().and_then(|values| values.mutation.as_ref());
    let is_nul = |odd: &Mutation| matches!(odd, Mutation::Text { encoded, .. } if encoded.contains("%00"));
    if odd.is_some_and(is_nul) {
        return Some(NUL);
    }
    kinds(at_clause(subject.operation, subject.case)?).first().copied()
}

/// What of these values many servers trip over.
fn kinds<'v>(values: impl IntoIterator<Item = &'v Value>) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut left: Vec<&Value> = values.into_iter().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) if text.contains('\0') => found.push(NUL),
            Value::Number(number) if number.as_f64().is_some_and(|number| number.abs() > MOST) => {
                found.push("a number of more than 32 bits");
            }
            Value::Array(items) => left.extend(items),
            Value::Object(members) => left.extend(members.values()),
            _ => {}
        }
    }
    found.dedup();
    found
}

/// All that a request has.
fn sent(case: &Case) -> impl Iterator<Item = &Value> {
    let values = case.values.iter();
    values.flat_map(|values| values.parameters.iter().flatten().chain(values.body.iter().map(|(_, body)| body)))
}

/// The node of what a request sent that a server may fail over.
fn sent_at(subject: &Subject<'_>, is_valid: bool) -> Option<SourceLocation> {
    let operation = subject.operation;
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

/// Whether it is how its body is called that is odd about an odd request.
fn is_odd_media_type(case: &Case) -> bool {
    let odd =
        case.values.as_ref().filter(|_| case.intent == Intent::Robustness).and_then(|values| values.mutation.as_ref());
    let is_text = |body: &Body| percent_decode(&body.payload.bytes()).decode_utf8().is_ok();
    matches!(odd, Some(Mutation::Body(body)) if is_text(body))
}

/// What a route is about: the first part of its path that is fixed and no version of an API.
pub fn family(operation: &Operation) -> &str {
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let parts = operation.path.split('/');
    let mut named = parts.filter(|part| !part.is_empty() && *part != "api" && !is_version(part) && !part.contains('{'));
    named.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::RequestValues;
    use crate::check::testing::*;
    use serde_json::json;

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
    fn failures_in_the_same_words_of_two_members_are_one_bug() {
        let bench = Bench::messages();
        let root = |keyword, at: &str, text: &str| {
            let case = Case { intent: Intent::Invalid(Fault::Validation), ..breaks(bench.clause(keyword, at)) };
            bench.judge(&case, Ok(response(500, &json!({"error": text})))).remove(0).root
        };
        let of_text = |said| root("minLength", "text/minLength", said);
        let of_time = |said| root("format", "sent_at/format", said);
        let one = of_text("cannot store text in row");
        assert!(one.says_the_same(&of_time("cannot store sent_at in row")));
        assert!(one.says_the_same(&of_time("cannot store text in row")), "in the same words altogether");
        assert!(!one.says_the_same(&of_time("cannot parse sent_at as time")));
        assert!(!one.says_the_same(&of_time("cannot store label in row")), "it speaks of another");
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
