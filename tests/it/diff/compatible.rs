//! Changes that break nobody.

use super::In::{Document as Whole, Parameters, Request, Response, Responses};
use super::Row;

/// Changes of schemas, most of them, that break nobody.
pub const COMPATIBLE: &[Row] = &[
    ("a request's text may be longer", Request, "{type: string, maxLength: 5}", "{type: string, maxLength: 10}"),
    (
        "a request may leave a property out",
        Request,
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}}",
    ),
    (
        "a request may have another property",
        Request,
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: integer}}}",
    ),
    (
        "a response may have another property",
        Response,
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: integer}}}",
    ),
    ("a value is new in a request's enum", Request, "{enum: [a, b]}", "{enum: [a, b, c]}"),
    ("a value is gone from a response's enum", Response, "{enum: [a, b, c]}", "{enum: [a, b]}"),
    ("a list of values becomes one in a response", Response, "{enum: [a, b]}", "{const: a}"),
    ("a response is never null", Response, "{type: [string, 'null']}", "{type: string}"),
    ("a request may be null, in 3.0", Request, "{type: string, nullable: false}", "{type: string, nullable: true}"),
    (
        "nested in a list of a response",
        Response,
        "{type: array, items: {type: object, properties: {n: {type: integer, minimum: 0}}}}",
        "{type: array, items: {type: object, properties: {n: {type: integer, minimum: 1}}}}",
    ),
    (
        "in one part of an allOf, by another part",
        Request,
        "{allOf: [{type: object, required: [a], properties: {a: {type: string}}}, {properties: {b: {type: integer}}, required: [b]}]}",
        "{allOf: [{type: object, required: [a], properties: {a: {type: string}, b: {type: number}}}]}",
    ),
    ("a format is gone from a request", Request, "{type: string, format: uuid}", "{type: string}"),
    ("a format is new in a response", Response, "{type: string}", "{type: string, format: uri}"),
    ("a wider format in a request", Request, "{type: string, format: uri}", "{type: string, format: uri-reference}"),
    ("a wider number in a request", Request, "{type: integer}", "{type: number}"),
    (
        "bounds that say the same of whole numbers",
        Request,
        "{type: integer, exclusiveMinimum: 0}",
        "{type: integer, minimum: 1}",
    ),
    (
        "multiples of six are multiples of three",
        Request,
        "{type: integer, multipleOf: 6}",
        "{type: integer, multipleOf: 3}",
    ),
    (
        "a branch is new in a request's oneOf",
        Request,
        "{oneOf: [{type: string}]}",
        "{oneOf: [{type: string}, {type: integer}]}",
    ),
    (
        "a tagged branch is wider in a request's oneOf",
        Request,
        "{oneOf: [{type: object, required: [k, n], properties: {k: {const: a}, n: {type: integer}}}, {type: object, required: [k], properties: {k: {const: b}}}]}",
        "{oneOf: [{type: object, required: [k], properties: {k: {const: a}, n: {type: integer}}}, {type: object, required: [k], properties: {k: {const: b}}}]}",
    ),
    (
        "a branch is gone from a response's anyOf",
        Response,
        "{anyOf: [{type: string}, {type: integer}]}",
        "{anyOf: [{type: string}]}",
    ),
    (
        "types in place of a union",
        Request,
        "{anyOf: [{type: string}, {type: integer}]}",
        "{type: [string, integer, boolean]}",
    ),
    (
        "an error is new",
        Responses,
        "{'200': {description: ok}}",
        "{'200': {description: ok}, '409': {description: no}}",
    ),
    (
        "one of the default's errors is named",
        Responses,
        "{'200': {description: ok}, default: {description: no, content: {application/json: {schema: {type: object}}}}}",
        "{'200': {description: ok}, '404': {description: no, content: {application/json: {schema: {type: object, required: [code]}}}}, default: {description: no, content: {application/json: {schema: {type: object}}}}}",
    ),
    (
        "one of two successes is left",
        Responses,
        "{'200': {description: ok}, '202': {description: later}}",
        "{'200': {description: ok}}",
    ),
    ("an optional parameter is new", Parameters, "[]", "[{name: q, in: query, schema: {type: string}}]"),
    (
        "a number is any text, which is how it travels",
        Parameters,
        "[{name: q, in: query, schema: {type: integer}}]",
        "[{name: q, in: query, schema: {type: string}}]",
    ),
    (
        "a parameter of the path has another name",
        Whole,
        "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: string, maxLength: 5}}], responses: {'200': {description: ok}}}}}",
        "paths: {'/a/{aId}': {get: {parameters: [{name: aId, in: path, required: true, schema: {type: string, maxLength: 6}}], responses: {'200': {description: ok}}}}}",
    ),
    (
        "a second kind of credentials is enough",
        Whole,
        "paths: {/a: {get: {security: [{k: []}], responses: {'200': {description: ok}}}}}\ncomponents: {securitySchemes: {k: {type: apiKey, in: header, name: K}, l: {type: apiKey, in: header, name: L}}}",
        "paths: {/a: {get: {security: [{l: []}, {k: []}], responses: {'200': {description: ok}}}}}\ncomponents: {securitySchemes: {k: {type: apiKey, in: header, name: K}, l: {type: apiKey, in: header, name: L}}}",
    ),
    (
        "an operation is new",
        Whole,
        "paths: {/a: {get: {responses: {'200': {description: ok}}}}}",
        "paths: {/a: {get: {responses: {'200': {description: ok}}}, post: {responses: {'200': {description: ok}}}}}",
    ),
    (
        "the server's path is one of two",
        Whole,
        "servers: [{url: https://a.test/v1}]\npaths: {/a: {get: {responses: {'200': {description: ok}}}}}",
        "servers: [{url: https://a.test/v2}, {url: https://a.test/v1/}]\npaths: {/a: {get: {responses: {'200': {description: ok}}}}}",
    ),
];

/// Changes beside schemas that break nobody, and changes of keywords that are compared as a whole.
pub const MORE_COMPATIBLE: &[Row] = &[
    ("a header parameter is gone", Parameters, "[{name: H, in: header, schema: {type: string}}]", "[]"),
    ("more is left of a not", Request, "{type: string, not: {enum: [a, b]}}", "{type: string, not: {enum: [a]}}"),
    (
        "a response's tuple",
        Response,
        "{type: array, prefixItems: [{type: number}]}",
        "{type: array, prefixItems: [{type: integer}]}",
    ),
    (
        "a response's field is new",
        Responses,
        "{'200': {description: ok}}",
        "{'200': {description: ok, headers: {Location: {required: true, schema: {type: string}}}}}",
    ),
    (
        "a range takes the place of one media type of a request",
        Whole,
        "paths: {/a: {post: {requestBody: {content: {text/plain: {}}}, responses: {'200': {description: ok}}}}}",
        "paths: {/a: {post: {requestBody: {content: {text/*: {}}}, responses: {'200': {description: ok}}}}}",
    ),
];
