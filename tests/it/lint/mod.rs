//! `conform lint` on documents with one fault each, and on their near twins without it.

mod schemas;

use conform::lint;
use conform::rule::Severity;

use crate::support::contract::{compile_text, load};

/// The faults of a document, warnings aside.
fn faults(text: &str) -> Vec<(&'static str, String, String)> {
    let contract = compile_text(text);
    let faults = lint::findings(&contract).into_iter().filter(|finding| finding.severity == Severity::Error);
    faults.map(|fault| (fault.rule.id, fault.place.to_string(), fault.message)).collect()
}

fn with_schema(schema: &str) -> String {
    with_operation(&format!(
        "      requestBody:\n        content:\n          application/json:\n            schema: {schema}\n      responses: {{'200': {{description: ok}}}}"
    ))
}

fn with_operation(operation: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n{operation}\n")
}

fn with_parameters(path: &str, parameters: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  {path}:\n    get:\n      parameters: {parameters}\n      \
         responses: {{'200': {{description: ok}}}}\n"
    )
}

/// What is wrong, the document, the rule that it breaks, its line, and what its message says; then the near twin.
fn table() -> Vec<(&'static str, String, &'static str, u32, &'static str, String)> {
    let schema = with_schema;
    vec![
        (
            "an example of the wrong type",
            schema("{type: object, properties: {id: {type: string}}, example: {id: 123}}"),
            "example-invalid",
            9,
            "123",
            schema("{type: object, properties: {id: {type: string}}, example: {id: '123'}}"),
        ),
        (
            "an example without what is required",
            schema("{type: object, required: [id], properties: {id: {type: string}}, example: {}}"),
            "example-invalid",
            9,
            "required",
            schema("{type: object, required: [id], properties: {id: {type: string, readOnly: true}}, example: {}}"),
        ),
        (
            "a default that is not among the values",
            schema("{type: object, properties: {k: {enum: [a, b], default: c}}}"),
            "example-invalid",
            9,
            "default breaks its schema",
            schema("{type: object, properties: {k: {enum: [a, b], default: b}}}"),
        ),
        (
            "a remote reference",
            schema("{type: object, properties: {a: {$ref: 'https://example.com/a.yaml'}}}"),
            "reference-withheld",
            9,
            "--allow-remote-refs",
            schema("{type: object, properties: {a: {description: 'https://example.com/a.yaml'}}}"),
        ),
        (
            "an example of a parameter",
            with_parameters("/a", "[{name: n, in: query, schema: {type: integer}, example: many}]"),
            "example-invalid",
            6,
            "many",
            with_parameters("/a", "[{name: n, in: query, schema: {type: integer}, example: '5'}]"),
        ),
        (
            "an example of a response",
            with_operation(
                "      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema: {type: array, maxItems: 1}\n              examples: {two: {value: [1, 2]}}",
            ),
            "example-invalid",
            12,
            "maxItems",
            with_operation(
                "      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema: {type: array, maxItems: 2}\n              examples: {two: {value: [1, 2]}}",
            ),
        ),
        (
            "a listed value of the wrong type",
            schema("{type: string, enum: [a, 1]}"),
            "enum-type",
            9,
            "not of the type string: 1",
            schema("{type: [string, integer], enum: [a, 1]}"),
        ),
        (
            "limits that cross",
            schema("{type: string, minLength: 5, maxLength: 4}"),
            "schema-unsatisfiable",
            9,
            "No value",
            schema("{type: string, minLength: 5, maxLength: 5}"),
        ),
        (
            "an allOf that contradicts itself",
            schema("{type: object, required: [k], properties: {k: {allOf: [{type: string}, {type: integer}]}}}"),
            "schema-unsatisfiable",
            9,
            "No value",
            schema("{type: object, required: [k], properties: {k: {anyOf: [{type: string}, {type: integer}]}}}"),
        ),
        (
            "a required name that is not allowed",
            schema("{type: object, required: [a], properties: {b: {type: string}}, additionalProperties: false}"),
            "schema-unsatisfiable",
            9,
            "No value",
            schema("{type: object, required: [b], properties: {b: {type: string}}, additionalProperties: false}"),
        ),
        (
            "values without end",
            schema("{$ref: '#/components/schemas/M'}") + "components: {schemas: {M: {type: object, required: [m], properties: {m: {$ref: '#/components/schemas/M'}}}}}\n",
            "schema-unsatisfiable",
            11,
            "No value",
            schema("{$ref: '#/components/schemas/M'}") + "components: {schemas: {M: {type: object, properties: {m: {$ref: '#/components/schemas/M'}}}}}\n",
        ),
        (
            "a reference to nowhere that an operation reaches",
            schema("{$ref: '#/components/schemas/N'}") + "components: {schemas: {M: {type: string}}}\n",
            "reference-to-nowhere",
            9,
            "points to nothing",
            schema("{$ref: '#/components/schemas/M'}") + "components: {schemas: {M: {type: string}}}\n",
        ),
        (
            "a reference to nowhere that nothing reaches",
            schema("{type: string}") + "components: {schemas: {M: {$ref: '#/components/schemas/N'}}}\n",
            "reference-to-nowhere",
            11,
            "points to nothing",
            schema("{type: string}") + "components: {schemas: {M: {type: object, properties: {$ref: {type: string}}, example: {$ref: '#/no'}}}}\n",
        ),
        (
            "an operationId that is used twice",
            "openapi: 3.1.0\npaths:\n  /a:\n    get: {operationId: x, responses: {'200': {description: ok}}}\n    put: {operationId: x, responses: {'200': {description: ok}}}\n".into(),
            "operation-id-twice",
            5,
            "`x`",
            "openapi: 3.1.0\npaths:\n  /a:\n    get: {operationId: x, responses: {'200': {description: ok}}}\n    put: {operationId: y, responses: {'200': {description: ok}}}\n".into(),
        ),
        (
            "a variable of the path without a parameter",
            with_parameters("/a/{id}", "[]"),
            "path-variable-undocumented",
            5,
            "not documented as a parameter",
            with_parameters("/a/{id}", "[{name: id, in: path, required: true, schema: {type: string}}]"),
        ),
        (
            "a parameter of the path without a variable",
            with_parameters("/a", "[{name: id, in: path, required: true, schema: {type: string}}]"),
            "path-parameter-unused",
            6,
            "has no `{id}`",
            with_parameters("/a", "[{name: id, in: query, schema: {type: string}}]"),
        ),
        (
            "a path parameter that may be left out",
            with_parameters("/a/{id}", "[{name: id, in: path, schema: {type: string}}]"),
            "path-parameter-optional",
            6,
            "required: true",
            with_parameters("/a/{id}", "[{name: id, in: path, required: true, schema: {type: string}}]"),
        ),
        (
            "two paths that are one",
            "openapi: 3.1.0\npaths:\n  /a/{x}: {}\n  /a/{y}: {}\n".into(),
            "path-twice",
            4,
            "the same as `/a/{x}`",
            "openapi: 3.1.0\npaths:\n  /a/{x}: {}\n  /a/{y}/b: {}\n".into(),
        ),
        (
            "a pattern that is none",
            schema("{type: string, pattern: '[a-'}"),
            "pattern-syntax",
            9,
            "not a regular expression of ECMA-262",
            schema("{type: string, pattern: '[a-z]'}"),
        ),
    ]
}

