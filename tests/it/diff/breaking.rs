//! Changes that break a client.

use super::In::{Components, Document as Whole, Parameters, Request, Response, Responses};
use super::Row;

/// Changes of schemas, most of them, that break a client.
pub const BREAKING: &[Row] = &[
    ("a request's text may be shorter only", Request, "{type: string, maxLength: 10}", "{type: string, maxLength: 5}"),
    (
        "a property is required of a request",
        Request,
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
    ),
    ("a value is gone from a request's enum", Request, "{enum: [a, b, c]}", "{enum: [a, b]}"),
    ("a value is new in a response's enum", Response, "{enum: [a, b]}", "{enum: [a, b, c]}"),
    (
        "a response no longer promises a property",
        Response,
        "{type: object, required: [id], properties: {id: {type: string}}}",
        "{type: object, properties: {id: {type: string}}}",
    ),
    ("a response may be null", Response, "{type: string}", "{type: [string, 'null']}"),
    ("a request may no longer be null", Request, "{type: [string, 'null']}", "{type: string}"),
    (
        "nested in a list of a request",
        Request,
        "{type: object, properties: {list: {type: array, items: {type: object, properties: {n: {type: integer, minimum: 0}}}}}}",
        "{type: object, properties: {list: {type: array, items: {type: object, properties: {n: {type: integer, minimum: 1}}}}}}",
    ),
    (
        "through a $ref, in a recursive schema",
        Components,
        "components: {schemas: {M: {type: object, properties: {name: {type: string}, child: {$ref: '#/components/schemas/M'}}}}}",
        "components: {schemas: {M: {type: object, properties: {name: {type: string, pattern: '^[a-z]+$'}, child: {$ref: '#/components/schemas/M'}}}}}",
    ),
    (
        "in one part of an allOf",
        Request,
        "{allOf: [{type: object, properties: {a: {type: string}}}, {properties: {b: {type: integer}}}]}",
        "{allOf: [{type: object, properties: {a: {type: string}}}, {properties: {b: {type: integer}}, required: [b]}]}",
    ),
    ("a format is new in a request", Request, "{type: string}", "{type: string, format: date-time}"),
    ("another format in a response", Response, "{type: string, format: date}", "{type: string, format: date-time}"),
    ("a wider number in a response", Response, "{type: integer, format: int32}", "{type: integer}"),
    ("a success takes the place of another", Responses, "{'200': {description: ok}}", "{'201': {description: ok}}"),
    (
        "a success is new",
        Responses,
        "{'200': {description: ok}}",
        "{'200': {description: ok}, '202': {description: later}}",
    ),
    (
        "a branch is gone from a request's oneOf",
        Request,
        "{oneOf: [{type: string}, {type: integer}]}",
        "{oneOf: [{type: string}]}",
    ),
    (
        "a branch is new in a response's oneOf",
        Response,
        "{oneOf: [{type: object, required: [k], properties: {k: {const: a}}}]}",
        "{oneOf: [{type: object, required: [k], properties: {k: {const: a}}}, {type: object, required: [k], properties: {k: {const: b}}}]}",
    ),
    (
        "undocumented names are refused",
        Request,
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}, additionalProperties: false}",
    ),
    (
        "a closed response has a new property",
        Response,
        "{type: object, properties: {a: {type: string}}, additionalProperties: false}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, additionalProperties: false}",
    ),
    ("a required parameter is new", Parameters, "[]", "[{name: q, in: query, required: true, schema: {type: string}}]"),
    (
        "a parameter is a number",
        Parameters,
        "[{name: q, in: query, schema: {type: string}}]",
        "[{name: q, in: query, schema: {type: integer}}]",
    ),
    (
        "a list is written otherwise",
        Parameters,
        "[{name: q, in: query, schema: {type: array, items: {type: string}}}]",
        "[{name: q, in: query, explode: false, schema: {type: array, items: {type: string}}}]",
    ),
    (
        "a response need not carry a field",
        Responses,
        "{'200': {description: ok, headers: {Location: {required: true, schema: {type: string}}}}}",
        "{'200': {description: ok, headers: {Location: {schema: {type: string}}}}}",
    ),
    (
        "the default error has another shape",
        Responses,
        "{'200': {description: ok}, default: {description: no, content: {application/json: {schema: {type: object, required: [code], properties: {code: {type: string}}}}}}}",
        "{'200': {description: ok}, default: {description: no, content: {application/json: {schema: {type: object, required: [code], properties: {code: {type: integer}}}}}}}",
    ),
    (
        "credentials are needed",
        Whole,
        "paths: {/a: {get: {responses: {'200': {description: ok}}}}}",
        "paths: {/a: {get: {security: [{k: []}], responses: {'200': {description: ok}}}}}\ncomponents: {securitySchemes: {k: {type: http, scheme: bearer}}}",
    ),
    (
        "a second key is needed",
        Whole,
        "paths: {/a: {get: {security: [{k: []}], responses: {'200': {description: ok}}}}}\ncomponents: {securitySchemes: {k: {type: apiKey, in: header, name: K}, l: {type: apiKey, in: header, name: L}}}",
        "paths: {/a: {get: {security: [{k: [], l: []}], responses: {'200': {description: ok}}}}}\ncomponents: {securitySchemes: {k: {type: apiKey, in: header, name: K}, l: {type: apiKey, in: header, name: L}}}",
    ),
    (
        "an operation is gone",
        Whole,
        "paths: {/a: {get: {responses: {'200': {description: ok}}}, post: {responses: {'200': {description: ok}}}}}",
        "paths: {/a: {get: {responses: {'200': {description: ok}}}}}",
    ),
    (
        "the server's path is another",
        Whole,
        "servers: [{url: https://a.test/v1}]\npaths: {/a: {get: {responses: {'200': {description: ok}}}}}",
        "servers: [{url: https://a.test/v2}]\npaths: {/a: {get: {responses: {'200': {description: ok}}}}}",
    ),
    (
        "a media type is gone from a request",
        Whole,
        "paths: {/a: {post: {requestBody: {content: {application/json: {}, application/xml: {}}}, responses: {'200': {description: ok}}}}}",
        "paths: {/a: {post: {requestBody: {content: {application/json: {}}}, responses: {'200': {description: ok}}}}}",
    ),
    (
        "a property that was read-only is required of a request",
        Request,
        "{type: object, required: [id], properties: {id: {type: string, readOnly: true}}}",
        "{type: object, required: [id], properties: {id: {type: string}}}",
    ),
];

