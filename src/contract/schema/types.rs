//! The types of JSON.

use std::fmt;

use serde_json::{Number, Value};

/// A set of JSON types. `integer` is a number without fraction, as in JSON Schema.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Types {
    /// `null`.
    pub const NULL: Self = Self(1);
    /// `boolean`.
    pub const BOOLEAN: Self = Self(2);
    /// `integer`.
    pub const INTEGER: Self = Self(4);
    /// `number`, integers included.
    pub const NUMBER: Self = Self(4 | 8);
    /// `string`.
    pub const STRING: Self = Self(16);
    /// `array`.
    pub const ARRAY: Self = Self(32);
    /// `object`.
    pub const OBJECT: Self = Self(64);
    /// Every type.
    pub const ANY: Self = Self(127);
    /// No type.
    pub const NONE: Self = Self(0);

    /// Every single type with its name, the most specific first.
    pub const EACH: [(Self, &'static str); 7] = [
        (Self::OBJECT, "object"),
        (Self::ARRAY, "array"),
        (Self::STRING, "string"),
        (Self::INTEGER, "integer"),
        (Self::NUMBER, "number"),
        (Self::BOOLEAN, "boolean"),
        (Self::NULL, "null"),
    ];

    /// The type by its name in JSON Schema.
    pub fn named(name: &str) -> Option<Self> {
        Self::EACH.iter().find(|(_, known)| *known == name).map(|(types, _)| *types)
    }

    /// The type of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if is_integer(number) => Self::INTEGER,
            Value::Number(_) => Self(8),
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// Whether all of `other` is in this set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether some of `other` is in this set.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The types that are in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The types that are in either set.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the types of `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The names, as a schema writes them.
    pub fn names(self) -> Vec<&'static str> {
        let whole_number = self.contains(Self::NUMBER);
        Self::EACH
            .iter()
            .filter(|(types, name)| self.contains(*types) && !(whole_number && *name == "integer"))
            .map(|(_, name)| *name)
            .collect()
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join("|"))
    }
}

/// Whether a number has no fraction (JSON Schema 2020-12, section 6.1.1).
pub fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_without_fraction_is_an_integer() {
        assert_eq!(Types::of(&json!(1.0)), Types::INTEGER);
        assert!(!Types::INTEGER.contains(Types::of(&json!(1.5))));
        assert!(Types::NUMBER.contains(Types::of(&json!(1))));
        assert_eq!(Types::NUMBER.names(), ["number"]);
    }
}
