//! Takes secrets out of what is shown.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::credential::{extended, other_case, truncated};
use super::encode::strict;
use crate::fixtures::Secret;

/// Shorter texts are no secrets, and replacing them would garble what is shown.
const SHORTEST: usize = 4;
/// A shorter text, but for its last character, may be the start of others.
const SHORTEST_TRUNCATED: usize = 8;

/// Puts variables in the place of secrets, however they are spelt: as they are, changed as
/// [`CredentialChange`](crate::plan::CredentialChange) does, in base64, percent-encoded or escaped in JSON.
///
/// The notation is a shell's where a shell has one: `${KEY}`, `${KEY%?}` (without its last character),
/// `${KEY~~}` (case swapped), `${KEY#*:}` (the password of a pair), `${KEY##* }` (the last word); `base64(…)` and
/// `percent(…)` stand for the encodings. A secret shorter than four bytes is shown as it is, except
/// where a request carries it as a credential.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    /// Each spelling with what is shown for it, by the spelling's first byte, the longest first.
    spellings: Vec<Vec<(Vec<u8>, String)>>,
    variables: Vec<String>,
}

impl Masker {
    /// Hides these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut masker = Self { spellings: vec![Vec::new(); 256], variables: Vec::new() };
        for secret in secrets {
            if !masker.variables.contains(&secret.variable) {
                masker.variables.push(secret.variable.clone());
            }
            masker.add_secret(secret);
        }
        for spellings in &mut masker.spellings {
            // A stable sort: of two equal spellings, the one that was added first is shown.
            spellings.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
        }
        masker
    }

    fn add_secret(&mut self, Secret { value, variable }: &Secret) {
        let mut forms = vec![(value.clone(), format!("${{{variable}}}"))];
        let cut = truncated(value).filter(|value| value.len() >= SHORTEST_TRUNCATED);
        forms.extend(cut.map(|value| (value, format!("${{{variable}%?}}"))));
        forms.extend(other_case(value).map(|value| (value, format!("${{{variable}~~}}"))));
        if let Some((_, password)) = value.split_once(':') {
            forms.push((password.to_owned(), format!("${{{variable}#*:}}")));
        }
        if let Some((_, word)) = value.rsplit_once(' ') {
            forms.push((word.to_owned(), format!("${{{variable}##* }}")));
        }
        // As plain text this one is the secret itself and one character more.
        let longer = (extended(value), format!("${{{variable}}}x"));
        for (form, shown) in forms.iter().chain([&longer]) {
            self.add(STANDARD.encode(form), format!("base64({shown})"));
        }
        for (form, shown) in forms {
            if form.len() < SHORTEST {
                continue;
            }
            self.add(strict(&form), format!("percent({shown})"));
            let json = serde_json::Value::from(form.as_str()).to_string();
            self.add(json.trim_matches('"').to_owned(), shown.clone());
            self.add(form, shown);
        }
    }

    fn add(&mut self, spelling: String, shown: String) {
        let Some(&first) = spelling.as_bytes().first() else { return };
        let spellings = &mut self.spellings[usize::from(first)];
        match spellings.iter_mut().find(|(known, _)| known == spelling.as_bytes()) {
            // The plain spelling is added last and says more than an encoding that changes nothing.
            Some(known) if known.1.contains(&format!("({shown})")) => known.1 = shown,
            Some(_) => {}
            None => spellings.push((spelling.into_bytes(), shown)),
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
        let mut clean = Vec::new();
        let mut done = 0;
        let mut at = 0;
        while at < bytes.len() {
            let spellings = self.spellings.get(usize::from(bytes[at])).map_or(&[][..], Vec::as_slice);
            match spellings.iter().find(|(spelling, _)| bytes[at..].starts_with(spelling)) {
                Some((spelling, shown)) => {
                    clean.extend_from_slice(&bytes[done..at]);
                    clean.extend_from_slice(shown.as_bytes());
                    at += spelling.len();
                    done = at;
                }
                None => at += 1,
            }
        }
        if done == 0 {
            return Cow::Borrowed(bytes);
        }
        clean.extend_from_slice(&bytes[done..]);
        Cow::Owned(clean)
    }
}

#[cfg(test)]
mod tests {
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
        ];
        for (text, shown) in table {
            assert_eq!(masker.text(text), shown);
        }
        assert_eq!(masker.bytes(b"\xff key-1\xff").as_ref(), b"\xff ${SHORT}\xff");
        assert!(matches!(masker.text("nothing"), Cow::Borrowed(_)));
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
