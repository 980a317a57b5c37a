//! The rules that a schema is held to as a part of its document: one table.

use crate::rule::{Rule, Severity};

/// A Schema Object that is neither an object nor, where the dialect has them, `true` or `false`.
pub static NOT_A_SCHEMA: Rule = Rule::lint(
    "schema-not-a-schema",
    "A schema is an object; since draft 6, `true` and `false` are schemas too.",
    "Swagger 2.0 and OpenAPI 3.0, Schema Object; JSON Schema 2020-12 Core, 4.3",
);

/// A keyword whose value is not of the form that the dialect asks for.
pub static KEYWORD_VALUE: Rule = Rule::lint(
    "schema-keyword-value",
    "The value of a keyword has the form that the schema's dialect gives it.",
    "Swagger 2.0 and OpenAPI 3.0, Schema Object; JSON Schema 2020-12 Core, 7 to 11, and Validation, 6 to 9",
);

/// A `type` that is none.
pub static TYPE_NAME: Rule = Rule::lint(
    "schema-type-name",
    "`type` names a type of the dialect: array, boolean, integer, number, object, string, or null where it has that.",
    "Swagger 2.0 and OpenAPI 3.0, Data Types; JSON Schema 2020-12 Validation, 6.1.1",
);

/// `required: true` in a property.
pub static REQUIRED_FLAG: Rule = Rule::lint(
    "schema-required-flag",
    "`required` is an array of the names of properties, in the schema of the object that has them.",
    "JSON Schema draft 4 Validation, 5.4.3; draft 5 (OpenAPI 3.0), 5.15; 2020-12, 6.5.3",
);

/// `enum: []`.
pub static ENUM_EMPTY: Rule = Rule::lint(
    "schema-enum-empty",
    "`enum` has at least one value: without one it allows nothing.",
    "JSON Schema draft 4 Validation, 5.5.1; draft 5 (OpenAPI 3.0), 5.20; 2020-12, 6.1.2",
);

/// Values of `enum` that are equal, as 1 and 1.0 are.
pub static ENUM_DUPLICATE: Rule = Rule {
    severity: Severity::Warning,
    ..Rule::lint(
        "schema-enum-duplicate",
        "The values of `enum` differ from each other.",
        "JSON Schema draft 4 Validation, 5.5.1; draft 5 (OpenAPI 3.0), 5.20; 2020-12, 6.1.2",
    )
};

/// A name that is nearly that of a keyword.
pub static KEYWORD_TYPO: Rule = Rule {
    severity: Severity::Warning,
    ..Rule::lint(
        "schema-keyword-typo",
        "A name in a schema is not within a slip of the pen of a keyword that its value would fit.",
        "Swagger 2.0 and OpenAPI 3.0, Schema Object; JSON Schema 2020-12 Core, 6.5",
    )
};

/// A keyword that the dialect does not have, though another has.
pub static KEYWORD_DIALECT: Rule = Rule {
    severity: Severity::Warning,
    ..Rule::lint(
        "schema-keyword-dialect",
        "A keyword is one of the schema's own dialect: one of another dialect does nothing here.",
        "Swagger 2.0 and OpenAPI 3.0, Schema Object; OpenAPI 3.1, Schema Object; JSON Schema 2020-12 Core, 6.5",
    )
};

/// A name that is no keyword of any dialect, where OpenAPI lists those that there are.
pub static KEYWORD_UNKNOWN: Rule = Rule {
    severity: Severity::Warning,
    ..Rule::lint(
        "schema-keyword-unknown",
        "Until OpenAPI 3.0, a schema has no other names than keywords and those of extensions, which start with `x-`.",
        "Swagger 2.0 and OpenAPI 3.0, Schema Object; Swagger 2.0, Parameter, Header and Items Object",
    )
};

/// All of them, in the order in which they are explained.
pub static ALL: [&Rule; 9] = [
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
pub(in crate::lint) fn is_for_nothing(rule: &Rule) -> bool {
    [&KEYWORD_TYPO, &KEYWORD_DIALECT, &KEYWORD_UNKNOWN].contains(&rule)
}
