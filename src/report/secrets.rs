//! Takes secrets out of what a target sent back.

use crate::execute::{Answer, Exchange};
use crate::fixtures::Secret;

/// Values shorter than this are no secrets, and replacing them would garble a report.
const SHORTEST: usize = 4;

/// The secrets of a run: a target may send them back, in an echo or in an error's details.
///
/// Requests need none of this: they hold variables from the start.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// These secrets; a longer one is looked for before a shorter one that it may hold.
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut secrets: Vec<_> = secrets.into_iter().filter(|secret| secret.value.len() >= SHORTEST).collect();
        secrets.sort_by(|a, b| (b.value.len(), &a.value).cmp(&(a.value.len(), &b.value)));
        secrets.dedup();
        Self(secrets)
    }

    /// The text with each secret as its variable.
    pub fn hide(&self, text: &str) -> String {
        let hide = |text: String, secret: &Secret| {
            if text.contains(&secret.value) { text.replace(&secret.value, &variable(secret)) } else { text }
        };
        self.0.iter().fold(text.to_owned(), hide)
    }

    /// Whether a report may show the exchange as it is.
    pub fn spare(&self, exchange: &Exchange) -> bool {
        match &exchange.outcome {
            Err(_) => true,
            Ok(answer) => !self.0.iter().any(|secret| {
                find(&answer.body, secret.value.as_bytes()).is_some()
                    || answer.headers.iter().any(|(_, value)| value.contains(&secret.value))
            }),
        }
    }

    /// The exchange with each secret of the answer as its variable.
    pub fn hide_exchange(&self, exchange: &Exchange) -> Exchange {
        let outcome = exchange.outcome.clone().map(|answer| Answer {
            status: answer.status,
            headers: answer.headers.iter().map(|(name, value)| (name.clone(), self.hide(value))).collect(),
            body: self.0.iter().fold(answer.body, replace),
        });
        Exchange { outcome, ..exchange.clone() }
    }
}

fn variable(secret: &Secret) -> String {
    format!("${{{}}}", secret.variable)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn replace(bytes: Vec<u8>, secret: &Secret) -> Vec<u8> {
    let wanted = secret.value.as_bytes();
    let mut rest = bytes.as_slice();
    let mut clean = Vec::with_capacity(bytes.len());
    while let Some(at) = find(rest, wanted) {
        clean.extend_from_slice(&rest[..at]);
        clean.extend_from_slice(variable(secret).as_bytes());
        rest = &rest[at + wanted.len()..];
    }
    clean.extend_from_slice(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(value: &str, variable: &str) -> Secret {
        Secret { value: value.into(), variable: variable.into() }
    }

    #[test]
    fn a_secret_that_comes_back_is_shown_as_its_variable() {
        let secrets = Secrets::new([secret("key-1", "SHORT"), secret("key-1-long", "LONG"), secret("ab", "TINY")]);
        assert_eq!(secrets.hide("key-1-long, key-1 and ab"), "${LONG}, ${SHORT} and ab");
        let bytes = b"\xff key-1 key-1".to_vec();
        assert_eq!(replace(bytes, &secret("key-1", "SHORT")), b"\xff ${SHORT} ${SHORT}");
    }
}
