//! The reference target over a real socket: for every provider each documented rule, kept and broken.

mod client;
mod contract;
mod edges;
mod providers;
mod responses;
mod storage;

use client::Server;
use providers::{Provider, ada, all, asapp, changed, respondent, telnyx};
use serde_json::json;

const LIMIT: usize = 10 * 1024 * 1024;

fn each(test: impl Fn(&Server, &Provider)) {
    let server = Server::start();
    for provider in all() {
        test(&server, &provider);
    }
    server.stop();
}

#[test]
fn valid_requests_succeed() {
    each(|server, provider| {
        provider.expect_success(&server.send(&provider.request()), "as documented");
        let chunked = server.connect().send_chunked(&provider.request());
        provider.expect_success(&chunked, "chunked");
        for (pointer, value) in &provider.variants {
            let body = changed(&provider.body, pointer, Some(value));
            let response = server.send(&provider.request().json(&body));
            provider.expect_success(&response, &format!("{pointer} = {value}"));
        }
    });
}

#[test]
fn every_broken_member_is_refused() {
    each(|server, provider| {
        let mut connection = server.connect();
        for (pointer, value) in &provider.faults {
            let body = changed(&provider.body, pointer, value.as_ref());
            let response = connection.send(&provider.request().json(&body));
            provider.expect_error(&response, provider.invalid, &format!("{pointer} = {value:?}"));
        }
    });
}

#[test]
fn every_header_of_the_credentials_is_needed() {
    each(|server, provider| {
        for (name, value) in &provider.credentials {
            let good = provider.request();
            for (case, request) in [
                ("missing", good.clone().without(name)),
                ("empty", good.clone().with(name, "")),
                ("longer", good.clone().with(name, &format!("{value}x"))),
                ("shorter", good.clone().with(name, &value[..value.len() - 1])),
                ("upper case", good.clone().with(name, &value.to_uppercase().replace("BEARER", "Bearer"))),
                ("twice", good.clone().and(name, value)),
                ("before the method", good.clone().without(name).method("GET")),
                ("before the type", good.clone().without(name).with("content-type", "text/plain")),
                ("before the body", good.clone().without(name).body("{")),
                ("before the path", good.clone().without(name).path(provider.path_to("%FF"))),
            ] {
                provider.expect_error(&server.send(&request), 401, &format!("{name} {case}"));
            }
            if name == "authorization" {
                let other = good.clone().with(name, &value.replace("Bearer", "Basic"));
                provider.expect_error(&server.send(&other), 401, "another scheme");
                let lower = good.with(name, &value.replace("Bearer", "bearer"));
                provider.expect_success(&server.send(&lower), "scheme in lower case");
            }
        }
        let mut nothing = provider.request();
        nothing.headers.truncate(0);
        provider.expect_error(&server.send(&nothing), 401, "no header at all");
    });
}

#[test]
fn other_methods_are_refused_with_allow() {
    each(|server, provider| {
        for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "post"] {
            provider.expect_error(&server.send(&provider.request().method(method)), 405, method);
        }
        let bare = provider.request().method("GET").without("content-type").body("");
        provider.expect_error(&server.send(&bare), 405, "GET without a body");
        let head = server.send(&provider.request().method("HEAD"));
        assert_eq!((head.status, head.header("allow")), (405, Some("POST")), "{}", provider.name);
    });
}

#[test]
fn only_json_is_a_supported_media_type() {
    each(|server, provider| {
        let good = provider.request();
        for value in ["text/plain", "application/xml", "application/jsonp", "application/merge-patch+json", "json"] {
            let request = good.clone().with("content-type", value);
            provider.expect_error(&server.send(&request), 415, value);
        }
        provider.expect_error(&server.send(&good.clone().without("content-type")), 415, "none");
        let coded = good.clone().with("content-encoding", "gzip");
        provider.expect_error(&server.send(&coded), 415, "gzip");
        let before_syntax = good.clone().with("content-type", "text/plain").body("{");
        provider.expect_error(&server.send(&before_syntax), 415, "before syntax");
        for value in ["application/json; charset=utf-8", "Application/JSON", "application/json ; q=\"a;b\""] {
            let request = good.clone().with("content-type", value);
            provider.expect_success(&server.send(&request), value);
        }
    });
}

