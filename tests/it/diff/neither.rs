//! Changes that nobody can judge, and changes of the text that are none of the contract.

use super::In::{Components, Parameters, Request, Response, Responses};
use super::Row;

/// Changes of which the documents do not say enough.
pub const UNKNOWN: &[Row] = &[
    ("a format that nobody checks is new", Request, "{type: string}", "{type: string, format: ObjectId}"),
    ("another default", Request, "{type: integer, default: 1}", "{type: integer, default: 2}"),
    ("a query parameter is gone", Parameters, "[{name: q, in: query, schema: {type: string}}]", "[]"),
    ("a malformed keyword is new", Request, "{type: string}", "{type: string, minLength: '5'}"),
    (
        "a malformed keyword is gone",
        Request,
        "{type: object, required: a, properties: {b: {type: string}}}",
        "{type: object, properties: {b: {type: string}}}",
    ),
    ("a malformed keyword is right now", Response, "{type: string, maxLength: many}", "{type: string, maxLength: 9}"),
    ("a reference to nowhere is a schema now", Request, "{$ref: '#/components/schemas/Gone'}", "{type: string}"),
    ("another reference to nowhere", Response, "{$ref: '#/a'}", "{$ref: '#/b'}"),
    ("a type that is none", Response, "{properties: {a: {type: String}}}", "{properties: {a: {type: integer}}}"),
    (
        "less is allowed beside what cannot be read",
        Request,
        "{type: string, minLength: '5', maxLength: 9}",
        "{type: string, minLength: '5', maxLength: 8}",
    ),
    (
        "a branch that cannot be read is new",
        Response,
        "{oneOf: [{type: string}, {type: integer}]}",
        "{oneOf: [{type: string}, {type: integer}, {$ref: '#/nowhere'}]}",
    ),
    (
        "fewer values beside what cannot be read",
        Request,
        "{enum: [a, b], minLength: '5'}",
        "{enum: [a], minLength: '5'}",
    ),
    (
        "a parameter that cannot be read is one now",
        Parameters,
        "[{$ref: '#/nowhere'}]",
        "[{name: q, in: query, required: true, schema: {type: string}}]",
    ),
    (
        "a response's schema is gone",
        Responses,
        "{'200': {description: ok, content: {application/json: {schema: {type: string}}}}}",
        "{'200': {description: ok, content: {application/json: {}}}}",
    ),
    (
        "a media type is new beside another in a response",
        Responses,
        "{'200': {description: ok, content: {application/json: {}}}}",
        "{'200': {description: ok, content: {application/json: {}, application/xml: {}}}}",
    ),
    (
        "a property becomes write-only",
        Response,
        "{type: object, properties: {a: {type: string, writeOnly: true}}}",
        "{type: object, properties: {a: {type: string}}}",
    ),
    (
        "a property becomes read-only",
        Request,
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string, readOnly: true}}}",
    ),
];

/// Changes of the text that are none of the contract.
pub const NONE: &[Row] = &[
    (
        "an inline schema becomes a component",
        Components,
        "components: {schemas: {M: {type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}}}",
        "components: {schemas: {M: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}, A: {type: object, properties: {b: {type: string}}}}}",
    ),
    (
        "parts of an allOf become one",
        Request,
        "{allOf: [{type: object, required: [a]}, {properties: {a: {type: string}}}]}",
        "{type: object, properties: {a: {type: string}}, required: [a]}",
    ),
    (
        "the order of names, values and branches",
        Request,
        "{type: object, required: [a, b], properties: {a: {enum: [x, y]}, b: {oneOf: [{type: string}, {type: integer}]}}}",
        "{type: object, properties: {b: {oneOf: [{type: integer}, {type: string}]}, a: {enum: [y, x]}}, required: [b, a]}",
    ),
    (
        "what cannot be read, the same as before",
        Components,
        "components: {schemas: {M: {properties: {a: {minLength: '5'}, b: {$ref: '#/nowhere'}}, oneOf: [{required: a}]}}}",
        "components: {schemas: {M: {properties: {b: {$ref: '#/nowhere'}, a: {minLength: '5'}}, oneOf: [{required: a}]}}}",
    ),
    ("words about a schema", Response, "{type: string}", "{type: string, title: T, description: d, example: e}"),
];