#[test]
fn each_fault_is_told_at_its_line_and_its_near_twin_is_not() {
    for (name, document, rule, line, message, twin) in table() {
        let told = faults(&document);
        assert_eq!(told.len(), 1, "{name}: {told:#?}");
        let (found, place, said) = &told[0];
        assert_eq!(*found, rule, "{name}: {told:#?}");
        assert_eq!(place.split(':').nth(1), Some(line.to_string().as_str()), "{name}: {place}");
        assert!(said.contains(message), "{name}: {said}");
        assert_eq!(faults(&twin), [], "{name}, near twin");
    }
}

#[test]
fn branches_that_only_a_discriminator_tells_apart_are_told() {
    let warned = |kinds: [&str; 2], more: &str| {
        let branch = |kind| format!("{{type: object, required: [kind], properties: {{kind: {kind}}}}}");
        let union = format!("{{oneOf: [{}, {}]{more}}}", branch(kinds[0]), branch(kinds[1]));
        let found = lint::findings(&compile_text(&with_schema(&union)));
        let mut found = found.into_iter().filter(|finding| finding.rule.id == "one-of-overlap");
        found.next().map(|finding| (finding.severity, finding.message))
    };
    let discriminator = ", discriminator: {propertyName: kind}";
    let (severity, message) = warned(["{type: string}", "{type: string}"], discriminator).expect("it is told");
    assert_eq!(severity, Severity::Warning);
    assert!(message.contains("ranch 0 and branch 1 both allow") && message.contains("`kind`"), "{message}");
    assert_eq!(warned(["{const: a}", "{enum: [b, c]}"], discriminator), None);
    assert_eq!(warned(["{type: string, maxLength: 3}", "{type: string, minLength: 4}"], discriminator), None);
    assert_eq!(warned(["{type: string}", "{type: string}"], ""), None, "nothing says that one is meant");
}

#[test]
fn what_is_meant_is_no_fault() {
    for (name, document) in [
        ("a name that may not be used", with_schema("{type: object, properties: {a: {not: {}}, b: false}}")),
        ("a pattern by the older grammar", with_schema("{type: string, pattern: '^[\\w- ]*$'}")),
        ("an operation of 3.1 without responses", with_operation("      operationId: x")),
        ("null where readers disagree", with_schema("{type: string, nullable: true, example: null}")),
        (
            "a payload that is no JSON",
            with_operation(
                "      requestBody:\n        content:\n          application/xml: {schema: {type: object}, example: '<a/>'}\n      responses: {'200': {description: ok}}",
            ),
        ),
        (
            "an example for the other direction",
            with_schema("{type: object, required: [p], properties: {p: {type: string, writeOnly: true}}, example: {}}"),
        ),
    ] {
        assert_eq!(faults(&document), [], "{name}");
    }
}

#[test]
fn the_built_in_documents_have_the_faults_that_their_authors_made() {
    for (name, count) in [("telnyx", 0), ("asapp", 1), ("ada", 0), ("respondent", 0), ("example-ai", 0)] {
        let contract = load(&format!("specs/{name}.yaml"));
        let told: Vec<_> =
            lint::findings(&contract).into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert_eq!(told.len(), count, "{name}: {told:#?}");
    }
}
