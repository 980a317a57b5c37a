//! Reading request values strictly (no coercion, `null` is a type of its own) and making the values that a server makes:
//! identifiers and times.
//!
//! Properties stay the JSON that the client sent ([`RawValue`]) until a rule asks for them. A provider that echoes a
//! free-form object can then return it unchanged to the last digit, which a parsed number cannot promise.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
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

/// What is wrong with one property of a request body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldFault {
    /// The property, with the objects around it: `sender.role`.
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

/// A JSON object whose properties have not been validated. Of properties with the same name the last one counts.
#[derive(Debug)]
pub(super) struct Object<'a> {
    prefix: &'static str,
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// The properties of `value`, or `None` where it is not an object.
    pub fn read(value: &'a RawValue) -> Option<Object<'a>> {
        let members = serde_json::from_str(value.get()).ok()?;
        Some(Object { prefix: "", members })
    }

    /// The same object, its faults named `prefix` and the property's name.
    pub fn within(self, prefix: &'static str) -> Object<'a> {
        Object { prefix, ..self }
    }

    /// The property `name` as it is, if it is there.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.get(name).copied()
    }

    /// All properties, by name.
    pub fn members(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// The property `name`, which must be there and which `read` must accept as a `kind`.
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

    /// The property `name`, which may be absent. Where it is present, even as `null`, `read` must accept it as a `kind`.
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

    /// The property `name`, which must be there only if it is `needed`, and is the default value where it is not there.
    pub fn required_if<T: Default>(
        &self,
        needed: bool,
        name: &str,
        kind: Kind,
        read: impl FnOnce(&'a RawValue) -> Option<T>,
    ) -> Result<T, FieldFault> {
        match self.optional(name, kind, read) {
            Ok(None) if needed => Err(self.fault(name, Problem::Missing)),
            read => Ok(read?.unwrap_or_default()),
        }
    }

    fn fault(&self, name: &str, problem: Problem) -> FieldFault {
        let field = format!("{}{name}", self.prefix);
        FieldFault { field, problem }
    }
}

/// The JSON text in `content`, or why there is none (RFC 8259: UTF-8, one value, nothing after it).
///
/// Nesting has no limit: raw values are read without recursion. Half a surrogate pair is refused wherever it is, since no
/// UTF-8 response could repeat it (RFC 8259 §8.2 leaves such text open).
pub(super) fn parse(content: &[u8]) -> Result<&RawValue, String> {
    let text = std::str::from_utf8(content).map_err(|error| format!("not UTF-8: {error}"))?;
    let value: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if has_lone_surrogate(value.get()) {
        return Err("half a surrogate pair".to_owned());
    }
    Ok(value)
}

/// Whether an escape in this well-formed JSON text is half of a surrogate pair without the other half.
fn has_lone_surrogate(text: &str) -> bool {
    let mut rest = text;
    let mut waits_for_low = false;
    while let Some(at) = rest.find('\\') {
        let unit = escaped_unit(&rest[at..]);
        let is_low = unit.is_some_and(|unit| (0xdc00..=0xdfff).contains(&unit));
        if is_low != (waits_for_low && at == 0) {
            return true;
        }
        waits_for_low = unit.is_some_and(|unit| (0xd800..=0xdbff).contains(&unit));
        rest = &rest[at + if unit.is_some() { "\\uXXXX".len() } else { "\\n".len() }..];
    }
    waits_for_low
}

/// The UTF-16 code unit of the escape that `text` begins with, if it is one of the form `\uXXXX`.
fn escaped_unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// The string that `value` is.
pub(super) fn string(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// The string that a careless parser takes a string, number or boolean for.
pub(super) fn coerced(value: &RawValue) -> Option<String> {
    match Kind::of(value) {
        Kind::String => string(value),
        Kind::Number | Kind::Boolean => Some(value.get().to_owned()),
        Kind::Null | Kind::Array | Kind::Object => None,
    }
}

/// Whether `value` is `null`.
pub(super) fn is_null(value: &RawValue) -> bool {
    Kind::of(value) == Kind::Null
}

/// The boolean that `value` is.
pub(super) fn boolean(value: &RawValue) -> Option<bool> {
    serde_json::from_str(value.get()).ok()
}

/// The elements of the array that `value` is.
pub(super) fn array(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// `value` itself, if it is an object: for the free-form objects, whose properties no document restricts.
pub(super) fn free_object(value: &RawValue) -> Option<&RawValue> {
    (Kind::of(value) == Kind::Object).then_some(value)
}

/// Whether `value` is a number without a fraction, of any size. `1.0` is one (JSON Schema 2020-12 Validation §6.1.1).
///
/// Judged by its digits, since a float would round `1.00000000000000000001` and overflow at `1e400`.
pub(super) fn is_integer(value: &RawValue) -> bool {
    if Kind::of(value) != Kind::Number {
        return false;
    }
    let text = value.get().trim_start_matches('-');
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    // The power of ten of the last digit that is not zero. An exponent too long to read is decided by its sign alone.
    let last = match exponent.parse::<i128>() {
        Ok(exponent) => exponent - fraction.len() as i128 + (digits.len() - significant.len()) as i128,
        Err(_) if exponent.starts_with('-') => -1,
        Err(_) => 0,
    };
    significant.is_empty() || last >= 0
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
    fn integers_are_numbers_without_a_fraction() {
        for (text, expected) in [
            ("1", true),
            ("-0", true),
            ("1.0", true),
            ("1e3", true),
            ("1.50E+1", true),
            ("1200e-2", true),
            ("0e-9", true),
            ("-0.0", true),
            ("1e400", true),
            ("1e99999999999999999999999999999999999999999", true),
            ("123456789012345678901234567890", true),
            ("-9223372036854775809", true),
            ("1.5", false),
            ("1.25e1", false),
            ("1200e-3", false),
            ("1e-3", false),
            ("1.00000000000000000001", false),
            ("1e-99999999999999999999999999999999999999999", false),
            ("\"1\"", false),
            ("true", false),
            ("null", false),
        ] {
            let value = parse(text.as_bytes()).expect("a JSON value");
            assert_eq!(is_integer(value), expected, "{text}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_refused() {
        for (text, expected) in [
            (r#""\ud83d\ude00""#, true),
            (r#""\uD83D\uDE00\uD83D\uDE00""#, true),
            (r#""\\ud83d""#, true),
            (r#""\n\u00e9\"""#, true),
            (r#"["\ud83d"]"#, false),
            (r#"{"\ud83d": 1}"#, false),
            (r#""\ude00""#, false),
            (r#""\ude00\ud83d""#, false),
            (r#""\ud83d\n\ude00""#, false),
            (r#""\ud83dx\ude00""#, false),
            (r#"["\ud83d", "\ude00"]"#, false),
            (r#""\ud83d\ud83d\ude00""#, false),
        ] {
            assert_eq!(parse(text.as_bytes()).is_ok(), expected, "{text}");
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
