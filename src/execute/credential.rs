//! Credentials: which of them a request carries, what their values are, and how each change alters them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::alteration::{extended, other_case, truncated};
use super::mask::Masker;
use super::shown_text::Text;
use crate::case::Case;
use crate::contract::{ParameterLocation, SchemeKind, SchemeRequirement};
use crate::fixtures::{Fixtures, Secret};
use crate::wire::CredentialChange;

/// Sent for a credential that must be wrong where none is configured to be unlike.
const MADE_UP: &str = "conform-wrong-credential";

/// Where a credential travels, with its value.
#[derive(Debug)]
pub(super) enum Field {
    /// A header field.
    Header(String, Text),
    /// A query pair, encoded.
    Query(String, Text),
    /// A cookie, encoded.
    Cookie(String, Text),
}

/// The change of this credential in this case.
pub(super) fn change<'a>(case: &'a Case, used: &SchemeRequirement) -> Option<&'a CredentialChange> {
    case.request.credentials.changed.iter().find(|(name, _)| is_called(used, name)).map(|(_, change)| change)
}

/// Whether a credential goes by this name: the scheme's, or the parameter's that it asks for.
pub(super) fn is_called(used: &SchemeRequirement, name: &str) -> bool {
    used.scheme == name
        || match &used.kind {
            SchemeKind::ApiKey(ParameterLocation::Header, parameter) => parameter.eq_ignore_ascii_case(name),
            SchemeKind::ApiKey(_, parameter) => parameter == name,
            _ => false,
        }
}

/// The header field that a scheme uses, in lower case.
pub(super) fn header_name(kind: &SchemeKind) -> Option<String> {
    match kind {
        SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Http(_) => Some("authorization".to_owned()),
        SchemeKind::ApiKey(ParameterLocation::Header, name) => Some(name.to_ascii_lowercase()),
        SchemeKind::ApiKey(..) | SchemeKind::MutualTls => None,
    }
}

/// What a request sends for one scheme; `None` for nothing.
pub(super) fn field(
    used: &SchemeRequirement,
    change: Option<&CredentialChange>,
    fixtures: &Fixtures,
    masker: &Masker,
) -> Option<Field> {
    let by_parameter = || fixtures.credentials.iter().find(|(name, _)| is_called(used, name)).map(|(_, secret)| secret);
    let secret = fixtures.credentials.get(&used.scheme).or_else(by_parameter);
    let value = value(secret, change, &used.kind, masker)?;
    let authorization = |scheme: &str, value: Text| {
        let mut text = Text::plain(scheme);
        if !value.sent.is_empty() {
            text.push(Text::plain(" "));
            text.push(value);
        }
        Some(Field::Header("authorization".to_owned(), text))
    };
    let wrong_scheme = change == Some(&CredentialChange::WrongScheme);
    match &used.kind {
        SchemeKind::Basic => authorization(if wrong_scheme { "Bearer" } else { "Basic" }, base64(value)),
        SchemeKind::Bearer => authorization(if wrong_scheme { "Basic" } else { "Bearer" }, value),
        SchemeKind::Http(scheme) => authorization(if wrong_scheme { "Bearer" } else { scheme }, value),
        SchemeKind::ApiKey(ParameterLocation::Header, name) => Some(Field::Header(name.to_ascii_lowercase(), value)),
        SchemeKind::ApiKey(ParameterLocation::Query, name) => {
            let encoded = value.encoded("percent", crate::wire::percent::strict);
            Some(Field::Query(name.clone(), encoded))
        }
        SchemeKind::ApiKey(ParameterLocation::Cookie, name) => {
            let encoded = value.encoded("percent", crate::wire::percent::cookie_value);
            Some(Field::Cookie(name.clone(), encoded))
        }
        SchemeKind::ApiKey(ParameterLocation::Path, _) | SchemeKind::MutualTls => None,
    }
}

