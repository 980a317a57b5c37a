//! What statuses mean.

use serde_json::json;

use crate::case::{Case, Fault, Intent, Mutation, RequestValues};
use crate::check::testing::*;
use crate::rule::Severity;
use crate::wire::{CredentialChange, QueryPair};

/// A valid case whose path has this many octets.
fn of_path(octets: usize) -> Case {
    let mut case = valid(json!({"text": "hello"}));
    case.request.path = format!("/rooms/{}/messages", "r".repeat(octets));
    case
}

#[test]
fn no_server_need_take_what_is_long() {
    let bench = Bench::messages();
    for status in [400, 404, 413, 414, 431] {
        assert_eq!(bench.checks(&of_path(2_100), raw(status, "text/html", b"no")), [""; 0], "{status}");
        assert_ne!(bench.checks(&of_path(100), refused(status)), [""; 0], "{status}");
    }
    assert_eq!(bench.checks(&of_path(2_100), refused(409)), [""; 0], "as of any other request");
    assert_eq!(bench.checks(&of_path(2_100), refused(405)), ["rejected-valid"]);
    let mut case = valid(json!({"text": "hello"}));
    case.request.headers.push(("x-label".to_owned(), "a".repeat(2_100)));
    assert_eq!(bench.checks(&case, refused(431)), [""; 0]);
    assert_eq!(bench.checks(&case, refused(404)), ["rejected-valid"], "the path is short");
}

#[test]
fn a_length_whose_status_is_documented_is_told_as_documented() {
    let bench = Bench::of(&MESSAGES.replace("'409': {$ref", "'414': {$ref"));
    assert_eq!(bench.checks(&of_path(2_100), refused(414)), [""; 0]);
    assert_eq!(bench.checks(&of_path(2_100), response(414, &json!({"error": {}}))), ["error-envelope"]);
}

#[test]
fn a_fault_in_what_is_long_may_be_overlooked() {
    let bench = Bench::messages();
    let fault = Case { intent: Intent::Invalid(Fault::PathParameter), ..of_path(2_100) };
    assert_eq!(bench.checks(&fault, refused(414)), [""; 0]);
    let short = Case { intent: Intent::Invalid(Fault::PathParameter), ..of_path(100) };
    assert_eq!(bench.checks(&short, refused(414)), ["undocumented-status"]);
}

#[test]
fn a_limit_that_is_documented_without_its_size_may_be_small() {
    let of_body = |octets: usize| valid(json!({"text": "a".repeat(octets)}));
    let documented = Bench::of(&MESSAGES.replace("'409': {$ref", "'413': {$ref"));
    assert_eq!(documented.checks(&of_body(2_000), refused(413)), [""; 0]);
    assert_eq!(documented.checks(&of_body(500), refused(413)), ["rejected-valid"]);
    let silent = Bench::messages();
    assert_eq!(silent.checks(&of_body(2_000), refused(413)), ["rejected-valid"]);
    assert_eq!(silent.checks(&of_body(20_000), refused(413)), [""; 0]);
    let fault = |octets| Case { intent: Intent::Invalid(Fault::Validation), ..of_body(octets) };
    assert_eq!(documented.checks(&fault(2_000), refused(413)), [""; 0]);
    assert_eq!(documented.checks(&fault(500), refused(413)), ["wrong-refusal"]);
    let severity = |octets| silent.judge(&fault(octets), Ok(refused(413))).remove(0).severity;
    assert_eq!((severity(2_000), severity(500)), (Severity::Warning, Severity::Error));
}

/// The messages, with this status in place of their 409.
fn documenting(statuses: &[u16]) -> Bench {
    let named: Vec<String> =
        statuses.iter().map(|status| format!("'{status}': {{$ref: '#/components/responses/Error'}}")).collect();
    Bench::of(&MESSAGES.replace("'409': {$ref: '#/components/responses/Error'}", &named.join("\n        ")))
}

#[test]
fn a_status_of_the_state_explains_a_refusal_where_it_is_documented() {
    let case = valid(json!({"text": "hello"}));
    let fault = |bench: &Bench| breaks(bench.clause("minLength", "text/minLength"));
    for (status, is_before_all) in [
        (402, true),
        (403, false),
        (409, false),
        (412, false),
        (423, true),
        (424, false),
        (425, true),
        (428, true),
        (451, true),
    ] {
        let (bench, silent) = (documenting(&[status]), documenting(&[418]));
        assert_eq!(bench.checks(&case, refused(status)), [""; 0], "{status}");
        assert_eq!(silent.checks(&case, refused(status)), ["rejected-valid"], "{status}");
        let is_refused = bench.checks(&fault(&bench), refused(status)).is_empty();
        assert_eq!(is_refused, is_before_all, "{status}");
    }
    assert_eq!(documenting(&[422]).checks(&case, refused(422)), ["rejected-valid"], "a value may be what is wrong");
}

