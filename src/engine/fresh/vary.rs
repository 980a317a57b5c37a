//! Values in the place of those that a target takes only once.

use serde_json::Value;

use crate::finding::digest;
use crate::resource::Noun;
use crate::spec::Pointer;
use crate::text::words;

/// Words by which a target says that a value is taken, where the status does not.
const TAKEN: [&str; 11] = [
    "already exist",
    "already taken",
    "already in use",
    "already been taken",
    "already registered",
    "already used",
    "is taken",
    "must be unique",
    "not unique",
    "unique constraint",
    "duplicate",
];
/// Words by which a target says that what a request names is not there.
const ABSENT: [&str; 4] = ["no such", "not found", "not exist", "doesn't exist"];
/// Properties that are likely to name one thing, the likeliest first.
const NAMES: [&str; 14] = [
    "name", "slug", "email", "username", "code", "sku", "key", "id", "title", "number", "login", "handle", "label",
    "url",
];
/// How deep in a body such values are looked for.
const DEPTH: usize = 3;
/// A text of so many letters and digits has room for a change in them.
const ROOM: usize = 5;

/// Whether a refusal may be for a value that is taken.
pub(in crate::engine) fn is_collision(status: u16, body: &[u8]) -> bool {
    status == 409 && !says_absent(body) || matches!(status, 400 | 422) && says_taken(body)
}

/// Whether a message says that something is not there, and not that a value is taken.
fn says_absent(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_lowercase();
    ABSENT.iter().any(|words| text.contains(words)) && !TAKEN.iter().any(|words| text.contains(words))
}

/// Whether a message says so.
pub(super) fn says_taken(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_lowercase();
    TAKEN.iter().any(|words| text.contains(words))
}

/// The places of a body whose values may have to differ from those of others, the likeliest first: those that the refusal
/// names before others.
pub(super) fn places(body: &Value, refusal: &[u8]) -> Vec<Pointer> {
    let said = String::from_utf8_lossy(refusal).to_lowercase();
    let mut found = Vec::new();
    leaves(body, &Pointer::root(), DEPTH, &mut found);
    let rank = |(at, value): &(Pointer, Value)| {
        let name = at.member().unwrap_or_default();
        let is_said = !name.is_empty() && said.contains(&name.to_lowercase());
        let is_shown = value.as_str().is_some_and(|text| text.len() > 2 && said.contains(&text.to_lowercase()));
        let position = NAMES.iter().position(|known| words::of(&name).last().is_some_and(|word| word == known));
        (!is_said && !is_shown, position.unwrap_or(NAMES.len()))
    };
    found.sort_by_key(rank);
    found.into_iter().map(|(at, _)| at).collect()
}

fn leaves(value: &Value, at: &Pointer, depth: usize, found: &mut Vec<(Pointer, Value)>) {
    match value {
        Value::Object(members) if depth > 0 => {
            members.iter().for_each(|(name, member)| leaves(member, &at.join(name), depth - 1, found));
        }
        Value::String(_) | Value::Number(_) => {
            let noun = Noun::of(&at.member().unwrap_or_default());
            // What names something else stays.
            if !noun.is_key || noun.is_bare() {
                found.push((at.clone(), value.clone()));
            }
        }
        _ => {}
    }
}

/// Other values of the same kind, the likeliest to be valid and new first; `is_free` where it need not be as long.
pub(super) fn others(value: &Value, nonce: u64, is_free: bool) -> Vec<Value> {
    match value {
        Value::String(text) => {
            let (own, domain) = address(text);
            let room = own.chars().filter(char::is_ascii_alphanumeric).count();
            let hex = format!("{:08x}", nonce as u32);
            let longer = [format!("-{hex}"), hex, letters(nonce)].map(|further| format!("{own}{further}{domain}"));
            let same = [12, 8, 6, 4, 3, 2].map(|most| reshaped(text, nonce, most));
            let mut all: Vec<String> = Vec::new();
            if room >= ROOM || !is_free {
                all.extend(same.clone());
            }
            if is_free {
                all.extend(longer);
                all.extend(same);
            }
            all.into_iter().filter(|other| other != text).map(Value::from).collect()
        }
        Value::Number(number) if number.is_u64() || number.is_i64() => {
            [900_000_000, 900_000, 9_000, 90].map(|most| Value::from(nonce % most + most / 9)).to_vec()
        }
        _ => Vec::new(),
    }
}

