//! The spellings in which a secret may come back.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::credential::{extended, other_case, truncated};
use crate::fixtures::Secret;
use crate::wire::percent::strict;

/// Shorter texts are no secrets, and replacing them would garble what is shown.
pub(super) const SHORTEST: usize = 4;
/// A shorter text in another case, without its last character, or within a longer text in base64, may well be
/// something else.
const SHORTEST_ALIKE: usize = 8;

/// Every spelling of a secret with what is shown for it, in [`Masker`](super::Masker)'s notation. Of equal spellings
/// the first counts.
pub(super) fn all(secret: &Secret) -> Vec<(String, String)> {
    let Secret { value, variable } = secret;
    let forms = forms(secret);
    let mut spellings = Vec::new();
    // The plain spelling says more than an encoding that changes nothing.
    for (form, shown) in forms.iter().filter(|(form, _)| form.len() >= SHORTEST) {
        spellings.push((form.clone(), shown.clone()));
        spellings.extend(escaped(form).into_iter().map(|text| (text, shown.clone())));
        spellings.extend(percent(form).into_iter().map(|text| (text, format!("percent({shown})"))));
    }
    // As plain text this one is the secret itself and one character more.
    let longer = (extended(value), format!("${{{variable}}}x"));
    for (form, shown) in forms.iter().chain([&longer]) {
        let encoded = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].map(|engine| engine.encode(form));
        spellings.extend(encoded.map(|text| (text, format!("base64({shown})"))));
    }
    if value.len() >= SHORTEST_ALIKE {
        spellings.extend(within_base64(value).into_iter().map(|text| (text, format!("base64(…${{{variable}}}…)"))));
    }
    spellings
}

/// The secret and what a shell can make of it.
fn forms(Secret { value, variable }: &Secret) -> Vec<(String, String)> {
    let shown = |operator: &str| format!("${{{variable}{operator}}}");
    let mut forms = vec![(value.clone(), shown(""))];
    let alike = |text: &String| text.len() >= SHORTEST_ALIKE;
    forms.extend(truncated(value).filter(alike).map(|text| (text, shown("%?"))));
    forms.extend(other_case(value).map(|text| (text, shown("~~"))));
    forms.extend(Some(value.to_ascii_uppercase()).filter(alike).map(|text| (text, shown("^^"))));
    forms.extend(Some(value.to_ascii_lowercase()).filter(alike).map(|text| (text, shown(",,"))));
    forms.extend(value.split_once(':').map(|(_, password)| (password.to_owned(), shown("#*:"))));
    forms.extend(value.rsplit_once(' ').map(|(_, word)| (word.to_owned(), shown("##* "))));
    forms
}

/// As it stands within a text of JSON, with and without characters beyond ASCII, and of HTML.
fn escaped(text: &str) -> [String; 5] {
    let json = serde_json::Value::from(text).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let units = |character: char, hexadecimal: &dyn Fn(u16) -> String| match character.is_ascii() {
        true => character.to_string(),
        false => character.encode_utf16(&mut [0; 2]).iter().map(|unit| hexadecimal(*unit)).collect(),
    };
    let small = json.chars().map(|character| units(character, &|unit| format!("\\u{unit:04x}"))).collect();
    let capital = json.chars().map(|character| units(character, &|unit| format!("\\u{unit:04X}"))).collect();
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    [json.replace('/', "\\/"), json, small, capital, html.replace('\'', "&#39;")]
}

/// Percent-encoded, with capital or small digits, and as a form has it.
fn percent(text: &str) -> [String; 3] {
    let capital = strict(text);
    let mut after = 0;
    let small = capital
        .chars()
        .map(|character| {
            after = if character == '%' { 2 } else { i32::max(after - 1, -1) };
            if after >= 0 { character.to_ascii_lowercase() } else { character }
        })
        .collect();
    [capital.replace("%20", "+"), capital, small]
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
