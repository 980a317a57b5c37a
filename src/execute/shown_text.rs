//! A text in two renderings: as it is sent and as it is shown.

use super::mask::Masker;

/// A text as it is sent, and as it is shown with each secret as its variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub sent: String,
    pub shown: String,
}

impl Text {
    /// A text that was made here, and so holds no secret.
    pub fn plain(text: &str) -> Self {
        Self { sent: text.to_owned(), shown: text.to_owned() }
    }

    /// A whole value from elsewhere that may hold secrets.
    pub fn masked(text: &str, masker: &Masker) -> Self {
        Self { sent: text.to_owned(), shown: masker.value(text).into_owned() }
    }

    /// A name and a value, with an equals sign between them, that may hold secrets.
    pub fn masked_pair(pair: &str, masker: &Masker) -> Self {
        Self { sent: pair.to_owned(), shown: masker.pair(pair).into_owned() }
    }

    /// A path that may hold secrets.
    pub fn masked_path(path: &str, masker: &Masker) -> Self {
        Self { sent: path.to_owned(), shown: masker.path(path).into_owned() }
    }

    /// A secret; `operator` is the shell's for the change that was made to it, `suffix` follows it.
    pub fn secret(sent: &str, variable: &str, operator: &str, suffix: &str) -> Self {
        Self { sent: sent.to_owned(), shown: format!("${{{variable}{operator}}}{suffix}") }
    }

    /// Adds another text.
    pub fn push(&mut self, other: Self) {
        self.sent.push_str(&other.sent);
        self.shown.push_str(&other.shown);
    }

    /// The text in an encoding; a secret that the encoding changes is shown as `encoding(…)`.
    pub fn encoded(self, encoding: &str, encode: impl Fn(&str) -> String) -> Self {
        let sent = encode(&self.sent);
        let shown = match (self.sent == self.shown, sent == self.sent) {
            (true, _) => sent.clone(),
            (false, true) => self.shown,
            (false, false) => format!("{encoding}({})", self.shown),
        };
        Self { sent, shown }
    }
}