#[test]
fn a_range_that_nothing_has_may_be_refused() {
    let bench = documenting(&[416]);
    let mut case = valid(json!({"text": "hello"}));
    assert_eq!(bench.checks(&case, refused(416)), ["rejected-valid"]);
    case.request.headers.push(("Range".to_owned(), "bytes=10-20".to_owned()));
    assert_eq!(bench.checks(&case, refused(416)), [""; 0]);
    assert_eq!(bench.checks(&case, refused(400)), ["rejected-valid"]);
}

#[test]
fn a_list_of_changes_may_not_be_possible_on_what_is_there() {
    let bench = documenting(&[409, 422]);
    let mut case = valid(json!({"text": "hello"}));
    assert_eq!(bench.checks(&case, refused(422)), ["rejected-valid"]);
    case.request.body.as_mut().expect("a body").media_type = Some("application/json-patch+json".to_owned());
    assert_eq!(bench.checks(&case, refused(422)), [""; 0]);
    case.request.body.as_mut().expect("a body").media_type = Some("application/merge-patch+json".to_owned());
    assert_eq!(bench.checks(&case, refused(422)), ["rejected-valid"]);
}

#[test]
fn where_no_security_is_asked_for_a_documented_401_is_inconclusive() {
    let case = valid(json!({"text": "hello"}));
    for status in [401, 403] {
        let open = MESSAGES.replace("security: [{bearer: []}]\n", "");
        let documented = Bench::of(&open.replace("'409'", &format!("'{status}'")));
        assert_eq!(documented.checks(&case, refused(status)), [""; 0]);
        assert_eq!(Bench::of(&open).checks(&case, refused(status)), ["rejected-valid"]);
    }
    assert_eq!(
        documenting(&[401]).checks(&case, refused(401)),
        ["rejected-valid"],
        "with the credentials that are given"
    );
}

#[test]
fn of_401_and_403_only_the_documented_one_will_do() {
    let found = |statuses: &[u16], status| {
        let findings = documenting(statuses).judge(&unauthenticated(CredentialChange::Wrong), Ok(refused(status)));
        findings.iter().map(|finding| (finding.rule.id, finding.severity)).collect::<Vec<_>>()
    };
    let undocumented = |severity| [("undocumented-status", severity)];
    for (one, other) in [(401, 403), (403, 401)] {
        assert_eq!(found(&[one], one), []);
        assert_eq!(found(&[one], other), undocumented(Severity::Error));
        assert_eq!(found(&[one, other], other), []);
        assert_eq!(found(&[], one), undocumented(Severity::Warning), "a matter of the document");
    }
}

#[test]
fn a_path_that_some_routers_do_not_know_may_not_come_to_its_operation() {
    let bench = Bench::messages();
    let of = |room: &str| {
        let mut case = Case { intent: Intent::Invalid(Fault::PathParameter), ..valid(json!({"text": "hello"})) };
        case.request.path_params[0].1 = room.to_owned();
        case
    };
    for room in ["r1\n", "r/1", " r1", ".."] {
        assert_eq!(bench.checks(&of(room), raw(404, "text/plain", b"404: Not Found")), [""; 0], "{room}");
    }
    assert_eq!(bench.checks(&of("r"), raw(404, "text/plain", b"404: Not Found")), ["media-type"]);
    assert_eq!(bench.checks(&of("r/"), raw(307, "text/plain", b"")), [""; 0]);
    assert_eq!(bench.checks(&of("r"), raw(307, "text/plain", b"")), ["undocumented-status"]);
}

#[test]
fn what_is_known_of_a_whole_is_not_known_of_its_parts_nor_of_what_a_body_names() {
    let mut case = valid(json!({"text": "hello"}));
    assert_eq!(Bench::messages().checks(&case, refused(404)), ["rejected-valid"], "it is added to what exists");
    let part = MESSAGES.replace("    post:\n", "    get:\n");
    case.request.method = "GET".to_owned();
    assert_eq!(Bench::of(&part).checks(&case, refused(404)), [""; 0]);
    let whole = part.replace("/rooms/{room}/messages", "/rooms/{room}");
    assert_eq!(Bench::of(&whole).checks(&case, refused(404)), ["rejected-valid"]);
    let parameter =
        "      parameters:\n        - {name: room, in: path, required: true, schema: {type: string, minLength: 2}}\n";
    let nowhere = MESSAGES.replace("/rooms/{room}/messages", "/messages").replace(parameter, "");
    assert_eq!(
        Bench::of(&nowhere).checks(&case, refused(404)),
        [""; 0],
        "the room that is known is none of the body's"
    );
    let silent = nowhere.replace("'404': {$ref", "'410': {$ref");
    assert_eq!(Bench::of(&silent).checks(&case, refused(404)), ["rejected-valid"]);
}

