//! The rules that a schema is held to as a part of its document: one table.

use crate::contract::Severity::{Error, Warning};
use crate::contract::{DiagnosticKind, LintRule};

/// A Schema Object that is neither an object nor, where the dialect has them, `true` or `false`.
pub static NOT_A_SCHEMA: LintRule = LintRule {
    name: "schema-not-a-schema",
    severity: Error,
    sentence: "A schema is an object; since draft 6, `true` and `false` are schemas too.",
    source: "Swagger 2.0 and OpenAPI 3.0, Schema Object; JSON Schema 2020-12 Core, 4.3",
};

/// A keyword whose value is not of the form that the dialect asks for.
pub static KEYWORD_VALUE: LintRule = LintRule {
    name: "schema-keyword-value",
    severity: Error,
    sentence: "The value of a keyword has the form that the schema's dialect gives it.",
    source: "Swagger 2.0 and OpenAPI 3.0, Schema Object; JSON Schema 2020-12 Core, 7 to 11, and Validation, 6 to 9",
};

/// A `type` that is none.
pub static TYPE_NAME: LintRule = LintRule {
    name: "schema-type-name",
    severity: Error,
    sentence: "`type` names a type of the dialect: array, boolean, integer, number, object, string, or null where it has that.",
    source: "Swagger 2.0 and OpenAPI 3.0, Data Types; JSON Schema 2020-12 Validation, 6.1.1",
};

/// `required: true` in a property.
pub static REQUIRED_FLAG: LintRule = LintRule {
    name: "schema-required-flag",
    severity: Error,
    sentence: "`required` is an array of the names of properties, in the schema of the object that has them.",
    source: "JSON Schema draft 4 Validation, 5.4.3; draft 5 (OpenAPI 3.0), 5.15; 2020-12, 6.5.3",
};

/// `enum: []`.
pub static ENUM_EMPTY: LintRule = LintRule {
    name: "schema-enum-empty",
    severity: Error,
    sentence: "`enum` has at least one value: without one it allows nothing.",
    source: "JSON Schema draft 4 Validation, 5.5.1; draft 5 (OpenAPI 3.0), 5.20; 2020-12, 6.1.2",
};

/// Values of `enum` that are equal, as 1 and 1.0 are.
pub static ENUM_DUPLICATE: LintRule = LintRule {
    name: "schema-enum-duplicate",
    severity: Warning,
    sentence: "The values of `enum` differ from each other.",
    source: "JSON Schema draft 4 Validation, 5.5.1; draft 5 (OpenAPI 3.0), 5.20; 2020-12, 6.1.2",
};

/// A name that is nearly that of a keyword.
pub static KEYWORD_TYPO: LintRule = LintRule {
    name: "schema-keyword-typo",
    severity: Warning,
    sentence: "A name in a schema is not within a slip of the pen of a keyword that its value would fit.",
    source: "Swagger 2.0 and OpenAPI 3.0, Schema Object; JSON Schema 2020-12 Core, 6.5",
};

/// A keyword that the dialect does not have, though another has.
pub static KEYWORD_DIALECT: LintRule = LintRule {
    name: "schema-keyword-dialect",
    severity: Warning,
    sentence: "A keyword is one of the schema's own dialect: one of another dialect does nothing here.",
    source: "Swagger 2.0 and OpenAPI 3.0, Schema Object; OpenAPI 3.1, Schema Object; JSON Schema 2020-12 Core, 6.5",
};

/// A name that is no keyword of any dialect, where OpenAPI lists those that there are.
pub static KEYWORD_UNKNOWN: LintRule = LintRule {
    name: "schema-keyword-unknown",
    severity: Warning,
    sentence: "Until OpenAPI 3.0, a schema has no other names than keywords and those of extensions, which start with `x-`.",
    source: "Swagger 2.0 and OpenAPI 3.0, Schema Object; Swagger 2.0, Parameter, Header and Items Object",
};

/// All of them, in the order in which they are explained.
pub static ALL: [&LintRule; 9] = [
    &NOT_A_SCHEMA,
    &KEYWORD_VALUE,
    &TYPE_NAME,
    &REQUIRED_FLAG,
    &ENUM_EMPTY,
    &ENUM_DUPLICATE,
    &KEYWORD_TYPO,
    &KEYWORD_DIALECT,
    &KEYWORD_UNKNOWN,
];

/// Whether a diagnostic is of a member of a schema that does nothing.
pub(super) fn is_for_nothing(kind: DiagnosticKind) -> bool {
    [&KEYWORD_TYPO, &KEYWORD_DIALECT, &KEYWORD_UNKNOWN].iter().any(|rule| kind == DiagnosticKind::Rule(rule))
}