/// Changes beside schemas that break a client, and changes of keywords that are compared as a whole.
pub const MORE_BREAKING: &[Row] = &[
    ("items are held to a schema", Request, "{type: array}", "{type: array, items: {type: string}}"),
    (
        "the largest request is smaller",
        Whole,
        "paths: {/a: {post: {requestBody: {x-max-request-size: 10MB, content: {text/plain: {}}}, responses: {'200': {description: ok}}}}}",
        "paths: {/a: {post: {requestBody: {x-max-request-size: 1MB, content: {text/plain: {}}}, responses: {'200': {description: ok}}}}}",
    ),
    (
        "a token needs another scope",
        Whole,
        "paths: {/a: {get: {security: [{o: [read]}], responses: {'200': {description: ok}}}}}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {}}}}",
        "paths: {/a: {get: {security: [{o: [read, all]}], responses: {'200': {description: ok}}}}}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {}}}}",
    ),
    (
        "another media type in a response",
        Responses,
        "{'200': {description: ok, content: {application/json: {}}}}",
        "{'200': {description: ok, content: {application/xml: {}}}}",
    ),
    (
        "a branch of a tagged union, through $ref",
        Components,
        "components: {schemas: {M: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: k}}, A: {type: object, required: [k], properties: {k: {const: a}, n: {type: integer}}}, B: {type: object, required: [k], properties: {k: {const: b}}}}}",
        "components: {schemas: {M: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: k}}, A: {type: object, required: [k, n], properties: {k: {const: a}, n: {type: integer}}}, B: {type: object, required: [k], properties: {k: {const: b}}}}}",
    ),
    ("less is left of a not", Request, "{type: string, not: {enum: [a]}}", "{type: string, not: {enum: [a, b]}}"),
    (
        "a pattern of names",
        Request,
        "{type: object, patternProperties: {'^x-': {type: [string, integer]}}}",
        "{type: object, patternProperties: {'^x-': {type: string}}}",
    ),
    (
        "names that go together",
        Request,
        "{type: object, properties: {a: {}, b: {}}}",
        "{type: object, properties: {a: {}, b: {}}, dependentRequired: {a: [b]}}",
    ),
    (
        "the first of a tuple",
        Request,
        "{type: array, prefixItems: [{type: number}]}",
        "{type: array, prefixItems: [{type: integer}]}",
    ),
];
