//! `conform diff` on document changes made by hand: what breaks, what does not, and what nobody can say.

use conform::compare::{Effect, compare};
use conform::contract::Contract;
use conform::finding::Finding;
use conform::spec::{Document, LoadOptions};

/// Where the changed part stands; the rest of the document is the same.
#[derive(Clone, Copy, Debug)]
enum In {
    /// The schema of the request body.
    Request,
    /// The schema of the body of the response 200.
    Response,
    /// The document's other members, components among them; request and response refer to `#/components/schemas/M`.
    Components,
    /// The parameters.
    Parameters,
    /// The responses.
    Responses,
    /// The whole document below `info`.
    Document,
}

use In::{Components, Document as Whole, Parameters, Request, Response, Responses};

fn document(place: In, part: &str) -> String {
    let (mut version, mut parameters, mut rest) = ("3.1.0", "[]", "");
    let mut request = "{type: object}".to_owned();
    let mut responses = "{'200': {description: ok}}".to_owned();
    match place {
        Request => request = part.to_owned(),
        Response => responses = ok(part),
        Parameters => parameters = part,
        Responses => responses = part.to_owned(),
        Components => {
            rest = part;
            request = "{$ref: '#/components/schemas/M'}".to_owned();
            responses = ok("{$ref: '#/components/schemas/M'}");
        }
        Whole => return format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{part}\n"),
    }
    if part.contains("nullable") {
        version = "3.0.3";
    }
    format!(
        "openapi: {version}\ninfo: {{title: t, version: '1'}}\npaths:\n  /m/{{id}}:\n    post:\n      \
         parameters: {parameters}\n      requestBody: {{required: true, content: {{application/json: {{schema: {request}}}}}}}\n      \
         responses: {responses}\n{rest}\n"
    )
}

fn ok(schema: &str) -> String {
    format!("{{'200': {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}")
}

fn contract(text: &str) -> Contract {
    let document = Document::from_text("t.yaml".as_ref(), text.to_owned(), LoadOptions::default())
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    Contract::compile(document).expect("compiles")
}

fn changes(place: In, old: &str, new: &str) -> Vec<Finding> {
    let (old, new) = (contract(&document(place, old)), contract(&document(place, new)));
    compare(&old, &new).changes
}

type Row = (&'static str, In, &'static str, &'static str);

/// Fifteen changes and more that break a client.
const BREAKING: &[Row] = &[
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
const MORE_BREAKING: &[Row] = &[
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

/// Fifteen changes and more that break nobody.
const COMPATIBLE: &[Row] = &[
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
const MORE_COMPATIBLE: &[Row] = &[
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

/// Changes of which the documents do not say enough.
const UNKNOWN: &[Row] = &[
    ("a format that nobody checks is new", Request, "{type: string}", "{type: string, format: ObjectId}"),
    ("another default", Request, "{type: integer, default: 1}", "{type: integer, default: 2}"),
    ("a query parameter is gone", Parameters, "[{name: q, in: query, schema: {type: string}}]", "[]"),
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
const NONE: &[Row] = &[
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
    ("words about a schema", Response, "{type: string}", "{type: string, title: T, description: d, example: e}"),
];

fn table(rows: &[Row], holds: impl Fn(&[Finding]) -> bool) {
    let told = |change: &Finding| {
        format!("    {} {} {}: {}", Effect::of(change).name(), change.rule, change.subject, change.message)
    };
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(name, place, old, new)| {
            let changes = changes(*place, old, new);
            (!holds(&changes)).then(|| format!("{name}\n{}", changes.iter().map(told).collect::<Vec<_>>().join("\n")))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} rows are wrong\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn what_breaks_is_called_breaking() {
    assert!(BREAKING.len() >= 15);
    table(&[BREAKING, MORE_BREAKING].concat(), |changes| {
        changes.iter().any(|change| Effect::of(change) == Effect::Breaking)
            && changes.iter().all(|change| Effect::of(change) != Effect::Unknown)
    });
}

#[test]
fn what_breaks_nobody_is_called_compatible() {
    assert!(COMPATIBLE.len() >= 15);
    table(&[COMPATIBLE, MORE_COMPATIBLE].concat(), |changes| {
        !changes.is_empty() && changes.iter().all(|change| Effect::of(change) == Effect::Compatible)
    });
}

#[test]
fn what_nobody_can_say_is_called_unknown() {
    table(UNKNOWN, |changes| !changes.is_empty() && changes.iter().all(|change| Effect::of(change) == Effect::Unknown));
}

#[test]
fn what_changes_the_text_alone_is_no_change() {
    table(NONE, <[Finding]>::is_empty);
}

/// What breaks one way round is a widening the other way, wherever both ways are a matter of one schema.
#[test]
fn a_broken_request_schema_is_a_kept_response_schema() {
    for (name, place, old, new) in BREAKING {
        let other = match place {
            Request => Response,
            Response => Request,
            _ => continue,
        };
        // Two formats exclude each other, and `readOnly` is for requests alone.
        if name.contains("another format") || name.contains("read-only") {
            continue;
        }
        let changes = changes(other, old, new);
        assert!(changes.iter().all(|change| Effect::of(change) == Effect::Compatible), "{name}: {changes:#?}");
    }
}

#[test]
fn a_document_is_compatible_with_itself() {
    for name in ["telnyx", "asapp", "ada", "respondent", "example-ai"] {
        let contract = Contract::load(format!("specs/{name}.yaml").as_ref(), LoadOptions::default()).expect("compiles");
        assert!(compare(&contract, &contract).changes.is_empty(), "{name}");
    }
}

#[test]
fn every_breaking_change_of_a_schema_shows_a_value() {
    for (name, place, old, new) in BREAKING {
        if matches!(place, Request | Response) {
            let changes = changes(*place, old, new);
            let breaking = changes.iter().filter(|change| Effect::of(change) == Effect::Breaking);
            assert!(breaking.into_iter().all(|change| change.evidence.witness.is_some()), "{name}: {changes:#?}");
        }
    }
}
