//! Takes secrets out of what is shown.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use indexmap::IndexMap;

use super::spelling::{self, SHORTEST};
use super::{Exchange, Response};
use crate::fixtures::{Secret, is_distinct};

/// Puts variables in the place of secrets, however they are spelt: as they are, changed as
/// [`CredentialChange`](crate::wire::CredentialChange) does, in capitals or small letters, in base64,
/// percent-encoded, or escaped in JSON or HTML.
///
/// The notation is a shell's where a shell has one: `${KEY}`, `${KEY%?}` (without its last character),
/// `${KEY~~}` (case swapped), `${KEY^^}` and `${KEY,,}` (in capitals, in small letters), `${KEY#*:}` (the password of a
/// pair), `${KEY##* }` (the last word); `base64(…)` and `percent(…)` stand for the encodings. A spelling shorter than
/// eight characters may well be part of something else: it is hidden where it is a whole value, be it of a header
/// field, a parameter, a segment of a path or a body, and shorter than four bytes where a request carries it as a
/// credential alone.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    /// Finds all spellings that are hidden wherever they stand in one pass; `None` where there are none.
    finder: Option<AhoCorasick>,
    /// What is shown for each of them.
    shown: Arc<[String]>,
    /// What is shown for each spelling that is hidden as a whole value alone.
    short: Arc<HashMap<String, String>>,
    variables: Arc<[String]>,
}

impl Masker {
    /// Hides these secrets. Where two have the same spelling, the first is shown.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut spellings: IndexMap<String, String> = IndexMap::new();
        let mut variables: Vec<String> = Vec::new();
        for secret in secrets {
            if !variables.contains(&secret.variable) {
                variables.push(secret.variable.clone());
            }
            for (spelling, shown) in spelling::all(secret) {
                spellings.entry(spelling).or_insert(shown);
            }
        }
        spellings.retain(|spelling, _| spelling.len() >= SHORTEST);
        let mut short = HashMap::new();
        spellings.retain(|spelling, shown| {
            let is_distinct = is_distinct(spelling);
            if !is_distinct {
                short.insert(spelling.clone(), shown.clone());
            }
            is_distinct
        });
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(spellings.keys());
        Self {
            // It fails for gigabytes of secrets only.
            finder: finder.ok().filter(|_| !spellings.is_empty()),
            shown: spellings.into_values().collect(),
            short: short.into(),
            variables: variables.into(),
        }
    }

    /// The variables that may stand in what is shown.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// A text, such as a message, without secrets.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Whole texts were replaced by whole texts, so this is UTF-8 as before.
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// A value without secrets, that of a header field say: all of it, or all that follows the name of a scheme, may be one.
    pub fn value<'a>(&self, value: &'a str) -> Cow<'a, str> {
        let (scheme, token) = value.split_once(' ').unwrap_or_default();
        match (self.short.get(value), self.short.get(token)) {
            (Some(shown), _) => Cow::Owned(shown.clone()),
            (None, Some(shown)) => Cow::Owned(format!("{scheme} {shown}")),
            (None, None) => self.text(value),
        }
    }

    /// A name and a value, with an equals sign between them, without secrets.
    pub fn pair<'a>(&self, pair: &'a str) -> Cow<'a, str> {
        let hidden = pair.split_once('=').and_then(|(name, value)| Some((name, self.short.get(value)?)));
        hidden.map_or_else(|| self.text(pair), |(name, shown)| Cow::Owned(format!("{}={shown}", self.text(name))))
    }

    /// A path without secrets.
    pub fn path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let clean = self.text(path);
        if !clean.split('/').any(|segment| self.short.contains_key(segment)) {
            return clean;
        }
        let shown = |segment| self.short.get(segment).map_or(segment, String::as_str);
        Cow::Owned(clean.split('/').map(shown).collect::<Vec<_>>().join("/"))
    }

    /// A body without secrets.
    pub fn body<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        match std::str::from_utf8(body).ok().and_then(|text| self.short.get(text.trim())) {
            Some(shown) => Cow::Owned(shown.clone().into_bytes()),
            None => self.bytes(body),
        }
    }

    /// The bytes without secrets. Of two secrets at one place, the longer one is replaced.
    fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(finder) = &self.finder else { return Cow::Borrowed(bytes) };
        let mut clean = Vec::new();
        let mut done = 0;
        for found in finder.find_iter(bytes) {
            clean.extend_from_slice(&bytes[done..found.start()]);
            clean.extend_from_slice(self.shown[found.pattern().as_usize()].as_bytes());
            done = found.end();
        }
        if done == 0 {
            return Cow::Borrowed(bytes);
        }
        clean.extend_from_slice(&bytes[done..]);
        Cow::Owned(clean)
    }

    /// The exchange without secrets in its response: a target may send them back, in an echo or in an error's details.
    /// What was sent holds none from the start.
    pub fn exchange<'a>(&self, exchange: &'a Exchange) -> Cow<'a, Exchange> {
        let Ok(response) = &exchange.result else { return Cow::Borrowed(exchange) };
        let field = |name: &str, value: &str| match value.split_once(';') {
            Some((cookie, attributes)) if name == "set-cookie" => {
                format!("{};{}", self.pair(cookie), self.text(attributes))
            }
            None if name == "set-cookie" => self.pair(value).into_owned(),
            _ => self.value(value).into_owned(),
        };
        let body = self.body(&response.body);
        let headers: Vec<(String, String)> =
            response.headers.iter().map(|(name, value)| (self.text(name).into_owned(), field(name, value))).collect();
        if matches!(body, Cow::Borrowed(_)) && headers == response.headers {
            return Cow::Borrowed(exchange);
        }
        let response = Response {
            status: response.status,
            headers,
            body: body.into_owned(),
            still_coded: response.still_coded.clone(),
            surplus: response.surplus,
        };
        Cow::Owned(Exchange {
            request: exchange.request.clone(),
            result: Ok(response),
            elapsed: exchange.elapsed,
            attempts: exchange.attempts,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::super::SentRequest;
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
            ("A-KEY-NO-LöNG and a-Key-no", "${LONG~~} and a-Key-no"),
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
        let owned =
            |headers: [(&str, &str); 3]| headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
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
}
