//! Secrets in all their spellings.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::*;

fn secret(value: &str, variable: &str) -> Secret {
    Secret { value: value.into(), variable: variable.into() }
}

#[test]
fn a_secret_is_hidden_however_it_is_spelt() {
    let secrets = [secret("a-key-no", "SHORT"), secret("a-key-no-löng", "LONG"), secret("ada:pa ss\"1234", "PAIR")];
    let masker = Masker::new(&secrets);
    let table = [
        ("a-key-no-löng, a-key-no and key-2", "${LONG}, ${SHORT} and key-2"),
        ("a-key-nox A-KEY-NO a-key-no-lön", "${SHORT}x ${SHORT~~} ${LONG%?}"),
        ("?k=a-key-no-l%C3%B6ng", "?k=percent(${LONG})"),
        ("wrong password pa ss\"1234", "wrong password ${PAIR#*:}"),
        (r#"{"token":"ada:pa ss\"1234"}"#, r#"{"token":"${PAIR}"}"#),
        ("Basic YWRhOnBhIHNzIjEyMzQ=", "Basic base64(${PAIR})"),
        ("A-KEY-NO-LöNG and a-Key-no", "${LONG~~} and ${SHORT}"),
        ("?k=a-key-no-l%c3%b6ng", "?k=percent(${LONG})"),
        (r#""a-key-no-l\u00f6ng""#, r#""${LONG}""#),
        ("<b>ada:pa ss&quot;1234</b>", "<b>${PAIR}</b>"),
        ("?k=ada%3Apa+ss%221234", "?k=percent(${PAIR})"),
    ];
    for (text, shown) in table {
        assert_eq!(masker.text(text), shown);
    }
    assert_eq!(masker.body(b"\xff a-key-no\xff").as_ref(), b"\xff ${SHORT}\xff");
    assert!(matches!(masker.text("nothing"), Cow::Borrowed(_)));
}

#[test]
fn a_short_secret_is_hidden_as_a_whole_value_alone() {
    let masker = Masker::new(&[secret("demo", "NAME"), secret("ab c12", "PIN")]);
    for text in ["/demos/demo?x=demo", r#"{"name": "demo"}"#, "no demo for you", "demo"] {
        assert_eq!(masker.text(text), text);
    }
    for value in ["demo", "Token demo"] {
        assert_eq!(masker.value(value), value.replace("demo", "${NAME}"));
    }
    for value in ["demo 1", "a demo of", "demos"] {
        assert_eq!(masker.value(value), value);
    }
    assert_eq!(masker.path("/demos/demo/demo2"), "/demos/${NAME}/demo2");
    assert_eq!(masker.path("/a/ab%20c12/"), "/a/percent(${PIN})/");
    assert_eq!(masker.pair("demo=demo"), "demo=${NAME}");
    assert_eq!(masker.pair("q=demo2"), "q=demo2");
    assert_eq!(masker.body(b"demo\n").as_ref(), b"${NAME}");
    assert_eq!(masker.body(br#"["demo"]"#).as_ref(), br#"["demo"]"#);
    // In base64 it is long enough.
    assert_eq!(masker.text("a ZGVtbw== b"), "a base64(${NAME}) b");
    let headers = [("x-name", "demo"), ("set-cookie", "s=demo; Path=/demo"), ("location", "/demo")];
    let shown = [("x-name", "${NAME}"), ("set-cookie", "s=${NAME}; Path=/demo"), ("location", "/demo")];
    let owned = |headers: [(&str, &str); 3]| headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let response = Response { headers: owned(headers), ..Response::default() };
    let exchange = Exchange {
        request: SentRequest::default(),
        result: Ok(response),
        elapsed: Duration::ZERO,
        attempts: Default::default(),
    };
    assert_eq!(masker.exchange(&exchange).result.as_ref().expect("an answer").headers, owned(shown));
}

#[test]
fn a_secret_in_capitals_or_small_letters_is_hidden() {
    let masker = Masker::new(&[secret("Sk_Test-51AbCd", "KEY")]);
    assert_eq!(masker.text("SK_TEST-51ABCD or sk_test-51abcd"), "${KEY^^} or ${KEY,,}");
}

#[test]
fn a_secret_is_hidden_in_the_base64_of_a_longer_text() {
    let masker = Masker::new(&[secret("s3cret-t0ken-of-mine", "KEY")]);
    for text in
        ["s3cret-t0ken-of-mine", "me:s3cret-t0ken-of-mine", "you:s3cret-t0ken-of-mine\n", "ab:s3cret-t0ken-of-mine"]
    {
        for encoded in [STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)] {
            let shown = masker.text(&encoded).into_owned();
            assert!(shown.contains("${KEY}") && shown.len() < 35, "{encoded}: {shown}");
        }
    }
}

#[test]
fn a_response_that_repeats_a_secret_is_shown_without_it() {
    let response = |value: &str| Exchange {
        request: SentRequest::default(),
        result: Ok(Response {
            status: 400,
            headers: vec![("x-echo".into(), value.into())],
            body: b"hello".into(),
            ..Response::default()
        }),
        elapsed: Duration::ZERO,
        attempts: Default::default(),
    };
    let masker = Masker::new(&[secret("s3cret-t0ken", "KEY")]);
    let exchange = response("Bearer s3cret-t0ken");
    let shown = masker.exchange(&exchange);
    assert_eq!(shown.result.as_ref().expect("an answer").headers[0].1, "Bearer ${KEY}");
    assert!(matches!(masker.exchange(&response("nothing")), Cow::Borrowed(_)));
}

#[test]
fn the_last_word_of_a_header_is_a_secret_too() {
    let masker = Masker::new(&[secret("Bearer abcdefgh", "AUTHORIZATION")]);
    assert_eq!(masker.text("bad token abcdefgh"), "bad token ${AUTHORIZATION##* }");
    assert_eq!(masker.text("Bearer abcdefgh"), "${AUTHORIZATION}");
}

#[test]
fn a_text_that_is_too_short_is_no_secret() {
    let masker = Masker::new(&[secret("ab", "TINY"), secret("", "NONE")]);
    assert_eq!(masker.text("about ab"), "about ab");
}

/// Writes a text in another way.
type Spell = fn(&str) -> String;

/// How a framework may write a text.
const SPELLINGS: [(&str, Spell); 18] = [
    ("as it is", str::to_owned),
    ("in capitals", str::to_ascii_uppercase),
    ("in small letters", str::to_ascii_lowercase),
    ("swapped", |text| {
        text.chars()
            .map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
            .collect()
    }),
    ("as JSON", |text| serde_json::Value::from(text).to_string().trim_matches('"').to_owned()),
    ("as .NET does", |text| {
        units(text, |unit| unit < 128 && (unit as u8).is_ascii_alphanumeric(), |unit| format!("\\u{unit:04X}"))
    }),
    ("as Go does", |text| {
        units(text, |unit| !b"&<>".iter().any(|c| u16::from(*c) == unit), |unit| format!("\\u{unit:04x}"))
    }),
    ("with \\u throughout", |text| units(text, |_| false, |unit| format!("\\u{unit:04x}"))),
    ("with \\u throughout, in capitals", |text| units(text, |_| false, |unit| format!("\\u{unit:04X}"))),
    ("as HTML", |text| html(text, |c| format!("&#{};", c as u32))),
    ("as HTML in hexadecimal digits", |text| html(text, |c| format!("&#x{:X};", c as u32))),
    ("as HTML by name", |text| {
        text.replace('&', "&amp;")
            .replace('+', "&plus;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    }),
    ("percent-encoded", |text| percent(text, |byte| byte.is_ascii_alphanumeric() || byte == b'-')),
    ("percent-encoded wholly", |text| percent(text, |_| false)),
    ("percent-encoded in part", |text| percent(text, |byte| byte != b'+' && byte != b'%')),
    ("percent-encoded twice", |text| {
        percent(&percent(text, |byte| byte.is_ascii_alphanumeric()), |byte| byte.is_ascii_alphanumeric())
    }),
    ("percent-encoded in JSON in HTML", |text| {
        html(&percent(text, |byte| byte.is_ascii_alphanumeric()), |c| format!("&#{};", c as u32))
    }),
    ("in hexadecimal digits", |text| text.bytes().map(|byte| format!("{byte:02x}")).collect()),
];

fn units(text: &str, is_plain: impl Fn(u16) -> bool, escape: impl Fn(u16) -> String) -> String {
    let special = |unit: u16| unit == u16::from(b'"') || unit == u16::from(b'\\');
    text.encode_utf16()
        .map(|unit| if is_plain(unit) && !special(unit) { String::from_utf16_lossy(&[unit]) } else { escape(unit) })
        .collect()
}

fn html(text: &str, escape: impl Fn(char) -> String) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { escape(c) }).collect()
}

fn percent(text: &str, is_plain: impl Fn(u8) -> bool) -> String {
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn wrapped(text: &str, width: usize, line_break: &str) -> String {
    text.as_bytes().chunks(width).map(String::from_utf8_lossy).collect::<Vec<_>>().join(line_break)
}

fn runner() -> TestRunner {
    let seed = RngSeed::Fixed(0);
    TestRunner::new(ProptestConfig {
        cases: 150,
        rng_seed: seed,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

/// What a credential is made of: no backslash, which escapes what follows it in one reading and not in another.
const TOKEN: &str = "[A-Za-z0-9+/=_.:!&<>\"'~ -]{2}[A-Za-z0-9+/=_.~-]{9,40}[A-Za-z0-9]";

#[test]
fn masking_leaves_no_spelling_of_any_secret() {
    let around = prop::sample::select(vec![
        ("", ""),
        ("{\"key\":\"", "\"}"),
        ("<b>", "</b>"),
        ("/a?k=", "&x=1"),
        ("it is ", ", is it?"),
    ]);
    let strategy = (TOKEN, 0..SPELLINGS.len(), 0..SPELLINGS.len(), around);
    let held = runner().run(&strategy, |(token, inner, outer, (before, after))| {
        let masker = Masker::new(&[secret(&token, "KEY")]);
        let inner_spelling = SPELLINGS[inner].1(&token);
        // A change of letters after an escape is one of its letters, too, and hexadecimal digits need no escape.
        let outer = if outer < 4 { 0 } else { outer };
        let spelt = if inner == 17 || outer == 17 { inner_spelling } else { SPELLINGS[outer].1(&inner_spelling) };
        let shown = masker.text(&format!("{before}{spelt}{after}")).into_owned();
        let told = format!("{} of {} of {token}: {spelt} is shown as {shown}", SPELLINGS[outer].0, SPELLINGS[inner].0);
        prop_assert!(shown.starts_with(before) && shown.ends_with(after), "{}", told);
        prop_assert!(shown.contains("${KEY"), "{}", told);
        prop_assert!(shown.len() <= before.len() + after.len() + "percent(${KEY##* })".len(), "{}", told);
        Ok(())
    });
    held.expect("masked");
}

#[test]
fn masking_leaves_no_base64_of_any_secret() {
    let engines = 0..3_usize;
    let breaks = prop::sample::select(vec![(1_000, ""), (64, "\n"), (76, "\r\n"), (76, "\\n"), (64, "\\r\\n")]);
    let strategy = (TOKEN, "[a-z]{0,80}", "[a-z]{0,80}", engines, breaks, any::<bool>());
    let held = runner().run(&strategy, |(token, before, after, engine, (width, line_break), is_in_url)| {
        let masker = Masker::new(&[secret(&token, "KEY")]);
        let text = format!("{before}{token}{after}");
        let encoded = [STANDARD, URL_SAFE, URL_SAFE_NO_PAD][engine].encode(text);
        let spelt = if is_in_url {
            percent(&encoded, |byte| byte.is_ascii_alphanumeric())
        } else {
            wrapped(&encoded, width, line_break)
        };
        let shown = masker.text(&spelt).into_owned();
        prop_assert!(shown.contains("${KEY}"), "{}: {} is shown as {}", token, spelt, shown);
        // Of the secret at most a byte at either end is left, which its neighbours share.
        let rest = (before.len() + after.len() + 6) * 4 / 3 * 3 / 2 + "base64(…${KEY}…)".len() + 60;
        prop_assert!(shown.len() < rest.max(90), "{}: {} is shown as {}", token, spelt, shown);
        Ok(())
    });
    held.expect("masked");
}

#[test]
fn masking_leaves_what_is_no_secret() {
    let strategy = (TOKEN, "[A-Za-z0-9+/=%&;:.\\\\ \n\"-]{0,300}");
    let held = runner().run(&strategy, |(token, text)| {
        let masker = Masker::new(&[secret(&token, "KEY")]);
        let shown = masker.text(&text).into_owned();
        prop_assert_eq!(shown, text);
        Ok(())
    });
    held.expect("left");
}

#[test]
fn the_parts_of_a_header_field_are_secrets() {
    let masker = Masker::new(&[
        secret("lang=en; sid=t0ken+of-mine; theme=darkest-mode", "HEADER_COOKIE"),
        secret("Basic YWRhLmxvdmVsYWNlOnMzY3JldC1wYXNz", "HEADER_AUTHORIZATION"),
        secret("Digest username=\"babbage-c\", response=\"0123456789abcdef\"", "HEADER_PROXY"),
    ]);
    for (text, shown) in [
        ("bad session t0ken+of-mine", "bad session ${HEADER_COOKIE_SID}"),
        (r#"{"sid":"t0ken\u002Bof-mine"}"#, r#"{"sid":"${HEADER_COOKIE_SID}"}"#),
        (
            "user ada.lovelace, password s3cret-pass",
            "user ${HEADER_AUTHORIZATION_PAIR%%:*}, password ${HEADER_AUTHORIZATION_PAIR#*:}",
        ),
        ("token YWRhLmxvdmVsYWNlOnMzY3JldC1wYXNz", "token ${HEADER_AUTHORIZATION##* }"),
        ("hash 0123456789ABCDEF", "hash ${HEADER_PROXY_RESPONSE~~}"),
        // Near twins.
        ("lang=en, en, sid=, theme, digest username, Basic", "lang=en, en, sid=, theme, digest username, Basic"),
    ] {
        assert_eq!(masker.text(text), shown);
    }
}

#[test]
fn what_is_left_of_a_secret_at_an_ellipsis_is_hidden() {
    let masker = Masker::new(&[secret("s3cret-t0ken-of-mine", "KEY")]);
    for (text, shown) in [
        ("`s3cret-t0ken-…`", "`${KEY}…`"),
        ("{\"a\":\"s3cret-t0…of-mine\"}", "{\"a\":\"${KEY}…of-mine\"}"),
        ("Bearer s3cret-t0ken…ken-of-mine and more", "Bearer ${KEY}…${KEY} and more"),
        ("s3cret… is …mine", "s3cret… is …mine"),
        ("…", "…"),
    ] {
        assert_eq!(masker.text(text), shown);
    }
}

#[test]
fn a_variable_is_not_taken_for_its_value() {
    let masker = Masker::new(&[secret("password", "DB_PASSWORD")]);
    let once = masker.text("a password, PASSWORD").into_owned();
    assert_eq!(once, "a ${DB_PASSWORD}, ${DB_PASSWORD~~}");
    assert_eq!(masker.text(&once), once);
    assert_eq!(masker.text("${MY_PASSWORD}"), "${MY_${DB_PASSWORD~~}}");
}

#[test]
fn the_mask_of_a_long_secret_is_small_and_its_work_linear() {
    for letters in [vec!["a"], vec!["a", "b"]] {
        let value: String = letters.iter().cycle().take(16_000).copied().collect();
        let masker = Masker::new(&[secret(&value, "KEY")]);
        let automaton = masker.finder.as_ref().expect("a finder").size();
        assert!(automaton < 4 << 20, "{automaton} bytes");
        assert_eq!(masker.text(&value), "${KEY}");
        assert_eq!(masker.text(&value[..15_000]), "${KEY}");
        assert_eq!(masker.text(&STANDARD.encode(&value)), "base64(${KEY})");
        assert_eq!(masker.text(&format!("{}…", &value[..15_000])), "${KEY}…");
        let many = value.repeat(64) + "x";
        assert_eq!(masker.text(&many).len(), 64 * "${KEY}".len() + 1);
    }
}

fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Exchange {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request =
        SentRequest { url: "http://a.test/login?note=long-enough-to-be-a-token".into(), ..SentRequest::default() };
    let response = Response { status, headers, body: body.as_bytes().to_vec(), ..Response::default() };
    Exchange { request, result: Ok(response), elapsed: Duration::ZERO, attempts: Default::default() }
}

#[test]
fn what_a_target_hands_out_is_hidden_there_and_wherever_it_comes_back() {
    let masker = Masker::default();
    let body = r#"{"access_token":"eyJhbGciOiJIUzI1NiJ9.e30","refresh_token": "r-123456","id":"u-1234567890123456"}"#;
    let login =
        answered(200, &[("set-cookie", "sid=0123456789abcdef0; Path=/account"), ("x-auth-token", "abcdefghij")], body);
    masker.learn(&login);
    let shown = masker.exchange(&login);
    let response = shown.result.as_ref().expect("an answer");
    assert_eq!(response.headers[0].1, "sid=[secret]; Path=/account");
    assert_eq!(response.headers[1].1, "[secret]");
    let body = r#"{"access_token":"[secret]","refresh_token": "[secret]","id":"u-1234567890123456"}"#;
    assert_eq!(String::from_utf8_lossy(&response.body), body);
    assert_eq!(masker.told("it says r-123456", &login), "it says [secret]");
    // Elsewhere and later, in a clone too, what is made by chance alone.
    let text = "0123456789abcdef0, eyJhbGciOiJIUzI1NiJ9.e30, r-123456";
    assert_eq!(masker.clone().text(text), "[secret], [secret], r-123456");
    let mut echo = answered(400, &[], r#"{"error":"eyJhbGciOiJIUzI1NiJ9.e30"}"#);
    echo.request.url.push_str("&t=eyJhbGciOiJIUzI1NiJ9.e30");
    let shown = masker.exchange(&echo);
    assert_eq!(shown.result.as_ref().expect("an answer").body, br#"{"error":"[secret]"}"#);
    assert!(shown.request.url.ends_with("&t=[secret]"));
}

#[test]
fn ordinary_values_of_a_response_are_shown() {
    let masker = Masker::default();
    for (status, headers, body) in [
        (
            200,
            vec![("set-cookie", "lang=en-GB; Path=/"), ("set-cookie", "gone=; Max-Age=0")],
            r#"{"id":"0123456789abcdef"}"#,
        ),
        (
            200,
            vec![("x-session-count", "1234567890")],
            r#"{"nextPageToken":"0123456789abcdef","token_type":"bearer-token"}"#,
        ),
        (
            200,
            vec![("location", "/tokens/0123456789abcdef")],
            r#"{"tokens":1234567890,"session_id":"0123456789abcdef"}"#,
        ),
        // An error names a token of a language, and a server may repeat what it was sent.
        (400, vec![], r#"{"token":"unexpected-end-of-input"}"#),
        (200, vec![], r#"{"token":"long-enough-to-be-a-token"}"#),
    ] {
        let exchange = answered(status, &headers, body);
        masker.learn(&exchange);
        assert!(matches!(masker.exchange(&exchange), Cow::Borrowed(_)), "{headers:?} {body}");
        assert_eq!(masker.text(body), body);
    }
}
