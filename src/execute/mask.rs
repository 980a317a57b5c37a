//! Takes secrets out of what is shown.

use std::borrow::Cow;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use indexmap::IndexMap;

use super::spelling::{self, SHORTEST};
use super::{Exchange, Response};
use crate::fixtures::Secret;

/// Puts variables in the place of secrets, however they are spelt: as they are, changed as
/// [`CredentialChange`](crate::wire::CredentialChange) does, in capitals or small letters, in base64,
/// percent-encoded, or escaped in JSON or HTML.
///
/// The notation is a shell's where a shell has one: `${KEY}`, `${KEY%?}` (without its last character),
/// `${KEY~~}` (case swapped), `${KEY^^}` and `${KEY,,}` (in capitals, in small letters), `${KEY#*:}` (the password of a
/// pair), `${KEY##* }` (the last word); `base64(…)` and `percent(…)` stand for the encodings. A secret shorter than
/// four bytes is shown as it is, except where a request carries it as a credential.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    /// Finds all spellings in one pass; `None` where there are no secrets.
    finder: Option<AhoCorasick>,
    /// What is shown for each spelling.
    shown: Arc<[String]>,
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
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(spellings.keys());
        Self {
            // It fails for gigabytes of secrets only.
            finder: finder.ok().filter(|_| !spellings.is_empty()),
            shown: spellings.into_values().collect(),
            variables: variables.into(),
        }
    }

    /// The variables that may stand in what is shown.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The text without secrets.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Whole texts were replaced by whole texts, so this is UTF-8 as before.
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// The bytes without secrets. Of two secrets at one place, the longer one is replaced.
    pub fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
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
        let is_clean = |text: &str| matches!(self.text(text), Cow::Borrowed(_));
        let body = self.bytes(&response.body);
        let headers = &response.headers;
        if matches!(body, Cow::Borrowed(_)) && headers.iter().all(|(name, value)| is_clean(name) && is_clean(value)) {
            return Cow::Borrowed(exchange);
        }
        let hide = |text: &str| self.text(text).into_owned();
        let response = Response {
            status: response.status,
            headers: headers.iter().map(|(name, value)| (hide(name), hide(value))).collect(),
            body: body.into_owned(),
            still_coded: response.still_coded.clone(),
        };
        Cow::Owned(Exchange {
            request: exchange.request.clone(),
            result: Ok(response),
            elapsed: exchange.elapsed,
            throttled: exchange.throttled,
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
        let secrets = [secret("key-1", "SHORT"), secret("key-1-löng", "LONG"), secret("ada:pa ss\"1", "PAIR")];
        let masker = Masker::new(&secrets);
        let table = [
            ("key-1-löng, key-1 and key-2", "${LONG}, ${SHORT} and key-2"),
            ("key-1x KEY-1 key-1-lön", "${SHORT}x ${SHORT~~} ${LONG%?}"),
            ("?k=key-1-l%C3%B6ng", "?k=percent(${LONG})"),
            ("wrong password pa ss\"1", "wrong password ${PAIR#*:}"),
            (r#"{"token":"ada:pa ss\"1"}"#, r#"{"token":"${PAIR}"}"#),
            ("Basic YWRhOnBhIHNzIjE=", "Basic base64(${PAIR})"),
            ("KEY-1-LöNG and Key-1", "${LONG~~} and Key-1"),
            ("?k=key-1-l%c3%b6ng", "?k=percent(${LONG})"),
            (r#""key-1-l\u00f6ng""#, r#""${LONG}""#),
            ("<b>ada:pa ss&quot;1</b>", "<b>${PAIR}</b>"),
            ("?k=ada%3Apa+ss%221", "?k=percent(${PAIR})"),
        ];
        for (text, shown) in table {
            assert_eq!(masker.text(text), shown);
        }
        assert_eq!(masker.bytes(b"\xff key-1\xff").as_ref(), b"\xff ${SHORT}\xff");
        assert!(matches!(masker.text("nothing"), Cow::Borrowed(_)));
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
            throttled: 0,
        };
        let masker = Masker::new(&[secret("s3cret-t0ken", "KEY")]);
        let exchange = response("Bearer s3cret-t0ken");
        let shown = masker.exchange(&exchange);
        assert_eq!(shown.result.as_ref().expect("an answer").headers[0].1, "Bearer ${KEY}");
        assert!(matches!(masker.exchange(&response("nothing")), Cow::Borrowed(_)));
    }

    #[test]
    fn the_last_word_of_a_header_is_a_secret_too() {
        let masker = Masker::new(&[secret("Bearer abcdef", "AUTHORIZATION")]);
        assert_eq!(masker.text("bad token abcdef"), "bad token ${AUTHORIZATION##* }");
        assert_eq!(masker.text("Bearer abcdef"), "${AUTHORIZATION}");
    }

    #[test]
    fn a_text_that_is_too_short_is_no_secret() {
        let masker = Masker::new(&[secret("ab", "TINY"), secret("", "NONE")]);
        assert_eq!(masker.text("about ab"), "about ab");
    }
}
