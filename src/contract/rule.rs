//! The rules of a document that compiling it finds broken: a table.

use crate::rule::{Rule, Severity};
use crate::spec::RefError;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal $severity:ident $sentence:literal $source:literal;)*) => {
        $($(#[$doc])* pub static $name: Rule =
            Rule { severity: Severity::$severity, ..Rule::lint($id, $sentence, $source) };)*

        /// All of them.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    /// A key that stands twice in one object.
    KEY_TWICE = "key-twice" Error
        "A key stands twice in one object, so that one of its values is lost." "RFC 8259, section 4; YAML 1.2, section 3.2.1";
    /// A part of the document that is no object or no array.
    PART_TYPE = "part-type" Error
        "A part of the document is not of the type that the specification gives it." "OpenAPI 3.1, section 4.8";
    /// A reference that leads to nothing.
    REFERENCE_NOWHERE = "reference-to-nowhere" Error
        "A reference leads to nothing." "OpenAPI 3.1, section 4.8.23; RFC 6901, section 7";
    /// A reference that leads back to itself.
    REFERENCE_LOOP = "reference-to-itself" Error
        "A reference leads back to itself, and so to nothing." "OpenAPI 3.1, section 4.8.23";
    /// A reference that may not be followed.
    REFERENCE_WITHHELD = "reference-withheld" Error
        "A reference leads to another folder or host, and was not to be followed." "the options --allow-outside-refs and --allow-remote-refs";
    /// A path without a slash in front.
    PATH_SLASH = "path-without-slash" Error
        "A path does not begin with a slash." "OpenAPI 3.1, section 4.8.8.1";
    /// An operation without responses.
    NO_RESPONSES = "responses-missing" Error
        "An operation documents no response, so that none can be judged." "OpenAPI 3.0, sections 4.7.10.1 and 4.7.16";
    /// An `operationId` that is not unique.
    OPERATION_ID_TWICE = "operation-id-twice" Error
        "Two operations have one `operationId`." "OpenAPI 3.1, section 4.8.10.1";
    /// A parameter without `name` or `in`.
    PARAMETER_INCOMPLETE = "parameter-incomplete" Error
        "A parameter has no `name` or no `in`." "OpenAPI 3.1, section 4.8.12.2";
    /// A parameter that stands twice.
    PARAMETER_TWICE = "parameter-twice" Error
        "Two parameters of one list have the same name and location." "OpenAPI 3.1, section 4.8.9.1";
    /// A variable of the path template without a parameter.
    PARAMETER_UNDOCUMENTED = "path-variable-undocumented" Error
        "A variable of the path is not documented as a parameter." "OpenAPI 3.1, section 4.8.2";
    /// A path parameter that the path template does not have.
    PARAMETER_NOT_IN_PATH = "path-parameter-unused" Error
        "A path parameter is none that the path has." "OpenAPI 3.1, section 4.8.12.2";
    /// A key of `responses` that is no status.
    STATUS_NAME = "status-name" Error
        "A key of `responses` is neither a status, a range such as `2XX`, nor `default`." "OpenAPI 3.1, section 4.8.16.2";
    /// A size that cannot be read.
    SIZE_LIMIT = "size-limit" Error
        "The value of `x-max-request-size` is no size." "conform's own extension";
    /// A security requirement of no scheme.
    SECURITY_SCHEME = "security-scheme-unknown" Error
        "A security requirement names a scheme that is not there." "OpenAPI 3.1, section 4.8.30.1";
    /// An API key without its name or location.
    SECURITY_KEY = "security-scheme-incomplete" Error
        "A security scheme for an API key has no `name`, or an `in` that is none." "OpenAPI 3.1, section 4.8.27.1";
    /// What conform does not support.
    UNSUPPORTED = "unsupported" Note
        "A part of the document is of a kind that conform does not support, and is left out." "none: a limit of conform";
    /// A keyword whose value is of the wrong form.
    SCHEMA_KEYWORD = "schema-keyword" Error
        "A keyword of a schema has a value that it cannot have." "JSON Schema 2020-12 Validation, section 6; OpenAPI 3.1, section 4.8.24";
    /// A schema that takes too long.
    SCHEMA_HEAVY = "schema-heavy" Error
        "A schema is applied to one value over and over." "JSON Schema 2020-12 Core, section 10.2";
    /// A schema for a payload that cannot hold such a value.
    SCHEMA_MISFIT = "schema-misfit" Error
        "A schema of arrays or objects stands for a payload of plain text or bytes." "OpenAPI 3.1, section 4.8.14.1";
    /// A pattern that cannot be used.
    PATTERN = "pattern-syntax" Error
        "A pattern is no regular expression." "ECMA-262, section 22.2.1; JSON Schema 2020-12 Core, section 6.4";
    /// Misuse of the `xml` object.
    XML_OBJECT = "xml-object" Error
        "An `xml` object has a value that it cannot have." "OpenAPI 3.1, section 4.8.26; Namespaces in XML 1.0, section 3";
}

/// The rule that a reference breaks which cannot be followed.
pub fn of_reference(error: &RefError) -> &'static Rule {
    match error {
        RefError::Outside { .. } | RefError::Remote { .. } => &REFERENCE_WITHHELD,
        RefError::Loop { .. } => &REFERENCE_LOOP,
        RefError::Missing { .. } | RefError::Unloadable { .. } => &REFERENCE_NOWHERE,
    }
}
