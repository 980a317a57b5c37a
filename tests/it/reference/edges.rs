//! Values at the edges of what JSON, HTTP and the documents allow: a harness will send them all.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Request, Server};
use super::providers::{Provider, ada, all, asapp, changed, example_ai, respondent, telnyx};

/// The good request with `member` written before or after the other members.
fn spliced(provider: &Provider, before: &str, after: &str) -> Request {
    let body = provider.body.to_string();
    let members = &body[1..body.len() - 1];
    provider.request().body(format!("{{{before}{members}{after}}}"))
}

/// A member that the document requires.
fn required(provider: &Provider) -> &'static str {
    let removed = provider.faults.iter().find(|(_, value)| value.is_none());
    &removed.expect("a required member").0[1..]
}

#[test]
fn of_members_with_one_name_the_last_counts() {
    let server = Server::start();
    for provider in all() {
        let member = format!("\"{}\":null", required(&provider));
        let good_last = server.send(&spliced(&provider, &format!("{member},"), ""));
        provider.expect_success(&good_last, "a good one last");
        let bad_last = server.send(&spliced(&provider, "", &format!(",{member}")));
        provider.expect_error(&bad_last, provider.invalid, "a bad one last");
        let escaped = member.replacen(
            required(&provider),
            &format!("\\u{:04x}{}", required(&provider).as_bytes()[0], &required(&provider)[1..]),
            1,
        );
        let bad_last = server.send(&spliced(&provider, "", &format!(",{escaped}")));
        provider.expect_error(&bad_last, provider.invalid, "a bad one last, its name escaped");
    }
}