#[test]
fn a_credential_that_breaks_the_syntax_of_its_scheme_may_be_malformed() {
    let found = |bench: &Bench, change, response| bench.checks(&unauthenticated(change), response);
    let both = documenting(&[401]);
    assert_eq!(found(&both, CredentialChange::Empty, refused(400)), [""; 0]);
    assert_eq!(found(&both, CredentialChange::Wrong, refused(400)), ["wrong-refusal"]);
    let keyed = MESSAGES.replace("{type: http, scheme: bearer}", "{type: apiKey, in: header, name: x-key}");
    let keyed = Bench::of(&keyed.replace("'409'", "'401'"));
    assert_eq!(found(&keyed, CredentialChange::Empty, refused(400)), ["wrong-refusal"]);
}

#[test]
fn what_stands_behind_a_server_may_fail_as_documented() {
    let case = valid(json!({"text": "hello"}));
    for status in [501, 502, 504, 507] {
        assert_eq!(documenting(&[status]).checks(&case, refused(status)), [""; 0], "{status}");
        assert_eq!(documenting(&[418]).checks(&case, refused(status)), ["server-error"], "{status}");
    }
    assert_eq!(documenting(&[500]).checks(&case, refused(500)), ["server-error"]);
}

#[test]
fn what_never_succeeds_is_right_in_its_documented_refusal() {
    let case = valid(json!({"text": "hello"}));
    let gone = Bench::of(&MESSAGES.replace("'201':", "'410':"));
    assert_eq!(gone.checks(&case, response(410, &json!({"data": {"id": "m1", "text": "hello"}}))), [""; 0]);
    assert_eq!(gone.checks(&case, refused(418)), ["rejected-valid"]);
    assert_eq!(Bench::messages().checks(&case, refused(400)), ["rejected-valid"]);
}

/// A document with what GET of one path has.
fn reading(get: &str, more: &str) -> Bench {
    Bench::of(&format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /it:\n    get: {get}\n{more}"))
}

/// A valid case for it.
fn of_reading() -> Case {
    let mut case = Case { clause: None, ..case(Intent::Valid) };
    case.request.path = "/it".to_owned();
    case
}

#[test]
fn a_value_that_the_target_gives_out_may_be_refused_when_it_is_made_up() {
    let found = |name: &str, description: &str| {
        let parameter = format!("{{name: {name}, in: query, description: {description}, schema: {{type: string}}}}");
        let responses = "{'200': {description: some}, '400': {description: refused}}";
        let bench = reading(&format!("{{parameters: [{parameter}], responses: {responses}}}"), "");
        let mut case = of_reading();
        let encoded = format!("{name}=a");
        case.request.query = vec![QueryPair { name: name.to_owned(), value: "a".to_owned(), encoded }];
        bench.checks(&case, raw(400, "text/plain", b"it is invalid"))
    };
    assert_eq!(found("cursor", "where to go on"), [""; 0]);
    assert_eq!(found("from", "the next_cursor of the page before"), [""; 0]);
    assert_eq!(found("word", "what is looked for"), ["rejected-valid"]);
}

#[test]
fn what_is_stored_in_one_type_cannot_be_had_in_another() {
    let types = "content: {image/png: {}, image/jpeg: {}}";
    let get = format!("{{responses: {{'200': {{description: one, {types}}}, '406': {{description: none}}}}}}");
    let put = format!("    put: {{requestBody: {{{types}}}, responses: {{'204': {{description: stored}}}}}}\n");
    let found = |more: &str, response| {
        let values = RequestValues {
            parameters: Vec::new(),
            body: None,
            credentials: Default::default(),
            mutation: Some(Mutation::Accept("image/jpeg".to_owned())),
        };
        reading(&get, more).checks(&Case { values: Some(values), ..of_reading() }, response)
    };
    let (png, none) = (|| raw(200, "image/png", b"png"), || raw(406, "text/plain", b"stored otherwise"));
    assert_eq!((found(&put, png()), found(&put, none())), (Vec::new(), Vec::new()));
    assert_eq!((found("", png()), found("", none())), (vec!["not-acceptable"], vec!["rejected-valid"]));
}

#[test]
fn a_value_that_breaks_a_hint_alone_may_be_refused_for_any_documented_reason() {
    let hinting = MESSAGES.replace(
        "text: {type: string, minLength: 1}\n        id",
        "text: {type: string, format: email, minLength: 1}\n        id",
    );
    assert_ne!(hinting, MESSAGES);
    let bench = Bench::of(&hinting);
    assert_eq!(bench.checks(&breaks(bench.clause("format", "text/format")), refused(409)), [""; 0]);
    assert_eq!(bench.checks(&breaks(bench.clause("minLength", "text/minLength")), refused(409)), ["wrong-refusal"]);
}
