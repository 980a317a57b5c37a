//! The dialects that schemas are written in.

use serde_json::Value;

/// A set of dialects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Dialects(u16);

impl Dialects {
    /// Swagger 2.0's Schema Object: a subset of draft 4.
    pub const SWAGGER: Self = Self(1);
    /// What Swagger 2.0 lets parameters other than bodies, headers and their items have.
    pub const SIMPLE: Self = Self(1 << 1);
    /// OpenAPI 3.0's Schema Object: a subset of draft 5.
    pub const OPENAPI30: Self = Self(1 << 2);
    /// OpenAPI 3.1 and 3.2: JSON Schema 2020-12 with the base vocabulary.
    pub const OPENAPI31: Self = Self(1 << 3);
    pub const DRAFT4: Self = Self(1 << 4);
    pub const DRAFT6: Self = Self(1 << 5);
    pub const DRAFT7: Self = Self(1 << 6);
    pub const DRAFT2019: Self = Self(1 << 7);
    pub const DRAFT2020: Self = Self(1 << 8);

    /// Both sets.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// JSON Schema from a draft on, OpenAPI 3.1 included.
pub(super) const SINCE_2020: Dialects = Dialects::DRAFT2020.or(Dialects::OPENAPI31);
pub(super) const SINCE_2019: Dialects = Dialects::DRAFT2019.or(SINCE_2020);
pub(super) const SINCE_7: Dialects = Dialects::DRAFT7.or(SINCE_2019);
pub(super) const SINCE_6: Dialects = Dialects::DRAFT6.or(SINCE_7);
pub(super) const JSON_SCHEMA: Dialects = Dialects::DRAFT4.or(SINCE_6);

/// The dialect of a schema, or all those that it may be of: of those, only what they have in common is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub set: Dialects,
    /// As people know it.
    pub name: &'static str,
}

impl Dialect {
    const OPENAPI31: Self = Self { set: Dialects::OPENAPI31, name: "OpenAPI 3.1" };
    /// A dialect that nobody here knows.
    const UNKNOWN: Self = Self { set: JSON_SCHEMA, name: "JSON Schema" };
    pub const SIMPLE: Self = Self { set: Dialects::SIMPLE, name: "Swagger 2.0 outside of bodies" };

    /// The dialect of the schemas of a document of this version.
    pub fn of_version(version: &str) -> Option<Self> {
        const EACH: [(&str, Dialect); 4] = [
            ("2", Dialect { set: Dialects::SWAGGER, name: "Swagger 2.0" }),
            ("3.0", Dialect { set: Dialects::OPENAPI30, name: "OpenAPI 3.0" }),
            ("3.1", Dialect::OPENAPI31),
            ("3.2", Dialect { set: Dialects::OPENAPI31, name: "OpenAPI 3.2" }),
        ];
        EACH.into_iter().find(|(start, _)| version.starts_with(start)).map(|(_, dialect)| dialect)
    }

    /// The dialect that `$schema` or `jsonSchemaDialect` names (OpenAPI 3.1, Specifying Schema Dialects).
    pub fn of_uri(uri: &str) -> Self {
        const EACH: [(&str, Dialect); 7] = [
            ("json-schema.org/draft-04/schema", Dialect { set: Dialects::DRAFT4, name: "JSON Schema draft 4" }),
            ("json-schema.org/draft-06/schema", Dialect { set: Dialects::DRAFT6, name: "JSON Schema draft 6" }),
            ("json-schema.org/draft-07/schema", Dialect { set: Dialects::DRAFT7, name: "JSON Schema draft 7" }),
            ("json-schema.org/draft/2019-09/schema", Dialect { set: Dialects::DRAFT2019, name: "JSON Schema 2019-09" }),
            ("json-schema.org/draft/2020-12/schema", Dialect { set: Dialects::DRAFT2020, name: "JSON Schema 2020-12" }),
            ("spec.openapis.org/oas/3.1/dialect/", Dialect::OPENAPI31),
            ("spec.openapis.org/oas/3.2/dialect/", Dialect { set: Dialects::OPENAPI31, name: "OpenAPI 3.2" }),
        ];
        let address = uri.split_once("://").map_or(uri, |(_, address)| address).trim_end_matches('#');
        let is_named = |name: &str| if name.ends_with('/') { address.starts_with(name) } else { address == name };
        EACH.into_iter().find(|(name, _)| is_named(name)).map_or(Self::UNKNOWN, |(_, dialect)| dialect)
    }

    /// The dialect of the schema `members` and what is in it, which stands among schemas of this one: `$schema` may
    /// name another from OpenAPI 3.1 on.
    pub fn within(self, members: &serde_json::Map<String, Value>) -> Self {
        match members.get("$schema") {
            Some(Value::String(uri)) if JSON_SCHEMA.contains(self.set) => Self::of_uri(uri),
            _ => self,
        }
    }

    /// Whether `true` and `false` are schemas.
    pub fn has_boolean_schemas(self) -> bool {
        SINCE_6.contains(self.set)
    }

    /// Whether what stands beside `$ref` is ignored.
    pub fn ignores_ref_siblings(self) -> bool {
        !SINCE_2019.contains(self.set)
    }

    /// Whether OpenAPI says which keywords there are, so that one of another dialect is known to do nothing.
    pub fn is_openapi(self) -> bool {
        let each = [Dialects::SWAGGER, Dialects::SIMPLE, Dialects::OPENAPI30, Dialects::OPENAPI31];
        each.contains(&self.set)
    }

    /// Whether OpenAPI lists all names that a schema may have, extensions aside.
    pub fn is_closed(self) -> bool {
        [Dialects::SWAGGER, Dialects::SIMPLE, Dialects::OPENAPI30].contains(&self.set)
    }

    /// Whether this is one dialect, and not all those that it may be.
    pub fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_known_by_their_uris() {
        assert_eq!(Dialect::of_uri("http://json-schema.org/draft-07/schema#").name, "JSON Schema draft 7");
        assert_eq!(Dialect::of_uri("https://json-schema.org/draft/2020-12/schema").set, Dialects::DRAFT2020);
        assert_eq!(Dialect::of_uri("https://spec.openapis.org/oas/3.1/dialect/base").set, Dialects::OPENAPI31);
        assert_eq!(Dialect::of_uri("https://spec.openapis.org/oas/3.2/dialect/2025-09-17").name, "OpenAPI 3.2");
        assert_eq!(Dialect::of_uri("https://example.com/dialect"), Dialect::UNKNOWN);
        assert_eq!(Dialect::of_version("3.0.4").map(|dialect| dialect.set), Some(Dialects::OPENAPI30));
        assert_eq!(Dialect::of_version("4.0"), None);
    }
}
