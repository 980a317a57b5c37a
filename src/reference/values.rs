//! Reading request values strictly (no coercion, `null` is a type of its own) and making the values that a server makes:
//! identifiers and times.
//!
//! Members stay as the text that the client sent ([`RawValue`]) until a rule asks for them. A provider that echoes a
//! free-form object can then return it unchanged to the last digit, which a parsed number cannot promise.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::value::RawValue;
use uuid::Uuid;

/// The JSON types that the providers' documents name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// The type of a value. The first character decides, and [`RawValue`] has no space before it.
    pub fn of(value: &RawValue) -> Kind {
        match value.get().as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The type with its article, as messages need it.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "a boolean",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }
}

/// What is wrong with one member of a request body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldFault {
    /// The member, with the objects around it: `sender.role`.
    pub field: String,
    pub problem: Problem,
}

/// See [`FieldFault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Missing,
    /// It is there, but is not this; `null` is never this.
    NotA(Kind),
}

impl fmt::Display for FieldFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            Problem::Missing => write!(out, "{} is required", self.field),
            Problem::NotA(kind) => write!(out, "{} must be {}", self.field, kind.noun()),
        }
    }
}

/// A JSON object whose members have not been judged. Of members with the same name the last one counts.
#[derive(Debug)]
pub(super) struct Object<'a> {
    prefix: &'static str,
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// The members of `value`, or `None` where it is not an object.
    pub fn read(value: &'a RawValue) -> Option<Object<'a>> {
        let members = serde_json::from_str(value.get()).ok()?;
        Some(Object { prefix: "", members })
    }

    /// The same object, its faults named `prefix` and the member's name.
    pub fn within(self, prefix: &'static str) -> Object<'a> {
        Object { prefix, ..self }
    }

    /// The member `name` as it is, if it is there.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.get(name).copied()
    }

    /// All members, by name.
    pub fn members(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// The member `name`, which must be there and which `read` must accept as a `kind`.
    pub fn required<T>(
        &self,
        name: &str,
        kind: Kind,
        read: impl FnOnce(&'a RawValue) -> Option<T>,
    ) -> Result<T, FieldFault> {
        match self.optional(name, kind, read) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(self.fault(name, Problem::Missing)),
            Err(fault) => Err(fault),
        }
    }

    /// The member `name`, which may be absent; but where it is there, even as `null`, `read` must accept it as a `kind`.
    pub fn optional<T>(
        &self,
        name: &str,
        kind: Kind,
        read: impl FnOnce(&'a RawValue) -> Option<T>,
    ) -> Result<Option<T>, FieldFault> {
        let Some(value) = self.members.get(name) else {
            return Ok(None);
        };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(self.fault(name, Problem::NotA(kind))),
        }
    }

    fn fault(&self, name: &str, problem: Problem) -> FieldFault {
        let field = format!("{}{name}", self.prefix);
        FieldFault { field, problem }
    }
}

/// The JSON text in `content`, or why there is none (RFC 8259: UTF-8, one value, nothing after it).
pub(super) fn parse(content: &[u8]) -> Result<&RawValue, String> {
    let text = std::str::from_utf8(content).map_err(|error| format!("not UTF-8: {error}"))?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The string that `value` is.
pub(super) fn string(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// The boolean that `value` is.
pub(super) fn boolean(value: &RawValue) -> Option<bool> {
    serde_json::from_str(value.get()).ok()
}

/// The elements of the array that `value` is.
pub(super) fn array(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// `value` itself, if it is an object: for the free-form objects, whose members no document restricts.
pub(super) fn free_object(value: &RawValue) -> Option<&RawValue> {
    (Kind::of(value) == Kind::Object).then_some(value)
}

/// Whether `value` is a number without a fraction. `1.0` is one (JSON Schema 2020-12 Validation §6.1.1).
pub(super) fn is_integer(value: &RawValue) -> bool {
    let text = value.get();
    let plain = !text.contains(['.', 'e', 'E']);
    Kind::of(value) == Kind::Number && (plain || text.parse().is_ok_and(|number: f64| number.fract() == 0.0))
}

/// Whether a date-time may go without its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// As RFC 3339 says.
    Required,
    /// UTC where it is absent.
    Optional,
}

/// Whether `text` is a `date-time` of RFC 3339 §5.6, on a day that exists.
///
/// Not jiff's parser, which reads the wider ISO 8601 (no seconds, a space for the `T`, a zone name in brackets) and
/// which stops at nanoseconds where the RFC does not.
pub(super) fn is_date_time(text: &str, zone: Zone) -> bool {
    date_time(text, zone).is_some()
}

fn date_time(text: &str, zone: Zone) -> Option<()> {
    let date = Date::new(
        digits(text, 0, 4)?,
        i8::try_from(digits(text, 5, 7)?).ok()?,
        i8::try_from(digits(text, 8, 10)?).ok()?,
    );
    date.ok()?;
    let (hour, minute, second) = (digits(text, 11, 13)?, digits(text, 14, 16)?, digits(text, 17, 19)?);
    let marks = [text.get(4..5)?, text.get(7..8)?, text.get(13..14)?, text.get(16..17)?];
    if marks != ["-", "-", ":", ":"] || !text.get(10..11)?.eq_ignore_ascii_case("T") {
        return None;
    }
    let mut rest = text.get(19..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return None;
        }
    }
    let offset = match rest {
        "Z" | "z" => 0,
        "" if zone == Zone::Optional => 0,
        _ => {
            let (hours, minutes) = (digits(rest, 1, 3)?, digits(rest, 4, 6)?);
            if rest.len() != 6 || rest.get(3..4)? != ":" || hours > 23 || minutes > 59 {
                return None;
            }
            match rest.get(0..1)? {
                "+" => hours * 60 + minutes,
                "-" => -(hours * 60 + minutes),
                _ => return None,
            }
        }
    };
    // A leap second is the last one of a UTC day (RFC 3339 §5.7).
    let last_minute = (hour * 60 + minute - offset).rem_euclid(24 * 60) == 23 * 60 + 59;
    let seconds = if last_minute { 0..=60 } else { 0..=59 };
    (hour <= 23 && minute <= 59 && seconds.contains(&second)).then_some(())
}

/// The number in `text[from..to]`, where there are only digits.
fn digits(text: &str, from: usize, to: usize) -> Option<i16> {
    let part = text.get(from..to)?;
    let plain = part.bytes().all(|byte| byte.is_ascii_digit());
    if plain { part.parse().ok() } else { None }
}

/// The time now in UTC, printed as `format` says (the directives of `strftime`).
pub(super) fn now(format: &str) -> String {
    Timestamp::now().strftime(format).to_string()
}

/// A new ULID-like identifier: 48 bits of milliseconds and 80 bits of chance in Crockford's base 32, 26 characters.
pub(super) fn ulid() -> String {
    let milliseconds = u128::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
    let value = (milliseconds << 80) | (chance() & ((1 << 80) - 1));
    base32(value, 26, b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
}

/// A new identifier of 24 hexadecimal digits, like a MongoDB ObjectId: 32 bits of seconds and 64 bits of chance.
pub(super) fn object_id() -> String {
    let seconds = u128::try_from(Timestamp::now().as_second()).unwrap_or(0) & 0xffff_ffff;
    format!("{seconds:08x}{:016x}", chance() & u128::from(u64::MAX))
}

/// A new identifier such as `msg_45kd01`, with more characters so that it can be trusted to be new.
pub(super) fn prefixed_id(prefix: &str) -> String {
    format!("{prefix}_{}", base32(chance(), 14, b"0123456789abcdefghjkmnpqrstvwxyz"))
}

/// 128 bits of which the low half and more are chance: a version 4 UUID, its fixed bits mixed with free ones.
fn chance() -> u128 {
    let bits = Uuid::new_v4().as_u128();
    bits ^ bits.rotate_left(37)
}

fn base32(value: u128, length: u32, alphabet: &[u8; 32]) -> String {
    let character = |place: u32| char::from(alphabet[((value >> (5 * place)) & 31) as usize]);
    (0..length).rev().map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_are_those_of_rfc_3339() {
        for text in [
            "2021-11-23T12:13:14Z",
            "2021-11-23t12:13:14z",
            "2021-11-23T12:13:14.555Z",
            "2021-11-23T12:13:14.1234567890123456789Z",
            "2021-11-23T12:13:14+23:59",
            "0000-01-01T00:00:00-00:00",
            "2024-02-29T00:00:00Z",
            "1998-12-31T23:59:60Z",
            "1998-12-31T15:59:60.123-08:00",
        ] {
            assert!(is_date_time(text, Zone::Required), "{text}");
        }
        for text in [
            "",
            "not-a-date",
            "2021-11-23",
            "2021-11-23 12:13:14Z",
            "2021-11-23T12:13Z",
            "2021-11-23T12:13:14.Z",
            "2021-11-23T12:13:14+24:00",
            "2021-11-23T12:13:14+0100",
            "2021-11-23T12:13:14Z[UTC]",
            "2021-02-29T00:00:00Z",
            "2021-13-01T00:00:00Z",
            "2021-11-23T24:00:00Z",
            "2021-11-23T12:60:00Z",
            "2021-11-23T12:13:60Z",
            "2021-11-23T12:13:14\u{661}",
            "+021-11-23T12:13:14Z",
            "２０21-11-23T12:13:14Z",
        ] {
            assert!(!is_date_time(text, Zone::Required), "{text}");
            assert!(!is_date_time(text, Zone::Optional), "{text}");
        }
        assert!(is_date_time("2021-11-23T12:13:14.555", Zone::Optional));
        assert!(!is_date_time("2021-11-23T12:13:14.555", Zone::Required));
    }

    #[test]
    fn integers_are_numbers_without_a_fraction() {
        for (text, expected) in [
            ("1", true),
            ("-0", true),
            ("1.0", true),
            ("1e3", true),
            ("123456789012345678901234567890", true),
            ("1.5", false),
            ("1e-3", false),
            ("\"1\"", false),
            ("true", false),
            ("null", false),
        ] {
            let value = parse(text.as_bytes()).expect("a JSON value");
            assert_eq!(is_integer(value), expected, "{text}");
        }
    }

    #[test]
    fn identifiers_have_the_shape_of_the_documents_examples() {
        let ulid = ulid();
        assert_eq!(ulid.len(), "01BX5ZZKBKACTAV9WEVGEMMVS1".len());
        assert!(ulid.starts_with("01"), "{ulid}");
        assert_eq!(object_id().len(), "5df263b7db5a7e6ea03fae9b".len());
        assert_eq!(prefixed_id("msg").len(), 18);
    }
}