/// Other values that what a pattern says of a value holds of, too.
pub(in crate::engine) fn alike(value: &Value, nonce: u64) -> Vec<Value> {
    others(value, nonce, false)
}

/// A text whose last letters and digits are others of the same kind: what a pattern says of it still holds.
fn reshaped(text: &str, nonce: u64, most: usize) -> String {
    let (own, rest) = address(text);
    let mut letters: Vec<char> = own.chars().collect();
    let mut nonce = nonce;
    let mut left = most;
    for letter in letters.iter_mut().rev() {
        let (first, kinds) = match *letter {
            _ if left == 0 => break,
            '1'..='9' => ('1', 9),
            '0' => ('0', 10),
            'a'..='f' => ('a', 6),
            'g'..='z' => ('g', 20),
            'A'..='F' => ('A', 6),
            'G'..='Z' => ('G', 20),
            _ => continue,
        };
        *letter = char::from(first as u8 + (nonce % kinds) as u8);
        nonce = (nonce / kinds) ^ nonce.rotate_left(23);
        left -= 1;
    }
    letters.into_iter().chain(rest.chars()).collect()
}

/// What is a mail address's own, and its domain, which stays: many servers take known ones alone.
fn address(text: &str) -> (&str, &str) {
    let is_address = |at: &usize| *at > 0 && !text[*at..].contains(['/', ':', ' ']);
    text.rfind('@').filter(is_address).map_or((text, ""), |at| text.split_at(at))
}

fn letters(nonce: u64) -> String {
    (0..8).map(|at| char::from(b'a' + (nonce.rotate_right(at * 7) % 26) as u8)).collect()
}

/// What makes a request differ from all others.
pub(super) fn nonce(seed: u64, what: &str, count: usize) -> u64 {
    digest(&[&seed.to_string(), what, &count.to_string()])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_taken_value_is_told_by_status_or_words() {
        assert!(is_collision(409, b"") && is_collision(422, b"Name already exists") && !is_collision(400, b"too long"));
        assert!(!is_collision(404, b"duplicate"));
        assert!(!is_collision(409, b"no such category") && is_collision(409, b"not unique: already exists, not found"));
    }

    #[test]
    fn what_is_put_in_its_place_has_its_shape() {
        assert!(reshaped("AA0001", 77, 12).chars().zip("AA0001".chars()).all(|(one, two)| {
            one.is_ascii_digit() == two.is_ascii_digit() && one.is_ascii_uppercase() == two.is_ascii_uppercase()
        }));
        assert!(reshaped("ada@example.com", 77, 12).ends_with("@example.com"));
        for other in others(&json!("x@example.io"), 77, true) {
            assert!(other.as_str().is_some_and(|text| text.ends_with("@example.io")), "{other}");
        }
        let handles = others(&json!("@ada_l"), 77, true);
        assert!(handles.iter().any(|other| other.as_str().is_some_and(|it| it.starts_with('@'))), "{handles:?}");
        let free = others(&json!("a"), 77, true);
        assert!(free[0].as_str().is_some_and(|text| text.starts_with("a-")), "{free:?}");
        assert!(others(&json!("abc"), 77, false).iter().all(|other| other.as_str().is_some_and(|o| o.len() == 3)));
    }

    #[test]
    fn what_the_refusal_names_is_tried_first() {
        let body = json!({"title": "t", "name": "n", "vat": "x", "owner_id": 3});
        let found = places(&body, br#"{"vat": "already exists"}"#);
        let found: Vec<&str> = found.iter().map(Pointer::as_str).collect();
        assert_eq!(found, ["/vat", "/name", "/title"]);
    }
}
