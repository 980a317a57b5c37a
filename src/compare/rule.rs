//! The rules of changes: a table, one row for each part of OpenAPI and each keyword of JSON Schema that is compared.

use crate::rule::Rule;

macro_rules! rules {
    ($($name:ident = $id:literal [$($clause:literal),*] $sentence:literal $source:literal;)*) => {
        $(#[doc = $sentence] pub(super) static $name: Rule =
            Rule { clauses: &[$($clause),*], ..Rule::diff($id, $sentence, $source) };)*

        /// All of them.
        pub(super) static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    OPERATION = "operation-changed" ["operation"]
        "An operation is gone or new." "OpenAPI 3.1, section 4.8.10";
    PATH = "path-changed" ["path"]
        "The path of an operation is another." "OpenAPI 3.1, section 4.8.8";
    SERVERS = "servers-changed" ["servers"]
        "The path of the servers is another." "OpenAPI 3.1, section 4.8.5";
    SECURITY = "security-changed" ["security"]
        "Other credentials are needed, or more, or fewer." "OpenAPI 3.1, section 4.8.30";
    PARAMETER = "parameter-changed" ["parameter"]
        "A parameter is gone or new." "OpenAPI 3.1, section 4.8.12";
    STYLE = "style-changed" ["style"]
        "A parameter is written in another style." "OpenAPI 3.1, section 4.8.12.3";
    EXPLODE = "explode-changed" ["explode"]
        "The values of an array or object are written together instead of apart, or the other way round." "OpenAPI 3.1, section 4.8.12.2.1";
    ALLOW_EMPTY_VALUE = "allow-empty-value-changed" ["allowEmptyValue"]
        "A parameter may be empty now, or may no longer be." "OpenAPI 3.1, section 4.8.12.2";
    REQUEST_BODY = "request-body-changed" ["requestBody"]
        "The request body is gone or new." "OpenAPI 3.1, section 4.8.13";
    CONTENT = "content-changed" ["content"]
        "A media type or a documented body is gone or new." "OpenAPI 3.1, section 4.8.14";
    SIZE_LIMIT = "max-request-size-changed" ["x-max-request-size"]
        "The largest request is smaller, larger, new or gone." "conform's own extension";
    STATUS = "status-changed" ["status"]
        "A status is gone or new." "OpenAPI 3.1, section 4.8.16; RFC 9110, section 15";
    HEADER = "header-changed" ["header"]
        "A header field of a response is gone, new, required or no longer required." "OpenAPI 3.1, section 4.8.21; RFC 9110, section 5.1";
    REQUIRED = "required-changed" ["required"]
        "A parameter, a body or a property is required now, or no longer is." "OpenAPI 3.1, sections 4.8.12 and 4.8.13; JSON Schema 2020-12 Validation, section 6.5.3";
    SCHEMA = "schema-changed" ["schema"]
        "A schema is gone, new, or another one that is too deep to compare." "OpenAPI 3.1, section 4.8.24";
    NOTHING = "false-schema-changed" ["false"]
        "A schema is `false` now, which allows nothing, or no longer is." "JSON Schema 2020-12 Core, section 4.3.2";
    TYPE = "type-changed" ["type"]
        "A value is of other types." "JSON Schema 2020-12 Validation, section 6.1.1";
    ENUM = "enum-changed" ["enum"]
        "Values of an `enum` are gone or new." "JSON Schema 2020-12 Validation, section 6.1.2";
    CONST = "const-changed" ["const"]
        "The only value that is allowed is another." "JSON Schema 2020-12 Validation, section 6.1.3";
    DEFAULT = "default-changed" ["default"]
        "A request that leaves a value out means another." "JSON Schema 2020-12 Validation, section 9.2";
    MINIMUM = "minimum-changed" ["minimum", "exclusiveMinimum"]
        "The least number is another." "JSON Schema 2020-12 Validation, sections 6.2.4 and 6.2.5";
    MAXIMUM = "maximum-changed" ["maximum", "exclusiveMaximum"]
        "The greatest number is another." "JSON Schema 2020-12 Validation, sections 6.2.2 and 6.2.3";
    MULTIPLE_OF = "multiple-of-changed" ["multipleOf"]
        "Numbers are multiples of another one." "JSON Schema 2020-12 Validation, section 6.2.1";
    MIN_LENGTH = "min-length-changed" ["minLength"]
        "The shortest string is shorter or longer." "JSON Schema 2020-12 Validation, section 6.3.2";
    MAX_LENGTH = "max-length-changed" ["maxLength"]
        "The longest string is shorter or longer." "JSON Schema 2020-12 Validation, section 6.3.1";
    PATTERN = "pattern-changed" ["pattern"]
        "Strings are held to another pattern." "JSON Schema 2020-12 Validation, section 6.3.3";
    FORMAT = "format-changed" ["format"]
        "Values are of another format." "JSON Schema 2020-12 Validation, section 7; OpenAPI 3.1, section 4.4";
    CONTENT_ENCODING = "content-encoding-changed" ["contentEncoding", "contentMediaType"]
        "Strings hold data in another encoding or of another media type." "JSON Schema 2020-12 Validation, section 8";
    ITEMS = "items-changed" ["items"]
        "The items of an array are held to a schema now, or no longer are." "JSON Schema 2020-12 Core, section 10.3.1.2";
    PREFIX_ITEMS = "prefix-items-changed" ["prefixItems"]
        "The first items of an array are held to other schemas." "JSON Schema 2020-12 Core, section 10.3.1.1";
    CONTAINS = "contains-changed" ["contains"]
        "An array must contain other items." "JSON Schema 2020-12 Core, section 10.3.1.3";
    UNEVALUATED_ITEMS = "unevaluated-items-changed" ["unevaluatedItems"]
        "Items that no other keyword evaluates are held to another schema." "JSON Schema 2020-12 Core, section 11.2";
    MIN_ITEMS = "min-items-changed" ["minItems"]
        "The shortest array is shorter or longer." "JSON Schema 2020-12 Validation, section 6.4.2";
    MAX_ITEMS = "max-items-changed" ["maxItems"]
        "The longest array is shorter or longer." "JSON Schema 2020-12 Validation, section 6.4.1";
    UNIQUE_ITEMS = "unique-items-changed" ["uniqueItems"]
        "The items of an array must differ now, or need no longer." "JSON Schema 2020-12 Validation, section 6.4.3";
    PROPERTIES = "properties-changed" ["properties"]
        "A property is documented now, or no longer is." "JSON Schema 2020-12 Core, section 10.3.2.1";
    ADDITIONAL_PROPERTIES = "additional-properties-changed" ["additionalProperties"]
        "Properties that are not documented are allowed, refused, or held to another schema." "JSON Schema 2020-12 Core, section 10.3.2.3";
    PATTERN_PROPERTIES = "pattern-properties-changed" ["patternProperties"]
        "Properties whose keys match a pattern are held to another schema." "JSON Schema 2020-12 Core, section 10.3.2.2";
    PROPERTY_NAMES = "property-names-changed" ["propertyNames"]
        "The keys of an object are held to another schema." "JSON Schema 2020-12 Core, section 10.3.2.4";
    UNEVALUATED_PROPERTIES = "unevaluated-properties-changed" ["unevaluatedProperties"]
        "Properties that no other keyword evaluates are held to another schema." "JSON Schema 2020-12 Core, section 11.3";
    MIN_PROPERTIES = "min-properties-changed" ["minProperties"]
        "An object needs fewer or more properties." "JSON Schema 2020-12 Validation, section 6.5.2";
    MAX_PROPERTIES = "max-properties-changed" ["maxProperties"]
        "An object may have fewer or more properties." "JSON Schema 2020-12 Validation, section 6.5.1";
    DEPENDENT_REQUIRED = "dependent-required-changed" ["dependentRequired"]
        "One property requires others." "JSON Schema 2020-12 Validation, section 6.5.4";
    DEPENDENT_SCHEMAS = "dependent-schemas-changed" ["dependentSchemas"]
        "One property holds the object to another schema." "JSON Schema 2020-12 Core, section 10.2.2.4";
    READ_ONLY = "read-only-changed" ["readOnly"]
        "A property is no longer one for requests, or is one now." "OpenAPI 3.0, section 4.7.24; JSON Schema 2020-12 Validation, section 9.4";
    WRITE_ONLY = "write-only-changed" ["writeOnly"]
        "A property is no longer one for responses, or is one now." "OpenAPI 3.0, section 4.7.24; JSON Schema 2020-12 Validation, section 9.4";
    ANY_OF = "any-of-changed" ["anyOf"]
        "The branches of an `anyOf` are others." "JSON Schema 2020-12 Core, section 10.2.1.2";
    ONE_OF = "one-of-changed" ["oneOf"]
        "The branches of a `oneOf` are others." "JSON Schema 2020-12 Core, section 10.2.1.3";
    NOT = "not-changed" ["not"]
        "Other values are excluded." "JSON Schema 2020-12 Core, section 10.2.1.4";
    IF = "if-changed" ["if"]
        "A value is held to other schemas under a condition." "JSON Schema 2020-12 Core, section 10.2.2";
}

/// The rule of a keyword of JSON Schema; that of schemas as a whole where the keyword has none of its own.
pub(super) fn of(keyword: &str) -> &'static Rule {
    ALL.iter().find(|rule| rule.clauses.contains(&keyword)).copied().unwrap_or(&SCHEMA)
}