/// The value, changed. A change that would leave the credential as it is gives a made-up value instead:
/// what is meant to be wrong must never be right.
fn value(
    secret: Option<&Secret>,
    change: Option<&CredentialChange>,
    kind: &SchemeKind,
    masker: &Masker,
) -> Option<Text> {
    let made_up = |secret: &Secret| Some(Text::plain(&wrong(&secret.value)));
    let in_authorization = !matches!(kind, SchemeKind::ApiKey(..));
    match (change, secret) {
        (Some(CredentialChange::Missing), _) => None,
        (Some(CredentialChange::Empty), _) => Some(Text::plain("")),
        (Some(CredentialChange::Value(value)), _) => Some(Text::masked(value, masker)),
        (Some(CredentialChange::Wrong), None) => Some(Text::plain(MADE_UP)),
        (_, None) => None,
        (None, Some(secret)) => Some(Text::secret(&secret.value, &secret.variable, "", "")),
        (Some(CredentialChange::WrongScheme), Some(secret)) if in_authorization => {
            Some(Text::secret(&secret.value, &secret.variable, "", ""))
        }
        (Some(CredentialChange::WrongScheme | CredentialChange::Wrong), Some(secret)) => made_up(secret),
        (Some(CredentialChange::Truncated), Some(secret)) => match truncated(&secret.value) {
            // A pair without its password's last character must keep its colon.
            Some(value) if *kind != SchemeKind::Basic || !secret.value.ends_with(':') => {
                Some(Text::secret(&value, &secret.variable, "%?", ""))
            }
            _ => made_up(secret),
        },
        (Some(CredentialChange::Extended), Some(secret)) => {
            Some(Text::secret(&extended(&secret.value), &secret.variable, "", "x"))
        }
        (Some(CredentialChange::OtherCase), Some(secret)) => match other_case(&secret.value) {
            Some(value) => Some(Text::secret(&value, &secret.variable, "~~", "")),
            None => made_up(secret),
        },
    }
}

fn base64(value: Text) -> Text {
    value.encoded("base64", |text| STANDARD.encode(text))
}

/// A value of the same form: letters for letters, digits for digits, hexadecimal where all is. It tells nothing
/// of the letters and digits that it stands for.
fn wrong(value: &str) -> String {
    let alphanumeric = || value.chars().filter(char::is_ascii_alphanumeric);
    if alphanumeric().next().is_none() {
        return MADE_UP.to_owned();
    }
    let letters = if alphanumeric().all(|c| c.is_ascii_hexdigit()) { "abcdef" } else { "conformwrong" };
    let fill = |shift: usize| -> String {
        let (mut letters, mut digits) = (letters.chars().cycle().skip(shift), ('0'..='9').cycle().skip(shift));
        let mut next = |c: char| match c {
            '0'..='9' => digits.next(),
            'a'..='z' => letters.next(),
            'A'..='Z' => letters.next().map(|letter| letter.to_ascii_uppercase()),
            other if other.is_ascii() => Some(other),
            _ => Some('x'),
        };
        value.chars().filter_map(&mut next).collect()
    };
    let (first, second) = (fill(0), fill(1));
    if first.eq_ignore_ascii_case(value) { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_has_the_form_of_the_right_one() {
        assert_eq!(wrong("sk_test_51_Key9"), "co_nfor_01_Mwr2");
        assert_eq!(wrong("182bd5e5-6e1a"), "012ab3c4-5d6e");
        assert_eq!(wrong("0"), "1");
        assert_eq!(wrong("C"), "A");
        assert_eq!(wrong("---"), MADE_UP);
        for value in ["conform", "CONFORM", "abc012", "a", "o", "été1"] {
            assert_ne!(wrong(value), value);
        }
    }

    #[test]
    fn changes_of_a_value() {
        assert_eq!(truncated("añ"), Some("a".into()));
        assert_eq!(truncated(""), None);
        assert_eq!(other_case("aB-1"), Some("Ab-1".into()));
        assert_eq!(other_case("12"), None);
    }
}
