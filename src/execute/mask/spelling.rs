//! The spellings in which a secret may come back, but for their escapes, which [`Layer`](super::layer::Layer) undoes.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurposeConfig, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose};

use crate::execute::alteration::{extended, other_case, truncated};
use crate::fixtures::{Secret, is_distinct};

/// Shorter texts are no secrets, and replacing them would garble what is shown.
pub(super) const SHORTEST: usize = 4;

/// Base64 as people write it, with its padding or without.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A spelling with what is shown for it, in [`Masker`](super::Masker)'s notation.
#[derive(Clone, Debug)]
pub(super) struct Spelling {
    pub text: String,
    pub shown: String,
    /// Whether it is the text itself and no encoding.
    pub is_plain: bool,
}

impl Spelling {
    /// What is shown where the spelling stands as `written`, with escapes or without.
    pub fn shown_in(&self, written: &[u8], is_escaped: bool) -> String {
        // Within JSON and HTML a variable stands for the text that they mean.
        let is_percent = is_escaped && self.is_plain && written.contains(&b'%') && !written.contains(&b'\\');
        if is_percent { format!("percent({})", self.shown) } else { self.shown.clone() }
    }
}

/// Every spelling of a secret. Of equal ones the first counts.
pub(super) fn all(secret: &Secret) -> Vec<Spelling> {
    let plain = forms(secret);
    let mut spellings: Vec<Spelling> = plain
        .iter()
        .map(|(text, shown)| Spelling { text: text.clone(), shown: shown.clone(), is_plain: true })
        .collect();
    let mut encode = |text: String, shown: String| spellings.push(Spelling { text, shown, is_plain: false });
    // As plain text this one is the secret itself and one character more.
    let longer = (extended(&secret.value), format!("${{{}}}x", secret.variable));
    for (form, shown) in plain.iter().chain([&longer]) {
        let padding = ["", "==", "="][form.len() % 3];
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(form);
            encode(format!("{encoded}{padding}"), format!("base64({shown})"));
            encode(encoded, format!("base64({shown})"));
        }
        if is_distinct(form) {
            within_base64(form).into_iter().for_each(|text| encode(text, format!("base64(…{shown}…)")));
            encode(form.bytes().map(|byte| format!("{byte:02x}")).collect(), format!("hex({shown})"));
        }
    }
    spellings.retain(|spelling| spelling.text.len() >= SHORTEST);
    spellings
}

/// The secret and what a shell can make of it.
pub(super) fn forms(Secret { value, variable }: &Secret) -> Vec<(String, String)> {
    let shown = |operator: &str| format!("${{{variable}{operator}}}");
    let mut forms = vec![(value.clone(), shown(""))];
    let alike = |text: &String| is_distinct(text);
    forms.extend(truncated(value).filter(alike).map(|text| (text, shown("%?"))));
    forms.extend(other_case(value).map(|text| (text, shown("~~"))));
    forms.extend(Some(value.to_ascii_uppercase()).filter(alike).map(|text| (text, shown("^^"))));
    forms.extend(Some(value.to_ascii_lowercase()).filter(alike).map(|text| (text, shown(",,"))));
    if let Some((user, password)) = value.split_once(':') {
        forms.push((password.to_owned(), shown("#*:")));
        // A short name of a user is a word like any other.
        forms.extend(
            Some(user.to_owned()).filter(alike).filter(|user| !user.contains(' ')).map(|user| (user, shown("%%:*"))),
        );
    }
    forms.extend(value.rsplit_once(' ').map(|(_, word)| (word.to_owned(), shown("##* "))));
    forms
}

/// The secrets within a secret: the values of cookies and of other pairs (RFC 6265, section 4.2.1; RFC 9110, section
/// 11.2), and the user and the password of a `Basic` (RFC 7617, section 2). A short value of a pair, as `lang=en`, is none.
pub(super) fn parts(Secret { value, variable }: &Secret) -> Vec<Secret> {
    let part = |name: &str, value: &str| {
        let name = name.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        Secret { value: value.to_owned(), variable: format!("{variable}_{name}") }
    };
    let pairs = value.split([';', ',', '&', ' ']).filter_map(|pair| pair.trim().split_once('='));
    let pairs = pairs.map(|(name, value)| (name, value.trim_matches('"')));
    let mut parts: Vec<Secret> = pairs
        .filter(|(name, value)| !name.is_empty() && is_distinct(value))
        .map(|(name, value)| part(name, value))
        .collect();
    let basic = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded = basic.and_then(|(_, encoded)| String::from_utf8(LENIENT.decode(encoded.trim()).ok()?).ok());
    if let Some(decoded) = decoded {
        parts.push(part("pair", &decoded));
    }
    parts
}

/// What the base64 of any longer text with this one in it holds: a text starts at the first, the second or the third
/// byte of a group of three. The characters that depend on its neighbours as well are left out.
fn within_base64(text: &str) -> Vec<String> {
    let mut cores = Vec::new();
    for (before, shared) in [(0, 0), (1, 2), (2, 3)] {
        let padded = [&vec![0; before], text.as_bytes()].concat();
        let whole = (padded.len() * 8) / 6;
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            cores.extend(engine.encode(&padded).get(shared..whole).map(str::to_owned));
        }
    }
    cores
}