#[test]
fn nesting_has_no_limit() {
    let server = Server::start();
    for provider in all() {
        for depth in [127, 128, 129, 5_000, 100_000] {
            let arrays = format!(",\"filler\":{}{}", "[".repeat(depth), "]".repeat(depth));
            provider.expect_success(&server.send(&spliced(&provider, "", &arrays)), &format!("{depth} arrays"));
            let objects = format!(",\"filler\":{}1{}", "{\"\":".repeat(depth), "}".repeat(depth));
            provider.expect_success(&server.send(&spliced(&provider, "", &objects)), &format!("{depth} objects"));
            let open = provider.request().body("[".repeat(depth));
            provider.expect_error(&server.send(&open), provider.invalid, &format!("{depth} arrays left open"));
        }
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    for (provider, name) in [(ada(), "content"), (example_ai(), "metadata"), (telnyx(), "tool_choice")] {
        let response = server.send(&spliced(&provider, "", &format!(",\"{name}\":{deep}")));
        assert!(
            response.status == provider.success && response.text().contains(&deep),
            "{} {}",
            provider.name,
            response.status
        );
    }
}

#[test]
fn members_that_nobody_reads_are_still_json() {
    let server = Server::start();
    for provider in all() {
        for good in [r#""\ud83d\ude00\u0000""#, "1e400", "-0", "0.10E+01", "[ ]", r#""\/\b\f""#, "\"\u{7f}\u{2028}\""] {
            let request = spliced(&provider, "", &format!(",\"filler\" : {good}\r\n\t "));
            provider.expect_success(&server.send(&request), good);
        }
        for bad in [
            r#""\ud83d""#,
            "\"\u{1}\"",
            "\"\n\"",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "Infinity",
            r#""\x""#,
            "tru",
            "[1,]",
            "{1:2}",
        ] {
            let request = spliced(&provider, "", &format!(",\"filler\":{bad}"));
            provider.expect_error(&server.send(&request), provider.invalid, bad);
        }
    }
}

#[test]
fn integers_have_no_size_and_no_spelling() {
    let server = Server::start();
    let telnyx = telnyx();
    for good in [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1e3",
        "100e-2",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "123456789012345678901234567890",
        "1.7976931348623157e308",
        "1e400",
    ] {
        for value in [good.to_owned(), format!("[{good}]")] {
            let request = spliced(&telnyx, "", &format!(",\"metadata\":{{\"n\":{value}}}"));
            let response = server.send(&request); // 1e400 is more than the parser of this test can read
            assert_eq!(response.status, 200, "{value}: {}", response.text());
        }
    }
    for bad in ["0.5", "1e-1", "-1.5e0", "5e-324", "1.00000000000000000001", "9007199254740993.5"] {
        for value in [bad.to_owned(), format!("[1, {bad}]")] {
            let request = spliced(&telnyx, "", &format!(",\"metadata\":{{\"n\":{value}}}"));
            telnyx.expect_error(&server.send(&request), 422, &value);
        }
    }
}

#[test]
fn texts_of_any_characters_and_lengths_are_accepted() {
    let server = Server::start();
    let long = "😀".repeat(100_000);
    for text in [
        "\u{0}",
        " ",
        "\n",
        "\u{7f}",
        "\u{85}",
        "\u{fffd}",
        "\u{ffff}",
        "\u{10ffff}",
        "'; --",
        "%s%n",
        "<b>",
        "null",
        "1",
        &long,
    ] {
        for (provider, pointers) in [
            (telnyx(), vec!["/role", "/content", "/name", "/tool_call_id", "/tool_choice"]),
            (asapp(), vec!["/text", "/sender/externalId"]),
            (ada(), vec!["/author/id", "/content/body"]),
            (respondent(), vec!["/body"]),
            (example_ai(), vec!["/text", "/sender_id", "/reply_to_message_id"]),
        ] {
            for pointer in pointers {
                let body = changed(&provider.body, pointer, Some(&json!(text)));
                let response = server.send(&provider.request().json(&body));
                let body =
                    provider.expect_success(&response, &format!("{pointer} of {} characters", text.chars().count()));
                let echoed = ["", "/data/message"].iter().find_map(|at| body.pointer(&format!("{at}{pointer}")));
                assert!(echoed.is_none_or(|echoed| echoed == text), "{} {pointer} changed", provider.name);
            }
        }
    }
}

#[test]
fn date_times_are_read_as_rfc_3339_and_asapp_says() {
    let server = Server::start();
    for (provider, pointer) in [(telnyx(), "/sent_at"), (asapp(), "/timestamp")] {
        let send =
            |text: &str| server.send(&provider.request().json(&changed(&provider.body, pointer, Some(&json!(text)))));
        for good in [
            "2016-12-31T23:59:60Z",
            "2016-12-31t23:59:60z",
            "2017-01-01T05:29:60.999+05:30",
            "0000-01-01T00:00:00-23:59",
            "9999-12-31T23:59:59.99999999999999999999999999999999Z",
            "2024-02-29T00:00:00.0-00:00",
        ] {
            provider.expect_success(&send(good), good);
        }
        for bad in [
            "",
            "not-a-date",
            "2023-02-29T00:00:00Z",
            "2021-11-23T12:13:60Z",
            "2021-11-23T24:00:00Z",
            "2021-11-23",
            "12:13:14Z",
            " 2021-11-23T12:13:14Z",
        ] {
            provider.expect_error(&send(bad), provider.invalid, bad);
        }
    }
}

#[test]
fn paths_are_compared_after_decoding() {
    let server = Server::start();
    for provider in all().into_iter().filter(|provider| provider.name != "example-ai") {
        let encoded: String = provider.conversation.bytes().map(|byte| format!("%{byte:02x}")).collect();
        provider
            .expect_success(&server.send(&provider.request().path(provider.path_to(&encoded))), "all of it encoded");
        let twice = provider.path_to(&encoded.replace('%', "%25"));
        let response = server.send(&provider.request().path(twice));
        assert!([400, 404, 422].contains(&response.status), "{} encoded twice: {}", provider.name, response.status);
        let query = format!("{}?page=2", provider.path_to(&provider.conversation));
        provider.expect_success(&server.send(&provider.request().path(query)), "a query that nobody asks for");
    }
}

#[test]
fn a_body_shorter_than_announced_is_answered_before_clients_give_up() {
    let server = Server::start();
    std::thread::scope(|scope| {
        for provider in all() {
            let server = &server;
            scope.spawn(move || {
                let (start, request) = (Instant::now(), provider.request());
                let length = request.body.len();
                for (announced, status) in [(length + 1, provider.invalid), (100 * 1024 * 1024, 413)] {
                    let response = server.connect().send_short(&request, announced);
                    provider.expect_error(&response, status, &format!("{announced} bytes announced"));
                }
                assert!(start.elapsed() < Duration::from_secs(9));
            });
        }
    });
    telnyx().expect_success(&server.send(&telnyx().request()), "afterwards");
}

/// Runs the tests of good requests again in a process that has other credentials and conversations.
#[test]
fn credentials_and_conversations_come_from_the_environment() {
    let this = std::env::current_exe().expect("the path of this test");
    let settings = [
        ("TELNYX_API_KEY", "KEY-other"),
        ("TELNYX_CONVERSATION_ID", "282BD5E5-6E1A-4FE4-A799-AA6D9A6AB26F"),
        ("ASAPP_API_ID", "other-id"),
        ("ASAPP_API_SECRET", "other secret"),
        ("ASAPP_CONVERSATION_ID", "OTHER1"),
        ("ADA_API_KEY", "other-ada"),
        ("ADA_CONVERSATION_ID", "other-conversation"),
        ("RESPONDENT_API_KEY", "other-key"),
        ("RESPONDENT_API_SECRET", "other-secret"),
        ("RESPONDENT_CONVERSATION_UID", "other-uid"),
        ("EXAMPLE_AI_API_KEY", "sk_other"),
        ("EXAMPLE_AI_CONVERSATION_ID", "con_other"),
    ];
    for values in [settings.map(|(_, value)| value), settings.map(|_| "")] {
        let environment = settings.iter().map(|(name, _)| name).zip(values);
        let run = Command::new(&this)
            .args(["--exact", "reference::valid_requests_succeed"])
            .arg("reference::every_header_of_the_credentials_is_needed")
            .envs(environment)
            .output()
            .expect("a run of this test");
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && said.contains("2 passed"), "{said}");
    }
}