#[test]
fn a_body_of_ten_mebibytes_is_the_largest() {
    each(|server, provider| {
        // White space after the value is JSON too, so that only the size is in question.
        let sized = |size: usize| {
            let mut request = provider.request();
            request.body.resize(size, b' ');
            request
        };
        let mut connection = server.connect();
        provider.expect_success(&connection.send(&sized(LIMIT)), "at the limit");
        provider.expect_error(&connection.send(&sized(LIMIT + 1)), 413, "over it");
        provider.expect_error(&connection.send_chunked(&sized(LIMIT + 1)), 413, "chunked");
        let far = connection.send(&sized(2 * LIMIT).path(provider.path_to("%FF")));
        provider.expect_error(&far, 413, "twice the limit, before the path");
        provider.expect_success(&connection.send(&provider.request()), "the same connection afterwards");
    });
}

#[test]
fn what_is_not_json_is_refused() {
    each(|server, provider| {
        let good = provider.body.to_string();
        for body in [
            "",
            " ",
            "{",
            "}",
            "nul",
            "{'a': 1}",
            "{\"a\" 1}",
            "{\"a\": 1,}",
            "NaN",
            "\"open",
            "\"\u{1}\"",
            "\u{feff}{}",
            "[]",
            "null",
            "true",
            "1",
            "\"text\"",
            "{\"\\ud800\": 1}",
        ] {
            provider.expect_error(&server.send(&provider.request().body(body)), provider.invalid, body);
        }
        let broken =
            [good.as_bytes()[..good.len() - 1].to_vec(), format!("{good}{good}").into_bytes(), vec![b'"', 0xff, b'"']];
        for body in broken {
            let case = String::from_utf8_lossy(&body).into_owned();
            provider.expect_error(&server.send(&provider.request().body(body)), provider.invalid, &case);
        }
        let nothing = provider.request().body("").without("content-type");
        provider.expect_error(&server.send(&nothing), provider.invalid, "neither body nor type");
        let cut = server.connect().send_cut_off(&provider.request());
        provider.expect_error(&cut, provider.invalid, "cut off");
        let mut invalid_text = changed(&provider.body, "/filler", Some(&json!("@"))).to_string().into_bytes();
        for byte in &mut invalid_text {
            *byte = if *byte == b'@' { 0xc0 } else { *byte };
        }
        let response = server.send(&provider.request().body(invalid_text));
        provider.expect_error(&response, provider.invalid, "not UTF-8 in a member that nobody reads");
    });
}

#[test]
fn unknown_conversations_and_routes_are_not_found() {
    each(|server, provider| {
        let mut request = provider.request().path(provider.path_to(provider.unknown));
        if provider.name == "example-ai" {
            request = request.json(&changed(&provider.body, "/conversation_id", Some(&json!(provider.unknown))));
        }
        provider.expect_error(&server.send(&request), 404, "unknown conversation");
        let path = provider.path_to(&provider.conversation);
        let (trimmed, extended) = (path.trim_end_matches('/'), format!("{path}x"));
        let slashed = if trimmed == path { format!("{path}/") } else { trimmed.to_owned() };
        for path in [&extended, &slashed] {
            // Example AI's route and Respondent's begin alike: neither may answer for the other.
            provider.expect_error(&server.send(&provider.request().path(path)), 404, path);
        }
        let elsewhere = server.send(&provider.request().path("/elsewhere"));
        assert_eq!((elsewhere.status, elsewhere.json()), (404, json!({"error": "no such route"})));
    });
}

#[test]
fn path_parameters_are_judged_after_the_syntax_and_before_the_conversation() {
    let server = Server::start();
    for (provider, id, status) in [
        (telnyx(), "", 422),
        (asapp(), "", 400),
        (ada(), "", 404),
        (respondent(), "", 404),
        (telnyx(), "not-a-uuid", 422),
        (telnyx(), "182bd5e56e1a4fe4a799aa6d9a6ab26e", 422),
        (telnyx(), "%7B182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e%7D", 422),
        (telnyx(), "%FF", 422),
        (asapp(), "lower", 400),
        (asapp(), "01BX5ZZKBKACTAV9WEVGEMMVRZ%0A", 400),
        (asapp(), "01BX5-ZZ", 400),
        (asapp(), "%C3%89", 400),
        (asapp(), "%FF", 400),
        (ada(), "a%2Fb", 404),
        (ada(), "%FF", 404),
        (respondent(), "%F0%9F%98%80", 404),
        (respondent(), "%FF", 404),
    ] {
        let response = server.send(&provider.request().path(provider.path_to(id)));
        provider.expect_error(&response, status, id);
    }
    let telnyx = telnyx();
    let upper = telnyx.path_to(&telnyx.conversation.to_uppercase());
    telnyx.expect_success(&server.send(&telnyx.request().path(upper)), "UUIDs have no case");
}
